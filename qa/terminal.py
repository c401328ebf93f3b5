"""Answers and documents as text for a terminal or a pipe, made from the JSON that every surface carries.

To a pipe a quote's words go out exactly as they stand in the source. On a terminal they are set into lines, control characters
are shown and not sent, and what is marked is marked without color too: by a bar in the margin, where no quote has words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from qa import phrases
from qa.painting import Style, whole
from qa.phrases import CHOICES_SHOWN, NEAREST_SHOWN, counted, told_filters
from qa.render import clock
from qa.typesetting import MARGIN, Slice, set_stretches, stretches_of

Json = dict[str, Any]

NEAREST_CHARS = 160

REASONS = phrases.REASONS | {
    "unknown_speaker": f"{phrases.REASONS['unknown_speaker']} See: onrecord list",
    "empty_index": f"{phrases.REASONS['empty_index']} Run: onrecord index FILES…",
}
UNDATED = "undated"
MARK_CODE, MARK_MARGIN = "1;33", "  ┃ "


def answer_text(answer: Json, style: Style) -> str:
    """The answer for a reader: each quote with who says it, what they were asked, and where it stands."""
    if answer["found"]:
        of_questions = answer["wants"] == "questions"
        told = told_filters(answer["filters"])
        blocks = [style.lines(told, whole(told, "2"), margin=MARGIN, first="")] if told else []
        blocks += [
            _quote_text(number, quote, style, question_first=of_questions) for number, quote in enumerate(answer["passages"], 1)
        ]
        return "\n\n".join(blocks) + "\n"
    reason = REASONS.get(answer["reason"], "Nothing on record.")
    lines = [style.lines(reason, whole(reason, "1"))]
    if answer["nearest"]:
        lines += ["", style.lines(phrases.CLOSEST, whole(phrases.CLOSEST, "2"))]
        for quote in answer["nearest"][:NEAREST_SHOWN]:
            who = _who(quote)
            told = f"{who} ({quote['id']}): {_beginning(quote['cited_text'])}"
            lines.append(style.lines(told, whole(who, "1"), margin=MARGIN, first="  "))
    lines += [style.lines(line, margin=MARGIN, first="  ") for line in _choices(answer.get("candidates", ()))]
    return "\n".join(lines) + "\n"


def _beginning(words: str) -> str:
    """The first words of a quote as they stand, up to a line's end; that it goes on is marked after them."""
    shown = next(iter(words.splitlines()), "")[:NEAREST_CHARS]
    return shown + ("…" if len(shown) < len(words) else "")


def _quote_text(number: int, quote: Json, style: Style, *, under_heading: bool = False, question_first: bool = False) -> str:
    mark, who = f"[{number}]", _who(quote)
    asked = f"{quote['asked']['speaker'] or 'question'} asked: {quote['asked']['cited_text']}" if quote["asked"] else ""
    head = asked if asked and question_first else who
    named = (len(mark) + 1, len(mark) + 1 + len(head), "1")
    lines = [style.lines(f"{mark} {head}", whole(mark, "2"), named, margin=MARGIN, first="")]
    if asked and question_first:
        lines.append(style.lines(f"{who} answered:", whole(who, "1"), margin=MARGIN))
    elif asked:
        lines.append(style.lines(asked, whole(asked, "2"), margin=MARGIN))
    lines += ["", quote_lines(quote, style), ""]
    lines += [style.note(told) for told in _repeated(quote)]
    lines.append(style.note(_where(quote, under_heading=under_heading), url=quote["url"]))
    if quote["url"] and not style.links:
        lines.append(MARGIN + style.paint(style.safe(quote["url"]), "2"))  # never broken: it is to be copied
    lines += [style.note(f"also in {_where(other)}") for other in quote.get("also_in", ())]
    return "\n".join(lines)


def _repeated(quote: Json) -> Iterator[str]:
    """That the speaker repeats somebody else's words, and which: nobody should print them as the speaker's own."""
    base = quote["start_char_index"]
    for stretch in quote.get("quotations", ()):
        words = quote["cited_text"][stretch["start_char_index"] - base : stretch["end_char_index"] - base]
        yield f"repeats somebody else's words: {_beginning(words)}"


