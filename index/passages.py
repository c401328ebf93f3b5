"""Turns to passages: the chunk of an answer that a person would quote, with the question that it answers.

A passage is whole sentences of one turn, 40 to 150 words where the turn is long enough, never over ``MAX_WORDS``. Who
asks is known from :mod:`index.speakers`; how passages are embedded is told by :func:`embedded_texts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.anchors import Anchors, Location
from index.quotations import quotations
from index.records import Anchor, Asked, Passage, Role, Span, Turn
from index.sentences import count_words, searchable, split_sentences

TARGET_WORDS = 110
MIN_WORDS = 40
MAX_WORDS = 200
MAX_ASKED_WORDS = 120
_ASKS = re.compile(r"[?？]")
_ASKS_LAST = re.compile(r"[?？][\"'”’»)*_\s]*$")
_SAYS_SOMETHING = re.compile(r"\w")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_LOOK_BACK = 6
_NOD = re.compile(
    r"""(?xi) [\W_]* (?: (?:
      yes|yeah|yep|yup|no|nope|right|okay|ok|sure|exactly|absolutely|definitely|wow|great|good|cool|nice|fine
    | interesting|indeed|true|correct|of\ course|got\ it|i\ see|i\ know|fair\ enough
    | that['’]?s\ (?:right|great|true|interesting|fair)
    | thank\ you|thanks|please|go\ ahead|oh|ah|uh|um|uh-?huh|mm+-?h+m+|m+h+m*|hm+|well|so|and|but
    | ja|nein|genau|gut|richtig|stimmt|klar|okay|aha|ach|so|danke|bitte|verstehe|natürlich|interessant|gerne?|hm
    | oui|non|d['’]accord|bien(?:\ sûr)?|merci|exactement|voilà | sí|si|no|claro|vale|bien|exacto|gracias|perfecto
    | sim|não|certo|claro|exato|obrigad[oa]|tá|sir|ma['’]am )\b [\W_]* ){1,5} $
    | [\W_]* [\[(] [^\])]{0,40} [\])] [\W_]* $ """
)
"""Words that keep somebody talking and ask nothing: what was asked is the question before."""


def cut_passages(
    text: str, turns: Sequence[Turn], *, language: str | None = None, anchors: Sequence[Anchor] = ()
) -> tuple[Passage, ...]:
    """All passages of a document in reading order, answers and context alike.

    Words under no label are an introduction or a narrator's where others speak, and what the document says where nobody does.
    """
    are_told_apart = any(turn.label or turn.role is not Role.UNKNOWN for turn in turns)
    located = Anchors(anchors)
    passages: list[Passage] = []
    for number, turn in enumerate(turns):
        is_answer = _can_answer(turn, are_told_apart=are_told_apart)
        asked = _asked(text, turns, number, language) if is_answer and are_told_apart else None
        for span in turn.spans:
            others = tuple(quotations(text, span)) if is_answer else ()
            for sentences in _group(text, split_sentences(text, span, language=language)):
                cut = Span(sentences[0].start, sentences[-1].end)
                if _SAYS_SOMETHING.search(cut.cut(text)):
                    place = located.locate(cut) if anchors else Location(None, turn.start_ms, turn.end_ms)
                    passages.append(
                        Passage(
                            turn=number,
                            span=cut,
                            speaker=turn.speaker,
                            role=turn.role,
                            asked=asked,
                            sentences=sentences,
                            is_answer=is_answer,
                            asks=bool(_ASKS_LAST.search(cut.cut(text)[-8:])),
                            start_ms=place.start_ms,
                            end_ms=place.end_ms,
                            page=place.page,
                            quoted=tuple(_inside(cut, others)),
                        )
                    )
    return tuple(passages)


def _can_answer(turn: Turn, *, are_told_apart: bool) -> bool:
    if turn.role is Role.UNKNOWN:
        return turn.label is not None or not are_told_apart
    return turn.role is Role.INTERVIEWEE


def _inside(cut: Span, stretches: Sequence[Span]) -> Iterator[Span]:
    """The parts of some stretches that lie in ``cut``."""
    for stretch in stretches:
        if stretch.start < cut.end and cut.start < stretch.end:
            yield Span(max(cut.start, stretch.start), min(cut.end, stretch.end))


def _group(text: str, sentences: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """Sentences packed evenly: as many passages as the words ask for, broken at paragraphs where that is near."""
    counts = [count_words(sentence.cut(text)) for sentence in sentences]
    total = sum(counts)
    if not sentences:
        return
    if total <= TARGET_WORDS + MIN_WORDS:
        yield tuple(sentences)
        return
    goal = total / max(2, round(total / TARGET_WORDS))
    first, held = 0, 0
    for number, count in enumerate(counts):
        if number > first and held + count > MAX_WORDS:
            yield tuple(sentences[first:number])
            total -= held
            first, held = number, 0
        held += count
        left = total - held
        ends_paragraph = number + 1 < len(counts) and bool(
            _PARAGRAPH.search(text, sentences[number].end, sentences[number + 1].start)
        )
        is_full = held >= goal or (ends_paragraph and held >= 0.6 * goal)
        if is_full and left >= MIN_WORDS:
            yield tuple(sentences[first : number + 1])
            total -= held
            first, held = number + 1, 0
    if first < len(sentences):
        yield from _tail(sentences[first:], counts[first:])


def _tail(sentences: Sequence[Span], counts: Sequence[int]) -> Iterator[tuple[Span, ...]]:
    """What is left at the end, in halves when it is too much for one passage."""
    if sum(counts) <= MAX_WORDS or len(sentences) == 1:
        yield tuple(sentences)
        return
    half, held = sum(counts) / 2, 0
    for number, count in enumerate(counts):
        held += count
        if held >= half or held + (counts[number + 1] if number + 1 < len(counts) else 0) > MAX_WORDS:
            yield tuple(sentences[: number + 1])
            yield from _tail(sentences[number + 1 :], counts[number + 1 :])
            return


def _asked(text: str, turns: Sequence[Turn], number: int, language: str | None) -> Asked | None:
    """The question that turn ``number`` answers: the nearest earlier turn that asks.

    An interviewer's turn counts whether or not it has a question mark, unless it only nods ("Right.", "[Inaudible]").
    Where roles are unknown only a turn with a question by somebody else does, and only directly before.
    """
    speaker = turns[number].speaker
    roles_known = any(turn.role is Role.INTERVIEWER for turn in turns)
    for back in range(number - 1, max(-1, number - 1 - _LOOK_BACK), -1):
        turn = turns[back]
        words = " ".join(span.cut(text) for span in turn.spans)
        if (turn.label is None and turn.role is not Role.INTERVIEWER) or (speaker is not None and turn.speaker == speaker):
            continue
        asks = bool(_ASKS.search(words))
        if turn.role is Role.INTERVIEWER and (asks or turn.label is None or not _NOD.match(words)):
            return _question(text, turn, back, language)
        if not roles_known:
            return _question(text, turn, back, language) if asks else None
    return None


def _question(text: str, turn: Turn, number: int, language: str | None) -> Asked:
    """The turn, or where it is a speech its last sentences up to the last question."""
    span = turn.spans[-1]
    if count_words(span.cut(text)) > MAX_ASKED_WORDS:
        sentences = split_sentences(text, span, language=language)
        asking = [n for n, sentence in enumerate(sentences) if _ASKS.search(sentence.cut(text)[-4:])]
        last = asking[-1] if asking else len(sentences) - 1
        first, held = last, 0
        while first >= 0 and held + count_words(sentences[first].cut(text)) <= MAX_ASKED_WORDS:
            held += count_words(sentences[first].cut(text))
            first -= 1
        first = min(first + 1, last)
        span = Span(sentences[first].start, sentences[last].end)
    return Asked(number, span, turn.speaker)


@dataclass(frozen=True, slots=True)
class EmbeddedTexts:
    """What the encoder sees of a passage: the answer alone, and the answer after its question."""

    answer: str
    with_question: str


def embedded_texts(text: str, passage: Passage) -> EmbeddedTexts:
    """The texts to embed; blanks squeezed, since models read words and not layout."""
    answer = searchable(passage.span.cut(text))
    asked = searchable(passage.asked.span.cut(text)) if passage.asked else ""
    return EmbeddedTexts(answer, f"{asked} {answer}" if asked else answer)
