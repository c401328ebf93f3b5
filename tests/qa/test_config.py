"""The settings: a flag over the environment over the file, and each wrong one named."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.limits import DEFAULT_LIMITS, Limits
from qa.config import SETTINGS_FILE, Settings, history_path
from qa.errors import BadSetting

BAD = [
    *(("fast", raw) for raw in ("maybe", "2", "-1", "t")),
    ("history", "sometimes"),
    ("limit", "0"),
    ("limit", "101"),
    ("limit", "5.5"),
    ("limit", "five"),
    ("threshold", "1.1"),
    ("threshold", "-0.1"),
    ("threshold", "nan"),
    ("threshold", "0,5"),
    ("port", "65536"),
    ("port", "-1"),
    ("port", "http"),
    *(
        ("memory", raw)
        for raw in ("12 bananas", "-1", "MB", "1.5.5GB", "1,5GB", "2GiB", "1e9", "2 GB left", "0x10", "nan", "٣")
    ),
    *(("workers", raw) for raw in ("0", "65", "-1", "1.5", "two", "nan")),
    *(("max_source", raw) for raw in ("0", "-1", "1.5.5GB", "12 bananas")),
    *(("max_expanded", raw) for raw in ("0", "MB")),
    *((name, raw) for name in ("max_members", "max_pages", "max_chars") for raw in ("0", "-1", "1.5", "many", "5MB")),
    *(("parse_seconds", raw) for raw in ("0", "-1", "nan", "inf", "2 minutes")),
    *(("parse_memory", raw) for raw in ("0", "1MB", "255MB", "much")),
    ("public_url", "quotes.example"),
    ("writable", "sometimes"),
    ("url", "ftp://example.org"),
    ("url", "example.org"),
    ("url", "http://"),
    ("url", "http://localhost:port"),
    ("url", "http://localhost:70000"),
    ("url", "http://[::1"),
    ("url", "http://a b"),
]
BAD_IN_FILE = [
    'limit = "many"',
    "limit = 5.5",
    "limit = true",
    "limit = []",
    "threshold = true",
    "index = 5",
    "model = 7",
    "host = 1.5",
    "port = 80.5",
    "allowed_origins = 5",
    "memory = true",
    "memory = -1",
    "memory = []",
    "memory = nan",
    "memory = inf",
    "workers = true",
    "workers = 1.5",
    "workers = 0",
    "url = 5",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a settings file."""
    (tmp_path / SETTINGS_FILE).write_text('index = "from-file"\nlimit = 3\nthreshold = 0.25\n', encoding="utf-8")
    return tmp_path


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    """No file, no environment: the documented defaults."""
    assert Settings.read({}, tmp_path) == Settings()
    assert (Settings().index, Settings().limit, Settings().host, Settings().port) == (Path(".onrecord"), 5, "127.0.0.1", 8000)


def test_a_flag_wins_over_the_environment_and_that_over_the_file(folder: Path) -> None:
    """Each setting comes from the nearest place that says it; what is not given is not changed."""
    settings = Settings.read({"ONRECORD_INDEX": "from-environment", "ONRECORD_LIMIT": "4"}, folder)
    settings = settings.over(index="from-flag", model=None)
    assert (settings.index, settings.limit, settings.threshold) == (Path("from-flag"), 4, 0.25)
    assert settings.model is None


def test_an_empty_variable_is_none(folder: Path) -> None:
    """``ONRECORD_LIMIT=`` sets nothing."""
    assert Settings.read({"ONRECORD_LIMIT": ""}, folder).limit == 3


def test_other_variables_are_not_ours(tmp_path: Path) -> None:
    """Only ``ONRECORD_`` names of settings are read."""
    assert Settings.read({"LIMIT": "7", "ONRECORD_EVAL": "/x", "onrecord_limit": "7"}, tmp_path) == Settings()


GOOD = {
    "index": "there",
    "model": "some-model",
    "reranker": "some-cross-encoder",
    "fast": "True",
    "speakers": "people.toml",
    "cache": "kept",
    "limit": "7",
    "threshold": "0.75",
    "memory": "500000000",
    "workers": "2",
    "url": "http://localhost:8000",
    "history": "False",
    "host": "0.0.0.0",
    "port": "8080",
    "allowed_origins": "https://a.example",
    "public_url": "https://quotes.example/archive",
    "writable": "True",
    "key": "0123456789abcdef",
    "max_source": "1000000",
    "max_expanded": "2000000",
    "max_members": "50",
    "max_pages": "60",
    "max_chars": "7000",
    "max_name": "80",
    "parse_seconds": "7.5",
    "parse_memory": "1000000000",
}


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_can_be_set_everywhere(tmp_path: Path, field: Field[Any]) -> None:
    """Each has its variable, its name in the file and its flag, with the same effect."""
    value = GOOD[field.name]
    (tmp_path / SETTINGS_FILE).write_text(f'{field.name} = "{value}"\n', encoding="utf-8")
    from_file = Settings.read({}, tmp_path)
    assert from_file != Settings()
    assert from_file == Settings.read({f"ONRECORD_{field.name.upper()}": value}, Path("/nonexistent"))
    assert from_file == Settings().over(**{field.name: value})
    assert str(getattr(from_file, field.name)).strip("(),'") == value