def _who(quote: Json) -> str:
    return quote["speaker"] or phrases.UNNAMED


def _where(place: Json, *, under_heading: bool = False) -> str:
    """Where words stand; title and date are left out under a heading that has them."""
    parts = [] if under_heading else [place["document_title"] or place["document_id"], place["published"]]
    if place.get("page"):
        parts.append(f"page {place['page']}")
    if place.get("start_ms") is not None:
        parts.append(clock(place["start_ms"]))
    parts.append(f"{place['document_id']} {place['start_char_index']}-{place['end_char_index']}")
    return " · ".join(part for part in parts if part)


def marks_of(quote: Json) -> list[Slice]:
    """The answering sentences as slices of the quote's words, in their order."""
    base = quote["start_char_index"]
    marks = ((mark["start_char_index"] - base, mark["end_char_index"] - base) for mark in quote["highlights"])
    return sorted(marks)


def joined_marks(quote: Json) -> list[Slice]:
    """The same, with those as one between which nothing is said."""
    found: list[Slice] = []
    for mark in marks_of(quote):
        is_next = bool(found) and not quote["cited_text"][found[-1][1] : mark[0]].strip()
        found.append((found.pop()[0] if is_next else mark[0], mark[1]))
    return found


def quote_lines(quote: Json, style: Style) -> str:
    """The quote's words with the answering sentences set off.

    Where lines are set, by color, or without it on lines of their own behind a bar; else by color, or not at all.
    """
    words = quote["cited_text"]
    if style.color or not style.width:
        paints = [(start, end, MARK_CODE) for start, end in marks_of(quote)]
        return style.lines(words, *paints, margin=MARGIN if style.width else "")
    stretches = stretches_of(len(words), [(start, end, MARK_MARGIN) for start, end in joined_marks(quote)])
    return "\n".join(
        stretch.margin + style.safe(words[start:end]) if start < end else stretch.margin.rstrip(" ")
        for stretch, (start, end) in set_stretches(words, stretches, style.width)
    )


def timeline_text(timeline: Json, style: Style) -> str:
    """A timeline for a reader: documents by date, each with its passages; or whom to choose from, or what came closest."""
    if not timeline["found"]:
        return answer_text(timeline, style)
    passages, who = timeline["passages"], _who(timeline)
    said = f"{who}: {counted(len(passages), 'passage')}, oldest first"
    said += f"; {timeline['more']} more on it are not listed (--limit)" if timeline["more"] else ""
    blocks = [style.lines(said, whole(who, "1"), margin=MARGIN, first="")]
    of_questions = timeline["wants"] == "questions"
    number = 0
    for _, quotes in groupby(passages, key=lambda quote: quote["document_id"]):
        for first, quote in enumerate(quotes):
            number += 1
            blocks += [] if first else [_dated(quote, style)]
            blocks.append(_quote_text(number, quote, style, under_heading=True, question_first=of_questions))
    return "\n\n".join(blocks) + "\n"


def _dated(quote: Json, style: Style) -> str:
    day, title = quote["published"] or UNDATED, quote["document_title"] or quote["document_id"]
    words = f"{day}  {title}"
    return style.lines(words, whole(day, "1;36"), (len(day) + 2, len(words), "1"), margin=MARGIN, first="")


def _choices(voices: Sequence[Json]) -> Iterator[str]:
    """Those who speak most on it, and how many more there are."""
    yield from (_choice(voice) for voice in voices[:CHOICES_SHOWN])
    if len(voices) > CHOICES_SHOWN:
        yield f"… and {len(voices) - CHOICES_SHOWN} more (--json has them all)"


def _choice(voice: Json) -> str:
    """One of several people, and the option that asks for them; who has no name is asked for by the document."""
    documents = counted(len(voice["documents"]), "document")
    if voice["name"]:
        return f'--speaker "{voice["name"]}" ({voice["role"]}, {documents})'
    return f"--document {voice['documents'][0]} ({phrases.UNNAMED})"


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
