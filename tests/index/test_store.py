"""The archive: what goes in comes out bit for bit, or is refused by name."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import IndexDamaged, NotInIndex
from index.records import Asked, Document, Filter, Metadata, Passage, Person, Role, Source, Span, StoredPassage, Turn
from index.store import StoreFile, StoreWriter
from index.tables import CONTEXT_KEYS_FROM

NONE_DEAD: frozenset[str] = frozenset()
TEXT = "Ian: Why?\r\n\r\nJane: “Because.” \U0001f40b Once\x00 more.\u2028End"
DATA = b"\xff\xfe the bytes as found \x00\r\n"


def document(name: str = "talk", *, text: str = TEXT, date: str | None = "2014-10-31", path: str = "/in/talk.txt") -> Document:
    source = Source(Path(path), DATA, hashlib.sha256(DATA).hexdigest())
    metadata = Metadata(
        name, "A “title”", date, "https://example.org/?a=1&b", "Ian Asker", "Site", "en", "https://a.example/1.mp3"
    )
    turns = (
        Turn((Span(5, 9),), "Ian", "Ian Asker", Role.INTERVIEWER, 0, 1500),
        Turn((Span(19, 29), Span(32, 43)), "Jane (on the line)", "Jane Doe", Role.INTERVIEWEE, 1500, None),
        Turn((Span(0, 3),)),
    )
    people = (
        Person("Jane Doe", Role.INTERVIEWEE, "answers", ("Jane (on the line)", "JANE")),
        Person("Ian Asker", Role.INTERVIEWER, "asks", ("Ian",)),
    )
    return Document(name, source, text, metadata, turns, people)


def answer(key: int, name: str, span: Span, speaker: str | None = "Jane Doe") -> StoredPassage:
    asked = Asked(0, Span(5, 9), "Ian Asker")
    passage = Passage(1, span, speaker, Role.INTERVIEWEE, asked, (Span(span.start, span.start + 2), span), True, 1500, None, 3)
    return StoredPassage(key, name, passage)


def context(key: int, name: str) -> StoredPassage:
    passage = Passage(0, Span(5, 9), None, Role.UNKNOWN, None, (Span(5, 9),), is_answer=False)
    return StoredPassage(CONTEXT_KEYS_FROM + key, name, passage)


def stored(path: Path, *documents: tuple[Document, Sequence[StoredPassage]]) -> StoreFile:
    writer = StoreWriter(path)
    for one, passages in documents:
        writer.add(one, passages)
    writer.close()
    return StoreFile(path, root=path.parent)


@pytest.fixture
def store(tmp_path: Path) -> StoreFile:
    passages = [answer(7, "talk", Span(19, 29)), answer(8, "talk", Span(32, 43), None), context(0, "talk")]
    return stored(tmp_path / "s.sqlite", (document(), passages))


def test_a_document_comes_back_as_it_went_in(store: StoreFile) -> None:
    """Text, bytes, turns, people and what the source says of itself are the same afterwards, blanks and NULs included."""
    assert store.document("talk") == document()
    assert store.text("talk") == TEXT
    assert store.original("talk") == DATA
    assert store.check() == []


def test_passages_come_back_as_they_went_in(store: StoreFile) -> None:
    """Answers first and then context, each with its question, its sentences, its times and its page."""
    expected = [answer(7, "talk", Span(19, 29)), answer(8, "talk", Span(32, 43), None), context(0, "talk")]
    assert store.passages("talk") == expected
    assert store.passages_at([one.key for one in expected]) == expected
    assert store.passages_at([9]) == []


def test_a_card_tells_what_a_document_holds(store: StoreFile) -> None:
    """Ids, digests and counts are read without opening the text."""
    card = store.card("talk")
    assert card is not None
    assert list(store.cards()) == [card]
    assert (card.id, card.path, card.metadata) == ("talk", "/in/talk.txt", document().metadata)
    assert card.sha256 == hashlib.sha256(DATA).hexdigest()
    assert card.text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (card.turns, card.answers, card.contexts) == (3, 2, 1)


@given(text=st.text(st.characters(exclude_categories=["Cs"])), data=st.binary())
def test_any_text_and_any_bytes_survive(text: str, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every string of Unicode and every sequence of bytes is kept as it is."""
    source = Source(Path("/in/any"), data, hashlib.sha256(data).hexdigest())
    store = stored(tmp_path_factory.mktemp("any") / "s.sqlite", (Document("any", source, text, Metadata("any"), (), ()), ()))
    assert (store.text("any"), store.original("any")) == (text, data)
    store.close()


