"""Dates of sources: what the calendar has, as it is written, and nothing else."""

from __future__ import annotations

import pytest

from index.dates import iso_date


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024-05-31", "2024-05-31"),
        ("2024-02-29", "2024-02-29"),
        (" 2024-05-31T10:00:00Z", "2024-05-31"),
        ("2024-05-31 10:00", "2024-05-31"),
        ("2024-05-31+02:00", "2024-05-31"),
        ("2024-05-31-02:00", "2024-05-31"),
    ],
)
def test_a_date_is_as_coarse_as_it_is_written(words: str, day: str) -> None:
    """A day, a month or a year is taken, without the time and the zone behind it."""
    assert iso_date(words) == day


@pytest.mark.parametrize(
    "words",
    [
        None, "", "2024-13-45", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "0000-00-00", "0000", "2024-5", "2024-5-3",
        "20240531", "2024-05-311", "2024-055", "2024-05-", "2024-2025", "31.05.2024", "May 2024", "٢٠٢٤-٠١-٠٢", "２０２４",
        "-2024",
    ],
)  # fmt: skip
def test_what_the_calendar_does_not_have_is_no_date(words: str | None) -> None:
    """No month 13, no 30th of February, no year 0, no figures of other scripts, no other notation."""
    assert iso_date(words) is None
