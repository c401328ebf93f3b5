"""Word documents, by :mod:`index.formats.docx` and what it stands on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import MalformedSource, SourceError, UnreadableSource, UnsupportedSource
from index.formats import parse
from index.limits import Limits
from index.records import Role, Source
from tests.index.formats.office import STRICT, W, archive, body, bold, document, grid, paragraph, run, word_file
from tests.index.transcripts import all_words, assert_read_or_refused, assert_sound, interviews, parsed, plainly, said

QUESTION = "Why did you leave the harbour that night?"
ANSWER = "We had no boat left, and the sea was rising."
SECOND = "And what did the others say about it?"
THIRD = "They said nothing. They waited, as one does."
DIALOGUE = [("Ann Lee", QUESTION), ("Bo Ray", ANSWER), ("Ann Lee", SECOND), ("Bo Ray", THIRD)]
LABELLED = [f"{name}: {words}" for name, words in DIALOGUE]
CLOCKS = ["00:00:01", "00:00:05", "00:00:09", "00:00:15"]
STARTS = [1000, 5000, 9000, 15000]


def refused(data: bytes, limits: Limits | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        parse(Source(Path("interview.docx"), data, sha256=""), limits or Limits())
    return caught.value


class TestText:
    def test_paragraphs_and_tables(self) -> None:
        """The canonical text is paragraphs and cells in the order of the document, a blank line between."""
        assert document("One", grid(("Two", "Three")), "", "Four").text == "One\n\nTwo\n\nThree\n\nFour"

    def test_runs_are_joined_exactly(self) -> None:
        """Runs are joined without a blank gained or lost; tabs and breaks are characters."""
        content = paragraph("In", bold("ter"), run("view  "), run(" 🏦\tand\nso"), "<w:r><w:cr/><w:t>on</w:t></w:r>")
        assert document(content).text == "Interview   🏦\tand\nso\non"

    @pytest.mark.parametrize(
        ("element", "words"),
        [
            ("<w:r><w:noBreakHyphen/></w:r>", "\u2011"),
            ("<w:r><w:softHyphen/></w:r>", ""),
            ('<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>', "→"),
            ('<w:r><w:sym w:font="Arial" w:char="00E9"/></w:r>', "é"),
            ('<w:r><w:sym w:font="Arial" w:char="D800"/></w:r>', ""),
            ('<w:ins w:id="1"><w:r><w:t>in</w:t></w:r></w:ins>', "in"),
            ('<w:del w:id="1"><w:r><w:delText>out</w:delText></w:r></w:del>', ""),
            ('<w:del w:id="1"><w:r><w:t>out</w:t></w:r></w:del>', ""),
            ("<w:moveFrom><w:r><w:t>out</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>in</w:t></w:r></w:moveTo>", "in"),
            ('<w:hyperlink w:anchor="x"><w:r><w:t>link</w:t></w:r></w:hyperlink>', "link"),
            ("<w:smartTag><w:r><w:t>tag</w:t></w:r></w:smartTag>", "tag"),
            (
                "<w:sdt><w:sdtContent><w:sdt><w:sdtContent><w:r><w:t>own</w:t></w:r></w:sdtContent></w:sdt></w:sdtContent></w:sdt>",
                "own",
            ),
            (
                "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click</w:t></w:r></w:sdtContent></w:sdt>",
                "",
            ),
            ('<w:fldSimple w:instr="DATE"><w:r><w:t>today</w:t></w:r></w:fldSimple>', "today"),
            (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
                '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                '<w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
                "7",
            ),
            ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", ""),
            ('<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:commentReference w:id="1"/></w:r>', ""),
            (
                "<w:r><w:ruby><w:rt><w:r><w:t>up</w:t></w:r></w:rt>"
                "<w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r>",
                "base",
            ),
        ],
    )
    def test_what_is_shown(self, element: str, words: str) -> None:
        """Inserted words, links, controls and fields' results are in the text; what Word doesn't show in the line is not."""
        assert document(paragraph("a", element, "b")).text == f"a{words}b"

    def test_joined_paragraphs(self) -> None:
        """A paragraph whose end was deleted is one with the next."""
        mark = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
        assert document(f"<w:p>{mark}{run('One ')}</w:p>", "two", f"<w:p>{mark}{run('three')}</w:p>").text == "One two\n\nthree"

    def test_field_that_never_ends(self) -> None:
        """A field without an end hides no more than its paragraph."""
        assert document(paragraph("a", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "b"), "c").text == "a\n\nc"

    def test_text_boxes(self) -> None:
        """A text box stands once, after the paragraph that holds it, and is nobody's speech."""
        box = f"<w:txbxContent>{paragraph('Pulled from it.')}</w:txbxContent>"
        old = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        shape = f"<mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>{old}"
        held = paragraph("Ann Lee: Wh", f"<w:r><mc:AlternateContent>{shape}</mc:AlternateContent></w:r>", "y?")
        found = document(held, "Bo Ray: So.", "Ann Lee: When?", "Bo Ray: Then.")
        assert found.text.startswith("Ann Lee: Why?\n\nPulled from it.\n\nBo Ray")
        assert plainly(found)[0] == ("Ann Lee", "Why?")

    def test_text_in_boxes_only(self) -> None:
        """Where all the text stands in boxes, it is what was said."""
        boxes = (f"<w:r><w:pict><w:txbxContent>{paragraph(line)}</w:txbxContent></w:pict></w:r>" for line in LABELLED)
        assert plainly(document(paragraph(*boxes))) == DIALOGUE

    def test_other_parts(self) -> None:
        """Headers, footers, notes and comments are not in the text."""
        other = f'<w:hdr xmlns:w="{W}">{paragraph("Ann Lee: Not said.")}</w:hdr>'
        names = ("header1", "footer1", "footnotes", "endnotes", "comments")
        assert document("Said.", parts={f"word/{name}.xml": other for name in names}).text == "Said."

    def test_main_part_elsewhere(self) -> None:
        """The main part is the one that the package names; its elements may be of the strict kind."""
        named = '<Relationships><Relationship Type="http://x/officeDocument" Target="/word/document2.xml"/></Relationships>'
        data = archive({"_rels/.rels": named, "word/document2.xml": body(*map(paragraph, LABELLED), namespace=STRICT)})
        assert plainly(parsed(data, "interview.docx")) == DIALOGUE

    def test_encoding(self) -> None:
        """A part in UTF-16 is read as one in UTF-8 is."""
        xml = body(paragraph("Åsa 🏦")).replace("UTF-8", "UTF-16").encode("utf-16")
        assert parsed(archive({"word/document.xml": xml}), "interview.docx").text == "Åsa 🏦"


