"""Completion in shells: the scripts that bash, zsh and fish read, and the names and ids of an index that they offer.

What a shell inserts, a user runs: no word is offered in which a shell could see more than a word.
"""

from __future__ import annotations

import os
import re
from contextlib import closing
from typing import ClassVar

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

from index.errors import OnrecordError
from qa.completing import Names, fitting
from qa.config import Settings

MOST_OFFERED = 200
_PATIENCE_S = 2.0
_ACTIVE = re.compile(r"[$`\"\\;|&<>(){}\[\]*?!~#^%=\t]|^[-+:]")

_BASH = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            plain,*) COMPREPLY+=("${line#*,}"); compopt -o filenames ;;
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
        esac
    done < <(IFS=$'\\n'; COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_FISH = """\
function %(complete_func)s
    for line in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) \\
            %(prog_name)s 2>/dev/null)
        set -l parts (string split -m 1 , -- $line)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _Bash(BashComplete):
    """Lets readline quote what is inserted: a name has blanks and apostrophes."""

    source_template: ClassVar[str] = _BASH


class _Fish(FishComplete):
    """A name may have commas."""

    source_template: ClassVar[str] = _FISH


SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": ZshComplete, "fish": _Fish}


def script(shell: str, command: click.Command, name: str) -> str:
    """What a shell reads to complete a command's words."""
    variable = f"_{name.upper()}_COMPLETE"
    return SHELLS[shell](command, {}, name, variable).source()


def complete_speaker(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Speakers of the index that is asked, as a shell may offer them."""
    return _offered(_names(context).speakers, typed)


def complete_document(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Ids of documents of the index that is asked, as a shell may offer them."""
    return _offered(_names(context).documents, typed)


def _offered(names: tuple[str, ...], typed: str) -> list[CompletionItem[str]]:
    harmless = (name for name in names if not _ACTIVE.search(name))
    return [CompletionItem(name) for name in fitting(harmless, typed)[:MOST_OFFERED]]


def _names(context: click.Context) -> Names:
    """What there is; nothing, in silence, where there is no index or no service."""
    given = {name: context.params.get(name) for name in ("index", "url")}
    try:
        settings = Settings.read(os.environ).over(**given)
        if settings.url and (given["url"] or not given["index"]):
            from qa.remote import RemoteService

            with closing(RemoteService(settings.url, timeout_s=_PATIENCE_S)) as remote:
                return remote.names()
        from index.reader import IndexReader
        from qa.asking import names_in

        with closing(IndexReader.open(settings.index)) as reader:
            return names_in(reader)
    except (OnrecordError, OSError):
        return Names()
