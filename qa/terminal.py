"""Answers and documents as text for a terminal or a pipe, made from the JSON that every surface carries.

To a pipe a quote's words go out exactly as they stand in the source; on a terminal they may be wrapped by the terminal
itself, and control characters are shown and not sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from qa import phrases
from qa.phrases import CHOICES_SHOWN, NEAREST_SHOWN, counted, told_filters
from qa.render import clock, visible

Json = dict[str, Any]

NEAREST_CHARS = 160

REASONS = phrases.REASONS | {
    "unknown_speaker": f"{phrases.REASONS['unknown_speaker']} See: onrecord list",
    "empty_index": f"{phrases.REASONS['empty_index']} Run: onrecord index FILES…",
}
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: ``color`` uses ANSI codes, ``links`` OSC 8 hyperlinks, ``raw`` sends quotes byte for byte."""

    color: bool = False
    links: bool = False
    raw: bool = True

    def paint(self, words: str, code: str) -> str:
        return f"\x1b[{code}m{words}\x1b[0m" if self.color and words else words

    def link(self, words: str, url: str | None) -> str:
        return f"\x1b]8;;{visible(url)}\x1b\\{words}\x1b]8;;\x1b\\" if self.links and url else words

    def safe(self, words: str) -> str:
        """The words as they may go out: exactly, or to a terminal so that they can't steer it."""
        return words if self.raw else visible(words)


def answer_text(answer: Json, style: Style) -> str:
    """The answer for a reader: each quote with who says it, what they were asked, and where it stands."""
    if answer["found"]:
        of_questions = answer["wants"] == "questions"
        blocks = [style.paint(told, "2")] if (told := style.safe(told_filters(answer["filters"]))) else []
        blocks += [
            _quote_text(number, quote, style, question_first=of_questions) for number, quote in enumerate(answer["passages"], 1)
        ]
        return "\n\n".join(blocks) + "\n"
    lines = [style.paint(REASONS.get(answer["reason"], "Nothing on record."), "1")]
    if answer["nearest"]:
        lines += ["", style.paint(phrases.CLOSEST, "2")]
        for quote in answer["nearest"][:NEAREST_SHOWN]:
            lines += [f"  {_who(quote, style)} ({style.safe(quote['id'])}): {_beginning(quote['cited_text'], style)}"]
    lines += [f"  {line}" for line in _choices(answer.get("candidates", ()), style)]
    return "\n".join(lines) + "\n"


def _beginning(words: str, style: Style) -> str:
    """The first words of a quote as they stand, up to a line's end; that it goes on is marked after them."""
    shown = next(iter(words.splitlines()), "")[:NEAREST_CHARS]
    return style.safe(shown) + ("…" if len(shown) < len(words) else "")


def _quote_text(number: int, quote: Json, style: Style, *, under_heading: bool = False, question_first: bool = False) -> str:
    mark = style.paint(f"[{number}]", "2")
    asked = (
        f"{style.safe(quote['asked']['speaker'] or 'question')} asked: {style.safe(quote['asked']['cited_text'])}"
        if quote["asked"]
        else ""
    )
    if asked and question_first:
        lines = [f"{mark} {style.paint(asked, '1')}", f"    {_who(quote, style)} answered:"]
    else:
        lines = [f"{mark} {_who(quote, style)}", *([style.paint(f"    {asked}", "2")] if asked else [])]
    lines += ["", _marked(quote, style), ""]
    lines += ["    " + style.paint(line, "2") for line in _repeated(quote, style)]
    lines.append("    " + style.paint(_place(quote, style, under_heading=under_heading), "2"))
    for other in quote.get("also_in", ()):
        lines.append("    " + style.paint(f"also in {style.safe(_where(other))}", "2"))
    return "\n".join(lines)


def _repeated(quote: Json, style: Style) -> Iterator[str]:
    """That the speaker repeats somebody else's words, and which: nobody should print them as the speaker's own."""
    base = quote["start_char_index"]
    for stretch in quote.get("quotations", ()):
        words = quote["cited_text"][stretch["start_char_index"] - base : stretch["end_char_index"] - base]
        yield f"repeats somebody else's words: {_beginning(words, style)}"


def _who(quote: Json, style: Style) -> str:
    return style.paint(style.safe(quote["speaker"] or phrases.UNNAMED), "1")


def _place(quote: Json, style: Style, *, under_heading: bool) -> str:
    return style.link(style.safe(_where(quote, under_heading=under_heading)), quote["url"]) + (
        f"\n    {style.safe(quote['url'])}" if quote["url"] and not style.links else ""
    )


def _where(place: Json, *, under_heading: bool = False) -> str:
    """Where words stand; title and date are left out under a heading that has them."""
    parts = [] if under_heading else [place["document_title"] or place["document_id"], place["published"]]
    if place.get("page"):
        parts.append(f"page {place['page']}")
    if place.get("start_ms") is not None:
        parts.append(clock(place["start_ms"]))
    parts.append(f"{place['document_id']} {place['start_char_index']}-{place['end_char_index']}")
    return " · ".join(part for part in parts if part)


