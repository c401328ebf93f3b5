"""HTML: a saved page, with all its furniture, to text and turns.

The canonical text is everything that the page shows, in reading order: blanks collapsed as a browser does, a blank line
between blocks. The article's own lines are then told from the page's (:mod:`index.formats.page`), and only they can be
in a turn; offsets point into the whole text all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree
import lxml.html

from index.errors import MalformedSource
from index.formats.page import Furniture, article_root, metadata_of
from index.labels import Line
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Parsed, Source, Span
from index.sources import decode
from index.turns import build_turns, trim, without_furniture

_UNSHOWN = frozenset(
    "script style noscript template svg math head iframe object embed canvas audio video select option textarea input "
    "meta link title map area datalist".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hgroup hr html li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = frozenset("h2 h3 h4 h5 h6".split())
_LISTS = frozenset("ol ul li dl dd blockquote".split())
_WORD = re.compile(r"[^\W_]")
_NOTES = re.compile(r"(?i)(?:^|[\s_-])(?:foot-?notes?|side-?notes?|tooltips?|annotations?)(?:$|[\s_-])")
"""Names of what a page shows on demand in the middle of a sentence."""

_QUOTES = re.compile(r"(?i)pull-?quote|(?:^|[\s_-])quote(?:$|[\s_-])|zitat")
_INLINE = frozenset("span sup small a".split())
_STYLES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "a": "link", "pre": "pre"}
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_ALL_LINK_MAX_WORDS = 14


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line of the page: where it stands, in which element, how much is link or italic, how far its bold reaches."""

    span: Span
    element: lxml.html.HtmlElement
    opens_paragraph: bool
    emphasis_end: int
    link_chars: int
    italic_chars: int


@dataclass(slots=True)
class _Renderer:
    """Writes the canonical text piece by piece and remembers where every line came from."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    lines: list[_Shown] = field(default_factory=list)
    _start: int = 0
    _element: lxml.html.HtmlElement | None = None
    _space: bool = False
    _bold_to: int = 0
    _link: int = 0
    _italic: int = 0
    _paragraph: bool = True

    def words(self, raw: str, element: lxml.html.HtmlElement, style: frozenset[str]) -> None:
        """A text node that stands in ``element``; ``style`` has those of bold, italic, link and pre that hold there."""
        if "pre" in style:
            for number, row in enumerate(raw.split("\n")):
                if number:
                    self.end_line(paragraph=not row.strip())
                self._write(row.expandtabs(), element, style)
            return
        for piece in _pieces(raw):
            if piece == " ":
                self._space = self._element is not None
            else:
                self._write(piece, element, style)

    def _write(self, words: str, element: lxml.html.HtmlElement, style: frozenset[str]) -> None:
        if not words:
            return
        if self._element is None:
            if self.pieces:
                self._push("\n\n" if self._paragraph else "\n")
            self._start, self._element, self._bold_to = self.length, element, self.length
            self._link = self._italic = 0
        elif self._space:
            self._push(" ")
        all_bold = self._bold_to >= self.length
        self._space = False
        self._push(words)
        if "bold" in style and all_bold:
            self._bold_to = self.length
        self._link += len(words) * ("link" in style)
        self._italic += len(words) * ("italic" in style)

    def _push(self, words: str) -> None:
        self.pieces.append(words)
        if self._bold_to == self.length and words == " ":
            self._bold_to += 1
        self.length += len(words)

    def end_line(self, *, paragraph: bool) -> None:
        if self._element is not None:
            self.lines.append(
                _Shown(Span(self._start, self.length), self._element, self._paragraph, self._bold_to, self._link, self._italic)
            )
            self._element, self._paragraph = None, False
        self._space = False
        self._paragraph = self._paragraph or paragraph


def _pieces(raw: str) -> Iterator[str]:
    """Words and single blanks of a text node, in order, as a browser collapses them."""
    at = 0
    for match in _BLANKS.finditer(raw):
        if match.start() > at:
            yield raw[at : match.start()]
        yield " "
        at = match.end()
    if at < len(raw):
        yield raw[at:]


def parse_html(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a saved page, by the labels at the start of its article's paragraphs."""
    root = _tree(source)
    text, shown = _render(root)
    metadata = metadata_of(root)
    body = _article_lines(text, root, shown)
    shown_lines = (_line(text, line) for line in body if not _is_link_list(text, line) and not _is_main_heading(line))
    lines = without_furniture(text, (line for line in shown_lines if line.span.start < line.span.end))
    lines = [line for line in lines if line.span.cut(text) != metadata.title]
    return Parsed(text, build_turns(text, lines, title=metadata.title), metadata)


