"""The retrievers for LangChain, LlamaIndex and Haystack: each in a small real chain, over an index and over a service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read when Haystack is imported
from haystack import Document, Pipeline, component
from langchain_core.runnables import RunnableLambda
from llama_index.core import Settings
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import MetadataMode, NodeRelationship

from index.errors import IndexMissing
from qa.errors import BadQuestion, BadSetting, ServiceFailed
from qa.langchain_retriever import OnrecordRetriever as ForLangChain
from qa.llama_index_retriever import OnrecordRetriever as ForLlamaIndex
from qa.render import answer_json
from qa.service import Service
from tests.qa.conftest import environment
from tests.test_readme import README

Json = dict[str, Any]
HAYSTACKS = "haystack_integrations.components.retrievers.onrecord"
BARRIER = "What did she say about the storm barrier?"
NOBODY = "What of quantum chromodynamics?"


@dataclass(frozen=True)
class Found:
    """What a framework got: the words, the metadata, the score where the framework has one."""

    words: str
    metadata: Json
    score: float | None = None


def langchain(question: str, options: Json, **given: Any) -> list[Found]:
    """Through a chain, as LangChain has them."""
    chain = ForLangChain(**options) | RunnableLambda(
        lambda documents: [Found(one.page_content, one.metadata) for one in documents]
    )
    return chain.invoke(question, **given)


def llama_index(question: str, options: Json) -> list[Found]:
    """Through a query engine, which synthesizes nothing here."""
    Settings.llm = MockLLM()
    engine = RetrieverQueryEngine(ForLlamaIndex(**options), get_response_synthesizer(response_mode="no_text"))
    nodes = engine.query(question).source_nodes
    return [Found(one.node.get_content(metadata_mode=MetadataMode.NONE), one.node.metadata, one.score) for one in nodes]


def for_haystack(**options: Any) -> Any:
    """The component, by the name under which an installation has it: where there is none, install anew (scripts/test)."""
    return import_module(HAYSTACKS).OnrecordRetriever(**options)


@component
class Taken:
    """What comes at the end of a pipeline."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> Json:
        return {"documents": documents}


def haystack(question: str, options: Json, **given: Any) -> list[Found]:
    """Through a pipeline."""
    pipeline = Pipeline()
    pipeline.add_component("onrecord", for_haystack(**options))
    pipeline.add_component("taken", Taken())
    pipeline.connect("onrecord.documents", "taken.documents")
    documents = pipeline.run({"onrecord": {"query": question} | given})["taken"]["documents"]
    return [Found(one.content, one.meta, one.score) for one in documents]


Framework = Callable[..., list[Found]]
every_framework = pytest.mark.parametrize("framework", [langchain, llama_index, haystack])


@pytest.fixture(params=["index", "service"])
def place(request: pytest.FixtureRequest, stand_in: None, small_index: Path, url: str) -> Json:
    """The same interviews, here and far away."""
    return {"url": url} if request.param == "service" else {"index": str(small_index), "fast": True}


@every_framework
def test_the_words_are_the_answers(framework: Framework, place: Json, service: Service) -> None:
    """Every framework gets the answer's passages, best first: the quote alone as text, all else as metadata."""
    for options in (
        {},
        {"limit": 2},
        {"speaker": "Osterhaven"},
        {"document": "mayor-harbour"},
        {"since": "2024-05", "until": "2024"},
    ):
        answer = answer_json(service.ask(BARRIER, **options))
        found = framework(BARRIER, place | options)
        assert [one.words for one in found] == [passage["cited_text"] for passage in answer["passages"]]
        for one, passage in zip(found, answer["passages"], strict=True):
            assert {name: one.metadata[name] for name in passage} == passage
            assert one.metadata["answer_id"] == answer["id"]
            assert (one.metadata["confidence"], one.metadata["reason"]) == (answer["confidence"], None)
            assert one.score in (None, passage["score"])


@every_framework
def test_nothing_on_record_is_nothing(framework: Framework, place: Json, service: Service) -> None:
    """What only came closest is no document."""
    refused = service.ask(BARRIER, speaker="Farrant")
    assert refused.nearest
    assert framework(BARRIER, place | {"speaker": "Farrant"}) == []
    assert framework(NOBODY, place) == []


@every_framework
def test_a_failure_is_raised(framework: Framework, place: Json, tmp_path: Path) -> None:
    """A question that can't be asked, an index and a service that aren't there never look like an empty answer."""
    with pytest.raises(Exception, match="holds no words") as told:
        framework(" ", place)
    assert isinstance(told.value, BadQuestion | ServiceFailed) or isinstance(told.value.__cause__, BadQuestion | ServiceFailed)
    with pytest.raises(Exception, match="There is no index at") as told:
        framework(BARRIER, {"index": str(tmp_path / "none")})
    assert isinstance(told.value, IndexMissing) or isinstance(told.value.__cause__, IndexMissing)
    with pytest.raises(Exception, match=r"No answer from http://127\.0\.0\.1:9"):
        framework(BARRIER, {"url": "http://127.0.0.1:9"})


@every_framework
def test_a_place_is_one_place(framework: Framework) -> None:
    """An index and a service together are refused, as a threshold that can't be is."""
    with pytest.raises(BadSetting, match="not both"):
        framework(BARRIER, {"index": "x", "url": "http://127.0.0.1:9"})
    with pytest.raises(BadSetting, match="from 0 to 1"):
        framework(BARRIER, {"index": "x", "threshold": 7})


@pytest.mark.parametrize("made", [ForLangChain, ForLlamaIndex, for_haystack])
def test_a_misspelt_filter_is_refused(made: Any) -> None:
    """Otherwise it would be no filter."""
    with pytest.raises((TypeError, ValueError), match="speeker"):
        made(index="x", speeker="Miller")


