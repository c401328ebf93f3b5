"""The errors of sources: what they say, and that they keep it from process to process."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.formats  # noqa: F401 - formats may bring kinds of their own
from index.errors import FetchFailed, MalformedSource, SourceError


def kinds(kind: type[SourceError] = SourceError) -> Iterator[type[SourceError]]:
    yield kind
    for more in kind.__subclasses__():
        yield from kinds(more)


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
def test_every_source_error_survives_pickling(kind: type[SourceError]) -> None:
    """Kind, message and attributes are the same on the other side, whatever the kind is made from."""
    error = kind("/in/a.txt", "it is broken.", "Mend it.")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error) == "/in/a.txt: it is broken. Mend it."
    assert vars(again) == vars(error)
    assert again.args == error.args


def test_a_place_survives_pickling() -> None:
    """Line and column, and the address of a page, are kept."""
    error = pickle.loads(pickle.dumps(MalformedSource(Path("a.json"), "no.", line=2, column=5)))
    assert (error.line, error.column, error.path) == (2, 5, Path("a.json"))
    fetched = pickle.loads(pickle.dumps(FetchFailed("https://a.example/", "no.", address="https://b.example/")))
    assert fetched.address == "https://b.example/"
