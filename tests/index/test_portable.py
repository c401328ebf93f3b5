"""Questions without torch: the exported graph gives the model's vectors, or is made again, or is done without."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.engine import indexing_encoder, query_encoder
from index.errors import ModelError
from index.export import CHECKED_TEXTS, export_model
from index.models import BUNDLED_MODEL
from index.portable import GRAPH, PASSPORT, TOKENIZER, Passport, PortableEncoder, light_folder, usable

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the bundled model's graph."""
    folder = tmp_path_factory.mktemp("cache")
    export_model(BUNDLED_MODEL, folder)
    return folder


@pytest.fixture(scope="module")
def folder(cache: Path) -> Path:
    """The graph's own folder in the cache."""
    return next((cache / "models").iterdir())


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The graph's files again, to be damaged."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_the_graph_gives_the_models_vectors(folder: Path, cache: Path) -> None:
    """Whatever the text, its vector is sentence-transformers' one, and the passport says how near."""
    from index.encoder import load_encoder

    graph, model = PortableEncoder(folder), load_encoder()
    texts = [*CHECKED_TEXTS, *(f"question number {n} about harbour gate {n % 7}?" for n in range(40))]
    np.testing.assert_allclose(graph.encode_passages(texts), model.encode_passages(texts), atol=2e-5)
    np.testing.assert_allclose(graph.encode_query(texts[2]), model.encode_query(texts[2]), atol=2e-5)
    assert graph.passport.min_cosine >= 0.9999
    assert graph.card == model.card


def test_vectors_do_not_depend_on_their_company(folder: Path) -> None:
    """A text has the same vector alone and in a batch, and the order of a batch is kept."""
    graph = PortableEncoder(folder)
    texts = ["Yes.", "word " * 300, "Who paid for the storm barrier?", "No."]
    together = graph.encode_passages(texts)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(graph.encode_passages([text])[0], vector, atol=2e-5)
    assert graph.encode_passages([]).shape == (0, graph.card.dimension)


