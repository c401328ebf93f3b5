"""PDFs made for the tests: words set where a test wants them, or interviews set as offices that transcribe set them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = letter
LEFT, RIGHT, TOP, FOOT = 72.0, WIDTH - 72.0, HEIGHT - 84.0, 90.0
FONT = "Times-Roman"


@dataclass(frozen=True, slots=True)
class Words:
    """Words on a page: where they begin, in points from its lower left corner, and how they are set."""

    x: float
    y: float
    text: str
    size: float = 12.0
    font: str = FONT
    angle: float = 0.0
    spacing: float = 0.0

    def then(self, text: str, *, size: float | None = None, font: str | None = None, up: float = 0.0) -> Words:
        """Words that follow these without a blank, set otherwise perhaps, or ``up`` from their base line."""
        after = self.x + stringWidth(self.text, self.font, self.size)
        return Words(after, self.y + up, text, size or self.size, font or self.font)


Page = Sequence[Words]


def pdf(
    *pages: Page, title: str = "", password: str | None = None, owner: str | None = None, rotation: int = 0, created: str = ""
) -> bytes:
    """A PDF with these pages; ``password`` is needed to open it, ``owner`` alone encrypts it and lets everybody read."""
    file = io.BytesIO()
    encrypt = StandardEncryption(password or "", owner, strength=128) if password or owner else None
    canvas = Canvas(file, pagesize=letter, encrypt=encrypt, invariant=1)
    canvas.setTitle(title)
    for page in pages:
        if rotation:
            canvas.setPageRotation(rotation)
        for words in page:
            canvas.saveState()
            canvas.translate(words.x, words.y)
            canvas.rotate(words.angle)
            text = canvas.beginText(0, 0)
            text.setFont(words.font, words.size)
            text.setWordSpace(words.spacing)
            text.textOut(words.text)
            canvas.drawText(text)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    data = file.getvalue()
    return data.replace(b"20000101", created.encode("ascii")) if created else data


def lines(
    *texts: str, x: float = LEFT, top: float = TOP, leading: float = 24.0, size: float = 12.0, font: str = FONT
) -> list[Words]:
    """Lines of print one under the other; an empty one leaves a gap."""
    return [Words(x, top - number * leading, text, size, font) for number, text in enumerate(texts) if text]


def wrapped(text: str, width: float, *, indent: float = 0.0, size: float = 12.0) -> list[str]:
    """A paragraph's lines as they fit into ``width``; double blanks stay as they are, but at a line's end."""
    found: list[str] = []
    line = ""
    for word in text.replace("  ", " \x00").split(" "):
        longer = f"{line} {word}" if line else word
        room = width - (0.0 if found else indent)
        if line and stringWidth(longer.replace("\x00", " "), FONT, size) > room:
            found.append(line)
            longer = word.removeprefix("\x00")
        line = longer
    return [line.replace("\x00", " ") for line in (*found, line)]


def set_interview(
    paragraphs: Sequence[str],
    *,
    heading: Sequence[str] = (),
    head: Callable[[int], Sequence[Words]] = lambda page: (),
    leading: float = 24.0,
    indent: float = 36.0,
    gap: float = 0.0,
) -> tuple[list[Page], list[list[str]]]:
    """Pages with paragraphs set on them, and the lines of each paragraph; ``head`` gives what a page adds, from 1."""
    pages: list[list[Words]] = [[*head(1)]]
    y = TOP
    for words in heading:
        x = (WIDTH - stringWidth(words, "Times-Bold", 12)) / 2
        pages[-1].append(Words(x, y, words, font="Times-Bold"))
        y -= 14
    y -= leading if heading else 0
    set_lines: list[list[str]] = []
    for paragraph in paragraphs:
        found = wrapped(paragraph, RIGHT - LEFT, indent=indent)
        set_lines.append(found)
        for number, line in enumerate(found):
            if y < FOOT:
                pages.append([*head(len(pages) + 1)])
                y = TOP
            pages[-1].append(Words(LEFT + (0 if number else indent), y, line))
            y -= leading
        y -= gap
    return pages, set_lines
