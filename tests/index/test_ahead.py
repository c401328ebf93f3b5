"""Work done ahead: the same items in the same order, never too many of them, and no thread left."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ahead import ahead


@given(st.lists(st.integers()), st.integers(1, 4))
def test_the_items_come_as_they_are(items: list[int], depth: int) -> None:
    """None is lost, none is doubled, and their order is kept."""
    assert list(ahead(iter(items), depth=depth)) == items


def test_no_more_are_made_ahead_than_was_said() -> None:
    """Memory stays bounded: with one item taken, ``depth`` wait and one more is in the making."""
    made: list[int] = []
    enough = threading.Event()

    def make() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            if number == 4:
                enough.set()
            yield number

    found = ahead(make(), depth=3)
    assert next(iter(found)) == 0
    assert enough.wait(10)  # it does work ahead
    assert not any(number > 5 for number in made)
    found.close()


def test_an_error_comes_in_its_place() -> None:
    """What was made before an error is given, and then the error is raised."""

    def make() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    found = ahead(make(), depth=2)
    assert next(found) == 1
    with pytest.raises(ValueError, match="broken"):
        next(found)


def test_who_stops_early_leaves_no_thread() -> None:
    """Closing the iterator ends the thread, though it had more to make."""
    before = threading.active_count()
    found = ahead(iter(range(10**9)), depth=2)
    assert next(found) == 0
    found.close()
    assert threading.active_count() == before