def damage(path: Path, kind: str) -> None:
    raw = bytearray(path.read_bytes())
    if kind == "truncate":
        raw = raw[: len(raw) // 2]
    elif kind == "flip":
        middle = len(raw) // 2
        raw[middle : middle + 4096] = bytes(byte ^ 0x55 for byte in raw[middle : middle + 4096])
    else:
        raw = bytearray()
    path.write_bytes(raw)


@pytest.mark.parametrize("kind", ["truncate", "flip", "empty"])
@pytest.mark.parametrize("name", [GRAPH, TOKENIZER, PASSPORT])
def test_a_damaged_file_is_never_used(copy: Path, name: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever file is damaged, and however, the graph is refused and that is said."""
    damage(copy / name, kind)
    with pytest.raises(ModelError):
        PortableEncoder(copy)
    assert usable(copy) is None
    assert "made again" in capsys.readouterr().err


@pytest.mark.parametrize("exact_too", [False, True])
def test_a_damaged_graph_is_made_again(cache: Path, folder: Path, tmp_path: Path, exact_too: bool) -> None:
    """The next question mends the cache, in another process, and is answered by the new graph."""
    mended = Path(shutil.copytree(cache, tmp_path / "cache"))
    exact = mended / "models" / folder.name
    damage(light_folder(exact) / GRAPH, "truncate")
    if exact_too:
        damage(exact / GRAPH, "truncate")
    encoder = query_encoder(BUNDLED_MODEL, Passport.read(folder).card, cache=mended)
    assert isinstance(encoder, PortableEncoder)
    assert PortableEncoder(exact).card == PortableEncoder(light_folder(exact)).card == encoder.card


def test_questions_are_embedded_lightly_and_passages_exactly(cache: Path, folder: Path) -> None:
    """The light graph's vectors are near the exact ones; what goes into an index is never made by it."""
    exact = PortableEncoder(folder)
    light = query_encoder(BUNDLED_MODEL, exact.card, cache=cache)
    assert isinstance(light, PortableEncoder)
    texts = [f"What did she say about gate {n} and the price of {word}?" for n, word in enumerate(["eels", "gas", "votes"] * 9)]
    cosines = (exact.encode_queries(texts) * light.encode_queries(texts)).sum(axis=1)
    assert 0.999 <= cosines.mean() < 0.99999  # by the second, it is another graph
    assert light.passport.mean_cosine >= 0.999
    small = indexing_encoder(None, job_bytes=0, cache=cache)
    np.testing.assert_array_equal(small.encode_passages(texts), exact.encode_passages(texts))


def test_two_that_export_at_once_leave_one_sound_graph(tmp_path: Path, folder: Path) -> None:
    """Two processes that find an empty cache both end well, name the same folder, and leave nothing but its graph."""
    command = [sys.executable, "-m", "index.export", BUNDLED_MODEL, str(tmp_path / "cache")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(*one.communicate(timeout=300), one.returncode) for one in both]
    assert [code for _, _, code in ended] == [0, 0], ended
    target = tmp_path / "cache" / "models" / folder.name
    assert [out for out, _, _ in ended] == [f"{target}\n"] * 2
    left = {path.relative_to(tmp_path / "cache").as_posix() for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    made = (target.name, light_folder(target).name)
    assert left == {f"models/{one}/{name}" for one in made for name in (GRAPH, PASSPORT, TOKENIZER)}
    assert {path.name for path in (tmp_path / "cache" / "models").iterdir()} == set(made)
    mine, theirs = PortableEncoder(target), PortableEncoder(folder)
    np.testing.assert_allclose(mine.encode_passages(CHECKED_TEXTS), theirs.encode_passages(CHECKED_TEXTS), atol=1e-6)


def test_without_a_cache_the_model_itself_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cache that can't be written costs time and no answer, and that is said."""
    (tmp_path / "file").write_text("in the way")
    encoder = indexing_encoder(None, job_bytes=10, cache=tmp_path / "file")
    assert encoder.engine.name == "sentence-transformers"
    assert "can't be written" in capsys.readouterr().err


def test_a_small_job_needs_no_torch_and_a_big_one_gives_the_same_vectors(cache: Path) -> None:
    """Which engine embeds is a matter of time: the mean cosine between them is at least 0.999."""
    small, big = (indexing_encoder(None, job_bytes=size, cache=cache) for size in (1000, 10**9))
    assert isinstance(small, PortableEncoder)
    assert small.card == big.card
    cosines = (small.encode_passages(CHECKED_TEXTS) * big.encode_passages(CHECKED_TEXTS)).sum(axis=1)
    assert cosines.mean() >= 0.999
    assert 0.999 <= big.engine.mean_cosine <= 1.0 + 1e-6


def test_asking_and_verifying_import_no_torch_and_leave_nothing_at_home(cache: Path, samples: Path, tmp_path: Path) -> None:
    """From start to answer neither torch nor transformers is imported, and nothing is written beside index and cache."""
    program = (
        "import sys\n"
        "from qa.cli import exit_code_of\n"
        "from qa.cli_ask import ask_command\n"
        "from qa.cli_index import onrecord_group\n"
        "index = sys.argv[1]\n"
        "run = lambda command, *words: exit_code_of(lambda: command.main(list(words), standalone_mode=False), 'ask')\n"
        "assert run(ask_command, 'When did the mayor last speak with President Dorn?', '--index', index) == 0\n"
        "assert run(onrecord_group, 'verify', '--index', index) == 0\n"
        "assert run(onrecord_group, 'index', sys.argv[2], '--index', index) == 0\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'torch', 'transformers', 'sentence_transformers'}, loaded\n"
    )
    from index.build import build_index

    root, home = tmp_path / "index", tmp_path / "home"
    home.mkdir()
    build_index([samples], root=root, encoder=lambda job_bytes: indexing_encoder(None, job_bytes=10, cache=cache))
    environment = os.environ | {"ONRECORD_CACHE": str(cache), "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
    done = subprocess.run(
        [sys.executable, "-c", program, str(root), str(samples / "novelist-qa.md")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(home.rglob("*")) == []
