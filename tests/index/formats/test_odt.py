"""OpenDocument text, by :mod:`index.formats.odt`."""

from __future__ import annotations

import pytest

from index.errors import MalformedSource, UnsupportedSource
from index.records import Parsed
from tests.index.formats.office import archive
from tests.index.transcripts import parsed, plainly

_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="f"'
)
_STYLES = (
    '<office:automatic-styles><style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="P1" style:parent-style-name="Title"/></office:automatic-styles>'
)
DIALOGUE = [("Ann Lee", "Why did you go?"), ("Bo Ray", "We had to."), ("Ann Lee", "And then?"), ("Bo Ray", "Then we did.")]


def content(*blocks: str) -> str:
    shown = "".join(block if block.startswith("<") else f"<text:p>{block}</text:p>" for block in blocks)
    return f"<office:document-content {_NAMESPACES}>{_STYLES}<office:body>{shown}</office:body></office:document-content>"


def document(*blocks: str, **parts: str) -> Parsed:
    return parsed(archive({"content.xml": content(*blocks)} | {f"{name}.xml": part for name, part in parts.items()}), "a.odt")


def test_text() -> None:
    """Blanks are one as OpenDocument counts them; tabs, breaks and counted blanks are elements."""
    assert (
        document("One\n  two<text:s text:c='3'/>three<text:tab/>four<text:line-break/> five").text
        == "One two   three\tfour\nfive"
    )


def test_what_is_left_out() -> None:
    """Notes, comments and deleted words are not in the text."""
    left_out = "<text:note><text:p>note</text:p></text:note><office:annotation><text:p>comment</text:p></office:annotation>"
    deleted = "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    assert document(deleted, f"a{left_out}b").text == "ab"


def test_turns() -> None:
    """Labels begin turns; a title and a heading are in none."""
    spoken = [f'<text:p><text:span text:style-name="T1">{name}:</text:span> {words}</text:p>' for name, words in DIALOGUE]
    found = document(
        '<text:p text:style-name="P1">Boats</text:p>', spoken[0], '<text:h text:outline-level="2">Sea</text:h>', *spoken[1:]
    )
    assert plainly(found) == DIALOGUE
    assert found.metadata.title == "Boats"


def test_table_of_speakers() -> None:
    """A table with speakers in a column gives a turn a row."""
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(name)}{cell.format(words * 3)}</table:table-row>" for name, words in DIALOGUE
    )
    assert plainly(document(f"<table:table>{rows}</table:table>")) == [(name, words * 3) for name, words in DIALOGUE]


def test_text_box() -> None:
    """A text box follows its paragraph and is nobody's speech."""
    box = "<draw:frame><draw:text-box><text:p>Pulled.</text:p></draw:text-box></draw:frame>"
    found = document(f"Ann Lee: Wh{box}y?", "Bo Ray: So.", "Ann Lee: When?", "Bo Ray: Then.")
    assert found.text.startswith("Ann Lee: Why?\n\nPulled.\n\nBo Ray")
    assert plainly(found)[0] == ("Ann Lee", "Why?")


def test_refused() -> None:
    """A document with a password, or one without a text, is refused for what it is."""
    with pytest.raises(UnsupportedSource, match="password"):
        parsed(archive({"content.xml": "\x00", "META-INF/manifest.xml": "<m:encryption-data/>"}), "a.odt")
    with pytest.raises(MalformedSource, match=r"content\.xml"):
        parsed(archive({"meta.xml": ""}), "a.odt")
