"""Answers as text: exact bytes to a pipe, harmless words to a terminal, color only around them."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reader import IndexReader
from qa.answer import Reason
from qa.render import answer_json, documents_json, transcript_json
from qa.service import Service
from qa.terminal import MARK_MARGIN, REASONS, Style, answer_text, documents_text, shorten, transcript_text
from qa.typesetting import visible

PIPE = Style(color=False, links=False, raw=True)
PAINTED_PIPE = Style(color=True, links=False, raw=True)
SCREEN = Style(color=True, links=True, raw=False)
PLAIN_SCREEN = Style(color=False, links=False, raw=False)
PLAIN_SCREEN_SET = Style(color=False, links=False, raw=False, width=72)
PAINT = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b]8;;[^\x1b]*\x1b\\")
STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x7f\u202egnp.exe\r overwritten"


@pytest.fixture(scope="module")
def found(service: Service) -> dict[str, Any]:
    return answer_json(service.ask("Did you mislead parliament?"))


@pytest.fixture(scope="module")
def refused(service: Service) -> dict[str, Any]:
    return answer_json(service.ask("quantum chromodynamics"))


def poisoned(value: Any) -> Any:
    """The same JSON with control characters in every string but those that the program chooses itself."""
    if isinstance(value, dict):
        return {name: one if name in ("reason", "role") else poisoned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one) for one in value]
    return value + EVIL if isinstance(value, str) else value


def test_a_piped_quote_is_the_sources_words(found: dict[str, Any]) -> None:
    """Every quote stands in the output exactly, unwrapped, between two empty lines."""
    text = answer_text(found, PIPE)
    for quote in found["passages"]:
        assert f"\n\n{quote['cited_text']}\n\n" in text
    assert "\x1b" not in text


def test_a_piped_quote_keeps_even_control_characters(found: dict[str, Any]) -> None:
    """A pipe gets the bytes of the source, whatever they are."""
    evil = copy.deepcopy(found)
    evil["passages"][0]["cited_text"] = f"We said{EVIL} and more."
    assert f"\n\nWe said{EVIL} and more.\n\n" in answer_text(evil, PIPE)


def test_each_quote_says_who_what_was_asked_and_where(found: dict[str, Any]) -> None:
    """Speaker, question, document, date, time, id with offsets, and the link."""
    quote = found["passages"][0]
    block = answer_text(found, PIPE).split("\n\n[2]")[0]
    assert block.startswith("[1] Helen Miller\n")
    assert "Ida Brenning asked: Minister, on 6 June you told parliament" in block
    where = f"2024-06-18 · 1:40 · press-conference-miller {quote['start_char_index']}-{quote['end_char_index']}"
    assert where in block
    assert block.endswith(quote["url"])


def test_color_only_adds_paint(found: dict[str, Any], refused: dict[str, Any]) -> None:
    """Without its ANSI codes the painted text is the plain one."""
    for answer in (found, refused):
        painted = answer_text(answer, PAINTED_PIPE)
        assert painted != answer_text(answer, PIPE)
        assert PAINT.sub("", painted) == answer_text(answer, PIPE)


def test_the_marked_words_are_the_highlights(found: dict[str, Any], canonical: dict[str, str]) -> None:
    """What is painted as the answer is exactly what the highlights say."""
    marked = re.findall(r"\x1b\[1;33m(.*?)\x1b\[0m", answer_text(found, PAINTED_PIPE), re.DOTALL)
    expected = [
        canonical[quote["document_id"]][mark["start_char_index"] : mark["end_char_index"]]
        for quote in found["passages"]
        for mark in quote["highlights"]
    ]
    assert marked == expected


def test_links_replace_written_addresses(found: dict[str, Any]) -> None:
    """A terminal that knows links gets each address once, behind the words; without them it is written out."""
    linked = answer_text(found, Style(color=False, links=True, raw=False))
    addresses = [quote["url"] for quote in found["passages"] if quote["url"]]
    assert re.findall(r"\x1b]8;;([^\x1b]+)\x1b\\", linked) == addresses
    assert not any(address in LINK.sub("", linked) for address in addresses)
    written = [line.strip() for line in answer_text(found, PIPE).splitlines() if line.strip().startswith("http")]
    assert written == addresses


@pytest.mark.parametrize("style", [SCREEN, PLAIN_SCREEN, Style(links=True, raw=False, width=2000)])
def test_nothing_in_an_answer_can_steer_a_terminal(found: dict[str, Any], refused: dict[str, Any], style: Style) -> None:
    """Words, names, titles, ids, dates and addresses of a hostile source are shown, and never obeyed."""
    found = copy.deepcopy(found)
    found["passages"][0]["also_in"] = [found["passages"][1]]
    for answer in (found, refused):
        text = answer_text(poisoned(answer), style)
        assert "\\x1b[2J" in text
        assert not STEERING.search(LINK.sub("", PAINT.sub("", text)))


@pytest.mark.parametrize("style", [SCREEN, PLAIN_SCREEN])
def test_nothing_in_a_listing_can_steer_a_terminal(reader: IndexReader, style: Style) -> None:
    """The same holds where documents and their turns are listed."""
    listed = documents_text(poisoned(documents_json(reader))["documents"], style)
    shown = transcript_text(poisoned(transcript_json(reader, "press-conference-miller")), style)
    for text in (listed, shown):
        assert "\\x1b[2J" in text
        assert not STEERING.search(PAINT.sub("", text))


@given(st.text(st.characters(exclude_categories=())))
def test_visible_words_steer_nothing(words: str) -> None:
    """No control character and no direction override comes through; line ends and tabs do."""
    shown = visible(words)
    assert not STEERING.search(shown)
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(st.text(st.characters(exclude_categories=["C"])) | st.sampled_from(["a\r\nb", "a\n\tb", "e\u0301 🏃‍♀️", "مرحبا"]))
def test_harmless_words_are_left_as_they_are(words: str) -> None:
    """Letters, marks, emoji, blanks and line ends are not touched."""
    assert visible(words) == words


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_words(refused: dict[str, Any], reason: Reason) -> None:
    """A refusal begins with its own sentence, different for each reason."""
    text = answer_text(refused | {"reason": reason.value, "nearest": []}, PIPE)
    assert text == REASONS[reason.value] + "\n"
    assert len(set(REASONS.values())) == len(Reason)


def test_what_came_closest_is_marked_as_no_answer(refused: dict[str, Any]) -> None:
    """Some of the nearest come after the refusal, best first, under a heading that says what they are, each with its id."""
    head, _, rest = answer_text(refused, PIPE).partition("What came closest, and is not an answer:\n")
    assert head == "Nothing on record.\n\n"
    lines = rest.splitlines()
    assert 1 <= len(lines) <= len(refused["nearest"])
    for line, quote in zip(lines, refused["nearest"], strict=False):
        assert line.startswith(f"  {quote['speaker']} ({quote['id']}): ")


def test_filters_that_the_question_set_are_told_above(service: Service) -> None:
    """In one line, and only what nobody gave."""

    def head(question: str, **filters: str) -> str:
        return answer_text(answer_json(service.ask(question, **filters)), PIPE).splitlines()[0]  # type: ignore[arg-type]

    assert head("What did Osterhaven say about the barrier in 2024?") == "(words of Marit Osterhaven, 2024)"
    assert head("What did Osterhaven say about the barrier since 2024?") == "(words of Marit Osterhaven, since 2024)"
    assert head("What was said about the storm barrier in 2024?") == "(2024)"
    assert head("storm barrier", speaker="Osterhaven", since="2024") == "[1] Marit Osterhaven"
    assert head("storm barrier").startswith("[1] ")


def test_a_choice_is_told_with_the_option_for_each(service: Service) -> None:
    """Whoever has to choose can copy it."""
    text = answer_text(answer_json(service.ask("What did Miller say about the bank?")), PIPE)
    assert text == (
        f"{REASONS['ambiguous_speaker']}\n"
        '  --speaker "Helen Miller" (interviewee, 1 document)\n'
        '  --speaker "Robert Miller" (interviewee, 1 document)\n'
    )


def test_what_was_asked_leads_where_it_is_wanted(service: Service) -> None:
    """The question first, then who answered it, then the answer's words."""
    answer = answer_json(service.ask("What was Calloway asked about Luckfall?"))
    blocks = answer_text(answer, PIPE).split("\n\n")
    assert blocks[0] == "(words of Idris Calloway)"
    assert blocks[1].startswith("[1] Nadia Brandt asked: The league has opened an inquiry")
    assert "    Idris Calloway answered:" in answer_text(answer, PIPE)
    assert f"\n\n{answer['passages'][0]['cited_text']}\n\n" in answer_text(answer, PIPE)


