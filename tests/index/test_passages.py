"""Turns to passages, by :mod:`index.passages`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import MAX_ASKED_WORDS, MAX_WORDS, cut_passages, embedded_texts
from index.records import Anchor, Metadata, Passage, Role, Span, Turn
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

    def test_whether_it_asks(self) -> None:
        """A passage asks where it ends in a question, whatever closes after its mark."""
        _, _, passages = passages_of(("Q", "Why? Tell me."), ("A", f"{SENTENCE} “Why?”"), ("Q", "Why?"), ("A", "为什么？"))
        assert [passage.asks for passage in passages] == [False, True, True, True]

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

    @pytest.mark.parametrize(
        "nod",
        [
            *(
                "Right.",
                "Mm-hmm.",
                "Yeah, yeah.",
                "Okay, great. Thank you.",
                "Of course.",
                "Fair enough.",
                "[Laughs]",
                "(inaudible)",
            ),
            *(
                "Ja.",
                "Ach so, verstehe.",
                "Genau!",
                "D'accord.",
                "Bien sûr.",
                "Claro.",
                "Sí, claro.",
                "Não.",
                "Certo, obrigado.",
            ),
        ],
    )
    def test_nods(self, nod: str) -> None:
        """What only keeps somebody talking asks nothing, in any language of the sources."""
        turns = (("Q", "Why did you leave?"), ("A", SENTENCE), ("Q", nod), ("A", SENTENCE))
        assert asked_of(*turns) == [("Why did you leave?", "Q")] * 2

    @pytest.mark.parametrize(
        "words", ["Right?", "Right, the harbour.", "Yes, and your brother slept.", "Okay, boats.", "Sicher nicht."]
    )
    def test_more_than_a_nod(self, words: str) -> None:
        """A nod with its question mark, or with anything of its own, is what is answered."""
        turns = (("Q", "Why did you leave?"), ("A", SENTENCE), ("Q", words), ("A", SENTENCE))
        assert asked_of(*turns)[1] == (words, "Q")

    def test_question_too_far_back(self) -> None:
        """A question is not looked for beyond a few turns of nods."""
        turns = [("Q", "Why did you leave?"), ("A", SENTENCE), *[("Q", "Right."), ("A", SENTENCE)] * 4]
        asked = asked_of(*turns)
        assert asked[0] == ("Why did you leave?", "Q")
        assert asked[-1] is None

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


class TestSetApart:
    """Questions that are set apart by their look have a role and no label."""

    @staticmethod
    def pairs(*turns: tuple[str, Role]) -> list[tuple[str, str | None, bool]]:
        """Each passage's words, its question's, and whether it is an answer."""
        text, made = compose(*((None, words) for words, _ in turns))
        given_roles = [replace(turn, role=role) for turn, (_, role) in zip(made, turns, strict=True)]
        return [
            (passage.span.cut(text), passage.asked.span.cut(text) if passage.asked else None, passage.is_answer)
            for passage in cut_passages(text, given_roles)
        ]

    def test_unlabelled_answers_have_their_questions(self) -> None:
        """An answer without a label is one, with the question before it."""
        assert self.pairs(
            ("Why?", Role.INTERVIEWER),
            (SENTENCE, Role.INTERVIEWEE),
            ("You left in May.", Role.INTERVIEWER),
            (f"So. {SENTENCE}", Role.INTERVIEWEE),
        ) == [
            ("Why?", None, False),
            (SENTENCE, "Why?", True),
            ("You left in May.", None, False),
            (f"So. {SENTENCE}", "You left in May.", True),
        ]

    def test_nod_that_is_set_apart(self) -> None:
        """What an editor set apart as a question is one, however short."""
        assert self.pairs(
            ("Why?", Role.INTERVIEWER), (SENTENCE, Role.INTERVIEWEE), ("Right.", Role.INTERVIEWER), ("So.", Role.INTERVIEWEE)
        )[-1] == ("So.", "Right.", True)

    def test_narration(self) -> None:
        """An introduction is nobody's answer where roles tell others apart, and nobody's question."""
        introduction, _, answer = self.pairs(
            (f"{SENTENCE} Why?", Role.UNKNOWN), ("Why?", Role.INTERVIEWER), (SENTENCE, Role.INTERVIEWEE)
        )
        assert introduction == (f"{SENTENCE} Why?", None, False)
        assert answer == (SENTENCE, "Why?", True)

    def test_narration_before_an_answer(self) -> None:
        """A narrator's question is not what somebody answers."""
        assert self.pairs(("Why did she leave?", Role.UNKNOWN), (SENTENCE, Role.INTERVIEWEE))[1] == (SENTENCE, None, True)