@pytest.mark.parametrize("framework", [langchain, haystack])
def test_a_call_may_bring_filters_of_its_own(framework: Framework, place: Json, service: Service) -> None:
    """What is given with a question goes before what the retriever was made with; the next question has that again."""
    given: list[Json] = [
        {"speaker": "Miller"}, {"document": "press-conference-miller", "limit": 1}, {"since": "2025"}, {"until": "2024-05"},
    ]  # fmt: skip
    for filters in given:
        expected = answer_json(service.ask(BARRIER, **({"limit": 3} | filters)))["passages"]
        found = framework(BARRIER, place | {"limit": 3}, **filters)
        assert [one.metadata["id"] for one in found] == [passage["id"] for passage in expected]
    further = framework("What else?", place | {"limit": 2}, history=[BARRIER])
    assert [one.metadata["id"] for one in further] == [
        quote.id for quote in service.ask("What else?", limit=2, history=[BARRIER]).passages
    ]


def test_langchain_knows_its_ways(place: Json) -> None:
    """Asked asynchronously, in batches or as a stream it gives the same; a document's id is the passage's."""
    import anyio

    retriever = ForLangChain(**place)
    once = retriever.invoke(BARRIER)
    assert once
    assert [document.id for document in once] == [document.metadata["id"] for document in once]
    assert anyio.run(retriever.ainvoke, BARRIER) == once
    assert retriever.batch([BARRIER, NOBODY, BARRIER]) == [once, [], once]
    assert retriever.invoke(BARRIER, speaker="Farrant") == []
    with pytest.raises(TypeError, match="speeker"):
        retriever.invoke(BARRIER, speeker="Farrant")


def test_llama_index_gets_offsets_and_the_source(place: Json, canonical: dict[str, str]) -> None:
    """A node stands at its offsets in its document; a language model is shown who speaks, and no digests."""
    import anyio

    retriever = ForLlamaIndex(**place)
    nodes = retriever.retrieve(BARRIER)
    assert nodes
    for scored in nodes:
        node = scored.node
        source = node.relationships[NodeRelationship.SOURCE].node_id
        assert canonical[source][node.start_char_idx : node.end_char_idx] == node.text
        assert node.id_ == f"{source}:{node.start_char_idx}-{node.end_char_idx}"
        shown = node.get_content(metadata_mode=MetadataMode.LLM)
        assert shown.endswith(node.text)
        assert f"speaker: {node.metadata['speaker']}" in shown
        assert node.metadata["source_sha256"] not in shown
        assert node.get_content(metadata_mode=MetadataMode.EMBED) == node.text
    assert anyio.run(retriever.aretrieve, BARRIER) == nodes


def test_a_pipeline_of_haystack_can_be_written_down(place: Json) -> None:
    """``Pipeline.dumps`` and ``loads`` give the same retriever again, filters and all, by the name that Haystack allows."""
    pipeline = Pipeline()
    pipeline.add_component("onrecord", for_haystack(**place, limit=2, document="mayor-harbour"))
    written = pipeline.dumps()
    assert "type: haystack_integrations.components.retrievers.onrecord.OnrecordRetriever" in written
    again = Pipeline.loads(written)
    assert again.dumps() == written
    again.warm_up()
    found = again.run({"onrecord": {"query": BARRIER}})["onrecord"]["documents"]
    assert [one.id for one in found] == [
        one.metadata["id"] for one in langchain(BARRIER, place | {"limit": 2, "document": "mayor-harbour"})
    ]


FRAMEWORKS = {"langchain_core", "llama_index", "haystack", "posthog", "mcp"}


def ended(code: str) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter says of some code."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )


def test_importing_qa_imports_no_framework() -> None:
    """Neither the library nor the service nor what the retrievers share brings a framework with it."""
    told = "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    assert not FRAMEWORKS & set(
        ended(f"import qa, qa.retriever, qa.service, qa.asking, qa.cli, qa.cli_ask; {told}").stdout.split()
    )
    assert not (FRAMEWORKS - {"mcp"}) & set(ended(f"import qa.api; {told}").stdout.split())
    assert FRAMEWORKS & set(ended(f"import qa.langchain_retriever; {told}").stdout.split()) == {"langchain_core"}


@pytest.mark.parametrize(("module", "framework", "extra"), [
    ("qa.langchain_retriever", "langchain_core", "langchain"),
    ("qa.llama_index_retriever", "llama_index", "llama-index"),
    (HAYSTACKS, "haystack", "haystack"),
])  # fmt: skip
def test_a_missing_framework_is_told_with_what_to_install(module: str, framework: str, extra: str) -> None:
    """Without its extra a retriever's module says which command brings it."""
    done = ended(f"import sys; sys.modules['{framework}'] = None; import {module}")
    assert done.returncode == 1
    assert f"pip install 'onrecord[{extra}]'" in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "block", [block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "Retriever(" in block]
)
def test_the_examples_run(
    block: str,
    stand_in: None,
    small_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The README's lines for each framework run over an index in the working folder, and print exact words."""
    (tmp_path / ".onrecord").symlink_to(small_index)
    monkeypatch.chdir(tmp_path)
    exec(block, {})
    assert "I say spring 2026, and I say it looking at my shoes" in capsys.readouterr().out


def test_every_framework_has_an_example() -> None:
    """The README has lines for each of them."""
    for module in (
        "qa.langchain_retriever",
        "qa.llama_index_retriever",
        HAYSTACKS,
    ):
        assert f"from {module} import OnrecordRetriever" in README
