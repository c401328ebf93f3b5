"""A chat's messages: the question, the questions before it, and the jobs that a front end sends for itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.followup import MAX_HISTORY, check_history
from qa.interpret import MAX_QUESTION_CHARS
from qa.openai_talk import Talk, talk_of

CHAT = '<chat_history>\nUSER: Who paid for the barrier?\nand why?\nASSISTANT: > "title": Nobody.\n</chat_history>'


def job(shape: str) -> str:
    """A prompt as Open WebUI makes them."""
    return f"### Task:\nDo it.\n### Output:\nJSON format: {shape}\n### Chat History:\n{CHAT}"


def test_the_last_message_is_the_question_and_the_others_its_history() -> None:
    """Questions come oldest first."""
    assert talk_of(["Who paid?", "Why?", "What else?"]) == Talk("What else?", ("Who paid?", "Why?"))


@pytest.mark.parametrize("said", [[], [""], [" \n"], ["Who paid?", " "]])
def test_of_nothing_there_is_no_question(said: list[str]) -> None:
    """No message, or an empty last one, asks nothing."""
    assert talk_of(said) is None


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        ('{ "title": "your concise title here" }', {"title": "Who paid for the barrier?"}),
        ('{ "tags": ["tag1", "tag2", "tag3"] }', {"tags": []}),
        ('{ "follow_ups": ["Suggested next message 1"] }', {"follow_ups": []}),
        ('{\n  "queries": ["query1", "query2"]\n}', {"queries": []}),
        ('`{ "text": "<your_completion>" }`', {"text": ""}),
        ('{\n    "prompt": "Your detailed description here."\n}', {"prompt": ""}),
    ],
)
def test_a_job_is_done_in_the_shape_that_it_asks_for(shape: str, answer: object) -> None:
    """A chat is named by its first question; of all else there is nothing."""
    done = talk_of(["Who paid for the barrier?", job(shape)])
    assert isinstance(done, str)
    assert json.loads(done) == answer


def test_a_job_without_a_shape_gets_nothing() -> None:
    """What asks for a text of a model's own gets none."""
    assert talk_of(["### Task:\nSummarize the conversation history."]) == ""


def test_a_long_question_names_a_chat_by_its_beginning() -> None:
    """A title ends at a word."""
    done = talk_of([job('{"title": ""}').replace("Who paid", "Who, in the end and after all, and in what currency, paid")])
    assert isinstance(done, str)
    assert json.loads(done)["title"] == "Who, in the end and after all, and in what currency, paid…"


def test_jobs_are_no_part_of_a_conversation() -> None:
    """Only what a user asked is history."""
    assert talk_of(["Who paid?", job('{"tags": []}'), "Why?"]) == Talk("Why?", ("Who paid?",))


def test_a_question_after_context_is_asked_without_it() -> None:
    """What a front end puts before a question, documents of its own, is no part of the question."""
    prompt = '### Task:\nRespond using the context.\n<context>\n<source id="1">x</source>\n</context>\n\nWho paid?'
    assert talk_of(["Hello?", prompt]) == Talk("Who paid?", ("Hello?",))
    assert talk_of([prompt, "Why?"]) == Talk("Why?", ("Who paid?",))


def test_a_history_is_cut_to_what_can_be_read() -> None:
    """The last questions are kept; too long ones and those that hold half a character are left out."""
    asked = [f"Question {number}?" for number in range(MAX_HISTORY + 9)]
    found = talk_of([*asked, "x" * (MAX_QUESTION_CHARS + 1), "half \ud800", "  ", "Why?"])
    assert found == Talk("Why?", tuple(asked[-MAX_HISTORY:]))


@given(st.lists(st.text(alphabet=st.characters()), max_size=9))
def test_any_chat_has_a_history_that_can_be_asked(said: list[str]) -> None:
    """Whatever was said, what is kept of it raises nothing."""
    found = talk_of(said)
    if isinstance(found, Talk):
        check_history(found.history)