def test_an_unnamed_speaker_is_called_that(found: dict[str, Any]) -> None:
    """Where the source names nobody, no name is made up."""
    answer = copy.deepcopy(found)
    answer["passages"] = [answer["passages"][0] | {"speaker": None, "asked": None}]
    assert answer_text(answer, PIPE).startswith("[1] speaker not named in the source\n\n")


def test_other_places_are_told(found: dict[str, Any]) -> None:
    """Where the same words stand again is said under the quote."""
    answer = copy.deepcopy(found)
    answer["passages"][0]["also_in"] = [answer["passages"][1] | {"document_id": "evening", "document_title": "The Evening"}]
    other = answer["passages"][1]
    place = f"evening {other['start_char_index']}-{other['end_char_index']}"
    assert re.search(rf"also in The Evening · .*{place}\n", answer_text(answer, PIPE))


def test_a_list_names_every_document_and_speaker(reader: IndexReader) -> None:
    """Id, title, counts and who speaks in which role."""
    text = documents_text(documents_json(reader)["documents"], PIPE)
    for card in reader.documents():
        assert f"{card.id}\n  {card.metadata.title} · " in text
        assert f"{card.turns} turns, {card.answers} passages" in text
    assert "- Nadia Brandt: interviewer, 10 turns\n" in text


