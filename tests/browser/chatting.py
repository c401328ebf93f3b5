"""The chat as its tests use it: by what a user sees and presses, on the page, in a frame, on another site."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import FrameLocator, Locator, Page, expect

Json = dict[str, Any]

expect.set_options(timeout=20_000)  # a busy machine takes its time

PHONE: Json = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
"""A small phone, as options of a browser context."""

SCRIPT = "<script>document.title='ran'</script>"
"""What must stand on a page as text."""

WIDER_THAN_IT_MAY = """() => {
  const wide = [];
  const look = (root) => {
    for (const one of root.querySelectorAll('*')) {
      const box = one.getBoundingClientRect();
      const isAside = one.closest('.visually-hidden, .skip') || !one.checkVisibility();
      if (!isAside && box.width && box.right > innerWidth + 1) wide.push(one.tagName + '.' + one.className);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document);
  return wide;
}"""
"""Gives the elements that run out of the page to the right, in shadow roots too."""


class Chat:
    """One ``<onrecord-chat>`` in a page or a frame."""

    def __init__(self, place: Page | FrameLocator | Locator) -> None:
        self.place = place
        self.box = place.get_by_label("Your question")
        self.log = place.get_by_role("log")
        self.questions = place.locator(".question")
        self.answers = place.locator(".answer, .failure")

    def ask(self, question: str) -> Locator:
        """Asks by the keyboard and gives what comes back."""
        asked = self.questions.count()
        self.box.fill(question)
        self.box.press("Enter")
        return self.outcome(asked + 1)

    def outcome(self, number: int) -> Locator:
        """The outcome of the conversation's question ``number``, from 1, when there are so many and no more."""
        expect(self.questions).to_have_count(number)
        expect(self.answers).to_have_count(number)
        expect(self.place.locator("form[aria-busy]")).to_have_count(0)
        return self.answers.nth(number - 1)


def words_of(answer: Locator) -> list[str]:
    """The words of an answer's cards, as they stand in the page."""
    found: list[str] = answer.locator("blockquote.words").evaluate_all("all => all.map(one => one.textContent)")
    return found


def marked_in(card: Locator) -> str:
    """The marked words of a card."""
    return "".join(card.locator("mark").evaluate_all("all => all.map(one => one.textContent)"))


def asked(server: str, question: str, **filters: Any) -> Json:
    """What the service answers."""
    found: Json = httpx.post(f"{server}/v1/ask", json={"question": question} | filters).raise_for_status().json()
    return found


def highlighted(quote: Json) -> str:
    """The words that a card of the quote has to mark."""
    base = quote["start_char_index"]
    return "".join(
        quote["cited_text"][mark["start_char_index"] - base : mark["end_char_index"] - base] for mark in quote["highlights"]
    )
