"""The read side: what lives is found and cut exactly, what was removed never, and damage that nobody saw is named."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from index.build import Report, build_index, remove_documents
from index.errors import IndexDamaged, IndexError_, NotInIndex
from index.generations import CURRENT, MANIFEST, current
from index.models import Vectors
from index.reader import IndexReader
from index.records import Filter, Role, Span
from tests.encoders import WordHashEncoder
from tests.index.interviews import (
    EVERYTHING,
    answer,
    answers_in,
    assert_sound,
    build_at,
    flipped,
    nearest,
    overwrite,
    transcript,
    write_all,
)

Build = Callable[..., Report]

CORPUS = {
    "old": ("Jane Doe", "2013-02-03"),
    "year": ("Jane Doe", "2014"),
    "month": ("Karl Roe", "2014-05"),
    "day": ("Jane Doe", "2014-10-31"),
    "late": ("Karl Roe", "2020-01-01"),
    "undated": ("Jane Doe", None),
    "never": ("Jane Doe", None),
}
"""Documents with speaker and date; each has three answers, of which one is "Common <name>."."""


def said(name: str) -> list[str]:
    return [answer(f"{name}1"), f"Common {name}.", answer(f"{name}2")]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus in several segments, with tombstones: "gone" and "lost" were removed, "day" was changed. Read-only."""
    place = tmp_path_factory.mktemp("corpus")
    for names in (("old", "gone", "year", "month", "late", "day", "undated"), ("lost",), ("never",)):
        for name in names:
            speaker, date = CORPUS.get(name, ("Jane Doe", "2014-07-07"))
            words = [answer("earlier"), "Common earlier."] if name == "day" else said(name)
            write_all(place / "in", [(f"{name}.json", transcript(*words, speaker=speaker, date=date))])
        build_at(place / "in", place / "index")
    write_all(place / "in", [("day.json", transcript(*said("day"), date="2014-10-31"))])
    build_at(place / "in", place / "index")
    remove_documents(["gone", "lost"], root=place / "index")
    assert any(segment.dead for segment in current(place / "index").manifest.segments)
    return place / "index"


@pytest.fixture
def root(corpus: Path, tmp_path: Path) -> Path:
    """A copy of the corpus's index, to be changed."""
    return Path(shutil.copytree(corpus, tmp_path / "index"))


@pytest.fixture(scope="module")
def reader(corpus: Path) -> IndexReader:
    return IndexReader.open(corpus)


# What lives, and what doesn't


def test_the_index_holds_what_was_put_in(reader: IndexReader, encoder: WordHashEncoder) -> None:
    """Every live document has its answers, in their order and letter by letter, and everything is sound."""
    assert answers_in(reader) == {name: said(name) for name in CORPUS}
    assert [card.id for card in reader.documents()] == sorted(CORPUS)
    assert reader.counts == {"documents": 7, "turns": 7 * 6, "answers": 7 * 3, "contexts": 7 * 3}
    assert_sound(reader, encoder)


def test_speakers_are_listed_with_their_documents(reader: IndexReader) -> None:
    """Every name comes with the live documents in which it speaks."""
    jane = {name for name, (speaker, _) in CORPUS.items() if speaker == "Jane Doe"}
    assert reader.speakers() == {"Jane Doe": jane, "Karl Roe": set(CORPUS) - jane, "Ian Asker": set(CORPUS)}


REMOVED = ["gone1", "gone2", "lost1", "lost2", "earlier"]


@pytest.mark.parametrize("name", REMOVED)
def test_what_was_removed_is_never_found(reader: IndexReader, encoder: WordHashEncoder, name: str) -> None:
    """Words of a removed document, or of an earlier version, lead to nothing: by vectors, by words, with any filter."""
    words = answer(name)
    filters = [
        EVERYTHING, Filter(speakers=frozenset(["Jane Doe"])), Filter(documents=frozenset(["gone", "lost", "day"])),
        Filter(since="2014-07"), Filter(until="2014"), Filter(since="2014-07-07", until="2014-07-07"),
    ]  # fmt: skip
    for where in filters:
        for stored in nearest(reader, encoder, words, 100, where):
            assert stored.document_id in CORPUS
            assert reader.cut(stored.document_id, stored.passage.span) in said(stored.document_id)
        assert reader.with_words([f"alpha{name}", f"beta{name}"], 10, where) == []
    assert nearest(reader, encoder, words, 5, Filter(documents=frozenset(["gone", "lost"]))) == []
    assert reader.answers_with(f"alpha{name}") == 0


