"""Quotes are cut from the source, compared with it last, and joined only where one person said the same at length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.reader import IndexReader
from index.records import Role, Span
from qa.answer import Answer, Asked, Quote, Reason
from qa.errors import AlteredQuote
from qa.quotes import CONTEXT_CHARS, QuoteCutter, join_same_words
from qa.service import Service

LONG = "We will open the harbour on the first of May and not before."


@pytest.fixture
def answer(service: Service) -> Answer:
    """A found answer whose first quote has a question, a highlight and room around it."""
    found = service.ask("What did she say about the storm barrier?")
    assert found.passages[0].asked
    assert found.passages[0].highlights
    return found


@pytest.fixture
def cutter(reader: IndexReader) -> QuoteCutter:
    return QuoteCutter(reader)


def with_first(answer: Answer, quote: Quote) -> Answer:
    return replace(answer, passages=(quote, *answer.passages[1:]))


def moved(quote: Quote, start: int, end: int) -> Quote:
    """The quote with the same words at another place."""
    return replace(quote, place=replace(quote.place, span=Span(start, end)))


def alterations() -> Iterator[tuple[str, Callable[[Quote], Quote]]]:
    """Ways in which a quote may stop being what its source says."""
    yield "a letter more", lambda quote: replace(quote, cited_text=quote.cited_text + ".")
    yield "a letter less", lambda quote: replace(quote, cited_text=quote.cited_text[:-1])
    yield "another word", lambda quote: replace(quote, cited_text=quote.cited_text.replace("crowns", "euros", 1))
    yield "straight quotes", lambda quote: replace(quote, cited_text=quote.cited_text.replace("’", "'"))
    yield "a plain blank", lambda quote: replace(quote, cited_text=quote.cited_text.replace("\xa0", " "))
    yield "a blank before it", lambda quote: replace(quote, cited_text=f" {quote.cited_text}")
    yield "no words", lambda quote: replace(quote, cited_text="")
    yield "moved by one", lambda quote: moved(quote, quote.place.span.start + 1, quote.place.span.end + 1)
    yield "beyond the text", lambda quote: moved(quote, quote.place.span.start, 10**9)
    yield "backwards", lambda quote: moved(quote, quote.place.span.end, quote.place.span.start)
    yield "before the text", lambda quote: moved(quote, -5, quote.place.span.end)
    yield "another document", lambda quote: replace(quote, place=replace(quote.place, document_id="novelist-qa"))
    yield "no document", lambda quote: replace(quote, place=replace(quote.place, document_id="nowhere"))
    yield "asked by an interviewer", lambda quote: replace(quote, role=Role.INTERVIEWER)
    yield "its question altered", lambda quote: replace(quote, asked=replace(asked_of(quote), cited_text="Why?"))
    yield "its question moved", lambda quote: replace(quote, asked=replace(asked_of(quote), span=Span(0, 3)))
    yield "a mark before it", lambda quote: replace(quote, highlights=(Span(0, 1),))
    yield "a mark after it", lambda quote: replace(quote, highlights=(Span(quote.place.span.start, quote.place.span.end + 1),))
    yield "a mark backwards", lambda quote: replace(quote, highlights=(Span(quote.place.span.end, quote.place.span.start),))
    yield "another place with other words", lambda quote: replace(quote, also_in=(replace(quote.place, span=Span(0, 40)),))
    yield "another place that isn't", lambda quote: replace(quote, also_in=(replace(quote.place, document_id="nowhere"),))


def asked_of(quote: Quote) -> Asked:
    assert quote.asked
    return quote.asked


def test_an_answer_as_it_was_cut_passes(cutter: QuoteCutter, answer: Answer) -> None:
    """The check gives back the very answer that it was given."""
    assert cutter.checked(answer) is answer


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in alterations()])
def test_an_altered_quote_is_never_answered(cutter: QuoteCutter, answer: Answer, change: Callable[[Quote], Quote]) -> None:
    """Anything but the source's slice raises, wherever in the answer it stands, and the message names the quote."""
    altered = change(answer.passages[0])
    assert altered != answer.passages[0]
    with pytest.raises(AlteredQuote, match="It is not shown") as caught:
        cutter.checked(with_first(answer, altered))
    assert caught.value.passage_id == altered.id
    with pytest.raises(AlteredQuote):
        cutter.checked(replace(answer, passages=(*answer.passages, altered)))
    with pytest.raises(AlteredQuote):
        cutter.checked(replace(answer, passages=(), nearest=(altered,), reason=Reason.NOTHING_ON_RECORD))


