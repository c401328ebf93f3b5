"""Words on disk: BM25 over answers, questions and names, in a folder that may hold links to an earlier one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.lexical import Entry, WordFile, WordWriter
from index.records import Filter
from tests.index.interviews import flipped, overwrite

ENTRIES = [
    Entry(0, "a", "The whales were singing all night.", "What did you hear at sea?", "Jane Doe", is_answer=True),
    Entry(1, "a", "We mended nets.", "And about whales, again?", "Jane Doe", is_answer=True),
    Entry(2, "b", "I never mention whales, the whale mentions me.", "", "Robert Miller", is_answer=True),
    Entry(1 << 48, "a", "Did you hear whales, Mr Miller?", "", "Ian Asker", is_answer=False),
    Entry((1 << 48) + 1, "b", "The harbour was quiet.", "", "", is_answer=False),
]


def written(folder: Path, entries: Iterable[Entry]) -> WordFile:
    writer = WordWriter(folder)
    for entry in entries:
        writer.add(entry)
    writer.commit()
    return WordFile(folder, root=folder.parent)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> WordFile:
    return written(tmp_path_factory.mktemp("lexical") / "words", ENTRIES)


def keys(words: WordFile, *query: str, **options: object) -> set[int]:
    return {hit.key for hit in words.search(query, 10, **options)}  # type: ignore[arg-type]


def test_an_answer_is_found_by_its_words_its_question_and_its_speaker(words: WordFile) -> None:
    """Each of the three fields leads to the passage, and none to context."""
    assert keys(words, "nets") == {1}
    assert keys(words, "sea") == {0}
    assert keys(words, "Robert") == {2}
    assert keys(words, "harbour") == set()
    assert words.count == len(ENTRIES)


@pytest.mark.parametrize("form", ["whale", "whales", "WHALES", "Whale's"])
def test_other_forms_of_a_word_are_the_word(words: WordFile, form: str) -> None:
    """Number, case and a possessive make no difference."""
    assert keys(words, form) >= {0, 1, 2}


def test_context_is_searched_apart(words: WordFile) -> None:
    """The field decides whether answers or the words around them are searched; who asks is not looked for."""
    assert keys(words, "hear", "harbour", fields=("context",)) == {1 << 48, (1 << 48) + 1}
    assert keys(words, "Asker", fields=("context",)) == keys(words, "Asker") == set()


def test_fields_limit_where_words_are_looked_for(words: WordFile) -> None:
    """A search in answers alone is not satisfied by a question."""
    assert keys(words, "whales", fields=("answer",)) == {0, 2}
    assert keys(words, "whales", fields=("asked",)) == {1}


def test_limits_hold_together(words: WordFile) -> None:
    """Documents, speakers and dates narrow a search to what is in all; what is outside doesn't count."""
    assert keys(words, "whales", where=Filter(documents=frozenset("b"))) == {2}
    assert keys(words, "whales", where=Filter(speakers=frozenset(["Jane Doe"]))) == {0, 1}
    assert keys(words, "whales", where=Filter(frozenset(["Jane Doe"]), frozenset("b"))) == set()
    assert keys(words, "whales", where=Filter(documents=frozenset(["B", "a b"]))) == set()


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [(None, None, {0, 1, 2, 3}), ("2014", None, {0, 1, 2}), (None, "2014", {0, 1}), ("2014-06", "2014-06", {1}),
     ("2014-06-15", "2015", {1, 2}), ("2016", None, set()), (None, "2013", set()), ("2014-06-16", "2014-12", set())],
)  # fmt: skip
def test_dates_limit_as_their_strings_compare(tmp_path: Path, since: str, until: str, found: set[int]) -> None:
    """Coarse dates hold all that they begin, both ends are included, and what has no date passes no date."""
    dates = ["2014", "2014-06-15", "2015-01-01", None]
    entries = [Entry(n, f"d{n}", "whales", "", "", is_answer=True, date=date) for n, date in enumerate(dates)]
    assert keys(written(tmp_path / "words", entries), "whales", where=Filter(since=since, until=until)) == found


@pytest.mark.parametrize(
    "limit", [Filter(frozenset()), Filter(documents=frozenset()), Filter(documents=frozenset(["nowhere"]))]
)
def test_nothing_allowed_finds_nothing(words: WordFile, limit: Filter) -> None:
    """An empty limit lets nothing pass: it is not the absence of a limit."""
    assert keys(words, "whales", where=limit) == set()


