"""Word documents made from their XML, part by part: what a library would write, and what it wouldn't."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from index.records import Parsed
from tests.index.transcripts import parsed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
STYLES = f"""<w:styles xmlns:w="{W}">
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Frage"><w:name w:val="Frage"/><w:basedOn w:val="Fett"/></w:style>
<w:style w:type="paragraph" w:styleId="Fett"><w:name w:val="Fett"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="A"/></w:style>
</w:styles>"""


def run(words: str, properties: str = "") -> str:
    """A run of words; tabs and line breaks are elements of their own."""
    signs = {"\t": "<w:tab/>", "\n": "<w:br/>"}
    inner = "".join(
        signs.get(part) or f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in re.split(r"([\t\n])", words) if part
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>"


def bold(words: str) -> str:
    return run(words, "<w:b/>")


def paragraph(*content: str, style: str = "") -> str:
    """A paragraph of words and of elements."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(part if part.startswith('<') else run(part) for part in content)}</w:p>"


def grid(*rows: tuple[str, ...]) -> str:
    """A table; a cell is words or elements."""
    cells = [[cell if cell.startswith("<") else paragraph(cell) for cell in row] for row in rows]
    inner = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in cells)
    return f"<w:tbl>{inner}</w:tbl>"


def archive(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def body(*content: str, namespace: str = W) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{namespace}" {_NAMESPACES}>'
        f"<w:body>{''.join(content)}<w:sectPr/></w:body></w:document>"
    )


def word_file(*content: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """A document with some content, and further parts."""
    return archive({"word/document.xml": body(*content), "word/styles.xml": STYLES} | (parts or {}))


def document(*content: str, parts: dict[str, str | bytes] | None = None) -> Parsed:
    """The parse of such a document; words are paragraphs."""
    blocks = (part if part.startswith("<") else paragraph(part) for part in content)
    return parsed(word_file(*blocks, parts=parts), "interview.docx")
