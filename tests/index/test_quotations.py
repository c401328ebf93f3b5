"""Somebody else's words inside a turn, by :mod:`index.quotations`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.quotations import quotations
from index.records import Span

_PIECES = (
    *"“ ” „ « » ‘ ’ ' \" ‹ › \n 🏦 . ? , : ( ) «\u00a0 \u00a0» ".split(" "),
    *(
        " ",
        " ",
        "he said",
        "I said",
        "she told me",
        "sagte er",
        "dit-il",
        "a dit",
        "dijo",
        "disse",
        "boats",
        "the boys'",
        "don't",
    ),
)


def others(words: str) -> list[str]:
    """What of a turn is not the speaker's own."""
    return [span.cut(words) for span in quotations(words, Span(0, len(words)))]


class TestAnothersWords:
    @pytest.mark.parametrize(
        ("words", "quoted"),
        [
            ("He told me, 'never'.", "never"),
            ("He said, “Don't go.” I went.", "Don't go."),
            ("My mother said, “Don't go.” I went.", "Don't go."),
            ("“Don't go,” my mother said.", "Don't go,"),
            ("“Don't go,” said my mother, and I went.", "Don't go,"),
            ('"Don\'t go," Mr. Malone said.', "Don't go,"),
            ("\"Don't go,\" Ann O'Hara told me.", "Don't go,"),
            ('"Don\'t go", the old harbour master told me.', "Don't go"),
            ("She was like, “No way.”", "No way."),
            ("And he goes, “No way.”", "No way."),
            ("She told me “never”.", "never"),
            ("She told everybody in the house: “never”.", "never"),
            ("She told everybody in the house “Never”.", "Never"),
            ("Er sagte zu mir: „Geh nicht.“ Ich ging.", "Geh nicht."),
            ("Er hat mir gesagt: „Geh nicht.“", "Geh nicht."),
            ("Sie hatte gesagt: „Geh nicht.“", "Geh nicht."),
            ("Dann fragte sie mich: »Warum?« und ging.", "Warum?"),
            ("„Geh nicht“, sagte meine Mutter.", "Geh nicht"),
            ("Il m'a dit : « Ne pars pas. » Je suis parti.", "Ne pars pas."),
            ("Elle m'a demandé : «\u00a0Pourquoi\u202f?\u00a0»", "Pourquoi\u202f?"),
            ("« Ne pars pas », m'a dit ma mère.", "Ne pars pas"),
            ("« Ne pars pas », dit-il.", "Ne pars pas"),
            ("« Ne pars pas », m'a-t-elle dit.", "Ne pars pas"),
            ("Mi madre me dijo: «No te vayas». Y me fui.", "No te vayas"),
            ("“No te vayas”, me dijo mi madre.", "No te vayas"),
            ("Minha mãe disse: “Não vá”. E eu fui.", "Não vá"),
            ("“Não vá”, ele me disse.", "Não vá"),
        ],
    )
    def test_quotation_beside_a_verb_of_saying(self, words: str, quoted: str) -> None:
        """What stands in quotation marks beside another's saying is another's, without its marks."""
        assert others(words) == [quoted]

    @pytest.mark.parametrize(
        "words",
        [
            "I was told, “Never again.”",
            "We were asked, “Never again.”",
            "I think she said, “Never again.”",
            "I know that my father said, “Never again.”",
            "When I came in, she said, “Never again.”",
            "As I said, he told me: “Never again.”",
            'I said "yes" and he said "Never again."',
        ],
    )
    def test_speaker_beside_another_who_says_it(self, words: str) -> None:
        """Where the speaker stands in the sentence too, the subject of the nearest saying decides."""
        assert others(words) == ["Never again."]

    @pytest.mark.parametrize(
        ("words", "quoted"),
        [
            ("He said, “Go. Now. Never come back!” and I left.", ["Go. Now. Never come back!"]),
            ("He said, “Go.\n\nNever come back!” and I left.", ["Go.\n\nNever come back!"]),
            ("“Go,” she said to me, “or you'll drown.”", ["Go,", "or you'll drown."]),
            ("He said, “She told me ‘no’ and left.” I laughed.", ["She told me ‘no’ and left."]),
            ("Er sagte: „Sie rief ‚nein‘ und ging.“", ["Sie rief ‚nein‘ und ging."]),
            ("He said, “It's rock’n’roll, the boys’ way.” I left.", ["It's rock’n’roll, the boys’ way."]),
            ("He said, 'I don't know.' Then 'twas over.", ["I don't know."]),
            ('He said, "I never said that."', ["I never said that."]),
            ('"I never said that," he said.', ["I never said that,"]),
            ('He said "yes" and I said "no".', ["yes"]),
            ('They said: "It\'s over", "go home" and "never come back".', ["It's over", "go home", "never come back"]),
        ],
    )
    def test_where_a_quotation_ends(self, words: str, quoted: list[str]) -> None:
        """A quotation runs over sentences, apostrophes and quotations inside it up to its own mark."""
        assert others(words) == quoted


