"""The conversation as it is had: a real terminal, keys, completion, a pager, a history, over a service and over an index."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from screens import CTRL_C, CTRL_D, ENTER, TAB, UP, Terminal, terminal

from qa.api import create_app
from qa.config import Settings
from tests.encoders import WordHashEncoder
from tests.qa.conftest import command, environment, word_hash
from tests.serving import served

QUESTION = "Did you mislead parliament?"
NAME = "press-conference-miller"
EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\u202e"
OURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;;[^\x1b\x07]*\x1b\\|\x1b[=>]")
Open = Callable[..., AbstractContextManager[Terminal]]


def waits(text: str) -> bool:
    """Whether the last line is an empty prompt."""
    return text.endswith((" ?", "\n?"))


def answered(*words: str) -> Callable[[str], bool]:
    """Whether some words are on the screen, and it is the user's turn again."""
    return lambda text: all(word in text for word in words) and waits(text)


@pytest.fixture
def talk(tmp_path: Path, url: str) -> Open:
    """Opens ``ask`` in a terminal, over the service: ``talk("-n", "1", columns=40, NO_COLOR="1")``."""

    def run(
        *arguments: str, columns: int = 100, lines: int = 60, at: str = url, **variables: str
    ) -> AbstractContextManager[Terminal]:
        env = environment(**{"XDG_STATE_HOME": str(tmp_path / "state")} | variables)
        words = [command("ask"), "--url", at, *arguments]
        return terminal(words, env=env, cwd=tmp_path, columns=columns, lines=lines)

    return run


@pytest.fixture
def pager(tmp_path: Path) -> Callable[[str], str]:
    """Writes a pager that notes its arguments and what it was given, under a name."""

    def run(name: str) -> str:
        path = tmp_path / "a pager" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/arguments"\ncat > "{tmp_path}/paged"\n')
        path.chmod(0o755)
        return f"'{path}'"

    return run


def test_ask_alone_opens_a_conversation_with_follow_ups(talk: Open) -> None:
    """A question, then one that is only half said: it is completed, and how is shown."""
    with talk("-n", "1") as term:
        term.until(waits)
        first = term.ask(QUESTION, answered("[1] Helen Miller"))
        assert "→" not in first
        after = term.ask("When was that?", answered("→"))
        assert f"→ When was that? {QUESTION}" in after or re.search(r"→ When .*mislead parliament\?", after)
        term.type(CTRL_D)
        assert term.ended() == 0


def test_a_conversation_goes_on_after_mistakes(talk: Open) -> None:
    """What can't be done is said in a line; the exit code is 0 in the end."""
    with talk() as term:
        term.until(waits)
        term.ask(":1", answered("There are no passages to open. Ask something first."))
        term.ask(":more", answered("Ask something first."))
        term.ask(":frobnicate", answered("There is no such command."))
        term.ask(":s", answered("Which one: :speaker, :since?"))
        term.ask(":since yesterday", answered("The date is"))
        term.ask("quantum chromodynamics?", answered("Nothing on record."))
        term.ask(":document nowhere", answered("nowhere ?"))
        term.ask(QUESTION, answered("There is no document nowhere"))
        term.type(":quit" + ENTER)
        assert term.ended() == 0


def test_filters_hold_until_they_are_lifted(talk: Open) -> None:
    """They stand before the prompt."""
    with talk("-n", "2", "--since", "2024") as term:
        term.until(answered("since 2024 ?"))
        term.ask(":speaker Calloway", answered("Calloway · since 2024 ?"))
        assert "[1]" not in term.ask(QUESTION, answered("Nothing on record"))
        term.ask(":clear", answered("\n?"))
        term.ask(QUESTION, answered("[1] Helen Miller"))


def test_new_forgets_the_questions(talk: Open) -> None:
    """What follows is asked as it is."""
    with talk("-n", "1") as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.ask(":new", answered(":new"))
        assert "→" not in term.ask("Why did she burn the first version?", answered("Odile Farrant"))