def test_a_quote_is_cut_with_what_stands_around_it(answer: Answer, canonical: dict[str, str], reader: IndexReader) -> None:
    """Words, question, surroundings and digest of a quote are its document's."""
    for quote in answer.passages:
        text, span = canonical[quote.place.document_id], quote.place.span
        assert quote.cited_text == text[span.start : span.end]
        assert text[: span.start].endswith(quote.prefix)
        assert text[span.end :].startswith(quote.suffix)
        assert len(quote.prefix) == min(CONTEXT_CHARS, span.start)
        assert len(quote.suffix) == min(CONTEXT_CHARS, len(text) - span.end)
        card = reader.document(quote.place.document_id)
        assert quote.source_sha256 == card.sha256
        assert (quote.place.document_title, quote.place.published) == (card.metadata.title, card.metadata.date)
        assert quote.id == f"{card.id}:{span.start}-{span.end}"


def said(quote: Quote, speaker: str | None, words: str, document: str = "d", start: int = 0) -> Quote:
    """Words in somebody's mouth, in the shape of a real quote."""
    place = replace(quote.place, document_id=document, speaker=speaker, span=Span(start, start + len(words)))
    return replace(quote, cited_text=words, place=place, highlights=(), asked=None, also_in=())


def test_one_persons_same_words_are_one_quote_that_names_every_place(answer: Answer) -> None:
    """Printed twice, said once: the first keeps the words, the others are places."""
    model = answer.passages[0]
    one, two, three = (said(model, "Ann Bell", LONG, document) for document in "abc")
    assert join_same_words([one, two, three], 5) == (replace(one, also_in=(two.place, three.place)),)


def test_the_same_words_in_other_blanks_are_the_same(answer: Answer) -> None:
    """A line break of the typesetter's makes no other quote; each place keeps its own."""
    model = answer.passages[0]
    one, two = said(model, "Ann Bell", LONG, "a"), said(model, "Ann Bell", LONG.replace(" ", "\n", 3), "b")
    assert join_same_words([one, two], 5) == (replace(one, also_in=(two.place,)),)


PRINTED = "He said, ‘Close the gate’, and we didn’t — not before the first of May."


@pytest.mark.parametrize(
    "other",
    [
        "He said, “Close the gate”, and we didn't — not before the first of May.",
        "He said, »Close the gate«, and we didn´t — not before the first of May.",
        "HE SAID, ‘CLOSE THE GATE’, AND WE DIDN’T — NOT BEFORE THE FIRST OF MAY.",
        "He said,\xa0'Close the\r\n    gate', and we didn't — not before the first of\u2009May.",
    ],
    ids=["double quotes", "guillemets", "capitals", "blanks"],
)
def test_the_same_words_by_another_printers_rules_are_the_same(answer: Answer, other: str) -> None:
    """Marks of quotation, capitals and blanks are each paper's own; the first paper's words stand as they are."""
    model = answer.passages[0]
    one, two = said(model, "Ann Bell", PRINTED, "a"), said(model, "Ann Bell", other, "b")
    assert join_same_words([one, two], 5) == (replace(one, also_in=(two.place,)),)


@pytest.mark.parametrize(
    "change", [("the gate", "a gate"), ("didn’t", "did"), ("May.", "May?"), ("first", "1st"), ("not ", "")]
)
def test_other_words_are_other_words(answer: Answer, change: tuple[str, str]) -> None:
    """A word, a number or a question mark more is another quote."""
    model = answer.passages[0]
    quotes = (said(model, "Ann Bell", PRINTED, "a"), said(model, "Ann Bell", PRINTED.replace(*change), "b"))
    assert join_same_words(quotes, 5) == quotes


def test_without_a_limit_all_are_kept_and_joined(answer: Answer) -> None:
    """A timeline lists everything."""
    model = answer.passages[0]
    quotes = [said(model, "Ann Bell", f"{LONG} {number}", str(number)) for number in range(30)]
    again = said(model, "Ann Bell", f"{LONG} 7", "again")
    assert [len(quote.also_in) for quote in join_same_words([*quotes, again])] == [int(n == 7) for n in range(30)]


