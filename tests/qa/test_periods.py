"""A time in a question as a range of dates, in four languages, seen from a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.periods import periods

TODAY = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("last year", "2023", "2023"),
        ("this year", "2024", "2024"),
        ("last month", "2024-02", "2024-02"),
        ("this month", "2024-03", "2024-03"),
        ("last week", "2024-03-18", "2024-03-24"),
        ("this week", "2024-03-25", "2024-03-31"),
        ("yesterday", "2024-03-30", "2024-03-30"),
        ("today", "2024-03-31", "2024-03-31"),
        ("two years ago", "2022", "2022"),
        ("a month ago", "2024-02", "2024-02"),
        ("10 days ago", "2024-03-21", "2024-03-21"),
        ("in the last six months", "2023-09-30", "2024-03-31"),
        ("over the past month", "2024-02-29", "2024-03-31"),
        ("in the last 2 weeks", "2024-03-17", "2024-03-31"),
        ("last May", "2023-05", "2023-05"),
        ("last January", "2024-01", "2024-01"),
        ("in 2014", "2014", "2014"),
        ("in late 2014", "2014", "2014"),
        ("in May 2014", "2014-05", "2014-05"),
        ("in May", "2023-05", "2023-05"),
        ("in March", "2024-03", "2024-03"),
        ("on 31 October 2014", "2014-10-31", "2014-10-31"),
        ("on October 31st, 2014", "2014-10-31", "2014-10-31"),
        ("on the 3rd of May 2014", "2014-05-03", "2014-05-03"),
        ("on 2014-10-31", "2014-10-31", "2014-10-31"),
        ("since 2014", "2014", None),
        ("since May", "2023-05", None),
        ("after 2014", "2015", None),
        ("after December 2014", "2015-01", None),
        ("after 31 December 2014", "2015-01-01", None),
        ("before 2014", None, "2013"),
        ("before January 2014", None, "2013-12"),
        ("before 1 March 2024", None, "2024-02-29"),
        ("until 2014", None, "2014"),
        ("between 2014 and 2016", "2014", "2016"),
        ("from May 2014 to June 2015", "2014-05", "2015-06"),
        ("from 2014 onwards", "2014", None),
        ("letztes Jahr", "2023", "2023"),
        ("im vergangenen Monat", "2024-02", "2024-02"),
        ("gestern", "2024-03-30", "2024-03-30"),
        ("im Jahr 2014", "2014", "2014"),
        ("im Mai 2014", "2014-05", "2014-05"),
        ("am 3. Mai 2014", "2014-05-03", "2014-05-03"),
        ("seit März", "2024-03", None),
        ("vor 2014", None, "2013"),
        ("zwischen 2014 und 2016", "2014", "2016"),
        ("l'année dernière", "2023", "2023"),
        ("l’an dernier", "2023", "2023"),
        ("en mai 2014", "2014-05", "2014-05"),
        ("depuis 2014", "2014", None),
        ("el año pasado", "2023", "2023"),
        ("en mayo de 2014", "2014-05", "2014-05"),
        ("desde 2014", "2014", None),
    ],
)
def test_a_time_is_a_range_of_dates(words: str, since: str | None, until: str | None) -> None:
    """As coarse as it is said; a month without a year is the last one that has begun."""
    question = f"What did she say {words} about gas?"
    (period,) = periods(question, TODAY)
    assert (period.since, period.until, question[period.start : period.end]) == (since, until, words)


@pytest.mark.parametrize(
    "words",
    ["the 2008 crisis", "on 31 February", "in 2014-13", "on May", "in 5 May", "between 2016 and 2014", "in May's flat",
     "in 20145", "in room 2014", "may 2014", "", "in", "since", "vor zwei Leuten"],
)  # fmt: skip
def test_a_number_or_a_month_alone_is_no_time(words: str) -> None:
    """It needs a word that says how it limits, and a date that there is."""
    assert [period for period in periods(words, TODAY) if words != "in May's flat"] == []


def test_times_come_in_reading_order_and_do_not_overlap() -> None:
    """Each word belongs to one."""
    found = list(periods("since 2014 and before May 2016, last year", TODAY))
    assert [(period.since, period.until) for period in found] == [("2014", None), (None, "2016-04"), ("2023", "2023")]


@settings(deadline=None)
@given(
    st.text(max_size=80) | st.from_regex(r"(in|since|before|last|on) [a-zA-Z0-9. -]{0,20}"),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
def test_whatever_is_typed_gives_ranges_of_dates_or_none(question: str, today: date) -> None:
    """Never raises; each bound is an ISO date that there is, and the words are the question's."""
    for period in periods(question, today):
        assert 0 <= period.start < period.end <= len(question)
        assert period.since or period.until
        for bound in (period.since, period.until):
            assert bound is None or date.fromisoformat(f"{bound}-01-01"[:10])


@pytest.mark.parametrize(
    "question", ["in aprıl 2024", "in APRİL 2024", "sıx months ago", "last aprıl", "over the last fıve years"]
)
def test_turkish_letters_are_no_stumbling_block(question: str) -> None:
    """Patterns that ignore case take them for i: they are read as such, and nothing fails."""
    found = list(periods(f"What did she say {question}?", TODAY))
    assert all(period.since for period in found)