class TestTurns:
    def test_labels(self) -> None:
        """Labels begin turns, in bold or not, and paragraphs without one go on."""
        found = document(
            paragraph(bold("Ann Lee:"), " Why?"), "Bo Ray: So.", "And so.", paragraph(bold("Ann Lee: When?")), "Bo Ray: Then."
        )
        assert plainly(found) == [("Ann Lee", "Why?"), ("Bo Ray", "So.\n\nAnd so."), ("Ann Lee", "When?"), ("Bo Ray", "Then.")]

    def test_titles_and_headings(self) -> None:
        """A title and a heading are in the text and in no turn, in whatever language Word named their styles."""
        found = document(
            paragraph("Boats for all", style="Titel"), *LABELLED[:2], paragraph("Later", style="berschrift2"), *LABELLED[2:]
        )
        assert plainly(found) == DIALOGUE
        assert found.metadata.title == "Boats for all"
        assert "Later" in found.text

    def test_table_of_contents(self) -> None:
        """A table of contents is nobody's speech."""
        contents = (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
            f"<w:sdtContent>{paragraph('Ann Lee: not said')}</w:sdtContent></w:sdt>"
        )
        assert plainly(document(contents, *LABELLED)) == DIALOGUE

    @pytest.mark.parametrize("question", ["bold", "style", "heading"])
    def test_questions_set_apart(self, question: str) -> None:
        """Questions in bold, by their runs or their style, or in headings are the interviewer's, the rest the other's."""

        def ask(words: str) -> str:
            styles = {"style": "Frage", "heading": "berschrift2"}
            return paragraph(bold(words) if question == "bold" else words, style=styles.get(question, ""))

        found = document(
            paragraph("Boats", style="Titel"),
            ask(QUESTION),
            ANSWER,
            ask(SECOND),
            THIRD,
            ask("Would you go again?"),
            "No, I wouldn't.",
        )
        assert [words for _, words in plainly(found)] == [
            QUESTION,
            ANSWER,
            SECOND,
            THIRD,
            "Would you go again?",
            "No, I wouldn't.",
        ]
        assert [turn.role for turn in found.turns] == [Role.INTERVIEWER, Role.INTERVIEWEE] * 3

    def test_table_of_speakers(self) -> None:
        """A table with speakers in a column gives a turn a row; what stands beside it is no speech."""
        rows = [(f"{name}:", words) for name, words in DIALOGUE]
        found = document(
            "Interview", "3 May 2024", grid(*rows[:3], ("Bo Ray:", paragraph(THIRD) + paragraph("More."))), "Checked: A. L."
        )
        assert plainly(found) == [*DIALOGUE[:3], ("Bo Ray", f"{THIRD}\n\nMore.")]

    def test_table_with_times(self) -> None:
        """A column of times gives the turns theirs, and is in none of them."""
        found = document(grid(*((clock, *row) for clock, row in zip(CLOCKS, DIALOGUE, strict=True))))
        assert plainly(found) == DIALOGUE
        assert [turn.start_ms for turn in found.turns] == STARTS

    def test_table_of_times_and_labels(self) -> None:
        """Labels in the words of a table with times begin the turns."""
        found = document(grid(*zip(CLOCKS, LABELLED, strict=True)))
        assert plainly(found) == DIALOGUE
        assert [turn.start_ms for turn in found.turns] == STARTS

    def test_merged_speaker_cells(self) -> None:
        """A cell that goes on from the one above is the same speaker's; an empty one is nobody's."""
        merged = f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>{paragraph('So it goes.')}</w:tc></w:tr></w:tbl>"
        whole = grid(*DIALOGUE).replace("</w:tbl>", merged)
        assert plainly(document(whole))[-1] == ("Bo Ray", f"{THIRD}\n\nSo it goes.")
        parted = grid(*DIALOGUE, ("", "Then what of it all, in the end?")).replace("</w:tbl>", merged)
        assert plainly(document(parted))[-1] == (None, "Then what of it all, in the end?\n\nSo it goes.")

    def test_table_of_facts(self) -> None:
        """A table of facts or figures is in no turn: it names no speakers and goes on with nobody's answer."""
        facts = grid(("Interviewee", "Bo Ray"), ("Date", "3 May 2024"))
        found = document(facts, *LABELLED[:2], grid(("Year", "Boats"), ("2019", "14")), "And so on.", *LABELLED[2:])
        assert said(found) == [
            ("Ann Lee", (QUESTION,)),
            ("Bo Ray", (ANSWER, "And so on.")),
            ("Ann Lee", (SECOND,)),
            ("Bo Ray", (THIRD,)),
        ]

    def test_labels_before_tabs(self) -> None:
        """Initials before a tab, without a colon, are labels where they come back."""
        found = document("AL\tWhy?", "BR\tSo.", "And so.", "AL\tWhen?", "BR\tThen.")
        assert plainly(found) == [("AL", "Why?"), ("BR", "So.\n\nAnd so."), ("AL", "When?"), ("BR", "Then.")]