def test_a_search_without_a_limit_is_one_among_the_living(reader: IndexReader, encoder: WordHashEncoder) -> None:
    """A caller that leaves the allowed keys out gets no removed passage either."""
    for name in REMOVED:
        for found in reader.nearest(encoder.encode_query(answer(name)), 100, None):
            assert len(found.keys) == 7 * 3
            assert {reader.passage(int(key)).document_id for key in found.keys} == set(CORPUS)


def test_a_key_of_a_removed_document_opens_nothing(tmp_path: Path, build: Build, encoder: WordHashEncoder) -> None:
    """A key that was remembered from an earlier generation doesn't lead to words that are no longer in the index."""
    write_all(tmp_path / "in", [(f"doc{n}.json", transcript(answer(str(n)))) for n in range(9)])
    build(tmp_path / "in")
    (stored,) = nearest(IndexReader.open(tmp_path / "index"), encoder, answer("5"), 1)
    remove_documents(["doc5"], root=tmp_path / "index")
    assert current(tmp_path / "index").manifest.segments[0].dead == ("doc5",)  # its rows are still in the file
    with pytest.raises(IndexError_):
        IndexReader.open(tmp_path / "index").passage(stored.key)


@pytest.mark.parametrize("name", ["gone", "lost", "nothing", "", "' OR 1=1 --"])
def test_a_document_that_is_not_there_is_told_apart(reader: IndexReader, name: str) -> None:
    """Every way to ask for a document raises NotInIndex with its name, for removed and for unknown ones alike."""
    ways: list[Callable[[], object]] = [
        lambda: reader.document(name),
        lambda: reader.text(name),
        lambda: reader.cut(name, Span(0, 1)),
        lambda: reader.turns(name),
        lambda: reader.people(name),
        lambda: reader.original(name),
        lambda: reader.passages(name),
    ]
    for way in ways:
        with pytest.raises(NotInIndex) as caught:
            way()
        assert f"no document {name} " in str(caught.value)


def test_an_emptied_index_finds_nothing_and_is_sound(root: Path, encoder: WordHashEncoder) -> None:
    """When all documents are removed the index opens, searches and verifies, and counts nothing."""
    remove_documents(list(CORPUS), root=root)
    reader = IndexReader.open(root)
    assert reader.documents() == []
    assert nearest(reader, encoder, answer("old1"), 5) == []
    assert reader.with_words(["common"], 5, EVERYTHING) == []
    assert reader.with_words(["common"], 5, Filter(since="2014")) == []
    assert reader.context_with_words(["question"], 5, EVERYTHING) == []
    assert reader.counts == {"documents": 0, "turns": 0, "answers": 0, "contexts": 0}
    assert list(reader.verify()) == []


# Filters


FILTERS: list[tuple[Filter, str]] = [
    (EVERYTHING, "old year month day late undated never"),
    (Filter(speakers=frozenset(["Karl Roe"])), "month late"),
    (Filter(speakers=frozenset(["Karl Roe", "Jane Doe"])), "old year month day late undated never"),
    (Filter(speakers=frozenset(["Ian Asker"])), ""),
    (Filter(speakers=frozenset(["Nobody"])), ""),
    (Filter(documents=frozenset(["day", "never", "gone"])), "day never"),
    (Filter(documents=frozenset()), ""),
    (Filter(since="2014"), "year month day late"),
    (Filter(since="2014-05"), "month day late"),
    (Filter(since="2014-10-31"), "day late"),
    (Filter(until="2014"), "old year month day"),
    (Filter(until="2014-10-30"), "old year month"),
    (Filter(since="2014", until="2014"), "year month day"),
    (Filter(since="2014-10", until="2014-10"), "day"),
    (Filter(since="0000", until="9999"), "old year month day late"),
    (Filter(speakers=frozenset(["Jane Doe"]), since="2014", until="2014"), "year day"),
    (Filter(speakers=frozenset(["Karl Roe"]), documents=frozenset(["late", "day"]), since="2014"), "late"),
    (Filter(documents=frozenset(["undated"]), since="2000"), ""),
]


