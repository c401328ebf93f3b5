"""The errors of asking: one tree under the indexer's base, as drawn, each saying what to do."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

import index.errors
import qa.errors
from index.errors import OnrecordError
from qa.errors import AlteredQuote, BadSetting


def drawn(module: ModuleType) -> dict[str, str]:
    """The tree in a module's docstring: each error's name with its parent's."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (module.__doc__ or "").splitlines():
        match = re.match(r"(?P<lead>    [│├└─ ]*)(?P<name>[A-Z]\w+)(?:  |$)", line)
        if not match:
            continue
        depth = (len(match["lead"]) - 4) // 4
        path[depth:] = [match["name"]]
        if depth:
            parents[match["name"]] = path[depth - 1]
    return parents


def defined(module: ModuleType) -> dict[str, str]:
    """The errors that a module defines, each with its base's name."""
    classes = [one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__]
    return {one.__name__: one.__bases__[0].__name__ for one in classes if one is not OnrecordError}


@pytest.mark.parametrize("module", [qa.errors, index.errors])
def test_the_tree_is_as_drawn(module: ModuleType) -> None:
    """Whoever adds an error adds it to the picture."""
    assert drawn(module) == defined(module)
    assert len(defined(module)) >= 4


def test_every_error_has_the_one_base() -> None:
    """One ``except OnrecordError`` catches whatever this project raises on purpose."""
    classes = [getattr(module, name) for module in (qa.errors, index.errors) for name in defined(module)]
    assert all(issubclass(one, OnrecordError) for one in classes)


def test_a_bad_setting_says_name_value_and_what_was_expected() -> None:
    """The facts of the message are attributes too."""
    error = BadSetting("ONRECORD_PORT", "http", "a port")
    assert str(error) == "ONRECORD_PORT is 'http'. Expected a port."
    assert (error.name, error.value) == ("ONRECORD_PORT", "http")


def test_an_altered_quote_says_which_and_what_to_run() -> None:
    """It is not shown; the next step is a check of the index."""
    error = AlteredQuote("doc:1-2", "its words differ")
    assert error.passage_id == "doc:1-2"
    assert "doc:1-2" in str(error)
    assert "onrecord verify" in str(error)