class TestExports:
    """The forms in which programs that transcribe write names and times."""

    @pytest.mark.parametrize(
        "form",
        [
            ("{time} {name}", "{words}"),
            ("{name}  {time}", "{words}"),
            ("{name} ({time}):", "{words}"),
            ("[{time}.00] - {name}", "{words}"),
            ("\n{name}   {time}\n{words}",),
            ("{time} --> {time}\n{name}\n{words}",),
            ("{name}:\t{time}\t{words}",),
            ("{name} [{time}] {words}",),
            ("[{time}] {name}: {words}",),
            ("{name}: [{time}] {words}",),
            ("{time} {name}: {words}",),
            ("{name} ({time}): {words}",),
            ("[{time}]", "{name}: {words}"),
        ],
    )
    def test_forms(self, form: tuple[str, ...]) -> None:
        """Each gives the same turns, with the times that it states, and no time among the words."""
        rows = zip(CLOCKS, DIALOGUE, strict=True)
        found = document(*(line.format(time=clock, name=name, words=words) for clock, (name, words) in rows for line in form))
        assert plainly(found) == DIALOGUE
        assert [turn.start_ms for turn in found.turns] == STARTS

    def test_what_the_programs_say(self) -> None:
        """What a program says of itself and of the recording is in no turn, nor the title."""
        heads = [line for name, words in DIALOGUE for line in (f"{name}  00:01", words)]
        found = document(
            "Audio file",
            "rec.mp3",
            "SPEAKERS",
            "Ann Lee, Bo Ray",
            "Ann Lee started transcription",
            *heads,
            "Transcribed by https://example.org",
        )
        assert plainly(found) == DIALOGUE
        assert found.metadata.title is None

    def test_paragraph_with_a_time(self) -> None:
        """A paragraph that begins with a time goes on with the turn; the time is none of its words."""
        found = document("Ann Lee 00:01", QUESTION, "Bo Ray 00:05", ANSWER, "[00:07] And so.", "Ann Lee 00:09", SECOND)
        assert said(found)[1] == ("Bo Ray", (ANSWER, "And so."))

    def test_lists_of_chapters(self) -> None:
        """Names with times that head no words, or go back in time, are no speakers: a list of chapters, a timetable."""
        chapters = [f"{name} {clock}" for name, clock in zip(["The Sea", "The Boats"] * 2, CLOCKS, strict=True)]
        backwards = [line for clock in reversed(CLOCKS) for line in (f"The Sea {clock}", "It comes and it goes.")]
        for lines in (chapters, backwards):
            assert all(turn.label is None for turn in document(*lines, "That was all of it.").turns)


