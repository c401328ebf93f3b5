"""Inputs to bytes and bytes to text, by :mod:`index.sources`."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UndecodableSource, UnreadableSource
from index.limits import Limits
from index.records import Source
from index.sources import decode, read, sha256_of
from tests.index.transcripts import Write

GERMAN = "Frage: Was heißt „Spaß“ für Sie?\nAntwort: Das weiß ich nicht, aber es macht Spaß.\n"
FRENCH = "Êtes-vous fatigué\xa0? « Je n’ai jamais été fatigué\xa0», a-t-elle dit à Orléans.\n"
SWEDISH = "Vad är det för något? Jag vet inte, sade hon och gick över gatan.\n"
DANISH = "Hvad er det for noget? Jeg ved det ikke, sagde hun og gik over gaden på vej til købmanden. Æbler og øl.\n"
PORTUGUESE = "Não sei. A situação é difícil, mas não é impossível.\n"
SPANISH = "¿Qué pasó mañana? El niño comió jamón en España.\n"
ENGLISH = "He said “I don’t know” – and that’s all. The café’s owner agreed.\n"
POLISH = "Dlaczego pan to zrobił? Nie wiem, powiedziała, i poszła przez ulicę. Było już późno, a ludzie wciąż stali.\n"
CZECH = "Proč jste to udělal? Nevím, řekla a šla přes ulici. Bylo už pozdě a lidé stále stáli ve frontě.\n"
RUSSIAN = (
    "Вопрос: Господин министр, почему вы подали в отставку в марте прошлого года? Ответ: Я долго думал об этом. "
    "Мне казалось, что правительство больше не слышит людей, и я не хотел быть частью этого.\n"
)


def source(data: bytes, name: str = "interview.txt") -> Source:
    return Source(Path(name), data, sha256="")


class TestDecode:
    @pytest.mark.parametrize(
        ("mark", "encoding"),
        [
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
            (codecs.BOM_UTF32_LE, "utf-32-le"),
            (codecs.BOM_UTF32_BE, "utf-32-be"),
        ],
    )
    def test_byte_order_mark(self, mark: bytes, encoding: str) -> None:
        """A byte-order mark decides the encoding and is not part of the text."""
        assert decode(source(mark + "Åsa: “Ja” 🏦".encode(encoding))) == "Åsa: “Ja” 🏦"

    def test_byte_order_mark_wins_over_declaration(self) -> None:
        """A byte-order mark is believed rather than what the page declares."""
        page = '<meta charset="iso-8859-1"><p>Åsa'
        assert decode(source(codecs.BOM_UTF8 + page.encode()), is_markup=True) == page

    @pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\rb\r", "a\nb", "a\r\r\nb\n\r", "a\x0bb\x0cc\x85d\u2028e\u2029f"])
    def test_line_ends_are_kept(self, text: str) -> None:
        """No line end of any kind is rewritten, since that would shift every offset after it."""
        assert decode(source(text.encode())) == text

    @pytest.mark.parametrize("text", [GERMAN, FRENCH, SWEDISH, DANISH, PORTUGUESE, SPANISH, ENGLISH])
    def test_western_text_is_recognised(self, text: str) -> None:
        """Text saved by an old Western editor (windows-1252) is read with its own letters, quotes and dashes."""
        assert decode(source(text.encode("cp1252"))) == text

    @pytest.mark.parametrize("text", ["Müller: Ja.", "café", "Où êtes-vous né\xa0? À Orléans, en été."])
    def test_short_latin_1_is_recognised(self, text: str) -> None:
        """A few words are enough to read Latin-1 as Latin-1."""
        assert decode(source(text.encode("latin-1"))) == text

    def test_foreign_names_in_latin_1(self) -> None:
        """English text with names from everywhere is still read as Western."""
        text = "Plain words stand here for a while, one after the other. " * 12 + "Señor Müller met Åsa and Zoë."
        assert decode(source(text.encode("latin-1"))) == text

    @pytest.mark.parametrize(
        ("text", "encoding"), [(POLISH, "cp1250"), (CZECH, "cp1250"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")]
    )
    def test_other_charsets_are_detected(self, text: str, encoding: str) -> None:
        """Text in another single-byte charset is detected, and is not read as Western."""
        assert decode(source(text.encode(encoding))) == text

    def test_too_little_to_tell(self) -> None:
        """Bytes in which no language is recognised are refused, not read with made-up words."""
        with pytest.raises(UndecodableSource, match="can't be told"):
            decode(source("なぜ".encode("shift_jis")))

    def test_broken_utf8_names_its_place(self) -> None:
        """UTF-8 with a broken byte is refused with the byte and the line, and is not read as another charset."""
        before = "Åsa: Ja.\nBö: Nej".encode()
        with pytest.raises(UndecodableSource, match=rf"UTF-8 at byte {len(before)} \(line 2\)") as caught:
            decode(source(before + b"\xff.\nslut"))
        assert caught.value.path == Path("interview.txt")

    def test_broken_utf8_after_a_byte_order_mark(self) -> None:
        """The place of a broken byte counts from the start of the file, mark included."""
        with pytest.raises(UndecodableSource, match=r"UTF-8 at byte 5 \(line 2\)"):
            decode(source(codecs.BOM_UTF8 + b"a\n\xffb"))

    @pytest.mark.parametrize("character", ["’", "—", "🏦"])
    def test_cut_in_a_character(self, character: str) -> None:
        """A download that was cut inside a character is refused, not read as ``â€``."""
        with pytest.raises(UndecodableSource, match="byte 2"):
            decode(source(b"It" + character.encode()[:-1]))

    def test_half_a_utf16_character(self) -> None:
        """UTF-16 with an odd number of bytes is refused."""
        with pytest.raises(UndecodableSource, match="UTF-16-LE"):
            decode(source(codecs.BOM_UTF16_LE + "abc".encode("utf-16-le")[:-1]))

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"%PDF-1.7 text", "PDF"),
            (b"PK\x03\x04 text", "ZIP or Office"),
            (b"\x89PNG\r\n", "picture"),
            (b"\xff\xd8\xff\xe0", "picture"),
            (b"ID3 text", "recording"),
            (b"\xd0\xcf\x11\xe0 text", "old Office"),
            (b"text\x00text", "binary"),
            ("text".encode("utf-16-le"), "binary"),
        ],
    )
    def test_binary_is_refused(self, data: bytes, kind: str) -> None:
        """A binary file is refused with what it is, whatever its name."""
        with pytest.raises(UndecodableSource, match=kind):
            decode(source(data))

    @given(st.text(st.characters(exclude_characters="\x00\ufeff", codec="utf-8")))
    @settings(deadline=None, max_examples=150)
    def test_utf8_is_read_as_it_stands(self, text: str) -> None:
        """Any UTF-8 text comes out as it went in, unless it begins like a picture or a program."""
        try:
            assert decode(source(text.encode())) == text
        except UndecodableSource:
            assert text.startswith(("%PDF-", "PK", "GIF8", "ID3", "\x7fELF"))

    @given(st.binary(max_size=80), st.booleans())
    @settings(deadline=None, max_examples=150)
    def test_any_bytes(self, data: bytes, is_markup: bool) -> None:
        """Any bytes give text that can be stored, or an error about this source."""
        try:
            text = decode(source(data), is_markup=is_markup)
        except UndecodableSource as error:
            text = error.problem
        assert text.encode("utf-8").decode("utf-8") == text


class TestDeclaredCharset:
    @pytest.mark.parametrize(
        "head",
        [
            '<meta charset="windows-1251">',
            "<meta charset=windows-1251>",
            '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">',
            '<?xml version="1.0" encoding="windows-1251"?><html>',
        ],
    )
    def test_page_declares(self, head: str) -> None:
        """The charset that a page declares, in any of the usual ways, is the one it is read in."""
        page = f"{head}<p>Да.</p>"
        assert decode(source(page.encode("cp1251")), is_markup=True) == page

    def test_latin_1_means_windows_1252(self) -> None:
        """A page that says ISO-8859-1 is read as browsers do, with curly quotes and dashes."""
        page = '<meta charset="ISO-8859-1"><p>“Größe” – 5 €</p>'
        assert decode(source(page.encode("cp1252")), is_markup=True) == page

    def test_wrong_declaration(self) -> None:
        """A declaration that the bytes contradict is passed over."""
        page = '<meta charset="utf-8"><p>Das größte Übel für uns</p>'
        assert decode(source(page.encode("cp1252")), is_markup=True) == page

    @pytest.mark.parametrize(
        "name",
        ["utf-16", "UTF-16LE", "utf-32", "utf-7", "undefined", "idna", "punycode", "unicode_escape", "base64", "no-such"],
    )
    def test_impossible_declaration(self, name: str) -> None:
        r"""A declaration that can't be true of a page that shows it (``+AGE-`` and ``\n`` stay as they are) is passed over."""
        page = f'<meta charset="{name}"><p>Zoë: a +AGE- \\n</p>'
        assert decode(source(page.encode()), is_markup=True) == page

    def test_only_markup_declares(self) -> None:
        """Words in a text file that look like a declaration are only words."""
        text = '<meta charset="windows-1251"> is what Åsa typed'
        assert decode(source(text.encode())) == text

    def test_declared_outside(self) -> None:
        """A charset declared with the file (by a server) is tried before the page's own."""
        page = '<meta charset="iso-8859-1"><p>Да.</p>'
        assert decode(source(page.encode("cp1251")), declared="windows-1251", is_markup=True) == page

    @pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "latin1"])
    def test_utf8_under_a_western_declaration(self, declared: str) -> None:
        """UTF-8 that is declared as latin-1 is UTF-8: a template says so of whatever it sends."""
        page = f'<meta charset="{declared}"><p>Grüße – „ja“</p>'
        assert decode(source(page.encode("utf-8")), is_markup=True) == page
        assert decode(source(page.encode("cp1252")), is_markup=True) == page

    def test_declared_by_a_server(self) -> None:
        """The charset that a server sent with a page is such a declaration, for pages and for plain text."""
        for name in ("page.html", "interview.txt"):
            sent = Source(Path(name), "Да, это так.".encode("cp1251"), "", url="https://a.example/x", charset="windows-1251")
            assert decode(sent) == "Да, это так."

    def test_a_server_is_wrong(self) -> None:
        """A charset that the bytes contradict, or that there is none of, is passed over."""
        for charset in ("utf-8", "no-such", "base64", ""):
            assert decode(Source(Path("a.txt"), GERMAN.encode("cp1252"), "", charset=charset)) == GERMAN


