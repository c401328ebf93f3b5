"""onrecord as a retriever of Haystack: ``pip install 'onrecord[haystack]'``.

Installed as ``haystack_integrations.components.retrievers.onrecord``, and to be imported by that name: a pipeline that is
read from a file takes components from no other place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa.retriever import Options, Passages

try:
    from haystack import Document, component, default_from_dict, default_to_dict
except ImportError as error:
    raise ImportError("The retriever for Haystack needs an extra: pip install 'onrecord[haystack]'") from error


@component
class OnrecordRetriever:
    """Exact words that answer a question, as documents; none when nothing is on record.

    A document's ``content`` is the quote and nothing else; ``meta`` is the passage of the answer's JSON with the answer's
    ``confidence``. Asks the index at ``index`` (``.onrecord`` when neither is given) or the service at ``url``.
    """

    def __init__(
        self,
        *,
        index: str | None = None,
        url: str | None = None,
        fast: bool = False,
        threshold: float | None = None,
        limit: int = 5,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        self._init: dict[str, Any] = {
            "index": None if index is None else str(Path(index)),
            "url": url,
            "fast": fast,
            "threshold": threshold,
            "limit": limit,
            "speaker": speaker,
            "document": document,
            "since": since,
            "until": until,
        }
        self._passages = Passages.of(index, url, fast=fast, threshold=threshold)
        self._options = Options(limit, speaker, document, since, until)

    def warm_up(self) -> None:
        """Opens the index, so that the first question needn't wait for it."""
        self._passages.open()

    def to_dict(self) -> dict[str, Any]:
        """What makes the same retriever again."""
        return default_to_dict(self, **self._init)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> OnrecordRetriever:
        """The retriever that :meth:`to_dict` told of."""
        made: OnrecordRetriever = default_from_dict(cls, data)
        return made

    @component.output_types(documents=list[Document])
    def run(
        self,
        query: str,
        *,
        limit: int | None = None,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
        history: list[str] | None = None,
    ) -> dict[str, list[Document]]:
        """The documents for ``query``; what else is given goes before what the retriever was made with.

        ``history`` are earlier questions, oldest first.
        """
        options = self._options.over(limit=limit, speaker=speaker, document=document, since=since, until=until, history=history)
        found = self._passages.of_question(query, options)
        documents = [Document(id=one["id"], content=one["cited_text"], meta=one, score=one["score"]) for one in found]
        return {"documents": documents}
