"""Turns to passages, by :mod:`index.passages`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import MAX_ASKED_WORDS, MAX_WORDS, cut_passages, embedded_texts
from index.records import Metadata, Passage, Role, Span, Turn
from index.sentences import count_words, split_sentences
from index.speakers import identify
from tests.index.transcripts import NAMES, compose, paragraphs, parsed

SENTENCE = "We counted the boats in the harbour twice before anybody slept."  # 11 words


def passages_of(*turns: tuple[str | None, str]) -> tuple[str, tuple[Turn, ...], tuple[Passage, ...]]:
    text, made = compose(*turns)
    named, _ = identify(text, made, Metadata())
    return text, named, cut_passages(text, named)


def words_of(text: str, passages: Sequence[Passage]) -> list[str]:
    return [passage.span.cut(text) for passage in passages]


def assert_tiles(text: str, turns: Sequence[Turn], passages: Sequence[Passage]) -> None:
    """Each passage lies in one span of its turn; those of a turn are disjoint and together hold every word of it."""
    for number, turn in enumerate(turns):
        mine = [passage for passage in passages if passage.turn == number]
        for passage in mine:
            assert any(span.start <= passage.span.start < passage.span.end <= span.end for span in turn.spans)
            assert count_words(passage.span.cut(text)) <= MAX_WORDS
            assert (passage.speaker, passage.role) == (turn.speaker, turn.role)
            assert passage.sentences[0].start == passage.span.start
            assert passage.sentences[-1].end == passage.span.end
            assert all(one.end <= other.start for one, other in pairwise(passage.sentences))
        assert all(one.span.end <= other.span.start for one, other in pairwise(mine))
        assert " ".join(words_of(text, mine)).split() == " ".join(span.cut(text) for span in turn.spans).split()
    assert [passage.turn for passage in passages] == sorted(passage.turn for passage in passages)


class TestPassages:
    @given(
        st.lists(st.tuples(st.sampled_from([*NAMES[:3], None]), st.lists(paragraphs, max_size=9).map("\n\n".join)), max_size=6)
    )
    @settings(deadline=None, max_examples=80)
    def test_passages_tile_the_turns(self, turns: list[tuple[str | None, str]]) -> None:
        """Passages are whole sentences of one turn, at most 200 words, without overlap and without loss."""
        text, named, passages = passages_of(*[(label, words) for label, words in turns if words])
        assert_tiles(text, named, passages)

    @given(st.lists(st.integers(1, 140), min_size=1, max_size=12))
    @settings(deadline=None, max_examples=100)
    def test_sentences_of_any_length(self, lengths: list[int]) -> None:
        """No length of sentences makes a passage too long or loses a word."""
        answer = " ".join("We " + "word " * (length - 1) + "end." for length in lengths)
        text, named, passages = passages_of(("Q", "Why?"), ("A", answer))
        assert_tiles(text, named, passages)

    def test_short_answer_is_one_passage(self) -> None:
        """An answer as long as a person would quote is one passage."""
        text, _, (question, answer) = passages_of(("Q", "Why?"), ("A", f"{SENTENCE} {SENTENCE}"))
        assert (question.is_answer, answer.is_answer) == (False, True)
        assert answer.span.cut(text) == f"{SENTENCE} {SENTENCE}"
        assert [sentence.cut(text) for sentence in answer.sentences] == [SENTENCE, SENTENCE]

    def test_long_answer_is_cut_between_sentences(self) -> None:
        """A long answer is several passages of whole sentences, none of them a scrap."""
        text, turns, passages = passages_of(("Q", "Why?"), ("A", " ".join([SENTENCE] * 40)))
        answers = [passage for passage in passages if passage.is_answer]
        sentences = split_sentences(text, turns[1].spans[0])
        assert len(answers) >= 3
        assert [sentence for passage in answers for sentence in passage.sentences] == list(sentences)
        assert all(40 <= count_words(words) <= MAX_WORDS for words in words_of(text, answers))

    def test_long_answer_prefers_paragraphs(self) -> None:
        """Two paragraphs that are long enough are a passage each."""
        one, other = " ".join([SENTENCE] * 8), " ".join([SENTENCE] * 9)
        text, _, passages = passages_of(("Q", "Why?"), ("A", f"{one}\n\n{other}"))
        assert words_of(text, passages) == ["Why?", one, other]

    def test_interrupted_turn(self) -> None:
        """No passage reaches over the advert in the middle of an answer."""
        text = f"{SENTENCE} Buy boots! {SENTENCE}"
        after = len(text) - len(SENTENCE)
        turn = Turn(spans=(Span(0, len(SENTENCE)), Span(after, len(text))), label="Ann Lee")
        assert words_of(text, cut_passages(text, [turn])) == [SENTENCE, SENTENCE]

    def test_turn_without_words(self) -> None:
        """A turn in which nothing is said, only punctuated, gives no passage."""
        _, _, passages = passages_of(("Q", "Why?"), ("A", "…"), ("Q", "Well?"), ("A", SENTENCE))
        assert [passage.turn for passage in passages] == [0, 2, 3]

    def test_times_are_kept(self) -> None:
        """A passage has the times of its turn."""
        turn = Turn(spans=(Span(0, len(SENTENCE)),), label="Ann Lee", start_ms=1500, end_ms=9000)
        (passage,) = cut_passages(SENTENCE, [turn])
        assert (passage.start_ms, passage.end_ms) == (1500, 9000)

    def test_nothing(self) -> None:
        """No turns, no passages."""
        assert cut_passages("", []) == ()


class TestAnswersAndContext:
    def test_interviewer_never_answers(self) -> None:
        """An interviewer's words are context, however long and however like an answer."""
        _, _, passages = passages_of(("Q", " ".join([SENTENCE] * 30)), ("A", SENTENCE), ("Q", SENTENCE), ("A", SENTENCE))
        assert {passage.is_answer for passage in passages if passage.role is Role.INTERVIEWER} == {False}
        assert [passage.turn for passage in passages if passage.is_answer] == [1, 3]

    def test_narration_is_context(self) -> None:
        """A narrator's words in a document with speakers are nobody's answer."""
        _, _, (narration, _, answer) = passages_of((None, SENTENCE), ("Q", "Why?"), ("A", SENTENCE))
        assert (narration.is_answer, narration.speaker, narration.asked) == (False, None, None)
        assert answer.is_answer

    def test_document_without_speakers(self) -> None:
        """Where nobody is named, the text is answers of nobody."""
        document = parsed(f"Boats for all\n\n{SENTENCE}\n\n{SENTENCE}")
        (passage,) = cut_passages(document.text, document.turns)
        assert (passage.is_answer, passage.speaker, passage.asked) == (True, None, None)
        assert passage.span.cut(document.text) == f"{SENTENCE}\n\n{SENTENCE}"

    def test_unknown_roles_answer(self) -> None:
        """Where roles can't be told, everybody's words can be found."""
        _, _, passages = passages_of(("Ann Lee", SENTENCE), ("Bo Ray", SENTENCE), ("Cy Dow", SENTENCE))
        assert [(passage.is_answer, passage.role) for passage in passages] == [(True, Role.UNKNOWN)] * 3