def test_an_empty_list_says_so() -> None:
    """No documents is said in words, not with nothing."""
    assert documents_text([], PIPE) == "The index holds no documents.\n"


def test_a_transcript_shows_every_turn_with_its_words(reader: IndexReader, canonical: dict[str, str]) -> None:
    """Each turn's number, speaker, role, label and offsets, then exactly its words."""
    text = transcript_text(transcript_json(reader, "oral-history-reyes"), PIPE)
    for number, turn in enumerate(reader.turns("oral-history-reyes")):
        spans = ", ".join(f"{span.start}-{span.end}" for span in turn.spans)
        words = "\n".join(span.cut(canonical["oral-history-reyes"]) for span in turn.spans)
        assert re.search(rf"\n {{2,3}}{number}  .* · {turn.role.value}.* · {spans}\n{re.escape(words)}\n", text)
    assert 'Martin Quayle · interviewer as "Quayle"' in text


def test_paths_below_are_shown_short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A path under the working folder is shown from there, another whole."""
    monkeypatch.chdir(tmp_path)
    assert shorten(str(tmp_path / "a" / "b.txt")) == "a/b.txt"
    assert shorten("/elsewhere/b.txt") == "/elsewhere/b.txt"


# On a terminal


@pytest.mark.parametrize("width", [20, 64, 100])
@pytest.mark.parametrize("color", [True, False])
def test_a_set_answer_has_the_same_words_in_lines_that_fit(
    found: dict[str, Any], refused: dict[str, Any], width: int, color: bool
) -> None:
    """Nothing but blanks, line ends, bars and paint differs from what a pipe gets."""
    for answer in (found, refused):
        text = PAINT.sub("", answer_text(answer, Style(color=color, links=True, raw=False, width=width)))
        lines = LINK.sub("", text).splitlines()
        assert max(map(len, lines)) <= width
        bare = "".join("".join(line.removeprefix(MARK_MARGIN).split()) for line in lines)
        assert bare == "".join(LINK.sub("", answer_text(answer, Style(links=True))).split())


def test_a_bar_stands_before_the_highlights_without_color(found: dict[str, Any]) -> None:
    """And before nothing else; with color there is none."""
    plain, painted = (answer_text(found, Style(color=color, raw=False, width=72)) for color in (False, True))
    barred = "".join(line.removeprefix(MARK_MARGIN) for line in plain.splitlines() if line.startswith(MARK_MARGIN))
    marked = "".join(re.findall(r"\x1b\[1;33m(.*?)\x1b\[0m", painted, re.DOTALL))
    assert "".join(barred.split()) == "".join(marked.split()) != ""
    assert MARK_MARGIN not in painted


def test_a_bar_among_the_words_is_no_mark(found: dict[str, Any]) -> None:
    """Words and names that begin with a bar stand where no bar of ours does."""
    answer = copy.deepcopy(found)
    quote = answer["passages"][0]
    quote |= {"speaker": "Ann\n  ┃ not said", "cited_text": "  ┃ not said\n  ┃ not said", "highlights": [], "quotations": []}
    quote["asked"]["cited_text"] = "What?\n  ┃ not said"
    answer["passages"] = [quote]
    text = answer_text(answer, PLAIN_SCREEN_SET)
    assert text.count("┃ not said") == 4
    assert not any(line.startswith(MARK_MARGIN) for line in text.splitlines())


def test_marks_with_nothing_between_are_one(found: dict[str, Any]) -> None:
    """Two answering sentences in a row are set as running text."""
    answer = copy.deepcopy(found)
    words, at = "One is. Two is. Three is.", answer["passages"][0]["start_char_index"]
    marks = [{"start_char_index": at + start, "end_char_index": at + end} for start, end in ((0, 7), (8, 15))]
    answer["passages"] = [answer["passages"][0] | {"cited_text": words, "highlights": marks, "quotations": []}]
    assert "\n  ┃ One is. Two is.\n    Three is.\n" in answer_text(answer, PLAIN_SCREEN_SET)


def test_an_address_is_never_broken(found: dict[str, Any]) -> None:
    """Where there are no links it stands on one line, to be copied, however long."""
    text = answer_text(found, Style(raw=False, width=20))
    for quote in found["passages"]:
        assert not quote["url"] or f"\n    {quote['url']}\n" in f"{text}\n"