def test_the_list_goes_on(talk: Open) -> None:
    """``:more`` gives other passages; what it stands for can be asked after, too."""
    with talk("-n", "1", lines=90) as term:
        term.until(waits)
        term.ask("What did she say about the storm barrier?", answered("[1] "))
        text = term.ask(":more", lambda text: text.count("[1] ") == 2 or "Nothing on record" in text)
        assert ":more" in text


def test_the_last_answer_as_json(talk: Open) -> None:
    """The same object as ``--json``."""
    with talk("-n", "1", columns=2000, lines=200) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        text = term.ask(":json", answered('"nearest": []'))
        found = json.loads(text[text.index("{\n") : text.rindex("}") + 1])
        assert found["question"] == QUESTION
        assert found["passages"][0]["speaker"] == "Helen Miller"


def test_help_names_every_command(talk: Open) -> None:
    with talk() as term:
        term.until(waits)
        text = term.ask(":help", answered(":quit"))
        for name in (":N", ":speaker NAME", ":document ID", ":since DATE", ":until DATE", ":clear", ":new", ":json", ":more"):
            assert f"  {name} " in text


# Keys


def test_tab_completes_names_inside_a_question(talk: Open) -> None:
    """From any part of the name, whatever its case."""
    with talk() as term:
        term.until(waits)
        term.type("What did oster" + TAB)
        term.until("? What did Osterhaven")
        term.type(" say to idr" + TAB)
        term.until("say to Idris Calloway")


def test_tab_completes_commands_and_what_they_take(talk: Open) -> None:
    """A speaker by a part of the name, a document by its id, several to choose from in a menu."""
    with talk() as term:
        term.until(waits)
        term.type(":sp" + TAB)
        term.until("? :speaker")
        term.type("mil" + TAB)
        text = term.until("Robert Miller")
        assert "Helen Miller" in text
        term.type(TAB + ENTER)
        term.until(answered("Helen Miller ?"))
        term.type(":doc" + TAB)
        term.until("? :document")
        term.type("novel" + TAB)
        term.until(":document novelist-qa")
        term.type(ENTER)
        term.until(answered("Helen Miller · novelist-qa ?"))


def test_ctrl_c_gives_up_a_line_and_ctrl_d_ends(talk: Open) -> None:
    """The line is not asked; the conversation goes on."""
    with talk() as term:
        term.until(waits)
        term.type("Why did she" + CTRL_C)
        text = term.until(answered("Why did she"))
        assert "[1]" not in text
        term.type(CTRL_D)
        assert term.ended() == 0


# History


def test_the_history_is_kept_and_private(talk: Open, tmp_path: Path) -> None:
    """What was asked in one conversation is there in the next, in a file that nobody else can read, whatever it was before."""
    file = tmp_path / "state" / "onrecord" / "history"
    with talk("-n", "1") as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.type(CTRL_D)
        term.ended()
    assert QUESTION in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    with talk("-n", "1") as term:
        term.until(waits)
        term.type(UP)
        term.until(f"? {QUESTION}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(("arguments", "variables"), [(["--no-history"], {}), ([], {"ONRECORD_HISTORY": "false"})])
def test_the_history_can_be_switched_off(talk: Open, tmp_path: Path, arguments: list[str], variables: dict[str, str]) -> None:
    """By a flag or a setting; then nothing is written."""
    with talk("-n", "1", *arguments, **variables) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.type(CTRL_D)
        assert term.ended() == 0
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("place", ["a folder", "no folder", "a link to nowhere"])
def test_a_history_that_can_not_be_kept_ends_nothing(talk: Open, tmp_path: Path, place: str) -> None:
    """It is then in memory; a file that is no file (a link to ``/dev/null``) is left as it is."""
    file = tmp_path / "state" / "onrecord" / "history"
    if place == "no folder":
        (tmp_path / "state").write_text("")
    else:
        file.parent.mkdir(parents=True)
        file.mkdir() if place == "a folder" else file.symlink_to(os.devnull)
    before = Path(os.devnull).stat().st_mode
    with talk("-n", "1") as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.type(CTRL_D)
        assert term.ended() == 0
        assert ("The history is not kept" in term.text) == (place != "a link to nowhere")
    assert Path(os.devnull).stat().st_mode == before


# The pager


def test_a_number_opens_the_source_at_the_quote(talk: Open, pager: Callable[[str], str], tmp_path: Path) -> None:
    """``$PAGER`` is parted as a shell would part it, and gets all turns, the quote's lines marked; ``less`` is led there."""
    with talk("-n", "1", PAGER=f"{pager('less')} -S", columns=60) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1] Helen Miller"))
        term.ask(":1", lambda text: waits(text) and (tmp_path / "paged").exists())
    paged = (tmp_path / "paged").read_text("utf-8")
    option, place = (tmp_path / "arguments").read_text().split()
    lines = paged.splitlines()
    marked = [number for number, line in enumerate(lines) if line.startswith(("  │", "  ┃"))]
    assert option == "-S"
    assert place == f"+{marked[0] - 2}"
    assert marked == list(range(marked[0], marked[-1] + 1))
    assert max(map(len, lines)) <= 60
    assert "\x1b" not in paged
    assert "Robert Miller" in paged


