"""Whom a program asks: the index on this machine, or a running service; either gives the same JSON.

What an answer holds is told by :mod:`qa.render`; how a service is asked, by :mod:`qa.remote`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from qa.completing import MOST_NAMES, Names
from qa.config import Settings

if TYPE_CHECKING:
    from index.reader import IndexReader
    from qa.service import Service

Json = dict[str, Any]


class Asker(Protocol):
    """What answers a question with its options, by name as :meth:`qa.service.Service.ask` has them; ``None`` is not given."""

    def ask(self, question: str, **options: Any) -> Json:
        """The answer's JSON."""

    def timeline(self, question: str, **options: Any) -> Json:
        """The timeline's JSON."""

    def fetch(self, place_id: str) -> Json:
        """The words at ``DOCUMENT:START-END`` or of a document, as :func:`qa.render.excerpt_json` has them."""

    def document(self, document_id: str) -> Json:
        """One document with its turns, as :func:`qa.render.transcript_json` has it."""

    def names(self) -> Names:
        """What can be completed."""


class LocalAsker:
    """Asks an index on this machine."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def ask(self, question: str, **options: Any) -> Json:
        from qa.render import answer_json

        return answer_json(self.service.ask(question, **_given(options)))

    def timeline(self, question: str, **options: Any) -> Json:
        from qa.render import timeline_json

        return timeline_json(self.service.timeline(question, **_given(options)))

    def fetch(self, place_id: str) -> Json:
        from qa.excerpts import excerpt_at
        from qa.render import excerpt_json

        return excerpt_json(excerpt_at(self.service.reader, place_id))

    def document(self, document_id: str) -> Json:
        from qa.render import transcript_json

        return transcript_json(self.service.reader, document_id)

    def names(self) -> Names:
        return names_in(self.service.reader)


@contextmanager
def open_asker(settings: Settings) -> Iterator[Asker]:
    """The service at ``settings.url``, else the index at ``settings.index``; raises what opening that raises."""
    if settings.url:
        from qa.remote import RemoteService

        with closing(RemoteService(settings.url)) as remote:
            yield remote
        return
    from qa.service import open_service

    service = open_service(
        settings.index,
        model=settings.model,
        reranker=settings.reranker,
        fast=settings.fast,
        threshold=settings.threshold,
        cache=settings.cache,
        memory_bytes=settings.memory,
    )
    with closing(service.reader):
        yield LocalAsker(service)


@contextmanager
def lasting_asker(settings: Settings) -> Iterator[Callable[[], Asker]]:
    """For a program that goes on for long: each call gives whom to ask now, of an index on this machine its newest generation.

    Raises what opening the index raises.
    """
    if settings.url:
        with open_asker(settings) as remote:
            yield lambda: remote
        return
    from qa.hosting import open_host

    host = open_host(settings)
    try:
        yield lambda: LocalAsker(host.service())
    finally:
        host.close()


def names_in(reader: IndexReader) -> Names:
    """What can be completed of an index."""
    from index.records import Filter

    return Names.of(reader.names_in(Filter(), MOST_NAMES), (card.id for card in reader.documents()))


def _given(options: Json) -> Json:
    return {name: value for name, value in options.items() if value is not None}