@pytest.mark.parametrize(("where", "passing"), FILTERS)
def test_both_searches_keep_to_a_filter_and_fill_it(
    reader: IndexReader, encoder: WordHashEncoder, where: Filter, passing: str
) -> None:
    """What passes a filter is found, all of it, by vectors and by words, and nothing else is; k are found when k pass."""
    names = passing.split()
    assert {stored.document_id for stored in nearest(reader, encoder, "Common.", 100, where)} == set(names)
    for k in range(1, 3 * len(names) + 1):
        assert len(nearest(reader, encoder, answer("old1"), k, where)) == k
    hits = reader.with_words(["common"], 100, where)
    assert {reader.passage(hit.key).document_id for hit in hits} == set(names)
    assert len(hits) == len(names)
    for k in range(1, len(names) + 1):
        assert len(reader.with_words(["common"], k, where)) == k


@pytest.mark.parametrize(("where", "passing"), [one for one in FILTERS if one[0].speakers is None])
def test_context_keeps_to_documents_and_dates(reader: IndexReader, where: Filter, passing: str) -> None:
    """Questions are found only in documents that pass, so that a refusal names no place outside what was asked about."""
    hits = reader.context_with_words(["question"], 100, where)
    assert {reader.passage(hit.key).document_id for hit in hits} == set(passing.split())
    assert not any(reader.passage(hit.key).passage.is_answer for hit in hits)


def test_context_is_searched_whoever_is_asked_for(reader: IndexReader) -> None:
    """A filter on a speaker leaves context alone: it is never said by the one who answers."""
    hits = reader.context_with_words(["question"], 100, Filter(speakers=frozenset(["Karl Roe"])))
    assert {reader.passage(hit.key).document_id for hit in hits} == set(CORPUS)


def test_words_are_counted_in_answers_alone(reader: IndexReader) -> None:
    """How many answers say a word leaves questions and the removed out, and takes other forms of it in."""
    assert reader.answers_with("common") == len(CORPUS)
    assert reader.answers_with("Commons") == len(CORPUS)
    assert reader.answers_with("question") == 0
    assert reader.answers_with("2014") == 0


def test_vectors_are_searched_alone_and_after_the_question(tmp_path: Path, build: Build, encoder: WordHashEncoder) -> None:
    """An answer that says little is near its question's words only in the second of the two results."""
    questions = ["Do whales sing at night?", "What passes?"]
    write_all(tmp_path / "in", [("a.json", transcript("No.", "Ships.", questions=questions))])
    build(tmp_path / "in")
    reader = IndexReader.open(tmp_path / "index")
    alone, after_question = reader.nearest(encoder.encode_query("Do whales sing at night? No."), 2, None)
    np.testing.assert_allclose(after_question.scores[0], 1.0, atol=1e-5)
    found = reader.passage(int(after_question.keys[0]))
    assert reader.cut("a", found.passage.span) == "No."
    assert found.passage.asked is not None
    assert reader.cut("a", found.passage.asked.span) == "Do whales sing at night?"
    assert alone.scores[0] < 0.9


# Cutting


def test_a_span_is_cut_in_code_points(tmp_path: Path, build: Build) -> None:
    """Offsets count code points, whatever their number of bytes or of UTF-16 units."""
    words = "“\U0001f40b sang”, she said\u2014na\u00efve, e\u0301t\u00e9."
    write_all(tmp_path / "in", [("a.json", transcript(words, "And more."))])
    build(tmp_path / "in")
    reader = IndexReader.open(tmp_path / "index")
    text = reader.text("a")
    start = text.index(words)
    assert reader.cut("a", Span(start, start + len(words))) == words
    for n in range(len(words)):
        assert reader.cut("a", Span(start + n, start + n + 1)) == words[n]
    assert reader.cut("a", Span(len(text), len(text))) == ""