def test_limits_do_not_change_scores(words: WordFile) -> None:
    """A passage has the same score whether or not the search was limited to it."""
    free = {hit.key: hit.score for hit in words.search(["whales", "night"], 10)}
    for document in "ab":
        for hit in words.search(["whales", "night"], 10, Filter(documents=frozenset(document))):
            assert hit.score == pytest.approx(free[hit.key])


def test_better_passages_come_first(words: WordFile) -> None:
    """Scores descend, the passage with more of the words leads, and k cuts at the end."""
    hits = words.search(["whales", "singing", "night"], 10)
    assert hits[0].key == 0
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert words.search(["whales", "singing", "night"], 1) == hits[:1]


def test_a_limited_search_still_gives_k(tmp_path: Path) -> None:
    """When k passages pass a limit and have the word, k are found, however many better ones there are outside."""
    entries = [Entry(n, f"d{n}", "word " * (1 + n % 7) + "and more", "", "", is_answer=True) for n in range(500)]
    allowed = list(range(3, 500, 50))
    limit = Filter(documents=frozenset(f"d{n}" for n in allowed))
    found = written(tmp_path / "words", entries).search(["word"], len(allowed), limit)
    assert sorted(hit.key for hit in found) == allowed


@pytest.mark.parametrize(
    "query",
    ['"', '"whales', "whales AND", "whales OR (", "answer:whales", "kind:context", "-whales", "+whales", "whales^9", "wh*",
     "[a TO b]", "/whales/", "\\", "whales~2", "NOT whales", "*", "{}", "IN [whales]", "key:>0"],
)  # fmt: skip
def test_a_question_is_never_a_query(words: WordFile, query: str) -> None:
    """Signs of a query language in a question neither fail nor change what is searched for."""
    hits = words.search([query], 10)
    assert {hit.key for hit in hits} <= {0, 1, 2}
    if "whales" in query:
        assert {hit.key for hit in hits} == {0, 1, 2}


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_searched_for(words: WordFile, text: str) -> None:
    """No string makes a search fail or find context among the answers."""
    assert all(hit.key < 1 << 48 for hit in words.search([text], 10))
    assert words.count_with(text) >= 0


def test_a_question_without_words_finds_nothing(words: WordFile) -> None:
    """Punctuation, blanks and no question at all give no passage."""
    assert words.search([], 10) == []
    assert words.search(["?!", "…", " "], 10) == []


def test_a_very_long_question_is_searched_by_its_beginning(words: WordFile) -> None:
    """Thousands of words are no failure, and the first still count."""
    assert {hit.key for hit in words.search(["nets", *(f"filler{n}" for n in range(5000))], 10)} == {1}


@pytest.mark.parametrize(
    "sentence", ["Я видел китов", "Ich sah Wale über Bord", "είδα φάλαινες", "Cafe\u0301 au lait", "고래를 보았다", "ראיתי ים"]
)
def test_words_of_any_script_are_found(tmp_path: Path, sentence: str) -> None:
    """Each word of an answer leads to it, also when an accent is a sign of its own."""
    words = written(tmp_path / "words", [Entry(5, "a", sentence, "", "", is_answer=True)])
    for word in sentence.split():
        assert [hit.key for hit in words.search([word], 3)] == [5], word


def test_answers_with_a_word_are_counted(words: WordFile) -> None:
    """How often a word is said counts the answers that say it, not questions and not context."""
    assert words.count_with("whales") == 2
    assert words.count_with("absent") == 0


def test_a_dropped_document_is_gone_with_all_its_passages(tmp_path: Path) -> None:
    """Dropping a document takes its answers and its context, and nothing of another."""
    written(tmp_path / "words", ENTRIES)
    writer = WordWriter(tmp_path / "words")
    writer.drop_documents(["a", "nowhere"])
    writer.commit()
    words = WordFile(tmp_path / "words", root=tmp_path)
    assert keys(words, "whales") == {2}
    assert keys(words, "hear", "harbour", fields=("context",)) == {(1 << 48) + 1}
    assert words.count == 2