def test_every_limit_can_be_set() -> None:
    """Each field of the limits comes from a setting, and without settings the limits are the default ones."""
    assert Settings().limits == DEFAULT_LIMITS
    changed = Settings().over(**{name: GOOD[name] for name in GOOD if name.startswith(("max_", "parse_"))}).limits
    for field in fields(Limits):
        assert getattr(changed, field.name) != getattr(DEFAULT_LIMITS, field.name)
    assert Settings().over(max_source="256MB").limits.source_bytes == 256_000_000


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_variable_is_named_with_what_was_expected(tmp_path: Path, name: str, value: str) -> None:
    """The message says which variable, what it is, and what it could be."""
    with pytest.raises(BadSetting, match=rf"ONRECORD_{name.upper()} is .*Expected ") as caught:
        Settings.read({f"ONRECORD_{name.upper()}": value}, tmp_path)
    assert caught.value.value == value


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_flag_is_named(name: str, value: str) -> None:
    """A flag is held to the same rules, under its own name."""
    with pytest.raises(BadSetting, match=f"--{name} is"):
        Settings().over(**{name: value})


@pytest.mark.parametrize("value", ["short", "fifteen letters", "sixteen or more but blanks", "schlüsselschlüssel"])
def test_a_key_that_is_none_is_refused_and_not_shown(tmp_path: Path, value: str) -> None:
    """A key that is too short or can't stand in a header is refused, and its characters stand in no message and no repr."""
    with pytest.raises(BadSetting, match=r"ONRECORD_KEY is .*16 characters") as caught:
        Settings.read({"ONRECORD_KEY": value}, tmp_path)
    assert value not in str(caught.value)
    assert GOOD["key"] not in repr(Settings(key=GOOD["key"]))


@pytest.mark.parametrize("line", BAD_IN_FILE)
def test_a_wrong_value_in_the_file_is_named(tmp_path: Path, line: str) -> None:
    """A TOML value of the wrong kind is refused, not turned into something."""
    (tmp_path / SETTINGS_FILE).write_text(line, encoding="utf-8")
    with pytest.raises(BadSetting, match=f"{line.split(maxsplit=1)[0]} in {SETTINGS_FILE} is"):
        Settings.read({}, tmp_path)


@pytest.mark.parametrize("content", [b"limit = ", b"\xff\xfe", b"[limit", b"limit 5"])
def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    """A broken settings file stops the command; it is not skipped."""
    (tmp_path / SETTINGS_FILE).write_bytes(content)
    with pytest.raises(BadSetting, match=f"{SETTINGS_FILE} is .*Expected a TOML file"):
        Settings.read({}, tmp_path)


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    """What can't be read is said."""
    (tmp_path / SETTINGS_FILE).mkdir()
    with pytest.raises(BadSetting, match="Expected a TOML file"):
        Settings.read({}, tmp_path)


def test_an_unknown_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    """A misspelt setting would otherwise be ignored in silence; the known ones are listed."""
    (tmp_path / SETTINGS_FILE).write_text("treshold = 0.5", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"'treshold'.*one of index, .*threshold"):
        Settings.read({}, tmp_path)


@pytest.mark.parametrize(
    ("raw", "origins"),
    [
        ("https://a.example", ("https://a.example",)),
        ("https://a.example/, https://b.example ,,", ("https://a.example", "https://b.example")),
        (["https://a.example/"], ("https://a.example",)),
        ("", ()),
    ],
)
def test_origins_are_a_list(raw: object, origins: tuple[str, ...]) -> None:
    """Separated by commas or as a TOML list, without blanks and closing slashes."""
    assert Settings().over(allowed_origins=raw).allowed_origins == origins


SIZES = [
    ("500MB", 500_000_000),
    ("2 GB", 2_000_000_000),
    ("1.5g", 1_500_000_000),
    ("1.5G", 1_500_000_000),
    ("1TB", 1_000_000_000_000),
    ("64k", 64_000),
    ("0.25KB", 250),
    ("123", 123),
    ("123B", 123),
    (" 500mb ", 500_000_000),
    ("0", 0),
    (750_000_000, 750_000_000),
    (1e9, 1_000_000_000),
]