def test_another_pager_gets_the_text_alone(talk: Open, pager: Callable[[str], str], tmp_path: Path) -> None:
    """Nothing is known of its options."""
    with talk("-n", "1", PAGER=pager("leaf")) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.ask(":1", lambda text: waits(text) and (tmp_path / "paged").exists())
    assert (tmp_path / "arguments").read_text().strip() == ""
    assert "  ┃ " in (tmp_path / "paged").read_text("utf-8")


def test_the_real_less_shows_the_quote(talk: Open) -> None:
    """On the screen stands the marked quote with its speaker, and no escape code is needed for it."""
    with talk("-n", "1", PAGER="less", LESS="", lines=24) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.type(":1" + ENTER)
        term.until(lambda text: "  ┃ " in text and any(line.startswith("Helen Miller") for line in text.splitlines()[:4]))
        term.type("q")
        term.until(waits)


@pytest.mark.parametrize(
    ("value", "told"),
    [("no-such-pager -x", "PAGER can't be run"), ("'unbalanced", "PAGER can't be read"), ("", None), ("false", None)],
)
def test_without_a_pager_the_quote_is_shown_with_its_surroundings(talk: Open, value: str, told: str | None) -> None:
    """A pager that can't be started is told; one that ends early is no failure."""
    with talk("-n", "1", PAGER=value) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        text = term.ask(":1", answered(":1"))
        assert told is None or told in text
        assert ("  ┃ " in text) == (value != "false")
        term.type(CTRL_D)
        assert term.ended() == 0


def test_ctrl_c_in_the_pager_is_the_pagers(talk: Open, tmp_path: Path) -> None:
    """It doesn't end the conversation."""
    script = tmp_path / "slow"
    script.write_text("#!/bin/sh\necho paging\nexec sleep 60\n")
    script.chmod(0o755)
    with talk("-n", "1", PAGER=str(script)) as term:
        term.until(waits)
        term.ask(QUESTION, answered("[1]"))
        term.ask(":1", "paging")
        term.type(CTRL_C)
        term.until(lambda text: text.endswith("?"))
        term.type(CTRL_D)
        assert term.ended() == 0


# How it looks


def test_marks_are_seen_without_color(talk: Open) -> None:
    """With NO_COLOR no color code is sent, and the answering sentences stand behind a bar, in whole lines of their own."""
    with talk("-n", "1", columns=60, NO_COLOR="1") as term:
        term.until(waits)
        text = term.ask(QUESTION, answered("[1]"))
        assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", term.written)
    lines = text.splitlines()
    marked = [line for line in lines if line.startswith("  ┃ ")]
    assert marked
    assert all(line[:4] in ("  ┃ ", "    ") for line in lines[lines.index("[1] Helen Miller") + 1 : -2] if line)


@pytest.mark.parametrize("columns", [20, 33, 200])
def test_it_fits_any_width(talk: Open, columns: int) -> None:
    """At 20 columns nothing is lost; over 100, lines stay readable."""
    with talk("-n", "1", columns=columns, lines=120) as term:
        term.until(waits)
        text = term.ask(QUESTION, answered("[1]"))
    quote = [line for line in text.splitlines() if line.startswith("    ")]
    assert max(map(len, quote)) <= min(columns, 100)
    assert "On the sixth of June I said that no bank had asked for help" in " ".join(line.strip() for line in quote)