def _marked(quote: Json, style: Style) -> str:
    """The quote's words with the answering sentences set off; without color they are the words and nothing else."""
    words, base = quote["cited_text"], quote["start_char_index"]
    if not style.color:
        return style.safe(words)
    pieces: list[str] = []
    at = 0
    for mark in sorted(quote["highlights"], key=lambda mark: int(mark["start_char_index"])):
        start, end = mark["start_char_index"] - base, mark["end_char_index"] - base
        pieces += [style.safe(words[at:start]), style.paint(style.safe(words[start:end]), "1;33")]
        at = end
    return "".join([*pieces, style.safe(words[at:])])


def timeline_text(timeline: Json, style: Style) -> str:
    """A timeline for a reader: documents by date, each with its passages; or whom to choose from, or what came closest."""
    if not timeline["found"]:
        return answer_text(timeline, style)
    passages = timeline["passages"]
    said = f"{_who(timeline, style)}: {counted(len(passages), 'passage')}, oldest first"
    blocks = [said + (f"; {timeline['more']} more on it are not listed (--limit)" if timeline["more"] else "")]
    of_questions = timeline["wants"] == "questions"
    number = 0
    for _, quotes in groupby(passages, key=lambda quote: quote["document_id"]):
        for first, quote in enumerate(quotes):
            number += 1
            blocks += [] if first else [_dated(quote, style)]
            blocks.append(_quote_text(number, quote, style, under_heading=True, question_first=of_questions))
    return "\n\n".join(blocks) + "\n"


def _dated(quote: Json, style: Style) -> str:
    title = style.safe(quote["document_title"] or quote["document_id"])
    return f"{style.paint(style.safe(quote['published'] or UNDATED), '1;36')}  {style.paint(title, '1')}"


def _choices(voices: list[Json], style: Style) -> Iterator[str]:
    """Those who speak most on it, and how many more there are."""
    yield from (_choice(voice, style) for voice in voices[:CHOICES_SHOWN])
    if len(voices) > CHOICES_SHOWN:
        yield f"… and {len(voices) - CHOICES_SHOWN} more (--json has them all)"


def _choice(voice: Json, style: Style) -> str:
    """One of several people, and the option that asks for them; who has no name is asked for by the document."""
    documents = counted(len(voice["documents"]), "document")
    if voice["name"]:
        return style.safe(f'--speaker "{voice["name"]}" ({voice["role"]}, {documents})')
    return style.safe(f"--document {voice['documents'][0]} ({phrases.UNNAMED})")


def documents_text(documents: list[Json], style: Style) -> str:
    """One document a block: id, title, date, counts, who speaks."""
    if not documents:
        return "The index holds no documents.\n"
    blocks = []
    for document in documents:
        counts = f"{document['turns']} turns, {document['passages']} passages"
        facts = (document["title"], document["date"], document["kind"], document["language"], counts)
        head = " · ".join(fact for fact in facts if fact)
        lines = [
            style.paint(style.safe(document["id"]), "1"),
            f"  {style.safe(head)}",
            f"  {style.safe(shorten(document['path']))}",
        ]
        lines += [f"  {style.safe(line)}" for line in _speakers(document, reasons=False)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _speakers(document: Json, *, reasons: bool) -> Iterator[str]:
    for speaker in document["speakers"]:
        role = speaker["role"] if speaker["role"] != "unknown" else "role unknown"
        yield f"- {speaker['name']}: {role}, {speaker['turns']} turns" + (f" ({speaker['reason']})" if reasons else "")
    for unnamed in document["unnamed"]:
        if unnamed["role"] != "unknown":
            reason = " (told by the questions, which the source sets apart)" if reasons else ""
            yield f"- not named: {unnamed['role']}, {unnamed['turns']} turns{reason}"


def transcript_text(document: Json, style: Style) -> str:
    """A document's turns as parsed: number, speaker, role, label, offsets, words."""
    lines = [style.paint(style.safe(document["title"] or document["id"]), "1")]
    fields = ("id", "kind", "language", "date", "author", "site", "url")
    facts = [document[field] for field in fields]
    lines.append(style.safe(" · ".join(fact for fact in facts if fact)))
    lines += [style.safe(line) for line in _speakers(document, reasons=True)] or ["(the source names no speakers)"]
    for turn in document["transcript"]:
        spans = ", ".join(f"{span['start_char_index']}-{span['end_char_index']}" for span in turn["spans"])
        speaker = style.safe(turn["speaker"] or "(not named)")
        label = f' as "{style.safe(turn["label"])}"' if turn["label"] and turn["label"] != turn["speaker"] else ""
        lines += ["", f"{turn['turn']:>4}  {style.paint(speaker, '1')} · {turn['role']}{label} · {spans}"]
        lines += [style.safe(span["text"]) for span in turn["spans"]]
    return "\n".join(lines) + "\n"


def shorten(path: str) -> str:
    """A path as seen from here, where it lies below."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
