"""Candidates from both searches, and their fusion by rank."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reader import IndexReader
from index.records import Filter
from qa.retrieve import Candidate, candidates, fuse
from tests.encoders import WordHashEncoder

RANKING = st.lists(st.integers(0, 30), unique=True, max_size=15)
WEIGHT = st.sampled_from([0.5, 1.0, 2.0])
RANKINGS = st.lists(st.tuples(RANKING, WEIGHT), min_size=1, max_size=4)

Rankings = list[tuple[list[int], float]]


@given(RANKINGS)
def test_fusion_keeps_every_key_once(rankings: Rankings) -> None:
    """What any ranking found is in the result, once, and nothing else."""
    keys = [key for key, _ in fuse(rankings)]
    assert sorted(keys) == sorted({key for ranking, _ in rankings for key in ranking})


@given(RANKINGS)
def test_fused_scores_fall_and_lie_between_0_and_1(rankings: Rankings) -> None:
    """The best comes first, equal scores by key, and a score is a share of the best possible one."""
    fused = fuse(rankings)
    assert all(0 < score <= 1 + 1e-12 for _, score in fused)
    for (key, score), (next_key, next_score) in pairwise(fused):
        assert score > next_score or (score == next_score and key < next_key)


@given(st.lists(st.tuples(RANKING.filter(bool), WEIGHT), min_size=1, max_size=4))
def test_first_everywhere_is_one(rankings: Rankings) -> None:
    """A key in first place of every ranking has the score 1, and first place of all."""
    agreed = [([99, *ranking], weight) for ranking, weight in rankings]
    assert fuse(agreed)[0] == (99, pytest.approx(1.0))


@given(RANKINGS)
def test_fusion_does_not_depend_on_the_order_of_the_rankings(rankings: Rankings) -> None:
    """The searches have no first and second place among themselves."""
    turned = dict(fuse(rankings[::-1]))
    assert turned == pytest.approx(dict(fuse(rankings)))


@given(RANKING.filter(lambda ranking: len(ranking) > 1), RANKING, st.data())
def test_moving_up_in_one_ranking_never_lowers_a_score(ranking: list[int], other: list[int], data: st.DataObject) -> None:
    """A better place is never worse."""
    at = data.draw(st.integers(1, len(ranking) - 1))
    key = ranking[at]
    better = ranking.copy()
    better[at - 1], better[at] = better[at], better[at - 1]
    before, after = (dict(fuse([(one, 1.0), (other, 2.0)])) for one in (ranking, better))
    assert after[key] > before[key]


def test_weights_decide_between_two_first_places() -> None:
    """The ranking that weighs more puts its first before the other's."""
    assert [key for key, _ in fuse([([1], 1.0), ([2], 2.0)])] == [2, 1]


def test_the_formula_is_reciprocal_rank_fusion() -> None:
    """``weight / (k + rank)``, summed, over the best possible sum."""
    fused = dict(fuse([([7, 8], 1.0), ([8], 2.0)], k=10))
    best = 3 / 11
    assert fused == pytest.approx({8: (1 / 12 + 2 / 11) / best, 7: (1 / 11) / best})


def test_nothing_fuses_to_nothing() -> None:
    """No ranking, or only empty ones, give no candidates and no error."""
    assert fuse([]) == []
    assert fuse([([], 1.0), ([], 2.0)]) == []


def found_in(reader: IndexReader, words: tuple[str, ...], where: Filter, **options: int) -> list[Candidate]:
    return candidates(reader, WordHashEncoder().encode_query(" ".join(words)), words, where, **options)


def test_candidates_carry_what_each_search_said(reader: IndexReader) -> None:
    """A passage that says the words has both scores; the fusion's order is the order."""
    found = found_in(reader, ("marmalade", "toast"), Filter())
    assert "marmalade" in reader.text("coach-interview")[slice(*span_of(reader, found[0]))]
    assert found[0].bm25 > 0
    assert found[0].cosine > 0
    assert [one.fused for one in found] == sorted((one.fused for one in found), reverse=True)
    assert all(-1.001 <= one.cosine <= 1.001 for one in found)
    assert len({one.key for one in found}) == len(found)


def span_of(reader: IndexReader, candidate: Candidate) -> tuple[int, int]:
    span = reader.passage(candidate.key).passage.span
    return span.start, span.end


def test_each_search_gives_at_most_its_depth(reader: IndexReader) -> None:
    """With depth n, the two searches together give at most 2n candidates."""
    assert 1 <= len(found_in(reader, ("storm", "barrier"), Filter(), depth=3)) <= 6


@pytest.mark.parametrize(
    "where",
    [
        Filter(speakers=frozenset({"Idris Calloway"})),
        Filter(documents=frozenset({"coach-interview"})),
        Filter(since="2023-06", until="2023-06-02"),
        Filter(speakers=frozenset({"Idris Calloway", "Helen Miller"}), until="2023"),
    ],
)
def test_both_searches_heed_the_filter(reader: IndexReader, where: Filter) -> None:
    """No candidate of either search lies outside the filter, however well its words fit."""
    found = found_in(reader, ("storm", "barrier", "breakfast"), where)
    assert {reader.passage(one.key).document_id for one in found} == {"coach-interview"}


def test_a_filter_that_nothing_passes_gives_no_candidates(reader: IndexReader) -> None:
    """An empty set of speakers means nobody, not everybody."""
    assert found_in(reader, ("storm", "barrier"), Filter(speakers=frozenset())) == []
