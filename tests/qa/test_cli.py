"""The two commands: exit codes, stdout for answers only, and a plain sentence for every mistake."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from index.errors import IndexMissing, OnrecordError
from index.reader import IndexReader
from qa import __version__
from qa.api import create_app
from qa.cli import exit_code_of
from qa.config import Settings
from qa.render import answer_json, documents_json, transcript_json
from qa.service import Service
from qa.style import ReaderGone
from qa.terminal import Style, answer_text, documents_text, transcript_text
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder
from tests.qa.conftest import Ended, command, environment, on_terminal, process, word_hash
from tests.qa.damage import damage_newest, make_newer
from tests.serving import served

QUESTION = "What did she say about the storm barrier?"
UNANSWERED = "What of quantum chromodynamics?"
PAINT = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b]8;;[^\x1b\x07]*\x1b\\")
Here = Callable[..., Ended]


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def assert_told(ended: Ended, *words: str) -> None:
    """The command failed with a plain message on stderr, without a traceback and without anything on stdout."""
    assert ended.code == 2, (ended.code, ended.err)
    assert ended.out == b""
    assert "Traceback" not in ended.err
    assert "defect" not in ended.err
    for word in words:
        assert word in ended.err


# The edge


@pytest.mark.parametrize(("result", "code"), [(None, 0), (0, 0), (1, 1), (2, 2), ("answer", 0), ([1], 0)])
def test_what_a_command_returns_is_its_exit_code(result: object, code: int) -> None:
    """A number is an exit code, anything else is success."""
    assert exit_code_of(lambda: result, "ask") == code


def raising(error: BaseException) -> Callable[[], object]:
    def action() -> object:
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (click.exceptions.Exit(0), 0, ""),
        (click.exceptions.Exit(2), 2, ""),
        (click.UsageError("no such thing"), 2, "no such thing"),
        (OnrecordError("the index is gone"), 2, "ask: the index is gone\n"),
        (IndexMissing("here"), 2, "There is no index at here"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "No space left on device"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), 2, "is not text"),
        (ReaderGone(), 0, ""),
        (KeyboardInterrupt(), 130, ""),
        (click.Abort(), 130, ""),
        (SystemExit(3), 2, ""),
        (SystemExit(0), 0, ""),
        (RuntimeError("unforeseen"), 2, "ask: internal error: RuntimeError: unforeseen. This is a defect of onrecord."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_every_error_has_its_exit_code(capsys: pytest.CaptureFixture[str], error: BaseException, code: int, told: str) -> None:
    """Only "nothing on record" is 1: a failure is 2, an interrupt 130, and each says what it has to say on stderr."""
    assert exit_code_of(raising(error), "ask") == code
    written = capsys.readouterr()
    assert written.out == ""
    assert told in written.err
    assert bool(told) == bool(written.err)


def test_a_message_can_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Names in a message come from sources: control characters in them are shown, not sent."""
    exit_code_of(raising(OnrecordError("evil\x1b[2J.json")), "ask")
    assert capsys.readouterr().err == "ask: evil\\x1b[2J.json\n"


# ask: answers


def test_an_answer_is_0_and_a_refusal_1(here: Here, small_index: Path) -> None:
    """Found is success; nothing on record is told apart from it and from failure."""
    assert here("ask", QUESTION, "--index", small_index).code == 0
    assert here("ask", UNANSWERED, "--index", small_index).code == 1


def test_stdout_holds_the_answer_and_stderr_nothing(here: Here, small_index: Path, service: Service) -> None:
    """Piped, the output is the answer's text, byte for byte, found or not."""
    for question in (QUESTION, UNANSWERED):
        ended = here("ask", question, "--index", small_index)
        assert ended.text == answer_text(answer_json(service.ask(question)), Style())
        assert ended.err == ""


def test_a_piped_quote_is_the_sources_bytes(here: Here, small_index: Path) -> None:
    """The quote in the output is a piece of the file, curly quotes and line ends as they are."""
    for name, question in (
        ("coach-interview.md", "The supporters' trust called it an act of vanity. Did that hurt?"),
        ("oral-history-reyes.txt", "What is left of the station?"),
    ):
        ended = here("ask", question, "--index", small_index, "-n", "1")
        quote = ended.out.split(b"\n\n", 1)[1].rsplit(b"\n\n", 1)[0]
        assert len(quote) > 200
        assert quote in (SAMPLES / name).read_bytes()


def test_words_of_a_question_need_no_quotes(here: Here, small_index: Path) -> None:
    """``ask what is left of the station`` is one question."""
    ended = here("ask", "--json", "--index", small_index, "what", "is", "left", "of", "the", "station")
    assert ended.json["question"] == "what is left of the station"


