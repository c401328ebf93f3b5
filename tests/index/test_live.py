"""Live documents, names and counts, against what is read from every document, after any sequence of runs."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.build import remove_documents
from index.generations import current
from index.live import LiveDocuments
from index.reader import IndexReader
from index.records import Role, name_words
from tests.index.interviews import answer, build_at, transcript, write_all


def counted(reader: IndexReader) -> dict[str, int]:
    """The counts of an index, from its documents one by one."""
    ids = [card.id for card in reader.documents()]
    passages = [passage for one in ids for passage in reader.passages(one)]
    return {
        "documents": len(ids),
        "turns": sum(len(reader.turns(one)) for one in ids),
        "answers": sum(passage.is_answer for passage in passages),
        "contexts": sum(not passage.is_answer for passage in passages),
    }


def named(reader: IndexReader, word: str, but: Role | None) -> set[str]:
    """The names with a word, from the people of every document."""
    people = [person for card in reader.documents() for person in reader.people(card.id)]
    return {person.name for person in people if word in name_words(person.name) and person.role is not but}


def assert_live(root: Path, reader: IndexReader, *, gone: Iterable[str] = ()) -> None:
    """The look-ups of those who write give the documents that readers list, each in a segment that holds it, and no other."""
    generation = current(root)
    with LiveDocuments(generation) as live:
        cards = list(live.all())
        assert sorted(cards, key=lambda card: card.id) == reader.documents()
        for card in cards:
            assert live.at(card.path) == card
            assert live.card(card.id) == card
            found = live.find(card.id)
            assert found is not None
            (segment,) = (one for one in generation.manifest.segments if one.name == found[0])
            assert found[1] == card
            assert card.id not in segment.dead
        for document_id in {*gone} - {card.id for card in cards}:
            assert live.card(document_id) is live.find(document_id) is None


# By example


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """``in`` and ``index``: nine interviews in one segment, of which "b" was changed and "c" removed."""
    write_all(
        tmp_path / "in", [(f"{name}.json", transcript(answer(name), speaker=f"Jane {name.upper()}")) for name in "abcdefghi"]
    )
    build_at(tmp_path / "in", tmp_path / "index")
    write_all(tmp_path / "in", [("b.json", transcript(answer("later"), speaker="Karl Late"))])
    build_at(tmp_path / "in", tmp_path / "index")
    remove_documents(["c"], root=tmp_path / "index")
    assert current(tmp_path / "index").manifest.segments[0].dead == ("b", "c")
    return tmp_path


def test_without_a_generation_no_document_lives() -> None:
    """Before the first build nothing is found, and nothing fails."""
    with LiveDocuments(None) as live:
        assert list(live.all()) == []
        assert live.at("/in/a.json") is live.card("a") is live.find("a") is None


def test_a_replaced_document_is_found_as_it_is_now(place: Path) -> None:
    """Of two versions under one id and path the later one lives, in the segment that it was written to."""
    generation = current(place / "index")
    with LiveDocuments(generation) as live:
        found = live.find("b")
        assert found is not None
        name, card = found
        assert name == generation.manifest.segments[1].name
        assert card == live.card("b") == live.at(str(place / "in" / "b.json"))
        assert card.sha256 == IndexReader.open(place / "index").document("b").sha256


def test_a_removed_document_lives_neither_by_id_nor_by_path(place: Path) -> None:
    """Its rows are still in the file of its segment; no look-up gives them."""
    with LiveDocuments(current(place / "index")) as live:
        assert live.card("c") is live.find("c") is live.at(str(place / "in" / "c.json")) is None
        assert sorted(card.id for card in live.all()) == list("abdefghi")


def test_names_of_the_dead_are_no_names(place: Path) -> None:
    """A name is found by any of its words while a living document has it, and no longer."""
    reader = IndexReader.open(place / "index")
    assert reader.names_with("jane") == {f"Jane {name}" for name in "ADEFGHI"}
    assert reader.names_with("late") == {"Karl Late"}
    assert reader.names_with("c") == reader.names_with("b") == frozenset()
    assert reader.names_with("ian") == {"Ian Asker"}
    assert reader.names_with("ian", but=Role.INTERVIEWER) == frozenset()
    assert (
        reader.names_with("Jane") == reader.names_with("jan") == reader.names_with("") == frozenset()
    )  # words, as they are kept


def test_a_name_that_only_asks_where_it_is_dead_answers_where_it_lives(tmp_path: Path) -> None:
    """Who asked in a document that was removed and answers in one that stays is found as one who answers, and conversely."""
    swapped = transcript(answer("x"), speaker="Ian Asker").replace(
        '"Ian Asker", "role": "interviewer"', '"Jane Doe", "role": "interviewer"'
    )
    write_all(tmp_path / "in", [(f"{n}.json", transcript(answer(f"n{n}"))) for n in range(9)] + [("x.json", swapped)])
    build_at(tmp_path / "in", tmp_path / "index")
    both = IndexReader.open(tmp_path / "index")
    assert both.names_with("ian", but=Role.INTERVIEWER) == {"Ian Asker"}
    remove_documents(["x"], root=tmp_path / "index")
    assert [one.dead for one in current(tmp_path / "index").manifest.segments] == [("x",)]
    reader = IndexReader.open(tmp_path / "index")
    assert reader.names_with("ian", but=Role.INTERVIEWER) == frozenset()
    assert reader.names_with("ian", but=Role.INTERVIEWEE) == {"Ian Asker"}
    assert reader.names_with("jane", but=Role.INTERVIEWEE) == frozenset()


# Any sequence of runs


FILES = ["a.json", "b.json", "x/a.json", "s/0.json", "s/1.json", "s/2.json", "s/3.json"]
NAMES = ["Jane Doe", "Karl Roe", "Dr. J. Doe", "Roe Jane", "Müller-Doe"]
DOCUMENTS = st.builds(
    lambda id_, turns: (id_, turns),
    st.sampled_from([None, None, "one", "two", "a"]),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["interviewer", "interviewee"]), st.integers(0, 20)),
        min_size=1,
        max_size=5,
    ),
)
WORDS = sorted({word for name in NAMES for word in name_words(name)})


class Runs(RuleBasedStateMachine):
    """Interviews of any speakers, who ask or answer, under ids that may collide, come and change and go."""

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
        self.root = self.place / "index"
        self.ever: set[str] = set()
        for number in range(8):  # so many that what is dropped stays in its segment as dead for some runs
            self.write(f"s/{number}.json", (None, [(NAMES[number % 5], "interviewee", number), (NAMES[0], "interviewer", 1)]))
        self.build(False)

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @rule(name=st.sampled_from(FILES), document=DOCUMENTS)
    def write(self, name: str, document: tuple[str | None, list[tuple[str, str, int]]]) -> None:
        id_, said = document
        turns = [{"speaker": who, "role": role, "text": answer(f"n{number}")} for who, role, number in said]
        write_all(self.place / "in", [(name, json.dumps(({"id": id_} if id_ else {}) | {"turns": turns}))])

    @rule(name=st.sampled_from(FILES))
    def delete(self, name: str) -> None:
        (self.place / "in" / name).unlink(missing_ok=True)

    @rule(prune=st.booleans())
    def build(self, prune: bool) -> None:
        build_at(self.place / "in", self.root, prune=prune)
        self.is_stale = True

    @rule()
    def rebuild(self) -> None:
        build_at(self.place / "in", self.root, rebuild=True)
        self.is_stale = True

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if cards := IndexReader.open(self.root).documents():
            ids = data.draw(st.lists(st.sampled_from([card.id for card in cards]), min_size=1, max_size=2))
            remove_documents(ids, root=self.root)
            self.is_stale = True

    @invariant()
    def what_is_counted_and_looked_up_is_what_is_there(self) -> None:
        if not self.is_stale:
            return
        reader = IndexReader.open(self.root)
        assert reader.counts == counted(reader)
        assert list(reader.verify()) == []
        self.ever |= {card.id for card in reader.documents()}
        assert_live(self.root, reader, gone=self.ever)
        for word in WORDS:
            for but in (None, Role.INTERVIEWER, Role.INTERVIEWEE):
                assert reader.names_with(word, but=but) == named(reader, word, but)
        reader.close()
        self.is_stale = False


TestAnyRuns = Runs.TestCase
TestAnyRuns.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