@pytest.mark.parametrize(("raw", "size"), SIZES)
def test_memory_is_a_size_in_units_of_a_thousand(raw: object, size: int) -> None:
    """A number of bytes, or words as people write them, with or without B, blank and capitals."""
    assert Settings().over(memory=raw).memory == size


def test_memory_in_the_file_is_a_size_too(tmp_path: Path) -> None:
    """As words or as a number of TOML."""
    for line in ('memory = "1.5 GB"', "memory = 1_500_000_000", "memory = 1.5e9"):
        (tmp_path / SETTINGS_FILE).write_text(line, encoding="utf-8")
        assert Settings.read({}, tmp_path).memory == 1_500_000_000


@pytest.mark.parametrize("name", ["memory", "workers"])
def test_an_empty_flag_is_refused(name: str) -> None:
    """``--memory ''`` is a mistake and no limit of nothing."""
    for raw in ("", "  "):
        with pytest.raises(BadSetting, match=f"--{name} is"):
            Settings().over(**{name: raw})


@given(st.integers(0, 10**12 - 1), st.sampled_from(["", "B"]), st.booleans())
def test_any_number_of_bytes_is_that_size(count: int, unit: str, is_spaced: bool) -> None:
    """What is said in bytes is meant to the byte."""
    assert Settings().over(memory=f"{count}{' ' if is_spaced else ''}{unit}").memory == count


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(["MB", "GB", "TB"]))
def test_a_decimal_fraction_of_a_unit_is_exact(whole: int, thousandths: int, unit: str) -> None:
    """Decimal sizes in units of a thousand are whole numbers of bytes."""
    size = (1000 * whole + thousandths) * {"MB": 10**3, "GB": 10**6, "TB": 10**9}[unit]
    assert Settings().over(memory=f"{whole}.{thousandths:03}{unit}").memory == size


def test_any_size_that_is_accepted_survives_the_environment() -> None:
    """A limit that a command accepts is not refused by the server process that it starts."""
    settings = Settings().over(memory="1000TB")
    assert Settings.read(settings.to_environment(), Path("/nonexistent")) == settings


@pytest.mark.parametrize(("raw", "workers"), [("1", 1), ("64", 64), (2, 2)])
def test_workers_are_a_whole_number(raw: object, workers: int) -> None:
    """One process unless more are asked for, 64 at most."""
    assert Settings().workers == 1
    assert Settings().over(workers=raw).workers == workers


def test_the_home_folder_is_known() -> None:
    """``~`` in a setting means what it means in a shell."""
    assert Settings().over(index="~/x").index == Path.home() / "x"


def test_an_address_loses_its_closing_slash() -> None:
    """So that a path can be put after it."""
    assert Settings().over(url="http://127.0.0.1:8000/").url == "http://127.0.0.1:8000"


NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters=",~"), min_size=1, max_size=20)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "index": NAMES,
        "model": NAMES,
        "cache": NAMES,
        "limit": st.integers(1, 100),
        "threshold": st.floats(0, 1),
        "memory": st.integers(0, 10**15 - 1) | st.sampled_from([raw for raw, _ in SIZES]),
        "workers": st.integers(1, 64),
        "url": st.sampled_from(["http://localhost:8000", "https://example.org/onrecord", "http://[::1]:80"]),
        "host": NAMES,
        "port": st.integers(0, 65535),
        "allowed_origins": st.lists(st.sampled_from(["https://a.example", "http://localhost:3000"])),
    },
)


@given(SETTINGS)
def test_settings_survive_the_environment(values: dict[str, Any]) -> None:
    """What one process writes into the environment another one reads back the same."""
    settings = Settings().over(**values)
    written = settings.to_environment()
    assert Settings.read(written, Path("/nonexistent")) == settings
    assert set(written) <= {f"ONRECORD_{field.name.upper()}" for field in fields(Settings)}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/ada"}, Path("/state/onrecord/history")),
        ({"XDG_STATE_HOME": "state", "HOME": "/home/ada"}, Path("/home/ada/.local/state/onrecord/history")),
        ({"HOME": "/home/ada"}, Path("/home/ada/.local/state/onrecord/history")),
        ({}, None),
    ],
)
def test_the_history_is_in_the_users_state_folder(environment: dict[str, str], expected: Path | None) -> None:
    """As the XDG base directories have it: a relative folder doesn't count."""
    assert history_path(environment) == expected