def test_json_is_the_renderers_json(here: Here, small_index: Path, service: Service) -> None:
    """``--json`` and ``--jsonl`` are one object each, the latter in one line."""
    expected = timeless(answer_json(service.ask(QUESTION)))
    indented, line = (here("ask", QUESTION, form, "--index", small_index) for form in ("--json", "--jsonl"))
    assert timeless(indented.json) == timeless(line.json) == expected
    assert line.out.count(b"\n") == 1
    assert indented.text.startswith('{\n  "id": ')


def test_json_of_a_refusal_says_so_on_stderr_too(here: Here, small_index: Path) -> None:
    """Whoever pipes JSON away is told in words, unless they asked for quiet."""
    told, quiet = (here("ask", UNANSWERED, "--json", "--index", small_index, *more) for more in ([], ["--quiet"]))
    assert (told.code, told.json["found"], told.err) == (1, False, "Nothing on record.\n")
    assert (quiet.code, quiet.json["found"], quiet.err) == (1, False, "")


def test_options_are_the_services_options(here: Here, small_index: Path, service: Service) -> None:
    """Limit, speaker, document, dates and threshold mean what they mean in the library."""
    ended = here(
        "ask", QUESTION, "--json", "--index", small_index, "-n", "2", "--speaker", "Miller",
        "--document", "press-conference-miller", "--since", "2024-06", "--until", "2024",
    )  # fmt: skip
    expected = service.ask(
        QUESTION, limit=2, speaker="Miller", document="press-conference-miller", since="2024-06", until="2024"
    )
    assert timeless(ended.json) == timeless(answer_json(expected))
    assert here("ask", QUESTION, "--index", small_index, "--threshold", "1").code == 1


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--speaker", "Nobody", "unknown_speaker"),
        ("--since", "2030", "nothing_on_record"),
        ("--speaker", "Calloway", "other_speaker"),
    ],
)
def test_filters_that_leave_nothing_are_1(here: Here, small_index: Path, option: str, value: str, reason: str) -> None:
    """A filter that nothing passes is no failure; the reason is told."""
    ended = here("ask", QUESTION, "--json", "--index", small_index, option, value)
    assert (ended.code, ended.json["reason"]) == (1, reason)


def test_color_always_paints_a_pipe_and_changes_no_word(here: Here, small_index: Path) -> None:
    """Asked for, color goes into a pipe; without the paint it is the same text. Never is never."""
    plain, painted, never = (
        here("ask", QUESTION, "--index", small_index, "--color", how) for how in ("auto", "always", "never")
    )
    assert "\x1b[" in painted.text
    assert PAINT.sub("", painted.text) == plain.text == never.text


# ask: a file of questions


@pytest.fixture
def questions(write: Callable[[str, str | bytes], Path]) -> Callable[..., Path]:
    """Writes a file of question rows."""
    return lambda *rows: write("questions.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def test_a_file_of_questions_is_answered_line_by_line(
    here: Here, small_index: Path, questions: Callable[..., Path], service: Service
) -> None:
    """One answer a line, in order, each with its question's id and under its own filters."""
    path = questions(
        {"id": "q1", "question": QUESTION},
        {"id": 2, "question": QUESTION, "document_id": "press-conference-miller"},
        {"id": None, "question": QUESTION, "speaker": "Calloway"},
        {"question": UNANSWERED, "speaker": None, "note": "no id"},
    )
    ended = here("ask", "--questions", path, "--jsonl", "--index", small_index)
    answers = [json.loads(line) for line in ended.text.split("\n")[:-1]]
    assert ended.code == 0
    assert ended.err == ""
    assert [answer.get("question_id", "none") for answer in answers] == ["q1", 2, None, "none"]
    asked = [
        service.ask(QUESTION),
        service.ask(QUESTION, document="press-conference-miller"),
        service.ask(QUESTION, speaker="Calloway"),
        service.ask(UNANSWERED),
    ]
    for answer, expected in zip(answers, asked, strict=True):
        answer.pop("question_id", None)
        assert timeless(answer) == timeless(answer_json(expected))


def test_a_rows_filter_wins_over_the_options(here: Here, small_index: Path, questions: Callable[..., Path]) -> None:
    """Options hold for all rows that say nothing else."""
    path = questions({"question": QUESTION}, {"question": QUESTION, "speaker": "Osterhaven"})
    ended = here("ask", "--questions", path, "--speaker", "Helen Miller", "-n", "1", "--index", small_index)
    speakers = [json.loads(line)["passages"][0]["speaker"] for line in ended.text.splitlines()]
    assert speakers == ["Helen Miller", "Marit Osterhaven"]


