"""The list of documents: found by any of their words, sorted, page by page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index.reader import IndexReader
from qa.catalogue import SORTS, Catalogue
from qa.service import Service


def ids(catalogue: Catalogue, query: str = "", **options: object) -> list[str]:
    return [card.id for card in catalogue.listed(query, **options).cards]  # type: ignore[arg-type]


@pytest.fixture
def catalogue(reader: IndexReader) -> Catalogue:
    return Catalogue(reader)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Joint press", ["press-conference-miller"]),
        ("press joint MILLER", ["press-conference-miller"]),
        ("zaunigk", ["press-conference-miller"]),
        ("Z\u0061\u0308unigk", ["press-conference-miller"]),
        ("2024-05", ["mayor-harbour"]),
        ("skerry", ["mayor-harbour"]),
        ("mayor-harbour", ["mayor-harbour"]),
        ("calloway interview", ["coach-interview"]),
        ("calloway osterhaven", []),
        ("%_", []),
        ("<script>", []),
    ],
)
def test_a_document_is_found_by_its_words(catalogue: Catalogue, query: str, expected: list[str]) -> None:
    """By parts of its title, id, date, kind, site and speakers' names, in any order, without case and accents."""
    assert ids(catalogue, query) == expected
    assert catalogue.listed(query).total == len(expected)


def test_nothing_asked_is_everything(catalogue: Catalogue, reader: IndexReader) -> None:
    """All documents, in the order of their ids, as the reader has them."""
    assert ids(catalogue) == ids(catalogue, "  ") == [card.id for card in reader.documents()]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_pages_make_up_the_list(catalogue: Catalogue, sort: str) -> None:
    """Page after page in any order is the whole list, each document once, with the same total everywhere."""
    whole = ids(catalogue, sort=sort)
    assert sorted(whole) == ids(catalogue)
    pages = [catalogue.listed(sort=sort, offset=offset, limit=2) for offset in range(0, 8, 2)]
    assert [card.id for page in pages for card in page.cards] == whole
    assert {page.total for page in pages} == {len(whole)}


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_undated_documents_come_last(ask_over: Callable[..., Service], transcript: Callable[..., object], sort: str) -> None:
    """Whether the newest or the oldest come first."""
    talk = ("Host", "Why?"), ("Ann", "The crane is to be mended in June.")
    paths = [
        transcript(name, *talk, **({"date": day} if day else {}))
        for name, day in (("a", None), ("b", "2024"), ("c", "2020-05"))
    ]
    assert ids(Catalogue(ask_over(*paths).reader), sort=sort) == (["c", "b", "a"] if sort == "date" else ["b", "c", "a"])
