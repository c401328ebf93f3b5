"""Lines to turns, by :mod:`index.turns`; which lines are a page's own, by :mod:`index.boilerplate`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.boilerplate import is_furniture, opens_list
from index.labels import Line
from index.records import Span, Turn
from index.turns import build_turns, split_lines, trim, without_furniture


def turns_of(text: str, *, title: str | None = None) -> tuple[Turn, ...]:
    return build_turns(text, without_furniture(text, split_lines(text)), title=title)


def said(text: str, *, title: str | None = None) -> list[tuple[str | None, ...]]:
    """Label and spans' words of each turn."""
    return [(turn.label, *(span.cut(text) for span in turn.spans)) for turn in turns_of(text, title=title)]


def words_of(lines: list[Line], text: str) -> list[str]:
    return [line.span.cut(text) for line in lines]


class TestSplitLines:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
    def test_every_line_end(self, end: str) -> None:
        """Every kind of line end ends a line, and none of them is in one."""
        text = f"one{end}two{end}"
        assert words_of(split_lines(text), text) == ["one", "two"]

    def test_paragraphs(self) -> None:
        """A line opens a paragraph at the start and after a blank line; a line break of two characters is one."""
        text = "one\r\ntwo\r\n\r\n \t\r\nthree\r\n"
        assert [line.opens_paragraph for line in split_lines(text)] == [True, False, True]

    def test_part_of_a_text(self) -> None:
        """Lines of a part have offsets into the whole."""
        text = "front\n  one \nback"
        assert [line.span for line in split_lines(text, 6, 13)] == [Span(8, 11)]

    @given(st.text(st.sampled_from("ab🏦 \t\u00a0\n\r\x0b\u2028"), max_size=60))
    @settings(deadline=None, max_examples=150)
    def test_nothing_is_lost(self, text: str) -> None:
        """Lines lie in order, hold every character that is no blank, and neither begin nor end with a blank."""
        lines = split_lines(text)
        assert "".join("".join(words_of(lines, text)).split()) == "".join(text.split())
        assert all(before.span.end < after.span.start for before, after in pairwise(lines))
        assert all(words == words.strip() != "" for words in words_of(lines, text))


@pytest.mark.parametrize(
    ("span", "inner"), [(Span(0, 6), Span(2, 4)), (Span(2, 4), Span(2, 4)), (Span(0, 2), Span(2, 2)), (Span(3, 3), Span(3, 3))]
)
def test_trim(span: Span, inner: Span) -> None:
    """Blanks at both ends are left out; a span of blanks becomes empty and stays where it was."""
    assert trim("  ab\u00a0\n", span) == inner


