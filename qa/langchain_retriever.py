"""onrecord as a retriever of LangChain: ``pip install 'onrecord[langchain]'``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, PrivateAttr

from qa.retriever import Options, Passages

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ImportError as error:
    raise ImportError("The retriever for LangChain needs an extra: pip install 'onrecord[langchain]'") from error


class OnrecordRetriever(BaseRetriever):
    """Exact words that answer a question, as documents; none when nothing is on record.

    ``page_content`` is the quote and nothing else; ``metadata`` is the passage of the answer's JSON with the answer's
    ``confidence``. Asks the index at ``index`` (``.onrecord`` when neither is given) or the service at ``url``. The filters
    may also be given to ``invoke``, as ``history`` may: earlier questions, oldest first.
    """

    model_config = ConfigDict(extra="forbid")  # a misspelt filter would otherwise be no filter

    index: Path | None = None
    url: str | None = None
    fast: bool = False
    threshold: float | None = None
    limit: int = 5
    speaker: str | None = None
    document: str | None = None
    since: str | None = None
    until: str | None = None
    _passages: Passages = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        self._passages = Passages.of(self.index, self.url, fast=self.fast, threshold=self.threshold)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        limit: int | None = None,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
        history: Sequence[str] | None = None,
    ) -> list[Document]:
        options = Options(self.limit, self.speaker, self.document, self.since, self.until).over(
            limit=limit, speaker=speaker, document=document, since=since, until=until, history=history
        )
        found = self._passages.of_question(query, options)
        return [Document(id=one["id"], page_content=one["cited_text"], metadata=one) for one in found]