class TestMetadata:
    def test_core_properties(self) -> None:
        """Title, author and language are what the document states; the day on which it was made is not the interview's."""
        core = (
            '<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:t="t"><dc:title>Boats  for all</dc:title>'
            "<dc:creator>Cy Dow</dc:creator><t:created>2024-05-03T10:00:00Z</t:created>"
            "<dc:language>en-GB</dc:language></cp:coreProperties>"
        )
        found = document(*LABELLED, parts={"docProps/core.xml": core}).metadata
        assert (found.title, found.author, found.language, found.date) == ("Boats for all", "Cy Dow", "en", None)

    def test_title_by_its_look(self) -> None:
        """Without a stated title it is the paragraph set as one, or the first heading, or a first line that reads like one."""
        assert document("Cy Dow", paragraph("Boats", style="Titel"), *LABELLED).metadata.title == "Boats"
        assert document(paragraph("Sea", style="berschrift1"), *LABELLED).metadata.title == "Sea"
        assert document("Boats for all", *LABELLED).metadata.title == "Boats for all"
        assert document(*LABELLED).metadata.title is None


class TestHostile:
    def test_no_archive(self) -> None:
        """A file that is no archive, or one cut short, is refused as no Word document."""
        assert isinstance(refused(b"Ann Lee: Why?"), MalformedSource)
        assert isinstance(refused(word_file("Why?")[:-40]), MalformedSource)

    def test_no_document(self) -> None:
        """An archive without a document is refused, and the part that is missing is named."""
        assert "word/document.xml" in str(refused(archive({"a.txt": "x"})))

    def test_old_formats(self) -> None:
        """A document with a password, one of the old format and one of rich text are refused for what they are."""
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
        locked = refused(ole + "EncryptedPackage".encode("utf-16-le"))
        assert isinstance(locked, UnsupportedSource)
        assert "password" in str(locked)
        assert "Save it as .docx" in str(refused(ole))
        assert "RTF" in str(refused(b"{\\rtf1 x}"))

    @pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml", "_rels/.rels"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_document_types(self, part: str, encoding: str, tmp_path: Path) -> None:
        """A part that declares a document type is refused before an entity of it is looked at."""
        secret = tmp_path / "secret.txt"
        secret.write_text("secret")
        xml = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>{body(paragraph("a")).partition("?>")[2]}'.replace(
            "a<", "&e;<"
        )
        error = refused(archive({"word/document.xml": body(paragraph("b")), part: xml.encode(encoding)}))
        assert isinstance(error, MalformedSource)
        assert "document type" in str(error)

    def test_other_charsets(self) -> None:
        """A charset in which a declaration could hide is not obeyed."""
        xml = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>'
        assert isinstance(refused(archive({"word/document.xml": xml})), MalformedSource)

    def test_bombs(self) -> None:
        """A document that unfolds to more than is allowed, or to far more than its size, is not unfolded."""
        assert isinstance(refused(word_file(paragraph("a" * 100_000)), Limits(expanded_bytes=50_000)), UnreadableSource)
        assert "times its size" in str(refused(archive({"word/document.xml": b" " * 40 * 2**20})))

    def test_many_parts(self) -> None:
        """An archive of more files than are allowed is refused."""
        assert "5 files" in str(refused(archive({f"{number}.xml": "" for number in range(6)}), Limits(members=5)))

    def test_long_text(self) -> None:
        """A text longer than is allowed is refused while it is read."""
        assert isinstance(refused(word_file(*map(paragraph, ["so on " * 20] * 10)), Limits(text_chars=1000)), UnreadableSource)

    @pytest.mark.parametrize("element", ["w:p", "w:tbl", "w:sdt", "w:r", "w:txbxContent", "w:del", "x"])
    def test_deep_elements(self, element: str) -> None:
        """Elements nested a hundred thousand deep are refused."""
        deep = f"<{element}>" * 100_000 + f"</{element}>" * 100_000
        assert isinstance(refused(word_file(deep)), MalformedSource)

    @pytest.mark.parametrize(
        "element", ["p", "r", "tbl", "tr", "tc", "sdt", "sdtContent", "txbxContent", "pPr", "rPr", "fldChar", "del"]
    )
    def test_elements_out_of_place(self, element: str) -> None:
        """An element where none may stand loses no paragraph after it and raises nothing."""
        stray = f"<w:{element}><w:{element}/><w:t>x</w:t></w:{element}>"
        found = document(stray, grid((stray,)), paragraph(stray), paragraph(stray + run("b")), "c")
        assert_sound(found)
        assert found.text.endswith("c")

    def test_encrypted_member(self) -> None:
        """A part that is locked inside the archive is refused for its password."""
        data = bytearray(word_file("Why?"))
        for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(signature) + at] |= 1
        assert "password" in str(refused(bytes(data)))

    @given(st.data())
    def test_damaged(self, data: st.DataObject) -> None:
        """A file with some bytes altered or cut is read or refused by name."""
        content = bytearray(word_file(*map(paragraph, LABELLED)))
        for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=5)):
            content[at] = data.draw(st.integers(0, 255))
        assert_read_or_refused(bytes(content[: data.draw(st.integers(1, len(content)))]), "interview.docx")
        assert_read_or_refused(bytes(content), "interview.docx")


@given(interviews(), st.booleans())
def test_round_trip(spoken: list[tuple[str, list[str]]], in_bold: bool) -> None:
    """What a document is written from is what was said, paragraph by paragraph."""
    content = [
        paragraph(bold(f"{name}:") if in_bold else f"{name}:", " ", words[0]) + "".join(map(paragraph, words[1:]))
        for name, words in spoken
    ]
    found = document(*content)
    assert_sound(found)
    assert all_words(found).replace("\n\n", "\n").split("\n") == [part for _, words in spoken for part in words]
    assert [turn.label for turn in found.turns] == [name for name, _ in spoken]
