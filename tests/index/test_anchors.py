"""Pages and times of stretches of text, by :mod:`index.anchors`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.anchors import NOWHERE, Anchors, Location, time_turns
from index.records import Anchor, Span, Turn

PAGES = (Anchor(Span(0, 10), page=1), Anchor(Span(12, 20), page=2), Anchor(Span(20, 30), page=7))
CUES = (
    Anchor(Span(0, 10), start_ms=1_000, end_ms=2_000),
    Anchor(Span(12, 20), start_ms=5_000, end_ms=9_000),
    Anchor(Span(21, 25), start_ms=9_500, end_ms=9_500),
)


@pytest.mark.parametrize(
    ("span", "page"),
    [
        (Span(0, 1), 1),
        (Span(9, 10), 1),
        (Span(10, 11), 1),
        (Span(11, 13), 1),
        (Span(12, 13), 2),
        (Span(5, 25), 1),
        (Span(19, 21), 2),
        (Span(20, 21), 7),
        (Span(40, 41), 7),
    ],
)
def test_page_on_which_a_stretch_begins(span: Span, page: int) -> None:
    """A stretch stands on the page on which it begins; what lies between two pages belongs to the first."""
    assert Anchors(PAGES).locate(span) == Location(page=page)


@pytest.mark.parametrize(
    ("span", "start_ms", "end_ms"),
    [
        (Span(0, 10), 1_000, 2_000),
        (Span(0, 5), 1_000, 1_500),
        (Span(5, 10), 1_500, 2_000),
        (Span(2, 4), 1_200, 1_400),
        (Span(0, 20), 1_000, 9_000),
        (Span(5, 16), 1_500, 7_000),
        (Span(10, 12), 2_000, 2_000),
        (Span(11, 13), 2_000, 5_500),
        (Span(21, 23), 9_500, 9_500),
        (Span(30, 31), 9_500, 9_500),
    ],
)
def test_times_are_interpolated(span: Span, start_ms: int, end_ms: int) -> None:
    """Inside a cue time passes evenly by characters; after one it is its end, up to the next."""
    assert Anchors(CUES).locate(span) == Location(None, start_ms, end_ms)


@pytest.mark.parametrize("span", [Span(0, 5), Span(4, 5)])
def test_before_the_first_anchor(span: Span) -> None:
    """What stands before all anchors has neither page nor time."""
    assert Anchors([Anchor(Span(5, 9), page=2, start_ms=1, end_ms=2)]).locate(span) == NOWHERE


def test_stretch_that_begins_before_the_first_anchor() -> None:
    """Of a stretch that only ends in a cue, only the end has a time."""
    assert Anchors([Anchor(Span(5, 9), page=2, start_ms=10, end_ms=50)]).locate(Span(0, 9)) == Location(None, None, 50)


@pytest.mark.parametrize("span", [Span(0, 0), Span(5, 5), Span(99, 99)])
def test_empty_stretch(span: Span) -> None:
    """Nothing stands nowhere."""
    assert Anchors(CUES).locate(span) == NOWHERE


def test_no_anchors() -> None:
    """Where a source says nothing of pages or times, nothing is made up."""
    assert Anchors(()).locate(Span(0, 5)) == NOWHERE


def test_cue_without_an_end() -> None:
    """A cue that states its start alone has it for all of its words."""
    assert Anchors([Anchor(Span(0, 10), start_ms=700)]).locate(Span(3, 8)) == Location(None, 700, 700)


def test_anchor_without_width() -> None:
    """A cue that holds no characters divides nothing by zero."""
    assert Anchors([Anchor(Span(4, 4), start_ms=700, end_ms=900)]).locate(Span(4, 6)) == Location(None, 700, 900)


def test_cues_that_overlap_in_time() -> None:
    """Where a cue is shown before the last one is gone, a stretch over both still doesn't end before it starts."""
    overlapping = (Anchor(Span(0, 10), start_ms=0, end_ms=5_000), Anchor(Span(11, 21), start_ms=3_000, end_ms=6_000))
    assert Anchors(overlapping).locate(Span(9, 12)) == Location(None, 4_500, 4_500)


@st.composite
def cues(draw: st.DrawFn) -> list[Anchor]:
    """Cues in the order of the text and of time, with gaps in both or none."""
    found, at, now = [], 0, 0
    for _ in range(draw(st.integers(1, 8))):
        at, now = at + draw(st.integers(0, 4)), now + draw(st.integers(0, 3_000))
        length, lasts = draw(st.integers(1, 30)), draw(st.integers(0, 5_000))
        found.append(Anchor(Span(at, at + length), start_ms=now, end_ms=now + lasts))
        at, now = at + length, now + lasts
    return found


stretches = st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(cues(), stretches)
@settings(deadline=None, max_examples=200)
def test_times_lie_in_their_cues(anchors: list[Anchor], span: Span) -> None:
    """A stretch starts no later than it ends, inside the cue in which it begins and the one in which it ends."""
    found = Anchors(anchors).locate(span)
    begun = [anchor for anchor in anchors if anchor.span.start <= span.start]
    ended = [anchor for anchor in anchors if anchor.span.start < span.end]
    if begun:
        assert found.start_ms is not None
        assert found.end_ms is not None
        assert (begun[-1].start_ms or 0) <= found.start_ms <= (begun[-1].end_ms or 0)
        assert (ended[-1].start_ms or 0) <= found.end_ms <= (ended[-1].end_ms or 0)
        assert found.start_ms <= found.end_ms
    else:
        assert found.start_ms is None


@given(cues(), st.lists(st.integers(0, 220), min_size=3, max_size=12, unique=True).map(sorted))
@settings(deadline=None, max_examples=200)
def test_times_are_monotone(anchors: list[Anchor], bounds: list[int]) -> None:
    """What stands later in the text is said no earlier, and stretches that follow each other don't overlap in time."""
    found = [Anchors(anchors).locate(Span(*pair)) for pair in pairwise(bounds)]
    timed = [place for place in found if place.start_ms is not None]
    for one, other in pairwise(timed):
        assert (one.start_ms or 0) <= (other.start_ms or 0)
        assert (one.end_ms or 0) <= (other.end_ms or 0)


@given(cues())
@settings(deadline=None, max_examples=50)
def test_a_cue_has_its_own_times(anchors: list[Anchor]) -> None:
    """The words of exactly one cue have the times that the source states."""
    for anchor in anchors:
        assert Anchors(anchors).locate(anchor.span) == Location(None, anchor.start_ms, anchor.end_ms)


class TestTurns:
    def test_turns_get_their_times(self) -> None:
        """A turn lasts from the start of its first words to the end of its last, over what interrupts it."""
        turn = Turn((Span(0, 5), Span(12, 16)), label="Ann Lee")
        (timed,) = time_turns([turn], CUES)
        assert (timed.start_ms, timed.end_ms) == (1_000, 7_000)
        assert (timed.spans, timed.label) == (turn.spans, turn.label)

    @pytest.mark.parametrize("stated", [(5, 6), (5, None), (None, 6)])
    def test_stated_times_stay(self, stated: tuple[int | None, int | None]) -> None:
        """What a turn states itself is not touched."""
        turn = Turn((Span(0, 5),), start_ms=stated[0], end_ms=stated[1])
        assert time_turns([turn], CUES) == (turn,)

    def test_pages_give_no_times(self) -> None:
        """Anchors of pages leave turns without times."""
        turn = Turn((Span(0, 5),))
        assert time_turns([turn], PAGES) == time_turns([turn], ()) == (turn,)