@pytest.mark.parametrize("span", [Span(0, 10**6), Span(-1, 5), Span(5, 3), Span(-5, -1), Span(10**6, 10**6)])
def test_a_span_outside_the_text_is_refused(reader: IndexReader, span: Span) -> None:
    """A range that the text doesn't have raises, where Python's slices would give some other words."""
    with pytest.raises(NotInIndex, match=r"characters \(code points\); there is no range"):
        reader.cut("old", span)


def test_the_original_is_kept_byte_for_byte(tmp_path: Path, build: Build, write: Callable[..., Path]) -> None:
    """The bytes of a source come back as they were, byte-order mark and line ends included, and a text that isn't them."""
    raw = b"\xef\xbb\xbfIan Asker: What is it?\r\n\r\nJane Doe: It is a na\xc3\xafve idea, I say.\r\n\r\nIan Asker: Yes?\r\n"
    build(write("in/a.txt", raw))
    reader = IndexReader.open(tmp_path / "index")
    assert reader.original("a") == raw
    assert reader.text("a") == raw.decode("utf-8-sig")


# Damage that keeps its time


def decay(path: Path, raw: bytes) -> None:
    overwrite(path, raw, keep_time=True)


def use(reader: IndexReader) -> Iterable[str]:
    """All that can be done with an index; each text that is given out."""
    encoder = WordHashEncoder()
    for card in reader.documents():
        reader.turns(card.id)
        reader.people(card.id)
        reader.original(card.id)
        for passage in reader.passages(card.id):
            yield reader.cut(card.id, passage.span)
    for where in (EVERYTHING, Filter(speakers=frozenset(["Jane Doe"]), since="2014")):
        nearest(reader, encoder, "Common.", 10, where)
        reader.with_words(["common"], 10, where)
        reader.context_with_words(["question"], 10, where)