def test_questions_of_which_none_is_answered_are_1(here: Here, small_index: Path, questions: Callable[..., Path]) -> None:
    """One found answer makes success; none makes 1."""
    ended = here("ask", "--questions", questions({"question": UNANSWERED}), "--index", small_index)
    assert (ended.code, len(ended.text.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"question": "storm barrier"}\r\n\r\n{"question": "storm barrier"}\r\n',
        '{"question": "storm\u2028barrier"}\n{"question": "storm\x85barrier"}'.encode(),
    ],
)
def test_line_ends_of_any_system_are_read(
    here: Here, small_index: Path, write: Callable[[str, bytes], Path], content: bytes
) -> None:
    """A byte-order mark, CRLF and empty lines are read over; separators inside a string separate nothing."""
    ended = here("ask", "--questions", write("q.jsonl", content), "--jsonl", "--index", small_index)
    assert (ended.code, len(ended.text.splitlines())) == (0, 2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not valid JSON"),
        ("nothing", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('"a string"', 'expected {"id", "question"}'),
        ("[]", 'expected {"id", "question"}'),
        ("{}", 'expected {"id", "question"}'),
        ('{"question": 5}', 'expected {"id", "question"}'),
        ('{"question": ""}', "holds no words"),
        ('{"question": "' + "x" * 3000 + '"}', "3,000 characters"),
        ('{"question": "\\ud800 x"}', "lone surrogate"),
        ('{"question": "x", "speaker": 5}', '"speaker" is 5'),
        ('{"question": "x", "document_id": ["a"]}', '"document_id" is'),
    ],
)
def test_a_broken_line_is_named_before_anything_is_asked(
    here: Here, small_index: Path, write: Callable[[str, str], Path], line: str, words: str
) -> None:
    """The message has the file, the line and what is wrong with it; no half of the file is answered."""
    path = write("q.jsonl", f'{{"question": "storm barrier"}}\n\n{line}\n{{"question": "eels"}}\n')
    assert_told(here("ask", "--questions", path, "--index", small_index), f"{path}, line 3: ", words)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe{"])
def test_a_file_without_questions_is_a_failure(
    here: Here, small_index: Path, write: Callable[[str, bytes], Path], content: bytes
) -> None:
    """Empty or not text: it is not "nothing on record"."""
    path = write("q.jsonl", content)
    assert_told(here("ask", "--questions", path, "--index", small_index), str(path))


def test_a_file_of_questions_that_is_not_there_is_a_failure(here: Here, small_index: Path, tmp_path: Path) -> None:
    """A missing file and a folder are named."""
    for path in (tmp_path / "nowhere.jsonl", tmp_path):
        assert_told(here("ask", "--questions", path, "--index", small_index), str(path), "can't be read")


def test_a_question_and_a_file_of_them_are_one_too_many(here: Here, small_index: Path, questions: Callable[..., Path]) -> None:
    """Neither is silently left unanswered."""
    path = questions({"question": QUESTION})
    assert_told(here("ask", "eels?", "--questions", path, "--index", small_index), "not both")


# ask: mistakes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x", "--limit", "0"], "--limit"),
        (["x", "-n", "101"], "-n"),
        (["x", "-n", "many"], "-n"),
        (["x", "--threshold", "2"], "--threshold"),
        (["x", "--since", "yesterday"], "--since"),
        (["x", "--until", "2024-5"], "2024-05"),
        (["x", "--since", "2024-13"], "--since"),
        (["x", "--color", "red"], "--color"),
        (["x", "--url", "localhost:8000"], "--url is 'localhost:8000'"),
        (["x", "--nonsense"], "--nonsense"),
        ([""], "holds no words"),
        (["?!"], "holds no words"),
        (["x" * 3000], "3,000 characters"),
        (["storm \udcff"], "half a character"),
        (["storm", "--speaker", "\udcff"], "The speaker holds half a character"),
        (["storm", "--document", "\udcff"], "The document holds half a character"),
        (["storm", "--document", "nowhere"], "There is no document nowhere"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(here: Here, small_index: Path, arguments: list[str], words: str) -> None:
    """Usage, question and filter: exit 2, the fault named, nothing on stdout."""
    index = [] if "--url" in arguments else ["--index", small_index]
    assert_told(here("ask", *arguments, *index), words)


@pytest.mark.parametrize("name", ["ask", "onrecord"])
def test_no_index_is_told_with_how_to_build_one(here: Here, tmp_path: Path, name: str) -> None:
    """A missing folder, an empty one and a file in its place are no index."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    arguments = ["eels"] if name == "ask" else ["list"]
    for place in ("nowhere", "empty", "file"):
        assert_told(here(name, *arguments, "--index", tmp_path / place), "There is no index at", "onrecord index")
    assert_told(here(name, *arguments), "There is no index at .onrecord")


@pytest.fixture
def copied(small_index: Path, tmp_path: Path) -> Path:
    """A copy of the small index, to be damaged."""
    return Path(shutil.copytree(small_index, tmp_path / "copied"))


@pytest.mark.parametrize("arguments", [("ask", "eels"), ("onrecord", "list"), ("onrecord", "verify"), ("onrecord", "serve")])
def test_an_index_that_cannot_be_used_is_told(here: Here, copied: Path, arguments: tuple[str, str]) -> None:
    """A damaged file is named with how to build anew; a later format says to update; neither is read."""
    name = damage_newest(copied).name
    assert_told(here(*arguments, "--index", copied), "is damaged", name, "--rebuild")
    make_newer(copied)
    assert_told(here(*arguments, "--index", copied), "has format 999", "Update onrecord")


@pytest.mark.parametrize("arguments", [("ask", "eels"), ("onrecord", "serve")])
def test_another_model_is_told(here: Here, small_index: Path, arguments: tuple[str, str]) -> None:
    """Questions embedded by another model are refused with both names."""
    ended = here(*arguments, "--index", small_index, "--model", "another")
    assert_told(ended, "was built with word-hash", "another")


def test_a_model_that_is_not_here_is_told(small_index: Path, tmp_path: Path) -> None:
    """In a process of its own: an index whose model is not on this machine is not asked, and nothing is downloaded."""
    for arguments in (("ask", "eels"), ("onrecord", "serve")):
        ended = process(*arguments, "--index", small_index, cwd=tmp_path)
        assert_told(ended, "The model word-hash is not on this machine, and nothing is downloaded")


# Settings


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    here: Here, small_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the commands as for the settings: the nearest place decides."""
    Path("onrecord.toml").write_text(f'index = "{small_index}"\nlimit = 4\n', encoding="utf-8")
    counts = [len(here("ask", QUESTION, "--json").json["passages"])]
    monkeypatch.setenv("ONRECORD_LIMIT", "3")
    counts.append(len(here("ask", QUESTION, "--json").json["passages"]))
    counts.append(len(here("ask", QUESTION, "--json", "-n", "2").json["passages"]))
    assert counts == [4, 3, 2]
    monkeypatch.setenv("ONRECORD_INDEX", "nowhere")
    assert_told(here("ask", QUESTION), "There is no index at nowhere")
    assert here("ask", QUESTION, "--index", small_index).code == 0
    monkeypatch.setenv("ONRECORD_THRESHOLD", "1")
    assert here("ask", QUESTION, "--index", small_index).code == 1
    assert here("ask", QUESTION, "--index", small_index, "--threshold", "0.2").code == 0


def test_an_index_flag_wins_over_a_service_of_the_environment(
    here: Here, small_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names an index on the command line means it, whatever address the environment holds."""
    monkeypatch.setenv("ONRECORD_URL", "http://127.0.0.1:9")
    assert_told(here("ask", QUESTION), "No answer from http://127.0.0.1:9/v1/ask")
    assert here("ask", QUESTION, "--index", small_index).code == 0


@pytest.mark.parametrize(
    ("variable", "value"), [("ONRECORD_LIMIT", "x"), ("ONRECORD_THRESHOLD", "7"), ("ONRECORD_PORT", "x"), ("ONRECORD_URL", "x")]
)
@pytest.mark.parametrize("arguments", [("ask", "eels"), ("onrecord", "list"), ("onrecord", "serve")])
def test_a_wrong_setting_is_told(
    here: Here, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, arguments: tuple[str, str]
) -> None:
    """Every command that reads settings says which one is wrong."""
    monkeypatch.setenv(variable, value)
    assert_told(here(*arguments), f"{variable} is '{value}'. Expected")


@pytest.mark.parametrize("arguments", [("ask", "eels"), ("onrecord", "list"), ("onrecord", "verify"), ("onrecord", "serve")])
def test_an_index_that_takes_more_memory_than_is_allowed_is_told(
    here: Here, small_index: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, str]
) -> None:
    """Every command that opens an index keeps to the limit, and says how to raise it."""
    monkeypatch.setenv("ONRECORD_MEMORY", "1KB")
    assert_told(here(*arguments, "--index", small_index), "of memory", "ONRECORD_MEMORY")
    monkeypatch.setenv("ONRECORD_MEMORY", "1 GB")
    assert here("onrecord", "list", "--index", small_index).code == 0


def test_indexing_without_the_memory_is_told_and_changes_nothing(here: Here, transcript: Callable[..., Path]) -> None:
    """``onrecord index --memory``: what does not fit is 2 with the reason, and the index answers as before."""
    old = transcript("pier", ("Host", "What of the pier?"), ("Ann Bell", "We will mend the pier in June."))
    new = transcript("crane", ("Host", "What of the crane?"), ("Ann Bell", "We will sell the crane in May."))
    assert here("onrecord", "index", old).code == 0
    listed = here("onrecord", "list", "--json").json
    assert_told(here("onrecord", "index", new, "--memory", "1KB"), "of memory", "ONRECORD_MEMORY")
    assert here("onrecord", "list", "--json").json == listed
    assert here("onrecord", "index", new, "--memory", "1MB").code == 0
    assert_told(here("onrecord", "index", new, "--memory", "12 bananas"), "--memory is '12 bananas'", "500MB")


def test_a_wrong_settings_file_is_told(here: Here) -> None:
    """Broken TOML and unknown names stop a command."""
    Path("onrecord.toml").write_text("limit = \n")
    assert_told(here("ask", "eels"), "onrecord.toml is", "Expected a TOML file")
    Path("onrecord.toml").write_text("limits = 5\n")
    assert_told(here("ask", "eels"), "onrecord.toml is 'limits'. Expected one of")


# onrecord


def test_list_and_show_are_the_renderers(here: Here, small_index: Path, reader: IndexReader) -> None:
    """What the index holds, as text and as JSON."""
    documents = documents_json(reader)
    shown = transcript_json(reader, "novelist-qa")
    assert here("onrecord", "list", "--json", "--index", small_index).json == documents
    assert here("onrecord", "list", "--index", small_index).text == documents_text(documents["documents"], Style())
    assert here("onrecord", "show", "novelist-qa", "--json", "--index", small_index).json == shown
    assert here("onrecord", "show", "novelist-qa", "--index", small_index).text == transcript_text(shown, Style())


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, 40), (1000, 2500), (5000, None)])
def test_text_is_the_slice_and_nothing_else(
    here: Here, small_index: Path, canonical: dict[str, str], start: int, end: int | None
) -> None:
    """Exactly the code points asked for, in UTF-8, without a line end after them."""
    text = canonical["novelist-qa"]
    end = len(text) if end is None else end
    ended = here("onrecord", "text", "novelist-qa", str(start), str(end), "--index", small_index)
    assert (ended.code, ended.out, ended.err) == (0, text[start:end].encode("utf-8"), "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["novelist-qa", "5", "1"], "no range 5 to 1"),
        (["novelist-qa", "0", "1000000"], "no range 0 to 1000000"),
        (["novelist-qa", "a", "b"], "'a' is not a valid integer"),
        (["nowhere", "0", "1"], "There is no document nowhere"),
        (["novelist-qa"], "Missing argument"),
    ],
)
def test_a_slice_that_is_not_there_is_told(here: Here, small_index: Path, arguments: list[str], words: str) -> None:
    """Backwards, beyond the end, no numbers, no document: nothing else is printed instead."""
    assert_told(here("onrecord", "text", *arguments, "--index", small_index), words)


def test_indexing_tells_on_stderr_and_a_second_run_does_nothing(here: Here, tmp_path: Path) -> None:
    """Who speaks in which role is told; a second run leaves the generation as it is."""
    root = tmp_path / "index"
    first = here("onrecord", "index", SAMPLES, "--index", root)
    assert (first.code, first.out) == (0, b"")
    assert "coach-interview: 21 turns, 10 passages: Nadia Brandt (interviewer); Idris Calloway (interviewee)\n" in first.err
    assert "5 indexed, 0 unchanged, 0 removed, 0 skipped, 0 failed in " in first.err
    assert f'Now ask: ask "…" --index {root}\n' in first.err
    said = (root / "CURRENT").read_bytes()
    second = here("onrecord", "index", SAMPLES, "--index", root)
    assert (second.code, second.out) == (0, b"")
    assert second.err.startswith("0 indexed, 5 unchanged, 0 removed, 0 skipped, 0 failed in ")
    assert (root / "CURRENT").read_bytes() == said


def test_a_file_that_fails_is_named_and_the_others_go_in(
    here: Here, tmp_path: Path, write: Callable[[str, str], Path], transcript: Callable[..., Path]
) -> None:
    """Exit 2, but whatever could be taken was; only errors are told under ``--quiet``."""
    folder = transcript("in/good", ("Host", "When?"), ("Ann", "We will open the harbour in May.")).parent
    bad = write("in/bad.json", "not json")
    for options in ([], ["--quiet", "--rebuild"]):
        ended = here("onrecord", "index", folder, "--index", tmp_path / "index", *options)
        assert (ended.code, ended.out) == (2, b"")
        assert f"failed: {bad}: line 1" in ended.err
        assert ("1 indexed" in ended.err) == (not options)
    assert here("ask", "harbour", "--index", tmp_path / "index").code == 0


def test_nothing_to_index_is_a_failure(here: Here, tmp_path: Path) -> None:
    """An empty folder and a missing one write no index."""
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "nowhere"):
        assert_told(here("onrecord", "index", path, "--index", tmp_path / "index"), str(path), "No index was written")


def test_an_index_that_can_not_be_written_is_told(here: Here, tmp_path: Path) -> None:
    """A file in the index's place is named, not reported as a defect."""
    (tmp_path / "file").write_text("x")
    assert_told(here("onrecord", "index", SAMPLES, "--index", tmp_path / "file"), str(tmp_path / "file"))


def test_removed_and_pruned_documents_are_named(here: Here, tmp_path: Path, transcript: Callable[..., Path]) -> None:
    """By id with ``remove``, by absence with ``--prune``; what isn't there can't be removed."""
    root = tmp_path / "index"
    paths = [transcript(f"in/{name}", ("Host", "Why?"), ("Ann", f"We mend the {name} in May.")) for name in ("crane", "pier")]
    here("onrecord", "index", tmp_path / "in", "--index", root)
    assert_told(here("onrecord", "remove", "in/crane", "nowhere", "--index", root), "nowhere")
    removed = here("onrecord", "remove", "in/crane", "--index", root)
    assert (removed.code, removed.out, removed.err) == (0, b"", "removed: in/crane\n")
    paths[1].unlink()
    pruned = here("onrecord", "index", tmp_path / "in", "--index", root, "--prune")
    assert "removed: in/pier\n" in pruned.err


def test_verify_tells_sound_from_damaged(here: Here, copied: Path) -> None:
    """A whole index is 0 with its counts; one with an altered text is 2, the file named, before anybody is misquoted."""
    sound = here("onrecord", "verify", "--index", copied)
    assert (sound.code, sound.out) == (0, b"")
    assert sound.err.startswith("sound: 5 documents, 109 turns, 58 passages, model word-hash, generation-000001-")
    assert here("onrecord", "verify", "--quiet", "--index", copied).err == ""
    segment = next(copied.glob("generation-*/*.sqlite"))
    stat = segment.stat()
    segment.write_bytes(segment.read_bytes().replace(b"sixty per cent", b"forty per cent"))
    os.utime(segment, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    damaged = here("onrecord", "verify", "--index", copied)
    assert_told(damaged, f"wrong: {segment.name}", "--rebuild")


# Help


def test_help_shows_examples_first() -> None:
    """``--help`` of both commands begins with usage and examples, on stdout, and is 0."""
    for name, first in (("ask", 'ask "What did he say about Putin?"'), ("onrecord", "onrecord index interviews/")):
        ended = process(name, "--help")
        assert (ended.code, ended.err) == (0, "")
        assert ended.text.startswith(f"Usage: {name} ")
        assert ended.text.index(first) < ended.text.index("Options:")


def test_the_version_is_the_packages() -> None:
    """Both commands say the version."""
    for name in ("ask", "onrecord"):
        ended = process(name, "--version")
        assert (ended.code, ended.text) == (0, f"{name}, version {__version__}\n")


def test_without_a_command_usage_is_shown() -> None:
    """``onrecord`` alone is a usage error that lists the commands."""
    ended = process("onrecord")
    assert_told(ended, "Usage: onrecord", "verify", "serve")


@pytest.mark.parametrize(("shell", "sign"), [("zsh", "#compdef ask"), ("fish", "complete "), ("bash", "complete -o nosort")])
def test_shells_can_complete(shell: str, sign: str) -> None:
    """Each shell gets its completion script."""
    ended = process("ask", _ASK_COMPLETE=f"{shell}_source")
    assert (ended.code, ended.err) == (0, "")
    assert sign in ended.text


# Processes, pipes and terminals


def test_a_real_pipe_gets_the_answer(url: str, service: Service) -> None:
    """In a process of its own, over a real service: the text as rendered, nothing on stderr."""
    for question, code in ((QUESTION, 0), (UNANSWERED, 1)):
        ended = process("ask", question, "--url", url)
        assert (ended.code, ended.err) == (code, "")
        assert ended.text == answer_text(answer_json(service.ask(question)), Style())


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_a_question_can_be_piped_in(url: str, arguments: list[str]) -> None:
    """``echo … | ask`` and ``ask -`` read the question from stdin."""
    ended = process("ask", *arguments, "--json", "--url", url, stdin=f"{QUESTION}\n".encode())
    assert ended.code == 0
    assert ended.json["searched_for"] == QUESTION


@pytest.mark.parametrize(
    ("stdin", "words"),
    [(b"", "holds no words"), (b"\n", "holds no words"), (b"storm \xff", "not UTF-8"), (b"x" * 600_000, "524,288 bytes")],
)
def test_a_piped_question_that_cannot_be_asked_is_told(url: str, stdin: bytes, words: str) -> None:
    """No words, no text or too many: a plain message, whatever comes in."""
    assert_told(process("ask", "--url", url, stdin=stdin, PYTHONIOENCODING="utf-8:strict"), words)


def test_questions_can_be_piped_in(url: str) -> None:
    """``--questions -`` reads rows from stdin; a string's own separators separate nothing."""
    rows = '{"id": 1, "question": "storm barrier"}\n{"id": 2, "question": "storm\u2028barrier"}\n'
    ended = process("ask", "--questions", "-", "--jsonl", "--url", url, stdin=rows.encode())
    assert (ended.code, ended.err) == (0, "")
    assert [json.loads(line)["question_id"] for line in ended.text.splitlines()] == [1, 2]
    assert_told(process("ask", "--questions", "-", "--url", url, stdin=b'{"question": "x y"}\n{'), "-, line 2: ")


def test_a_reader_that_has_gone_is_no_complaint(url: str) -> None:
    """``ask … | head -0``: quiet, and not the exit code of "nothing on record"."""
    script = 'set -o pipefail; "$1" "$2" --url "$3" -n 100 | head -0; echo "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", command("ask"), QUESTION, url],
        check=False,
        capture_output=True,
        env=environment(),
        timeout=60,
    )
    assert (done.stdout, done.stderr) == (b"0\n", b"")


def test_a_full_disk_is_told(url: str) -> None:
    """An answer that can't be written is a failure with its reason, not a success and not a traceback."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [command("ask"), QUESTION, "--url", url],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "ask: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("closing", [">&-", "<&-", "2>&-"])
def test_closed_streams_are_no_defect(url: str, closing: str) -> None:
    """A job runner may start a command without stdin, stdout or stderr."""
    script = f'"$1" "$2" --url "$3" {closing}'
    done = subprocess.run(
        ["bash", "-c", script, "bash", command("ask"), QUESTION, url],
        check=False,
        capture_output=True,
        env=environment(),
        timeout=60,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert bool(done.stdout) == (closing != ">&-")


def test_without_stdin_and_question_usage_is_told() -> None:
    """There is nothing to read a question from."""
    done = subprocess.run(
        ["bash", "-c", '"$1" <&-', "bash", command("ask")], check=False, capture_output=True, env=environment(), timeout=60
    )
    assert_told(Ended(done.returncode, done.stdout, done.stderr.decode()), "Ask a question: ask")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_output_is_utf_8_under_any_locale(url: str, encoding: str, service: Service) -> None:
    """Quotes are not bent to what a terminal was once set to."""
    ended = process("ask", QUESTION, "--url", url, PYTHONIOENCODING=encoding)
    assert ended.text == answer_text(answer_json(service.ask(QUESTION)), Style())


@pytest.mark.parametrize("name", ["ask", "onrecord"])
def test_arguments_that_are_no_text_are_told(url: str, small_index: Path, name: str) -> None:
    """Bytes that are not UTF-8 in an argument are the caller's mistake."""
    arguments: dict[str, list[str | bytes]] = {
        "ask": [b"storm \xff", "--url", url],
        "onrecord": ["text", b"\xff", "0", "1", "--index", str(small_index)],
    }
    done = subprocess.run([command(name), *arguments[name]], check=False, capture_output=True, env=environment(), timeout=60)
    ended = Ended(done.returncode, done.stdout, done.stderr.decode())
    assert_told(ended)
    assert "damaged" not in ended.err


def test_an_interrupt_is_130_and_quiet(tmp_path: Path) -> None:
    """Ctrl-C while it waits ends it with 130 and without a traceback."""
    pipe = tmp_path / "questions"
    os.mkfifo(pipe)
    running = subprocess.Popen(
        [command("ask"), "--questions", str(pipe)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(PYTHONWARNINGS="ignore"),
    )
    with open(pipe, "wb"):  # returns when the command has opened its end, and waits for what is written
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err.strip()) == (130, b"", b"")


def test_a_terminal_gets_color_and_links(url: str, service: Service) -> None:
    """On a terminal the answer is set, painted and its places are links: as the renderer does it for a terminal."""
    ended = on_terminal("ask", QUESTION, "--url", url)
    assert ended.code == 0
    assert PAINT.search(ended.text)
    assert LINK.search(ended.text)
    expected = answer_text(answer_json(service.ask(QUESTION)), Style(color=True, links=True, raw=False, width=100))
    assert ended.text.replace("\r\n", "\n") == expected


@pytest.mark.parametrize(
    ("variables", "arguments", "painted"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": ""}, [], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({}, ["--color", "never"], False),
    ],
)
def test_color_is_as_asked(url: str, variables: dict[str, str], arguments: list[str], painted: bool) -> None:
    """``NO_COLOR`` switches it off, an explicit flag decides."""
    ended = on_terminal("ask", QUESTION, "--url", url, *arguments, **variables)
    assert bool(PAINT.search(ended.text)) == painted


def test_a_dumb_terminal_gets_no_escape_codes(url: str) -> None:
    """Without colors and links there is not one escape character."""
    assert "\x1b" not in on_terminal("ask", QUESTION, "--url", url, TERM="dumb", NO_COLOR="1").text


EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\u202e"


@pytest.fixture(scope="module")
def evil_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transcript that would like to steer the terminal, from every field."""
    from index.build import build_index

    folder = tmp_path_factory.mktemp("evil")
    rows = [
        {"speaker": f"Host{EVIL}", "role": "interviewer", "text": f"What of the harbour{EVIL}?"},
        {
            "speaker": f"Ann{EVIL}",
            "role": "interviewee",
            "text": f"We will open the harbour{EVIL} in May,\r\nor in June\rhidden.",
        },
    ]
    fields = {"id": f"evil{EVIL}", "title": f"Evil{EVIL}", "date": "2024-01-01", "url": f"https://example.org/{EVIL}"}
    (folder / "evil.json").write_text(json.dumps(fields | {"turns": rows}), encoding="utf-8")
    build_index([folder], root=folder / "index", encoder=word_hash)
    return folder / "index"


@pytest.fixture(scope="module")
def evil_url(evil_index: Path) -> Iterator[str]:
    with served(create_app(Settings(fast=True, index=evil_index, threshold=0.1), encoder=WordHashEncoder())) as address:
        yield address


def harmless(written: str) -> bool:
    """Whether nothing but paint, links and line ends could act on a terminal."""
    rest = re.sub(r"\r+\n", "\n", LINK.sub("", PAINT.sub("", written)))
    return not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest)


@pytest.mark.parametrize(
    "arguments", [["harbour"], ["harbour", "--json"], ["harbour", "--jsonl"], ["harbour", "--color", "never"], [UNANSWERED]]
)
def test_no_answer_steers_a_terminal(evil_url: str, arguments: list[str]) -> None:
    """Control characters of a source are shown on a terminal, in text and in JSON."""
    ended = on_terminal("ask", *arguments, "--url", evil_url)
    assert ended.code in (0, 1)
    assert "Ann" in ended.text
    assert harmless(ended.text)


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["show", "ID"], ["text", "ID", "0", "60"]])
def test_no_listing_steers_a_terminal(evil_index: Path, arguments: list[str]) -> None:
    """Nor do documents, turns and slices."""
    (card,) = IndexReader.open(evil_index).documents()
    words = [card.id if word == "ID" else word for word in arguments]
    ended = on_terminal("onrecord", *words, "--index", evil_index)
    assert ended.code == 0
    assert "harbour" in ended.text or "evil" in ended.text
    assert harmless(ended.text)


def test_a_pipe_gets_even_those_characters_exactly(evil_url: str, evil_index: Path) -> None:
    """What a terminal must not obey, a file still gets byte for byte."""
    words = f"We will open the harbour{EVIL} in May,\r\nor in June\rhidden."
    assert f"\n\n{words}\n\n".encode() in process("ask", "harbour", "--url", evil_url).out
    document = process("onrecord", "list", "--json", "--index", evil_index).json["documents"][0]["id"]
    text = process("onrecord", "text", document, "0", "60", "--index", evil_index).out
    assert text == f"What of the harbour{EVIL}?\n\n{words}"[:60].encode()


def test_names_of_files_steer_no_terminal(tmp_path: Path) -> None:
    """The progress bar and the messages of ``onrecord index`` show a hostile file name, markup and all, and go on."""
    for name in ("[/red]x.json", "\x1b[2Jx.json", "[bold]x.json"):
        (tmp_path / name.replace("/", "\u2215")).write_text("no json")
    (tmp_path / "[red").mkdir()
    (tmp_path / "[red" / "]y.json").write_text("no json")
    ended = on_terminal("onrecord", "index", tmp_path, "--index", tmp_path / "index")
    assert ended.code == 2
    assert ended.text.count("failed: ") == 4
    assert "Traceback" not in ended.text
    assert "\x1b[2Jx" not in ended.text
    assert "\\x1b[2Jx.json" in ended.text


def test_an_indexing_run_shows_who_speaks_harmlessly(here: Here, write: Callable[[str, str], Path], tmp_path: Path) -> None:
    """Names in the summary come from sources too."""
    rows = [{"speaker": f"Ann{EVIL}", "text": "We will open the harbour in May."}]
    path = write("evil.json", json.dumps({"turns": rows}))
    ended = here("onrecord", "index", path, "--index", tmp_path / "index")
    assert ended.code == 0
    assert "Ann\\x1b" in ended.err
    assert harmless(ended.err)