def test_documents_come_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    """Reading a segment back keeps its order, so that keys stay ascending when it is merged."""
    names = ["zebra", "ant", "mole"]
    store = stored(tmp_path / "s.sqlite", *((document(name), [answer(n, name, Span(19, 29))]) for n, name in enumerate(names)))
    assert [card.id for card in store.cards()] == names


def test_an_unknown_document_is_not_in_the_index(store: StoreFile) -> None:
    """Asking for a document that isn't there says so, and is no damage."""
    assert store.card("other") is None
    assert store.passages("other") == []
    with pytest.raises(NotInIndex, match="other"):
        store.text("other")
    with pytest.raises(NotInIndex, match="other"):
        store.original("other")
    with pytest.raises(NotInIndex, match="other"):
        store.document("other")


@pytest.mark.parametrize("column", ["text", "original"])
@pytest.mark.parametrize("value", [b"Because I said so.", b"", b"\x00", "a string", 7])
def test_altered_content_is_never_given(tmp_path: Path, store: StoreFile, column: str, value: object) -> None:
    """Text or bytes whose digest differs raise an error that names the file and the document."""
    store.close()
    connection = sqlite3.connect(tmp_path / "s.sqlite")
    connection.execute(f"UPDATE archive SET {column} = ?", (value,))
    connection.commit()
    connection.close()
    altered = StoreFile(tmp_path / "s.sqlite", root=tmp_path)
    with pytest.raises(IndexDamaged, match=r"s\.sqlite .*talk"):
        altered.text("talk") if column == "text" else altered.original("talk")
    with pytest.raises(IndexDamaged):
        altered.document("talk")


ALTERED = [
    ("documents", "turns", "x"), ("documents", "answers", None), ("documents", "title", b"\xff"),
    ("turns", "spans", "[[1,2"), ("turns", "spans", "[1]"), ("turns", "spans", "{}x"), ("turns", "role", "ghost"),
    ("turns", "label", b"\xff"),
    ("people", "role", "ghost"), ("people", "labels", "nothing"),
    ("passages", "role", "ghost"), ("passages", "sentences", "[[3]]"), ("passages", "sentences", 5), ("passages", "stop", None),
    ("passages", "asked_start", None),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value"), ALTERED)
def test_rows_that_make_no_record_are_damage(tmp_path: Path, store: StoreFile, table: str, column: str, value: object) -> None:
    """A value that can't be what was written never surfaces as a stray error of Python: it is damage to a file."""
    store.close()
    connection = sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")  # a flipped byte asks no constraint for leave
    connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '')")
    connection.close()
    connection = sqlite3.connect(tmp_path / "s.sqlite")
    if isinstance(value, bytes):
        connection.execute(f"UPDATE {table} SET {column} = CAST(? AS TEXT)", (value,))
    else:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
    connection.commit()
    connection.close()
    altered = StoreFile(tmp_path / "s.sqlite", root=tmp_path)
    reading: dict[str, Callable[[], object]] = {
        "documents": lambda: list(altered.cards()),
        "turns": lambda: altered.turns("talk"),
        "people": lambda: altered.people("talk"),
        "passages": lambda: altered.passages("talk"),
    }
    with pytest.raises(IndexDamaged) as caught:
        reading[table]()
    assert caught.value.file == "s.sqlite"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(200), None])
def test_what_is_not_a_store_is_damage(tmp_path: Path, content: bytes | None) -> None:
    """A file that is no database, or isn't there, is refused by name, and none is made in its place."""
    path = tmp_path / "x.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexDamaged) as caught:
        StoreFile(path, root=tmp_path)
    assert caught.value.file == "x.sqlite"
    assert path.exists() == (content is not None)