PATTERNS = [
    "*.sqlite", "*.answer.faiss", "*.asked.faiss", "words/meta.json", "words/.managed.json", "words/*.term", "words/*.idx",
    "words/*.pos", "words/*.store", "words/*.fast", "words/*.fieldnorm",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_decay_that_opening_misses_is_named_by_verify(root: Path, pattern: str) -> None:
    """A byte that flips while size and time stay is refused at open or named by verify, and fails only as damage."""
    folder = current(root).folder
    good = {*(words for answers in answers_in(IndexReader.open(root)).values() for words in answers)}
    path = min(path for path in folder.rglob("*") if path.relative_to(folder).match(pattern))
    name = path.relative_to(folder).as_posix()
    raw = path.read_bytes()
    for at in range(len(raw) // 40, len(raw), max(1, len(raw) // 20)):
        decay(path, flipped(raw, at))
        try:
            reader = IndexReader.open(root)
        except IndexDamaged as error:
            assert error.file in (name, path.name, path.parent.name)  # noqa: PT017 - opening may as well succeed
            continue
        assert any(problem.startswith(f"{name}: ") for problem in reader.verify())
        try:
            given = set(use(reader))
        except IndexError_:
            continue
        assert {words for words in given if words.startswith("Alpha")} <= good
    decay(path, raw)
    assert list(IndexReader.open(root).verify()) == []


def test_an_altered_text_is_never_cut_from(root: Path) -> None:
    """When a letter of a stored text changes unseen, its document gives no words at all, and the others still do."""
    words = answer("old1").encode()
    for path in current(root).folder.glob("*.sqlite"):
        raw = path.read_bytes()
        at = raw.find(words)
        while at >= 0:
            raw = flipped(raw, at)
            at = raw.find(words)
        decay(path, raw)
    reader = IndexReader.open(root)
    for passage in reader.passages("old"):
        with pytest.raises(IndexDamaged, match=r"altered text of old"):
            reader.cut("old", passage.span)
    with pytest.raises(IndexDamaged, match="altered"):
        reader.original("old")
    assert [reader.cut("day", passage.span) for passage in reader.passages("day") if passage.is_answer] == said("day")
    assert any("old" in problem for problem in reader.verify())


def test_vectors_of_another_segment_are_noticed(root: Path) -> None:
    """Two files that change places are found by their checksums, also when size and time are the same."""
    folder = current(root).folder
    one, other = (min(folder.glob(pattern)) for pattern in ("*.answer.faiss", "*.asked.faiss"))
    mine, its = one.read_bytes(), other.read_bytes()
    assert len(mine) == len(its)
    decay(one, its)
    decay(other, mine)
    problems = "\n".join(IndexReader.open(root).verify())
    assert one.name in problems
    assert other.name in problems


# Passages by their keys


def all_keys(reader: IndexReader, encoder: WordHashEncoder) -> list[int]:
    """Of every live answer, and of every passage of context."""
    answers, _ = reader.nearest(encoder.encode_query("Common."), 1000, None)
    return [*answers.keys.tolist(), *(hit.key for hit in reader.context_with_words(["question"], 1000, EVERYTHING))]


def test_passages_come_in_the_order_of_their_keys(corpus: Path, reader: IndexReader, encoder: WordHashEncoder) -> None:
    """Whatever the order, whichever the segments, and however often a key is given, each gets its own passage."""
    keys = all_keys(reader, encoder)
    assert len(keys) == 2 * 7 * 3
    assert len(current(corpus).manifest.segments) > 1
    for order in (sorted(keys), sorted(keys, reverse=True), random.Random(5).sample(keys, len(keys)), keys[:3] * 2, []):
        found = reader.passages_at(order)
        assert [one.key for one in found] == order
        assert found == [reader.passage(key) for key in order]


@pytest.mark.parametrize("missing", [10**6, -1, (1 << 48) + 10**6])
def test_a_key_that_no_segment_has_is_damage(reader: IndexReader, encoder: WordHashEncoder, missing: int) -> None:
    """A search that gave a key without a passage means that the stores don't belong together: nothing is left out silently."""
    keys = all_keys(reader, encoder)[:3]
    for order in ([missing, *keys], [*keys, missing], [missing]):
        with pytest.raises(IndexDamaged, match=f"no passage {missing}, which was found by a search"):
            reader.passages_at(order)


def test_names_are_found_by_their_words_over_all_segments(reader: IndexReader) -> None:
    """Every name with a word comes, from whichever segment, without those who only ask where that is wanted."""
    assert reader.names_with("jane") == reader.names_with("doe") == {"Jane Doe"}
    assert reader.names_with("karl", but=Role.INTERVIEWER) == {"Karl Roe"}
    assert reader.names_with("asker") == {"Ian Asker"}
    assert reader.names_with("asker", but=Role.INTERVIEWER) == reader.names_with("nobody") == frozenset()


LIVING = {name for name, (speaker, _) in CORPUS.items() if speaker == "Jane Doe"}


def test_those_who_answer_are_told_with_their_documents(reader: IndexReader) -> None:
    """Under a filter and up to a limit, without those who only ask and without what was removed."""
    found = reader.speaking(Filter(frozenset({"Jane Doe"})), 100)
    assert {(place, person.name, person.role) for place, person in found} == {
        (name, "Jane Doe", Role.INTERVIEWEE) for name in LIVING
    }
    assert {place for place, _ in reader.speaking(Filter(None, None, "2014-05", "2014"), 100)} == {"month", "day"}
    assert len(reader.speaking(Filter(), 2)) == 2
    assert reader.speaking(Filter(frozenset({"Ian Asker"})), 100) == []


def test_names_are_listed_once_each(reader: IndexReader) -> None:
    """Of all documents, of one, or of some dates."""
    assert reader.names_in(Filter(), 8) == {"Jane Doe", "Karl Roe"}
    assert reader.names_in(Filter(None, frozenset({"month"})), 8) == {"Karl Roe"}
    assert reader.names_in(Filter(None, None, "2014-06", "2014"), 8) == {"Jane Doe"}
    assert reader.names_in(Filter(None, frozenset({"gone"})), 8) == frozenset()
    assert len(reader.names_in(Filter(), 1)) == 1


def test_people_are_found_by_what_their_labels_hold(reader: IndexReader) -> None:
    """Any letters of them, in any document that lives."""
    assert {place for place, _ in reader.labelled("ane d", 100)} == LIVING
    assert len(reader.labelled("jane", 1)) == 1
    assert reader.labelled("asker", 100) == reader.labelled("nobody", 100) == []


def test_all_dates_are_told(reader: IndexReader) -> None:
    """Those of documents that live, as coarse as they are."""
    assert reader.dates() == {date for _, date in CORPUS.values() if date}


def test_words_of_names_are_told_by_their_plain_letters(tmp_path: Path, build: Build) -> None:
    """Accents are left out; who only asks is."""
    write_all(
        tmp_path,
        [("a.json", transcript(answer("one"), speaker="Zoë Łoś")), ("b.json", transcript(answer("two"), speaker="Zoe"))],
    )
    build(tmp_path)
    assert IndexReader.open(tmp_path / "index").spellings() == {"zoe": ("zoe", "zoë"), "los": ("łoś",)}


def test_answers_are_found_by_their_questions_alone(reader: IndexReader) -> None:
    """What only the answer says is not what was asked."""
    questions = {
        passage.asked.span.cut(reader.text(name)) for name in CORPUS for passage in reader.passages(name) if passage.asked
    }
    words = sorted(questions)[0].split()
    assert reader.asked_with_words(words, 10, Filter())
    assert reader.asked_with_words([answer("never1").split()[0]], 10, Filter()) == []


# Vectors that are not the model's


class Astray(WordHashEncoder):
    """Says that it is the word-hash model; gives other vectors, or ``wrong`` ones for the texts that hold a word."""

    def __init__(self, word: str = "", wrong: float = -1.0) -> None:
        super().__init__()
        self.word, self.wrong = word, np.float32(wrong)

    def _vector(self, text: str) -> Vectors:
        right = super()._vector(text)
        return np.asarray(right * self.wrong, np.float32) if self.word in text else right


def sixteen(place: Path, encoder: WordHashEncoder) -> IndexReader:
    """A reader of an index of sixteen answers, "Alphan0 …" to "Alphan15 …", built with an encoder."""
    write_all(place / "in", [("a.json", transcript(*(answer(f"n{number:02}") for number in range(16))))])
    build_index([place / "in"], root=place / "index", encoder=lambda job_bytes: encoder)
    return IndexReader.open(place / "index")


def test_sound_vectors_are_what_the_model_gives(reader: IndexReader, encoder: WordHashEncoder) -> None:
    """Embedding again finds nothing wrong in an index of several segments with dead documents, nor in one without any."""
    assert list(reader.verify(encoder)) == []


def test_sound_vectors_of_an_emptied_index(root: Path, encoder: WordHashEncoder) -> None:
    """Where no vector lives there is nothing to compare, and that is no fault."""
    remove_documents(list(CORPUS), root=root)
    assert list(IndexReader.open(root).verify(encoder)) == []


def test_vectors_of_another_machine_are_named_by_their_files(corpus: Path, reader: IndexReader) -> None:
    """When the model gives other vectors here than were stored, every file of vectors is named, though all checksums hold."""
    assert list(reader.verify()) == []
    problems = list(reader.verify(Astray()))
    files = {name for one in current(corpus).manifest.segments for name in (one.answer_vectors, one.asked_vectors)}
    assert {problem.split(": ")[0] for problem in problems} == files
    assert all("other vectors than word-hash gives" in problem for problem in problems)


@pytest.mark.parametrize("number", range(16))
def test_one_wrong_vector_of_a_few_is_told(tmp_path: Path, encoder: WordHashEncoder, number: int) -> None:
    """In a small segment every vector is compared, whichever is the wrong one."""
    reader = sixteen(tmp_path, Astray(f"Alphan{number:02}"))
    assert list(reader.verify()) == []
    assert len(list(reader.verify(encoder))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        0.0,
        0.5,
        -1.0,
        float("nan"),
        2.0,
    ],
)
def test_vectors_that_are_no_unit_vectors_are_told(tmp_path: Path, encoder: WordHashEncoder, wrong: float) -> None:
    """Whatever a broken engine gave instead of a vector of length 1, it is not taken for the model's, stored or made now."""
    assert len(list(sixteen(tmp_path, Astray("Alphan03", wrong)).verify(encoder))) == 2
    assert len(list(sixteen(tmp_path / "sound", encoder).verify(Astray("Alphan03", wrong)))) == 2


def test_vectors_that_stand_for_the_other_side_are_told(root: Path, encoder: WordHashEncoder) -> None:
    """Vectors of answers alone in place of those after their questions are told, also when the manifest agrees to it."""
    segment = current(root).manifest.segments[0]
    swap_vectors(root, segment.answer_vectors, segment.asked_vectors)
    reader = IndexReader.open(root)
    assert list(reader.verify()) == []
    assert {problem.split(": ")[0] for problem in reader.verify(encoder)} == {segment.answer_vectors, segment.asked_vectors}


def swap_vectors(root: Path, one: str, other: str) -> None:
    """Two files change places, and the manifest is published anew with the stamps that they have now."""
    generation = current(root)
    mine, its = ((generation.folder / name).read_bytes() for name in (one, other))
    assert mine != its
    decay(generation.folder / one, its)
    decay(generation.folder / other, mine)
    data = json.loads((generation.folder / MANIFEST).read_bytes())
    for name in (one, other):
        data["files"][name]["sha256"] = hashlib.sha256((generation.folder / name).read_bytes()).hexdigest()
    raw = json.dumps(data).encode()
    overwrite(generation.folder / MANIFEST, raw)
    (root / CURRENT).write_text(f"{generation.folder.name} {hashlib.sha256(raw).hexdigest()}\n")


# Many at once


def test_threads_that_share_a_reader_get_the_same_answers(reader: IndexReader) -> None:
    """Eight threads that search and read through one reader all get what a single one gets, every time."""
    encoder = WordHashEncoder()

    def all_of(name: str) -> object:
        where = Filter(speakers=frozenset(["Jane Doe", "Karl Roe"]), documents=frozenset([name]))
        alone, asked = reader.nearest(encoder.encode_query(answer(f"{name}1")), 10, reader.allowed_keys(EVERYTHING))
        return (
            alone.keys.tolist(), alone.scores.tolist(), asked.keys.tolist(),
            [reader.passage(int(key)) for key in alone.keys],
            reader.allowed_keys(where), reader.with_words([f"alpha{name}1", "common"], 10, where),
            reader.context_with_words(["question"], 10, where), reader.document(name), reader.turns(name), reader.people(name),
            reader.original(name), [reader.cut(name, passage.span) for passage in reader.passages(name)],
        )  # fmt: skip

    expected = {name: repr(all_of(name)) for name in CORPUS}
    wrong: list[object] = []
    start = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            start.wait()
            names = list(CORPUS)
            for round_ in range(20):
                name = names[(number + round_) % len(names)]
                if round_ % 5 == 0:
                    reader.text.cache_clear()
                if (got := repr(all_of(name))) != expected[name]:
                    wrong.append((name, got))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_reader_knows_whether_it_is_current(root: Path) -> None:
    """A reader is current until another generation is published, and its version is not that one's."""
    reader = IndexReader.open(root)
    assert reader.is_current()
    report = remove_documents(["old"], root=root)
    assert not reader.is_current()
    assert report.version == IndexReader.open(root).version != reader.version


def test_a_reader_tells_when_and_with_what_it_was_built(reader: IndexReader, encoder: WordHashEncoder) -> None:
    """The model's card is the one of the encoder, and the date of the build is in UTC."""
    assert reader.model == encoder.card
    assert reader.created.endswith("+00:00")