class TestOwnWords:
    @pytest.mark.parametrize(
        "words",
        [
            "I said, “Don't go.”",
            "I told him, “Don't go.”",
            "I said to my mother, “Don't go.”",
            "And I've always said, “Don't go.”",
            "We asked them, “Why not?”",
            "I was like, “No way.”",
            "“Don't go,” I said.",
            "“Don't go,” said I.",
            "“Don't go,” I've always said.",
            "Ich sagte: „Geh nicht.“",
            "Ich habe ihm gesagt: „Geh nicht.“",
            "Da sagte ich ihm: „Geh nicht.“",
            "Hab ihm gesagt: „Geh nicht.“",
            "„Geh nicht“, sagte ich.",
            "J'ai dit : « Ne pars pas. »",
            "Je lui ai dit : « Ne pars pas. »",
            "« Ne pars pas », ai-je dit.",
            "« Ne pars pas », j'ai dit.",
            "Yo dije: «No te vayas».",
            "He dicho: «No te vayas».",
            "Le dije: «No te vayas».",
            "Eu disse: “Não vá”.",
            "“Não vá”, eu disse.",
            "Eu falei para ela: “Não vá”.",
        ],
    )
    def test_speaker_quotes_themselves(self, words: str) -> None:
        """What the speaker says that they said is theirs."""
        assert others(words) == []

    @pytest.mark.parametrize(
        "words",
        [
            "It was a so-called “victory”.",
            "I read “The Long Winter” twice.",
            "I read “The Long Winter” and he said that was enough.",
            "He said that I should go. “The Long Winter” is his book.",
            "He went to “The Anchor” every day, and she goes to “The Mast”.",
            "The word “harbour” has two meanings.",
            "He was said to be “about” the harbour.",
            "He said it was a “victory” for all.",
            "She told everybody in the house that “victory” was near.",
            "Das Wort „Hafen“ mag ich nicht.",
            "Ich las „Der lange Winter“ und er meinte, das reicht.",
            "Le mot « port » me plaît.",
            "La palabra «puerto» me gusta.",
            "A palavra “porto” me agrada.",
        ],
    )
    def test_quotation_marks_alone(self, words: str) -> None:
        """Titles, irony and words as words are the speaker's."""
        assert others(words) == []

    @pytest.mark.parametrize(
        "words",
        [
            "He said that I should never go.",
            "The boys' boat and the girls' boat, he said.",
            "I don't think the boys' father said so.",
            "'Tis the season, he said, of the boys' boats.",
            "He said it was 6' 2\" wide.",
            "Er sagte, ich solle nicht gehen.",
        ],
    )
    def test_verb_alone(self, words: str) -> None:
        """Paraphrase is the speaker's, and an apostrophe opens nothing."""
        assert others(words) == []

    @pytest.mark.parametrize(
        "words",
        [
            "He said, “Go now and I went.",
            "He said, «Go now and I went.",
            'He said, "',
            "He said, “”",
            "“",
            "« ",
            "« » he said",
            "«» he said",
            "",
        ],
    )
    def test_quotation_without_an_end(self, words: str) -> None:
        """A mark that nothing closes takes nothing from the speaker."""
        assert others(words) == []

    def test_quotation_longer_than_any(self) -> None:
        """Quotation marks thousands of characters apart are two slips and no quotation."""
        assert others(f"He said, “Go.{' And I went on.' * 200}”") == []


def test_only_the_turn_is_looked_at() -> None:
    """A verb of saying or a closing mark outside the turn tells nothing about it."""
    text = "He said: “We are here.” he said. “Never” he said."
    assert list(quotations(text, Span(text.index("“We"), text.index("” he")))) == []
    assert list(quotations(text, Span(text.index("“We"), text.index(" he said.")))) == []
    assert list(quotations(text, Span(0, text.index("” he")))) == []
    never = text.index("“Never”")
    assert list(quotations(text, Span(never, never + len("“Never”")))) == []
    assert [span.cut(text) for span in quotations(text, Span(never, len(text)))] == ["Never"]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join), st.integers(0, 20), st.integers(0, 20))
@settings(deadline=None, max_examples=300)
def test_stretches_lie_in_the_turn(text: str, before: int, after: int) -> None:
    """Whatever the marks, the stretches are in order, apart and inside the turn, with no blank at their ends."""
    turn = Span(min(before, len(text)), max(min(before, len(text)), len(text) - after))
    found = list(quotations(text, turn))
    assert all(turn.start < span.start < span.end < turn.end for span in found)
    assert all(one.end < other.start for one, other in pairwise(found))
    assert all(span.cut(text) == span.cut(text).strip() for span in found)


@pytest.mark.parametrize("words", ["he said, “a ", "'a ", "« a ", "I I I ", "said said said “", "he said “"])
def test_endless_marks_take_no_time(words: str) -> None:
    """A turn of nothing but openings is read in passing."""
    assert others(words * 5_000) == []