@pytest.mark.parametrize("name", ["100% done?", "a#b&mode=rwc", "Räume 東京", "with space", "%41"])
def test_a_store_lies_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """Signs that mean something in a URI are just letters of a folder's name."""
    (tmp_path / name).mkdir()
    store = stored(tmp_path / name / "s.sqlite", (document(), [answer(0, "talk", Span(19, 29))]))
    assert store.text("talk") == TEXT


def test_reading_writes_nothing(tmp_path: Path, store: StoreFile) -> None:
    """No journal, no lock and no changed byte is left by reading."""
    before = (tmp_path / "s.sqlite").read_bytes()
    store.document("talk")
    store.keys(Filter(speakers=frozenset(["Jane Doe"])), without=NONE_DEAD)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["s.sqlite"]
    assert (tmp_path / "s.sqlite").read_bytes() == before


DATES = {"u": None, "y13": "2013", "y14": "2014", "m14": "2014-05", "d14": "2014-10-31", "d15": "2015-01-01"}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> StoreFile:
    """A document of every kind of date, each with an answer by Jane and one by its own speaker; key 10 n and 10 n + 1."""
    return stored(
        tmp_path_factory.mktemp("dated") / "s.sqlite",
        *(
            (
                document(name, date=date),
                [
                    answer(10 * n, name, Span(19, 29)),
                    answer(10 * n + 1, name, Span(32, 43), f"Speaker {name}"),
                    context(n, name),
                ],
            )
            for n, (name, date) in enumerate(DATES.items())
        ),
    )


def names_of(store: StoreFile, where: Filter, without: frozenset[str] = NONE_DEAD) -> set[str]:
    """The documents of which an answer passes."""
    names = set()
    for key in store.keys(where, without=without).tolist():
        (passage,) = store.passages_at([key])
        names.add(passage.document_id)
    return names


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2014", None, "y14 m14 d14 d15"),
        ("2014-05", None, "m14 d14 d15"),
        ("2014-10-31", None, "d14 d15"),
        ("2014-11-01", None, "d15"),
        ("2016", None, ""),
        (None, "2012", ""),
        (None, "2013", "y13"),
        (None, "2014", "y13 y14 m14 d14"),
        (None, "2014-10", "y13 y14 m14 d14"),
        (None, "2014-10-30", "y13 y14 m14"),
        (None, "2014-10-31", "y13 y14 m14 d14"),
        (None, "2015-01", "y13 y14 m14 d14 d15"),
        ("2014", "2014", "y14 m14 d14"),
        ("2014-05", "2014-05", "m14"),
        ("2014-10", "2014-10", "d14"),
        ("2014-10-31", "2014-10-31", "d14"),
        ("2015", "2014", ""),
        ("0000", "9999", "y13 y14 m14 d14 d15"),
    ],
)
def test_dates_of_any_precision_limit_a_search(dated: StoreFile, since: str | None, until: str | None, expected: str) -> None:
    """A year or a month stands for all its days at both ends, and a document without a date never passes."""
    assert names_of(dated, Filter(since=since, until=until)) == set(expected.split())


def test_the_keys_of_a_filter_are_ascending_answers(dated: StoreFile) -> None:
    """Context has no vectors and is never among the keys."""
    keys = dated.keys(Filter(), without=NONE_DEAD)
    assert keys.dtype.name == "int64"
    assert keys.tolist() == sorted(10 * n + m for n in range(len(DATES)) for m in (0, 1))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(speakers=frozenset(["Speaker y14"])), [21]),
        (Filter(speakers=frozenset(["Speaker y14", "Speaker u", "Nobody"])), [1, 21]),
        (Filter(speakers=frozenset(["jane doe"])), []),
        (Filter(speakers=frozenset()), []),
        (Filter(documents=frozenset(["d15", "absent"])), [50, 51]),
        (Filter(documents=frozenset()), []),
        (Filter(speakers=frozenset(["Jane Doe"]), documents=frozenset(["u", "y13"])), [0, 10]),
        (Filter(speakers=frozenset(["Jane Doe"]), documents=frozenset(["u", "y13"]), since="2013"), [10]),
        (Filter(documents=frozenset(["'; DROP TABLE passages; --"])), []),
    ],
)
def test_all_that_a_filter_says_must_hold(dated: StoreFile, where: Filter, expected: list[int]) -> None:
    """Speakers, documents and dates narrow one another; an empty set lets nothing pass."""
    assert dated.keys(where, without=NONE_DEAD).tolist() == expected