def test_a_document_can_be_replaced_in_one_commit(tmp_path: Path) -> None:
    """A version that is added after the drop of its id stays; the one before goes."""
    written(tmp_path / "words", ENTRIES)
    writer = WordWriter(tmp_path / "words")
    writer.drop_documents(["a"])
    writer.add(Entry(9, "a", "Dolphins, then.", "", "Jane Doe", is_answer=True))
    writer.commit()
    words = WordFile(tmp_path / "words", root=tmp_path)
    assert keys(words, "dolphins", "nets") == {9}
    assert keys(words, "Jane") == {9}


@pytest.mark.parametrize("name", ["a", "an id with blanks", "Ünïcode-東京", "a:b/c\\d\"e'f", "-", "*"])
def test_a_document_id_is_matched_whole(tmp_path: Path, name: str) -> None:
    """An id is one term, whatever signs it has: it limits and drops exactly its own document."""
    entries = [Entry(0, name, "word one", "", "", is_answer=True), Entry(1, name + "x", "word two", "", "", is_answer=True)]
    words = written(tmp_path / "words", entries)
    assert keys(words, "word", where=Filter(documents=frozenset([name]))) == {0}
    writer = WordWriter(tmp_path / "words")
    writer.drop_documents([name])
    writer.commit()
    assert keys(WordFile(tmp_path / "words", root=tmp_path), "word") == {1}


def test_an_open_file_keeps_its_words(tmp_path: Path) -> None:
    """What is written later into the same folder is not seen by a file that is open."""
    words = written(tmp_path / "words", ENTRIES)
    writer = WordWriter(tmp_path / "words")
    writer.drop_documents(["a", "b"])
    writer.commit()
    assert keys(words, "whales") == {0, 1, 2}
    assert words.count == len(ENTRIES)


def test_writing_over_links_leaves_the_linked_files_alone(tmp_path: Path) -> None:
    """A copy made of links can be changed without a byte of the original changing, meta.json above all."""
    old, new = tmp_path / "old", tmp_path / "new"
    written(old, ENTRIES)
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in old.iterdir()}
    new.mkdir()
    for path in old.iterdir():
        if not path.name.endswith(".lock"):
            os.link(path, new / path.name)
    writer = WordWriter(new)
    writer.drop_documents(["a"])
    writer.add(Entry(9, "c", "Dolphins.", "", "", is_answer=True))
    writer.commit()
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in old.iterdir()} == before
    assert keys(WordFile(old, root=tmp_path), "whales") == {0, 1, 2}
    assert keys(WordFile(new, root=tmp_path), "whales", "dolphins") == {2, 9}


@pytest.mark.parametrize("damage", ["no folder", "empty folder", "no meta.json", "meta.json is no JSON", "a file is gone"])
def test_what_is_not_a_word_index_is_damage(tmp_path: Path, damage: str) -> None:
    """A folder that can't be read as a word index is refused by name."""
    folder = tmp_path / "words"
    if damage not in ("no folder", "empty folder"):
        written(folder, ENTRIES)
    if damage == "empty folder":
        folder.mkdir()
    elif damage == "no meta.json":
        (folder / "meta.json").unlink()
    elif damage == "meta.json is no JSON":
        overwrite(folder / "meta.json", b"{")
    elif damage == "a file is gone":
        next(folder.glob("*.store")).unlink()
    with pytest.raises(IndexDamaged) as caught:
        WordFile(folder, root=tmp_path)
    assert caught.value.file == "words"


def test_broken_files_are_damage_and_no_panic(tmp_path: Path) -> None:
    """Bytes that make tantivy fail or panic, at open or in a search, come out as damage that names the folder."""
    folder = tmp_path / "words"
    written(folder, ENTRIES)
    names: list[str] = []
    for path in sorted(folder.glob("*.*")):
        raw = path.read_bytes()
        for at in range(0, len(raw), max(1, len(raw) // 25)):
            overwrite(path, flipped(raw, at, 0xFF))
            try:
                words = WordFile(folder, root=tmp_path)
                words.search(["whales", "nets"], 10)
                words.search(["hear"], 10, Filter(documents=frozenset("a"), since="2000"), fields=("context",))
                words.count_with("whales")
            except IndexDamaged as error:
                names.append(error.file)
        overwrite(path, raw)
    assert len(names) > 50
    assert set(names) == {"words"}
    assert keys(WordFile(folder, root=tmp_path), "whales") == {0, 1, 2}
