"""What the retrievers for other people's frameworks share: whom they ask, with which filters, and what they give on.

Knows no framework; each has a module of its own, which alone imports it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qa.asking import Asker, lasting_asker
from qa.config import Settings
from qa.errors import BadSetting

Json = dict[str, Any]
_OF_THE_ANSWER = ("confidence", "reason", "searched_for", "index_version")


@dataclass(frozen=True, slots=True)
class Options:
    """Filters and limit of a question, as :meth:`qa.service.Service.ask` has them; ``None`` is not given."""

    limit: int | None = None
    speaker: str | None = None
    document: str | None = None
    since: str | None = None
    until: str | None = None
    history: Sequence[str] | None = None

    def over(self, **given: Any) -> Options:
        """These with what a single call gives."""
        return replace(self, **{name: value for name, value in given.items() if value is not None})


class Passages:
    """Passages that answer questions, from an index on this machine or a running service; for any number of threads.

    Either is opened when it is first needed, and closed with this.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._asker: Callable[[], Asker] | None = None

    @classmethod
    def of(cls, index: str | Path | None, url: str | None, *, fast: bool = False, threshold: float | None = None) -> Passages:
        """Those of the index at ``index`` (``.onrecord`` when neither is given) or of the service at ``url``."""
        if index is not None and url is not None:
            raise BadSetting("url", url, "either an index or a url, not both")
        return cls(Settings().over(index=index, url=url, fast=fast, threshold=threshold))

    def open(self) -> Callable[[], Asker]:
        """Opens what is to be asked, once; raises what that raises."""
        with self._lock:
            if self._asker is None:
                opened = ExitStack()
                self._asker = opened.enter_context(lasting_asker(self._settings))
                weakref.finalize(self, opened.close)
            return self._asker

    def of_question(self, question: str, options: Options) -> list[Json]:
        """The passages that answer, best first, each as the answer has it, with what is said of the answer as a whole.

        Empty when nothing is on record: what only came closest is never among them.
        """
        answer = self.open()().ask(question, **asdict(options))
        whole = {"answer_id": answer["id"]} | {name: answer[name] for name in _OF_THE_ANSWER}
        return [passage | whole for passage in answer["passages"]]