def _line(text: str, shown: _Shown) -> Line:
    """What the parts that know no HTML need of a line: how it is set apart, and in what kind of box it stands."""
    words = shown.span.cut(text)
    block = next((holder for holder in _holders(shown.element) if holder.tag in _BLOCKS), shown.element)
    heading = next((str(holder.tag) for holder in _holders(shown.element) if holder.tag in _HEADINGS), "")
    chars = len("".join(words.split()))
    if heading:
        look = heading
    elif any(holder.tag == "blockquote" or _QUOTES.search(holder.get("class") or "") for holder in _holders(shown.element)):
        look = "quote"
    elif shown.emphasis_end >= shown.span.end or not _WORD.search(text, shown.emphasis_end, shown.span.end):
        look = "bold"
    else:
        look = "italic" if shown.italic_chars >= 0.95 * chars else ""
    return Line(
        trim(text, shown.span), True, shown.emphasis_end, look, place=_place(block), is_link=shown.link_chars >= 0.8 * chars
    )


def _holders(element: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    yield element
    yield from element.iterancestors()


def _place(block: lxml.html.HtmlElement) -> str:
    """The kind of box that a block stands in: the elements around it by name and class, without numbers and lists."""
    around = [holder for holder in block.iterancestors() if holder.tag not in _LISTS][:3]
    return ">".join(f"{holder.tag!s}.{re.sub(r'[0-9]+', '', holder.get('class') or '')}" for holder in around)


def _is_main_heading(shown: _Shown) -> bool:
    return any(holder.tag == "h1" for holder in _holders(shown.element))


def _tree(source: Source) -> lxml.html.HtmlElement:
    markup = decode(source, is_markup=True)
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(markup.encode("utf-8"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError) as error:
        raise MalformedSource(source.path, f"no HTML could be read from it ({error}).", "Save the page again.") from error
    for problem in parser.error_log:
        if problem.type == lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT:  # what follows would be lost without a word
            raise MalformedSource(source.path, "elements nest too deep to be read.", "Save it as text.", line=problem.line)
    return root


def _render(root: lxml.html.HtmlElement) -> tuple[str, list[_Shown]]:
    """The page's text and its lines; a loop and not a recursion, since pages nest as deep as they like."""
    renderer = _Renderer()
    depth = dict.fromkeys(("bold", "italic", "link", "pre"), 0)
    unshown = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        step = 1 if event == "start" else -1
        unshown += step * (tag in _UNSHOWN or (tag in _INLINE and bool(_NOTES.search(element.get("class") or ""))))
        if not unshown and (tag in _BLOCKS or (tag == "br" and event == "start")):
            renderer.end_line(paragraph=tag != "br")
        if tag in _STYLES:
            depth[_STYLES[tag]] += step
        raw = element.text if event == "start" else element.tail
        holder = element if event == "start" else element.getparent()
        if raw and holder is not None and not unshown:
            renderer.words(raw, holder, frozenset(style for style, count in depth.items() if count))
    renderer.end_line(paragraph=True)
    return "".join(renderer.pieces), renderer.lines


def _article_lines(text: str, root: lxml.html.HtmlElement, shown: list[_Shown]) -> list[_Shown]:
    furniture = Furniture(root, [(line.element, line.span.end - line.span.start - line.link_chars) for line in shown])
    candidates = [line for line in shown if not furniture.holds(line.element)]
    weights = [
        (line.element, len(words.split()))
        for line in candidates
        if len((words := line.span.cut(text)).split()) >= 8 and line.link_chars < 0.5 * len(words)
    ]
    inside = article_root(root, weights)
    return [line for line in candidates if inside is None or _is_within(line.element, inside)]


def _is_within(element: lxml.html.HtmlElement, ancestor: lxml.html.HtmlElement) -> bool:
    return element is ancestor or any(parent is ancestor for parent in element.iterancestors())


def _is_link_list(text: str, line: _Shown) -> bool:
    """A line that is one link and asks nothing: a pointer to another story."""
    words = line.span.cut(text)
    return line.link_chars >= 0.8 * len(words) and "?" not in words and len(words.split()) <= _ALL_LINK_MAX_WORDS