class TestRead:
    def test_bytes_and_digest(self, write: Write) -> None:
        """A source has the file's bytes as they are, their digest and a lower-case suffix."""
        path = write("Interview.TXT", b"\xef\xbb\xbfA\r\nB\r")
        found = read(path)
        assert found.data == b"\xef\xbb\xbfA\r\nB\r"
        assert found.sha256 == hashlib.sha256(found.data).hexdigest() == sha256_of(path)
        assert found.suffix == ".txt"

    @pytest.mark.parametrize("content", [b"", b" \t\r\n\n"])
    def test_empty(self, write: Write, content: bytes) -> None:
        """A file without a word is refused."""
        with pytest.raises(UnreadableSource, match="empty"):
            read(write("empty.txt", content))

    @pytest.mark.parametrize("reader", [read, sha256_of])
    def test_missing(self, tmp_path: Path, reader: Callable[[Path], object]) -> None:
        """A file that isn't there raises an error with its path and the reason."""
        with pytest.raises(UnreadableSource, match="No such file") as caught:
            reader(tmp_path / "gone.txt")
        assert caught.value.path == tmp_path / "gone.txt"

    def test_folder_with_a_file_name(self, tmp_path: Path) -> None:
        """A folder called like a transcript can't be read as one."""
        (tmp_path / "x.txt").mkdir()
        with pytest.raises(UnreadableSource, match=r"x\.txt: can't be read"):
            read(tmp_path / "x.txt")

    def test_too_large(self, write: Write) -> None:
        """A file over the limit is refused before it is read; one at the limit is taken."""
        limits = Limits(source_bytes=8)
        assert read(write("fits.txt", b"12345678"), limits).data == b"12345678"
        with pytest.raises(UnreadableSource, match=r"more than the 8 bytes .* ONRECORD_MAX_SOURCE"):
            read(write("large.txt", b"123456789"), limits)