class TestFurniture:
    @pytest.mark.parametrize(
        "line",
        [
            "Share this article",
            "Share this articleComments",
            "Share this articleClose Button",
            "Share on Facebook",
            "**Share**",
            "Advertisement",
            "ADVERTISEMENT",
            "Anzeige",
            "Sponsored content",
            "Story continues below",
            "Comments (148)",
            "12 comments",
            "Copy link",
            "Print",
            "Email",
            "Sign up for our newsletter",
            "Subscribe",
            "Accept all cookies",
            "We use cookies to make this site better.",
            "Read more: Boots and boats",
            "Lesen Sie auch: Boote",
            "Lire aussi : Les bateaux",
            "Photo credit: Ellen Stoor",
            "© 2024 Skerry Post. All rights reserved.",
            "Follow us on Twitter",
            "Last updated on 3 May 2024",
            "- END -",
            "###",
            "[END OF TRANSCRIPT]",
            "3:42 P.M. EDT",
        ],
    )
    def test_line_of_the_page(self, line: str) -> None:
        """A whole line that pages carry, and nobody says, is furniture."""
        assert is_furniture(line)

    @pytest.mark.parametrize(
        "line",
        [
            "Share this with your mother, I told him.",
            "Sign up for the navy, my father said.",
            "Read more. It is good for you.",
            "More on that when we get to the winter.",
            "Printing was my trade.",
            "Comments were not allowed in that house.",
            "Advertisements paid for all of it.",
            "Read more books, that is what I say to them, and more of those that you do not like, and then write to me " * 2,
            "Photographs hung everywhere.",
            "Ad hoc, all of it.",
            "The end of the interview came at five.",
            "I had 12 comments.",
            "Related to him? No.",
        ],
    )
    def test_line_of_a_person(self, line: str) -> None:
        """A sentence that begins with such words is still heard."""
        assert not is_furniture(line)
        assert not opens_list(line)

    @pytest.mark.parametrize(
        "line",
        [
            "You might also like",
            "You may also be interested in:",
            "Related articles",
            "RELATED STORIES",
            "Most read",
            "More from Politics",
            "Recommended for you",
            "Trending now",
            "What to read next",
            "Das könnte Sie auch interessieren",
            "À lire aussi",
            "## Further reading",
        ],
    )
    def test_heading_of_a_list(self, line: str) -> None:
        """A heading of other stories is known as one."""
        assert opens_list(line)

    @pytest.mark.parametrize("start", ["more in the morning than", "read more than", "search", "share this with", "top in all"])
    def test_wrapped_line(self, start: str) -> None:
        """A line that goes on with a wrapped sentence is kept, whatever it begins with, and so is all that follows."""
        text = f"Bo Ray: We caught no\n{start} we ever\ncould eat.\n\nThen we left."
        assert words_of(without_furniture(text, split_lines(text)), text) == text.replace("\n\n", "\n").split("\n")

    def test_list_at_the_end(self) -> None:
        """All headlines after such a heading are dropped, those with a speaker-like colon too."""
        text = (
            "Ann Lee: Why?\n\nBo Ray: So.\n\nYou might also like\n\n'Running out': NATO head urges allies to step up\n\n"
            "Bo Ray: a life in boats, told for the first time to a friend who has never seen one\n\n"
            "Diplomacy, communication and management: replacing Bo Ray"
        )
        assert words_of(without_furniture(text, split_lines(text)), text) == ["Ann Lee: Why?", "Bo Ray: So."]

    @pytest.mark.parametrize(
        "goes_on",
        [
            "Bo Ray: The gate was open, and I was asleep on the hill, and nobody rang me until the water was in the tram.",
            "The gate was open " * 9 + "and nobody rang me.",
        ],
    )
    def test_list_in_the_middle(self, goes_on: str) -> None:
        """A list ends where a finished line is labelled, or as long as speech is."""
        text = f"Ann Lee: Why?\n\nMost read\n\nBoats for all\n\n{goes_on}\n\nShort again."
        assert words_of(without_furniture(text, split_lines(text)), text) == ["Ann Lee: Why?", goes_on, "Short again."]


