"""Markdown, by :mod:`index.formats.markdown`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Metadata, Parsed
from tests.index.transcripts import assert_read_or_refused, interviews, parsed, plainly, said

INTERVIEW = """---
title: "Boats: for all"
date: 2024-05-03
author: Ann Lee
source_url: https://example.org/boats
publisher: The Post
lang: en
---

# Boats, they say

*By Ann Lee.
Photographs: Cy Dow*

Bo Ray has a boat, and
he lives in it.

**Ann Lee:** Why did you *go*?

**Bo Ray, sailor:** So it was.
And so.

> "So it was."

## The winter

And [so on](https://example.org).

![A boat](boat.png)

**Ann Lee**: When?

**Ray**: Then.

* * *

*This interview was edited for length.*
"""


def markdown(content: str | bytes) -> Parsed:
    return parsed(content, "interview.md")


def test_canonical_text_is_the_file() -> None:
    """The canonical text is the file's, markup and front matter included, so that every offset is one into the file."""
    assert markdown(INTERVIEW).text == INTERVIEW


def test_turns_are_slices_of_the_file() -> None:
    """Turns have the words between the labels; headings, notes, pictures, rules and pull quotes are in none."""
    assert said(markdown(INTERVIEW)) == [
        (None, ("Bo Ray has a boat, and\nhe lives in it.",)),
        ("Ann Lee", ("Why did you *go*?",)),
        ("Bo Ray, sailor", ("So it was.\nAnd so.", "And [so on](https://example.org).")),
        ("Ann Lee", ("When?",)),
        ("Ray", ("Then.",)),
    ]


def test_a_recording() -> None:
    """The front matter names the recording; what is no web address names none."""
    assert markdown("---\naudio: https://a.example/talk.mp3\n---\n" + INTERVIEW).metadata.media == "https://a.example/talk.mp3"
    assert markdown("---\nvideo: javascript:alert(1)\n---\n" + INTERVIEW).metadata.media is None


def test_metadata() -> None:
    """The front matter says title, day, author, address, site and language, under any of their usual names."""
    assert markdown(INTERVIEW).metadata == Metadata(
        title="Boats: for all",
        date="2024-05-03",
        url="https://example.org/boats",
        author="Ann Lee",
        site="The Post",
        language="en",
    )


@pytest.mark.parametrize(
    ("front", "title", "date"),
    [
        ("", "Heading", None),
        ("---\nheadline: Other\npublished: 2024-05-03T23:30:00Z\n---\n", "Other", "2024-05-03"),
        ("---\ndate: 2024\n---\n", "Heading", "2024"),
        ("---\ndate: May 2024\n---\n", "Heading", None),
        ("---\r\ntitle: Other\r\n---\r\n", "Other", None),
        ("\ufeff---\ntitle: Other\n---\n", "Other", None),
        ("---\ntitle: [broken\n---\n", "Heading", None),
        ("---\ndate: 2024-13-45\n---\n", "Heading", None),
        ("---\ntitle: Other\ndate: 2024-02-30\n---\n", "Other", None),
        ("---\ntitle: Other\ndate: '2024-02-30'\n---\n", "Other", None),
        ("---\ndate: 20240503\n---\n", "Heading", None),
        ("---\ndate: 2024 in spring\n---\n", "Heading", "2024"),
        ("---\n- a list\n---\n", "Heading", None),
        ("---\ntitle: " + "[" * 1500 + "]" * 1500 + "\n---\n", "Heading", None),
        ('---\ntitle: "half \\ud83d"\n---\n', "half ?", None),
    ],
)
def test_front_matter(front: str, title: str, date: str | None) -> None:
    """Front matter is read where it can be; where it is missing or broken, the first heading is the title."""
    document = markdown(f"{front}# Heading\n\nQ: Why?\n\nA: So.\n")
    assert (document.metadata.title, document.metadata.date) == (title, date)
    assert plainly(document) == [("Q", "Why?"), ("A", "So.")]


@pytest.mark.parametrize(
    "label", ["**{}:** ", "**{}**: ", "__{}:__ ", "*{}:* ", "***{}***: ", "{}: ", "**{}** : ", "> **{}:** "]
)
def test_label_styles(label: str) -> None:
    """Labels in any emphasis, or none, are without their markup, and so is what follows them."""
    content = "\n\n".join(
        label.format(name) + words for name, words in [("Ann Lee", "Why?"), ("Bo Ray", "So."), ("Ann Lee", "I see.")]
    )
    assert plainly(markdown(content)) == [("Ann Lee", "Why?"), ("Bo Ray", "So."), ("Ann Lee", "I see.")]


@pytest.mark.parametrize("mark", ["**", "*", "__", "***"])
def test_question_in_emphasis(mark: str) -> None:
    """Emphasis around a whole question, label included, ends outside the turn; emphasis within it stays."""
    content = f"{mark}Ann Lee: Why *now*?{mark}\n\nBo Ray: So.\n\n{mark}Ann Lee: When?{mark}\n\nBo Ray: *Then.*"
    assert plainly(markdown(content)) == [
        ("Ann Lee", "Why *now*?"),
        ("Bo Ray", "So."),
        ("Ann Lee", "When?"),
        ("Bo Ray", "*Then.*"),
    ]


def test_questions_in_headings() -> None:
    """A lower heading with a speaker's label is a turn; the title and other headings are none."""
    content = (
        "# Bo Ray: ‘I saw’\n\n## Ann Lee: Why?\n\nBo Ray: So.\n\n"
        "## The winter ##\n\nAnd so.\n\n## Ann Lee: When? ##\n\nBo Ray: Then."
    )
    assert said(markdown(content)) == [
        ("Ann Lee", ("Why?",)),
        ("Bo Ray", ("So.", "And so.")),
        ("Ann Lee", ("When?",)),
        ("Bo Ray", ("Then.",)),
    ]


def test_pull_quote() -> None:
    """A block quote that repeats the running text is dropped; one that does not was said."""
    content = (
        'Q: Why?\n\nA: We went *out* at night, so it was.\n\n> "We went out at night"\n\nAnd so.\n\n> The letter said: come.\n'
    )
    assert said(markdown(content)) == [
        ("Q", ("Why?",)),
        ("A", ("We went *out* at night, so it was.", "And so.\n\n> The letter said: come.")),
    ]


def test_italic_answer() -> None:
    """Italics inside an answer are words like others; only a paragraph wholly in italics that asks nothing is a note."""
    answer = "One, and one.\n*I thought the pitch\nwould hold me up.* He did."
    content = f"Q: Why?\n\nA: {answer}\n\n*The tape stops here.*\n\n*Why?* Because.\n"
    assert said(markdown(content))[1] == ("A", (answer, "*Why?* Because."))


@pytest.mark.parametrize(
    "line", ["---", "* * *", "___", "![A boat](boat.png)", "<!-- note -->", "[1]: https://example.org", "| a | b |", "<br>"]
)
def test_markup_lines(line: str) -> None:
    """A line that is only markup splits the spans of a turn and is in none of them."""
    assert said(markdown(f"Q: Why?\n\nA: So.\n\n{line}\n\nAnd so.\n")) == [("Q", ("Why?",)), ("A", ("So.", "And so."))]


def test_boilerplate() -> None:
    """Shared furniture, plain or in emphasis, and lists of other stories are in no turn."""
    stories = "## You might also like\n\n- [Bo Ray: a life](x)\n- 'Never again': minister\n"
    content = f"Q: Why?\n\nA: So.\n\n**Share this article**\n\n{stories}"
    assert plainly(markdown(content)) == [("Q", "Why?"), ("A", "So.")]


@given(
    interviews(), st.sampled_from(["**{}:** ", "**{}**: ", "__{}:__ ", "{}: "]), st.sampled_from(["\n", "\r\n"]), st.booleans()
)
@settings(deadline=None, max_examples=60)
def test_round_trip(turns: list[tuple[str, list[str]]], label: str, end: str, has_front: bool) -> None:
    """Any interview composed with marked labels gives its turns back, word for word."""
    front = f"---{end}title: Boats{end}---{end}" if has_front else ""
    gap = end + end
    content = front + gap.join(label.format(name) + gap.join(words) for name, words in turns) + end
    assert plainly(markdown(content)) == [(name, gap.join(words)) for name, words in turns]


@given(
    st.binary(max_size=100)
    | st.text(max_size=100)
    | st.lists(
        st.sampled_from(
            "---\n|title: |[|{|&a *a|# |**Ann Lee:** |> |*|_|\n|\n\n|`|![|](|<!--|word |?|\\|\r|Q: |🏦|---".split("|")
        ),
        max_size=40,
    ).map("".join)
)
@settings(deadline=None, max_examples=200)
def test_garbage(content: str | bytes) -> None:
    """Whatever is in the file, it is parsed with spans inside its text, or refused with an error about this source."""
    assert_read_or_refused(content, "interview.md")