def test_dead_documents_pass_no_filter(dated: StoreFile) -> None:
    """What was removed is left out of every filter's keys."""
    dead = frozenset(["y14", "u", "gone long ago"])
    assert names_of(dated, Filter(), dead) == set(DATES) - dead
    assert names_of(dated, Filter(since="2014"), dead) == {"m14", "d14", "d15"}
    assert names_of(dated, Filter(documents=frozenset(["y14"])), dead) == set()


def test_a_filter_may_be_long(dated: StoreFile) -> None:
    """Filters of more names than a statement may have parameters work."""
    many = frozenset(f"Speaker {n}" for n in range(100_000)) | {"Speaker m14"}
    assert dated.keys(Filter(speakers=many), without=frozenset(f"d{n}" for n in range(50_000))).tolist() == [31]


# Names


@pytest.fixture
def spoken(tmp_path: Path) -> StoreFile:
    """Three documents: Jane Doe answers in two, and in the third Ian Asker does and she asks."""
    turned = (Person("Jane Doe", Role.INTERVIEWER, "asks", ()), Person("Ian Asker", Role.INTERVIEWEE, "answers", ()))
    return stored(
        tmp_path / "s.sqlite",
        *((document(name, path=f"/in/{name}.txt"), ()) for name in ("one", "two")),
        (replace(document("turned", path="/in/turned.txt"), people=turned), ()),
    )


@pytest.mark.parametrize(
    ("word", "but", "without", "names"),
    [
        ("jane", None, "", {"Jane Doe"}),
        ("doe", None, "", {"Jane Doe"}),
        ("Jane", None, "", set()),
        ("jane doe", None, "", set()),
        ("jan", None, "", set()),
        ("%", None, "", set()),
        ("", None, "", set()),
        ("jane", None, "one", {"Jane Doe"}),
        ("jane", None, "one two", {"Jane Doe"}),
        ("jane", None, "one two turned", set()),
        ("jane", Role.INTERVIEWEE, "", {"Jane Doe"}),
        ("jane", Role.INTERVIEWEE, "turned", set()),
        ("jane", Role.INTERVIEWER, "one", {"Jane Doe"}),
        ("jane", Role.INTERVIEWER, "one two", set()),
        ("ian", Role.INTERVIEWER, "", {"Ian Asker"}),
        ("ian", Role.INTERVIEWER, "turned", set()),
        ("ian", Role.INTERVIEWER, "one two another", {"Ian Asker"}),
    ],
)
def test_a_name_is_found_by_its_words_in_living_documents(
    spoken: StoreFile, word: str, but: Role | None, without: str, names: set[str]
) -> None:
    """A whole word leads to the names that have it, of people who speak in another role than one in a document that lives."""
    assert spoken.names_with(word, but=but, without=frozenset(without.split())) == names


def test_one_person_in_many_documents_is_kept_once(tmp_path: Path) -> None:
    """The table of names grows with names and not with documents: looking one up costs the same in a large segment."""
    many = stored(tmp_path / "s.sqlite", *((document(f"d{number}", path=f"/in/{number}.txt"), ()) for number in range(20)))
    assert many.names_with("jane", but=None, without=NONE_DEAD) == {"Jane Doe"}
    connection = sqlite3.connect(tmp_path / "s.sqlite")
    assert connection.execute("SELECT word, name, role FROM name_words ORDER BY word").fetchall() == [
        ("asker", "Ian Asker", "interviewer"),
        ("doe", "Jane Doe", "interviewee"),
        ("ian", "Ian Asker", "interviewer"),
        ("jane", "Jane Doe", "interviewee"),
    ]
    connection.close()


def test_documents_are_found_by_path(spoken: StoreFile) -> None:
    """Exactly those whose source is there."""
    assert [card.id for card in spoken.cards_from("/in/two.txt")] == ["two"]
    assert spoken.cards_from("/in/two.tx") == spoken.cards_from("/IN/TWO.TXT") == spoken.cards_from("/in/%") == []