class TestQuoted:
    @staticmethod
    def quoted(*turns: tuple[str | None, str]) -> list[list[str]]:
        text, _, passages = passages_of(*turns)
        return [[span.cut(text) for span in passage.quoted] for passage in passages]

    def test_stretches_of_others(self) -> None:
        """An answer marks what in it is somebody else's; what the speaker quotes of themselves is theirs."""
        answer = "My mother said, “Don't go.” I said, “I must.” «No», dijo ella."
        assert self.quoted(("Q", "Why?"), ("A", answer)) == [[], ["Don't go.", "No"]]

    def test_question(self) -> None:
        """What is never given as an answer marks nothing."""
        assert self.quoted(("Q", "He said, “Never.” Why?"), ("A", SENTENCE)) == [[], []]

    def test_each_passage_has_its_own(self) -> None:
        """Of a long answer, each passage marks what stands in it, and no stretch is lost between two."""
        others = " ".join(f"He said, “I counted {number} boats there.” {SENTENCE}" for number in range(30))
        text, _, passages = passages_of(("Q", "Why?"), ("A", others))
        answers = [passage for passage in passages if passage.is_answer]
        assert len(answers) > 3
        assert all(
            passage.span.start <= span.start < span.end <= passage.span.end for passage in answers for span in passage.quoted
        )
        assert [span.cut(text) for passage in answers for span in passage.quoted] == [
            f"I counted {number} boats there." for number in range(30)
        ]

    def test_quotation_over_two_passages(self) -> None:
        """A quotation that runs over a passage's end is marked in both, up to where each ends."""
        said = " ".join([SENTENCE] * 25)
        text, _, passages = passages_of(("Q", "Why?"), ("A", f"He said, “{said}” and left."))
        answers = [passage for passage in passages if passage.is_answer]
        assert len(answers) > 1
        assert all(len(passage.quoted) == 1 for passage in answers)
        assert " ".join(passage.quoted[0].cut(text) for passage in answers).split() == said.split()


class TestAnchors:
    def test_times_and_page_of_a_passage(self) -> None:
        """A passage has the times of its own words and the page on which it begins, not its turn's."""
        text, turns, plain = passages_of(("Ann Lee", " ".join([SENTENCE] * 40)))
        start, end = turns[0].start, turns[0].end
        middle = plain[1].span.start
        anchors = (
            Anchor(Span(start, middle), page=3, start_ms=10_000, end_ms=20_000),
            Anchor(Span(middle, end), page=4, start_ms=20_000, end_ms=60_000),
        )
        timed = [replace(turn, start_ms=1, end_ms=2) for turn in turns]
        passages = cut_passages(text, timed, anchors=anchors)
        assert [passage.page for passage in passages] == [3] + [4] * (len(passages) - 1)
        assert (passages[0].start_ms, passages[1].start_ms, passages[-1].end_ms) == (10_000, 20_000, 60_000)
        assert 19_900 < (passages[0].end_ms or 0) <= 20_000
        assert all((one.end_ms or 0) <= (other.start_ms or 0) for one, other in pairwise(passages))

    def test_pages_alone(self) -> None:
        """Where anchors are pages, a passage has no times."""
        text, turns, _ = passages_of(("Ann Lee", SENTENCE))
        (passage,) = cut_passages(text, turns, anchors=(Anchor(Span(0, len(text)), page=9),))
        assert (passage.page, passage.start_ms, passage.end_ms) == (9, None, None)

    def test_no_anchors(self) -> None:
        """Without anchors a passage has no page."""
        _, _, (passage,) = passages_of(("Ann Lee", SENTENCE))
        assert passage.page is None


def test_words_that_a_line_parts_are_embedded_whole() -> None:
    """The encoder sees words as they are searched, put together where a line's end parts them."""
    text, _, passages = passages_of(
        ("Q", "Why did you count the har-\nbour?"), ("A", "We had to, for the in\u00adsurance.\nSo.")
    )
    assert embedded_texts(text, passages[1]).answer == "We had to, for the insurance. So."
    assert embedded_texts(text, passages[1]).with_question == "Why did you count the harbour? We had to, for the insurance. So."
