"""Telling the language of a text, by :mod:`index.language`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language import language_of

TEXTS = {
    "en": "The harbour was full of boats, and we counted them twice before anybody slept in the house.",
    "de": "Der Hafen war voller Boote, und wir zählten sie zweimal, bevor jemand im Haus schlafen ging.",
    "fr": "Le port était plein de bateaux et nous les avons comptés deux fois avant de dormir dans la maison.",
    "es": "El puerto estaba lleno de barcos y los contamos dos veces antes de que nadie se durmiera en la casa.",
    "pt": "O porto estava cheio de barcos e nós os contamos duas vezes antes que alguém dormisse na casa.",
    "it": "Il porto era pieno di barche e le abbiamo contate due volte prima che qualcuno dormisse.",
    "ru": "Гавань была полна лодок, и мы дважды пересчитали их, прежде чем кто-либо заснул в доме.",
}


@pytest.mark.parametrize("declared", [None, "en", "xx"])
@pytest.mark.parametrize("language", TEXTS)
def test_told_from_the_words(language: str, declared: str | None) -> None:
    """The words tell the language, whatever the page declares."""
    assert language_of(TEXTS[language], declared) == language


@pytest.mark.parametrize("declared", [None, "de", "pt-BR"])
@pytest.mark.parametrize(
    "text",
    ["", " \n", "Yes.", "Ja, gut.", "Bonjour à tous, comment allez-vous ?", "1974 " * 100, "🏦" * 100, "qwrt zxcv plmk " * 10],
)
def test_too_few_words(text: str, declared: str | None) -> None:
    """Where words are too few, or of no language, what is declared holds, and nothing is made up."""
    assert language_of(text, declared) == declared


def test_middle_of_a_long_page() -> None:
    """A long page is judged by its middle: its ends are the template's more often."""
    template = "Subscribe to our newsletter and read more stories about the harbour. " * 300
    assert language_of(template + (TEXTS["de"] + " ") * 300 + template) == "de"


@given(st.text(max_size=200), st.sampled_from([None, "en"]))
@settings(deadline=None, max_examples=100)
def test_any_text(text: str, declared: str | None) -> None:
    """Any text has a code of two letters, or what is declared."""
    found = language_of(text, declared)
    assert found == declared or (found is not None and len(found) == 2 and found.islower())
