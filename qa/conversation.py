"""A conversation in a terminal: what a line that was typed does, whether it is a question or a command.

Knows the questions asked so far, the filters and the last answer; keeps nothing beyond the process. Where the lines come from
is told by :mod:`qa.prompting`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from index.errors import OnrecordError
from qa.asking import Asker
from qa.followup import MAX_HISTORY
from qa.interpret import check_date, check_text
from qa.paging import page_at, show
from qa.painting import Style, whole
from qa.render import json_text
from qa.style import measure, tell, write
from qa.typesetting import MARGIN

Json = dict[str, Any]
GO_ON = "What else?"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the conversation: its name, what it takes, what it does."""

    name: str
    takes: str
    does: str


COMMANDS = (
    Command("N", "", "open the source of passage N at the quote, in $PAGER"),
    Command("more", "", "go on with the list of passages"),
    Command("speaker", "NAME", "only this speaker's words; without NAME, everybody's"),
    Command("document", "ID", "only this document; without ID, all"),
    Command("since", "DATE", "only documents of this day, month or year, or later; without DATE, all"),
    Command("until", "DATE", "only documents of this day, month or year, or earlier; without DATE, all"),
    Command("clear", "", "lift all of these filters"),
    Command("new", "", "forget the questions so far: the next one follows nothing"),
    Command("json", "", "the last answer as JSON"),
    Command("help", "", "this list"),
    Command("quit", "", "end, as Ctrl-D does"),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the answers are limited to; ``None`` is no limit."""

    speaker: str | None = None
    document: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def told(self) -> str:
        """The filters in a few words, for the prompt."""
        dates = ((name, getattr(self, name)) for name in ("since", "until"))
        return " · ".join([*filter(None, (self.speaker, self.document)), *(f"{name} {day}" for name, day in dates if day)])


@dataclass(slots=True)
class Conversation:
    """Asks what is typed; ``to_text`` writes an answer in the ``style`` of the moment.

    ``asker`` gives whom to ask now: a conversation outlives generations of an index. ``timeline``: whether timelines are
    asked for. ``pager`` is what :func:`qa.paging.show` takes.
    """

    asker: Callable[[], Asker]
    to_text: Callable[[Json, Style], str]
    style: Callable[[], Style]
    pager: str | None = None
    timeline: bool = False
    limit: int | None = None
    filters: Filters = field(default_factory=Filters)
    asked: tuple[str, ...] = ()
    answer: Json | None = None

    def take(self, line: str) -> bool:
        """Does what a line says; whether the conversation goes on. A mistake is told, and no reason to end it."""
        words = line.strip()
        try:
            if words.startswith(":"):
                return self._command(*_parted(words[1:]))
            if words:
                self._question(words)
        except OnrecordError as error:
            tell(str(error))
        except KeyboardInterrupt:
            tell("Interrupted.")
        return True

    def _question(self, question: str) -> None:
        filters = {one.name: getattr(self.filters, one.name) for one in fields(Filters)}
        asker = self.asker()
        ask = asker.timeline if self.timeline else asker.ask
        self.answer = answer = ask(question, history=list(self.asked), limit=self.limit, **filters)
        self.asked = (*self.asked, question)[-MAX_HISTORY:]
        style = self.style()
        understood = f"→ {answer['searched_for']}" if answer["searched_for"] != question else ""
        if understood:
            write(style.lines(understood, whole(understood, "2"), margin=MARGIN, first="") + "\n")
        write(f"\n{self.to_text(answer, style)}\n")
        if answer["reason"] == "ambiguous_speaker":
            tell("Here they are chosen by :speaker NAME or :document ID; then ask again.")

    def _command(self, name: str, rest: str) -> bool:
        if name.isdecimal():
            self._open(int(name))
            return True
        found = [command.name for command in COMMANDS[1:] if name and command.name.startswith(name)]
        name = name if name in found else found[0] if len(found) == 1 else ""
        if name == "quit":
            return False
        if name in ("speaker", "document", "since", "until"):
            self._filter(name, rest)
        elif name == "clear":
            self.filters = Filters()
        elif name == "new":
            self.asked, self.answer = (), None
        elif name == "more":
            self._more()
        elif name == "json":
            write(json_text(self.answer, indent=2) + "\n" if self.answer else "")
        elif name == "help":
            write(help_text(self.style()))
        else:
            tell("There is no such command." if not found else f"Which one: {', '.join(f':{one}' for one in found)}?")
            tell("See :help")
        return True

    def _filter(self, name: str, value: str) -> None:
        if name in ("since", "until") and value:
            check_date("The date", value)
        check_text(f"The {name}", value)
        self.filters = replace(self.filters, **{name: value or None})

    def _more(self) -> None:
        if self.asked:
            self._question(GO_ON)
        else:
            tell("Ask something first.")

    def _open(self, number: int) -> None:
        """The source of a passage; of one that the terminal shows, and no other."""
        passages = self.answer["passages"] if self.answer else []
        if not 1 <= number <= len(passages):
            tell(f"There is no passage {number}." if passages else "There are no passages to open. Ask something first.")
            return
        quote = passages[number - 1]
        show(page_at(self.asker().document(quote["document_id"]), quote, measure()), self.pager)


def help_text(style: Style) -> str:
    """The commands, a line each."""
    heads = [f":{command.name} {command.takes}".rstrip() for command in COMMANDS]
    wide = max(map(len, heads)) + 2
    lines = ["Type a question, or:"]
    for head, command in zip(heads, COMMANDS, strict=True):
        lines.append(style.lines(f"{head:<{wide}}{command.does}", whole(head, "1"), margin=" " * (wide + 2), first="  "))
    return "\n".join(lines) + "\n"


def _parted(words: str) -> tuple[str, str]:
    name, _, rest = words.partition(" ")
    return name.casefold(), rest.strip()
