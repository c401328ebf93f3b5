"""onrecord as a retriever of LlamaIndex: ``pip install 'onrecord[llama-index]'``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.retriever import Options, Passages

try:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
except ImportError as error:
    raise ImportError("The retriever for LlamaIndex needs an extra: pip install 'onrecord[llama-index]'") from error

_FOR_READERS = ("speaker", "document_title", "published", "url")
"""What a language model is shown of the metadata beside the words."""


class OnrecordRetriever(BaseRetriever):
    """Exact words that answer a question, as nodes; none when nothing is on record.

    A node's ``text`` is the quote and nothing else, its ``start_char_idx`` and ``end_char_idx`` count code points of the
    source; ``metadata`` is the passage of the answer's JSON with the answer's ``confidence``. Asks the index at ``index``
    (``.onrecord`` when neither is given) or the service at ``url``. ``history`` are earlier questions, oldest first.
    """

    def __init__(
        self,
        *,
        index: str | Path | None = None,
        url: str | None = None,
        fast: bool = False,
        threshold: float | None = None,
        limit: int = 5,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
        history: Sequence[str] | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self._passages = Passages.of(index, url, fast=fast, threshold=threshold)
        self._options = Options(limit, speaker, document, since, until, history)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._passages.of_question(query_bundle.query_str, self._options)
        return [NodeWithScore(node=_node(one), score=one["score"]) for one in found]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(passage: dict[str, Any]) -> TextNode:
    return TextNode(
        id_=passage["id"],
        text=passage["cited_text"],
        start_char_idx=passage["start_char_index"],
        end_char_idx=passage["end_char_index"],
        metadata=passage,
        excluded_embed_metadata_keys=list(passage),
        excluded_llm_metadata_keys=[name for name in passage if name not in _FOR_READERS],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage["document_id"])},
    )