@pytest.fixture(scope="module")
def evil_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over a transcript that would like to steer the terminal, from every field."""
    from index.build import build_index

    folder = tmp_path_factory.mktemp("evil")
    rows = [
        {"speaker": f"Host{EVIL}", "role": "interviewer", "text": f"What of the harbour{EVIL}?"},
        {
            "speaker": f"Ann{EVIL}",
            "role": "interviewee",
            "text": f"We will open the harbour{EVIL} in May,\r\nor in June\rhidden.",
        },
        {"speaker": "Bea\n  ┃ Not Said", "role": "interviewee", "text": "  ┃ The harbour is no bar. " + "x" * 500},
    ]
    fields = {"id": f"evil{EVIL}", "title": f"Evil{EVIL}", "date": "2024-01-01", "url": f"https://example.org/{EVIL}"}
    (folder / "evil.json").write_text(json.dumps(fields | {"turns": rows}), encoding="utf-8")
    build_index([folder], root=folder / "index", encoder=word_hash)
    settings = Settings(fast=True, index=folder / "index", threshold=0.1)
    with served(create_app(settings, encoder=WordHashEncoder())) as address:
        yield address


def test_a_hostile_source_steers_neither_terminal_nor_pager(
    talk: Open, pager: Callable[[str], str], tmp_path: Path, evil_url: str
) -> None:
    """Its names, words and titles are shown by their characters' numbers, in answers, completions and pages."""
    with talk(at=evil_url, PAGER=pager("less"), columns=60, lines=90, NO_COLOR="1") as term:
        term.until(waits)
        term.ask("What of the harbour?", answered("[1]", "\\x1b[2J"))
        term.ask(":1", lambda text: waits(text) and (tmp_path / "paged").exists())
        term.type(":speaker " + TAB)
        term.type(CTRL_C)
        term.until(answered("\n?"))
        term.type(CTRL_D)
        assert term.ended() == 0
        written = term.written.decode("utf-8")
    assert "\x1b]0;" not in written
    assert "\x1b[2J" not in written
    assert not re.search(r"[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", OURS.sub("", written))
    assert "\x1b" not in OURS.sub("", written)
    paged = (tmp_path / "paged").read_text("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", paged)
    barred = "".join(line[4:] for line in paged.splitlines() if line.startswith(("  ┃ ", "  │ ")))
    assert "Not Said" not in barred
    assert "no bar" not in barred or "hidden" not in barred


async def _for_ever(scope: Any, receive: Any, send: Any) -> None:
    """A service that begins no answer until it is left."""
    if scope["type"] == "http":
        while (await receive())["type"] != "http.disconnect":
            pass


def test_ctrl_c_gives_up_a_question_that_is_being_asked(talk: Open) -> None:
    """And the conversation goes on."""
    with served(_for_ever) as address, talk(at=address) as term:
        term.until(waits)
        term.ask("Why?", "Why?")
        time.sleep(0.5)
        term.type(CTRL_C)
        term.until("Interrupted.")
        term.type(CTRL_D)
        assert term.ended() == 0


# What is no conversation


@pytest.mark.parametrize("arguments", [["--json"], ["--jsonl"], ["--vimgrep"]])
def test_whoever_wants_data_is_asked_for_a_question(talk: Open, arguments: list[str]) -> None:
    """These forms are for programs: without a question it is a usage error, as it is where stdin is no terminal."""
    with talk(*arguments) as term:
        assert term.ended() == 2
        assert "Ask a question" in term.text


def test_the_service_may_be_away(talk: Open) -> None:
    """Completion is silent then; a question says what is wrong, and the conversation goes on."""
    with talk(at="http://127.0.0.1:9") as term:
        term.until(waits)
        term.type("What did oster" + TAB + CTRL_C)
        term.until(answered("oster"))
        term.ask("Why?", answered("No answer from http://127.0.0.1:9"))
        term.type(CTRL_D)
        assert term.ended() == 0