def test_two_printings_over_a_real_index_are_one_quote(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """Also where the list is full; the check against both sources passes, and each place keeps its own words."""
    shouted = PRINTED.replace("‘", "“").replace("’,", "”,").replace("’", "'").upper()
    turns = [("Host", "What did he say at the gate?"), ("Ann Bell", PRINTED)]
    service = ask_over(transcript("morning", *turns), transcript("evening", turns[0], ("Ann Bell", shouted)))
    for limit in (1, 5):
        (quote,) = service.ask("What did he say at the gate?", limit=limit).passages
        places = (quote.place, *quote.also_in)
        assert {place.document_id: service.reader.cut(place.document_id, place.span) for place in places} == {
            "morning": PRINTED, "evening": shouted
        }  # fmt: skip


@pytest.mark.parametrize("names", [("Ann Bell", "Carl Dunn"), ("Ann Bell", "Ann Dunn")])
def test_two_peoples_same_words_stay_two(answer: Answer, names: tuple[str, str]) -> None:
    """Who says a thing is part of the quote."""
    model = answer.passages[0]
    quotes = tuple(said(model, name, LONG, document) for name, document in zip(names, "ab", strict=True))
    assert join_same_words(quotes, 5) == quotes


@pytest.mark.parametrize("names", [("Ann Bell", "Bell"), ("bell", "Ann Bell"), (None, "Ann Bell")])
def test_a_short_form_of_a_name_is_the_same_person(answer: Answer, names: tuple[str | None, str | None]) -> None:
    """One paper prints the whole name, the other a part of it or none."""
    model = answer.passages[0]
    quotes = [said(model, name, LONG, document) for name, document in zip(names, "ab", strict=True)]
    assert [quote.place.speaker for quote in join_same_words(quotes, 5)] == [names[0]]


def test_short_words_are_never_joined(answer: Answer) -> None:
    """ "Yes." said twice is two answers, by one person or by two."""
    model = answer.passages[0]
    quotes = (said(model, "Ann", "Yes.", "a"), said(model, "Bob", "Yes.", "a", 9), said(model, "Ann", "Yes.", "b"))
    assert join_same_words(quotes, 5) == quotes


def test_the_limit_counts_joined_quotes_and_later_places_still_join(answer: Answer) -> None:
    """A full list takes no further quote, but still notes where its own words stand again."""
    model = answer.passages[0]
    one, other, again = (
        said(model, "Ann", LONG, "a"),
        said(model, "Ann", f"Or later. {LONG}", "b"),
        said(model, "Ann", LONG, "c"),
    )
    assert join_same_words([one, other, again], 1) == (replace(one, also_in=(again.place,)),)


def test_the_same_words_in_two_files_come_once_with_both_places(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """Over a real index: an interview that two papers print is one answer, with a second place that says the same."""
    turns = [("Host", "When will the harbour open?"), ("Ann Bell", LONG)]
    service = ask_over(transcript("morning", *turns), transcript("evening", *turns))
    (quote,) = service.ask("When will the harbour open?").passages
    assert quote.cited_text == LONG
    places = (quote.place, *quote.also_in)
    assert {place.document_id for place in places} == {"morning", "evening"}
    assert all(service.reader.cut(place.document_id, place.span) == LONG for place in places)


def test_yes_of_two_people_stays_two_at_their_own_places(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """Over a real index: each "Yes." is cited where its own speaker says it."""
    turns = [("Host", "Will the ferry run?"), ("Ann Bell", "Yes."), ("Host", "Will the ferry run?"), ("Carl Dunn", "Yes.")]
    service = ask_over(transcript("panel", *turns))
    passages = service.ask("Will the ferry run?").passages
    assert {(quote.place.speaker, quote.place.turn) for quote in passages} == {("Ann Bell", 1), ("Carl Dunn", 3)}
    text = "\n\n".join(words for _, words in turns)
    first, second = text.index("Yes."), text.rindex("Yes.")
    assert {quote.place.speaker: quote.place.span.start for quote in passages} == {"Ann Bell": first, "Carl Dunn": second}
    assert all(quote.also_in == () for quote in passages)


def test_times_travel_with_the_quote(service: Service) -> None:
    """A transcript's clock comes through to whoever wants to hear it."""
    quote = service.ask("When did your supervisors first notice the withdrawals at Kronvik?").passages[0]
    assert (quote.place.document_id, quote.place.speaker) == ("press-conference-miller", "Robert Miller")
    assert (quote.start_ms, quote.end_ms) == (184716, 253693)


def test_nothing_is_joined_from_nothing() -> None:
    """No quotes in, none out."""
    nothing: list[Any] = []
    assert join_same_words(nothing, 5) == ()