def asked_of(*turns: tuple[str | None, str]) -> list[tuple[str, str | None] | None]:
    """For each answer, the words of its question and who asked it."""
    text, _, passages = passages_of(*turns)
    return [
        (passage.asked.span.cut(text), passage.asked.speaker) if passage.asked else None
        for passage in passages
        if passage.is_answer
    ]


class TestAsked:
    def test_each_passage_keeps_its_question(self) -> None:
        """Every passage of a long answer has the question that the answer follows."""
        asked = asked_of(("Q", "Why?"), ("A", " ".join([SENTENCE] * 40)), ("Q", "When?"), ("A", SENTENCE))
        assert len(asked) >= 4
        assert asked == [("Why?", "Q")] * (len(asked) - 1) + [("When?", "Q")]

    def test_question_without_a_mark(self) -> None:
        """What an interviewer says is the question, though it only claims."""
        assert asked_of(("Q", "Your brother died in October, on a Sunday."), ("A", SENTENCE)) == [
            ("Your brother died in October, on a Sunday.", "Q")
        ]

    def test_nod(self) -> None:
        """A nod is no question: what the interviewer asked before it still holds."""
        turns = (("Q", "Why did you leave?"), ("A", SENTENCE), ("Q", "Right."), ("A", SENTENCE))
        assert asked_of(*turns) == [("Why did you leave?", "Q")] * 2

    def test_second_guest_is_asked_too(self) -> None:
        """Two guests who answer one after the other answer the same question."""
        turns = (
            ("Q", "Why did you leave?"),
            ("Ann Lee", SENTENCE),
            ("Bo Ray", SENTENCE),
            ("Q", "I see."),
            ("Ann Lee", SENTENCE),
        )
        assert asked_of(*turns)[:2] == [("Why did you leave?", "Q")] * 2

    def test_first_answer_without_question(self) -> None:
        """An opening statement answers nothing."""
        assert asked_of(("THE PRESIDENT", SENTENCE), ("Q", "Why?"), ("THE PRESIDENT", SENTENCE)) == [None, ("Why?", "Q")]

    def test_unknown_roles(self) -> None:
        """Where roles are unknown, a question is one only with its mark, and only directly before."""
        turns = (("Ann Lee", SENTENCE), ("Bo Ray", f"{SENTENCE} Or not?"), ("Cy Dow", SENTENCE), ("Ann Lee", SENTENCE))
        assert asked_of(*turns) == [None, None, (f"{SENTENCE} Or not?", "Bo Ray"), None]

    def test_own_question(self) -> None:
        """Nobody answers their own question."""
        assert asked_of(("Ann Lee", "Why did I go?"), ("Ann Lee", SENTENCE)) == [None, None]

    def test_speech_with_a_question(self) -> None:
        """Of an interviewer's speech, the last sentences up to its last question are kept."""
        speech = " ".join([SENTENCE] * 20)
        ((asked, _),) = asked_of(("Q", f"{speech} Why did you leave? Thank you."), ("A", SENTENCE))
        assert asked.endswith(f"{SENTENCE} Why did you leave?")
        assert count_words(asked) <= MAX_ASKED_WORDS

    @given(st.lists(st.tuples(st.sampled_from(["Q", "A", *NAMES[:2], None]), paragraphs), max_size=8))
    @settings(deadline=None, max_examples=80)
    def test_question_lies_before_its_answer(self, turns: list[tuple[str | None, str]]) -> None:
        """A question is inside an earlier turn of somebody else, whose name it has."""
        _, named, passages = passages_of(*turns)
        for passage in passages:
            if passage.asked:
                turn = named[passage.asked.turn]
                assert passage.asked.turn < passage.turn
                assert any(span.start <= passage.asked.span.start < passage.asked.span.end <= span.end for span in turn.spans)
                assert passage.asked.speaker == turn.speaker != passage.speaker
            assert passage.is_answer or passage.asked is None
        assert all(passage.role is not Role.INTERVIEWER for passage in passages if passage.is_answer)


def test_embedded_texts() -> None:
    """The encoder sees the answer alone and after its question, with blanks squeezed; offsets are not touched by that."""
    text, _, passages = passages_of(("Q", "Why did\nyou  leave?"), ("A", "We\nleft.  So."), (None, "The tape ends here."))
    question, answer, _ = passages
    assert embedded_texts(text, answer).answer == "We left. So."
    assert embedded_texts(text, answer).with_question == "Why did you leave? We left. So."
    assert embedded_texts(text, question).with_question == "Why did you leave?"
    assert answer.span.cut(text) == "We\nleft.  So."