class TestBuildTurns:
    def test_turns_end_at_the_next_label(self) -> None:
        """A label begins a turn, which runs over its paragraphs up to the next label, blanks at its ends left out."""
        text = "Ann Lee:   Why?\n\n Bo Ray: So.\nAnd so.\n\nAnd so on.  \n\n\nAnn Lee: I see."
        assert said(text) == [
            ("Ann Lee", "Why?"),
            ("Bo Ray", "So.\nAnd so.\n\nAnd so on."),
            ("Ann Lee", "I see."),
        ]

    def test_label_on_a_line_of_its_own(self) -> None:
        """A turn may begin on the line after its label."""
        text = "ANN LEE:\nWhy?\n\nBO RAY:\nSo.\n\nANN LEE:\nI see."
        assert said(text) == [("ANN LEE", "Why?"), ("BO RAY", "So."), ("ANN LEE", "I see.")]

    def test_label_without_words(self) -> None:
        """A label that nothing follows makes no turn."""
        assert said("Ann Lee: Why?\n\nBo Ray:\n\nAnn Lee: Well?\n\nBo Ray: So.") == [
            ("Ann Lee", "Why?"),
            ("Ann Lee", "Well?"),
            ("Bo Ray", "So."),
        ]

    @pytest.mark.parametrize("furniture", ["Advertisement", "Share this article", "Read more: Boats for all"])
    def test_interruption(self, furniture: str) -> None:
        """What nobody said splits the spans of a turn, not the turn."""
        text = f"Ann Lee: Why?\n\nBo Ray: So.\n\n{furniture}\n\nAnd so on.\n\nAnn Lee: I see."
        assert said(text) == [("Ann Lee", "Why?"), ("Bo Ray", "So.", "And so on."), ("Ann Lee", "I see.")]

    def test_furniture_at_the_end(self) -> None:
        """The last turn ends before the page's own lines."""
        text = "Ann Lee: Why?\n\nBo Ray: So.\n\nShare this articleComments\n\nYou might also like\n\nBoats for all"
        assert said(text) == [("Ann Lee", "Why?"), ("Bo Ray", "So.")]

    def test_narration(self) -> None:
        """Finished sentences before the first label are one turn of nobody; headline, byline and date are in none."""
        text = (
            "Boats for all\n\nBy Ann Lee\n\n3 May 2024\n\nBo Ray has a boat, and he lives in it.\n\n"
            "He spoke to us in May, on deck.\n\nAnn Lee: Why?\n\nBo Ray: So."
        )
        assert said(text, title="Boats for all") == [
            (None, "Bo Ray has a boat, and he lives in it.\n\nHe spoke to us in May, on deck."),
            ("Ann Lee", "Why?"),
            ("Bo Ray", "So."),
        ]

    def test_title_that_is_a_sentence(self) -> None:
        """The title is no narration though it ends with a full stop, nor where the page repeats it."""
        title = "Bo Ray has never seen the sea."
        text = f"{title}\n\n{title}\n\nAnn Lee: Why?\n\nBo Ray: So."
        assert said(text, title=title) == [("Ann Lee", "Why?"), ("Bo Ray", "So.")]

    def test_no_labels(self) -> None:
        """Text without any label is one turn of nobody, without its title."""
        text = "Boats for all\n\nI went down to the harbour.\n\nNobody: that is the word.\n\nNobody"
        assert said(text, title="Boats for all") == [
            (None, "I went down to the harbour.\n\nNobody: that is the word.\n\nNobody")
        ]

    def test_colons_inside_answers(self) -> None:
        """Sentences, times, addresses and notes with a colon stay in the answer."""
        answer = (
            "One thing: never trust a stove.\n\nOne thing: never go there.\n\nI told him: go.\n\n12:30 we went out.\n\n"
            "https://example.org/a: there\n\nNote: the tape stops here."
        )
        assert said(f"Ann Lee: Why?\n\nBo Ray: {answer}\n\nAnn Lee: I see.\n\nBo Ray: Yes.") == [
            ("Ann Lee", "Why?"),
            ("Bo Ray", answer),
            ("Ann Lee", "I see."),
            ("Bo Ray", "Yes."),
        ]

    def test_nothing(self) -> None:
        """No lines, no turns."""
        assert build_turns("", []) == ()

    @given(
        st.lists(st.sampled_from(["Ann Lee: Why?", "Bo Ray: So.", "Q: Why?", "A: So.", "And more.", "Advertisement", "", " "]))
    )
    @settings(deadline=None, max_examples=150)
    def test_spans_are_in_order(self, lines: list[str]) -> None:
        """Turns and their spans follow each other without overlap, hold no advert, and neither begin nor end with a blank."""
        text = "\n".join(lines)
        spans = [span for turn in turns_of(text) for span in turn.spans]
        assert all(before.end < after.start for before, after in pairwise(spans))
        assert all(span.cut(text) == span.cut(text).strip() != "" for span in spans)
        assert "Advertisement" not in "".join(span.cut(text) for span in spans)


@pytest.mark.parametrize("name", ["Zoe\u0308 Mu\u0308ller", "नरेन्द्र मोदी", "\u200eEve Foss", "\ufeffEve Foss"])
def test_a_name_of_any_script_is_a_label(name: str) -> None:
    """Vowel signs, accents set apart and unseen marks at the start hide no speaker."""
    text = f"Anna Bell: Who signed the lease?\n\n{name}: I signed it.\n\nAnna Bell: And the other?\n\n{name}: That one too."
    said = [span.cut(text) for turn in build_turns(text, split_lines(text)) for span in turn.spans]
    assert said[1::2] == ["I signed it.", "That one too."]


def test_an_unlabelled_answer_to_a_bold_question_is_not_the_askers() -> None:
    """Bold label and question, then plain words: nobody's by name, and not the interviewer's."""
    text = "**The Post: Did you quit?**\n\nNo. I never did.\n\n**The Post: Why not?**\n\nI had a house to pay for."
    turns = build_turns(text, split_lines(text))
    assert [turn.label for turn in turns] == ["The Post", None, "The Post", None]
    assert turns[1].spans[0].cut(text) == "No. I never did."


def test_points_inside_an_answer_are_no_speakers() -> None:
    """Two lists with the same catchwords stay the words of who made them."""
    points = "Housing: we build.\nEnergy: we save."
    answer = f"Carl Dent: Two things, and I said so in the spring already.\n{points}"
    text = f"Anna Bell: What is the plan?\n\n{answer}\n\nAnna Bell: Again, please?\n\n{answer}\nThat is all I have to say."
    assert {turn.label for turn in build_turns(text, split_lines(text))} == {"Anna Bell", "Carl Dent"}
