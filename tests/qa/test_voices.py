"""Whose words: names of one person joined, people never; and the name in a question that asks for somebody's words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Passage, Role, Span, StoredPassage, name_words
from qa.voices import Voice, named_speaker, voices

NAMES = ("Robert Miller", "Helen Miller", "Ann Bell", "Zoë Pike", "Jonathan Hill", "Ann-Marie O'Dowd")


def names_with(word: str) -> frozenset[str]:
    return frozenset(name for name in NAMES if word in name_words(name))


def by(name: str | None, document: str = "d", role: Role = Role.INTERVIEWEE) -> StoredPassage:
    return StoredPassage(0, document, Passage(1, Span(0, 9), name, role, None, (Span(0, 9),)))


def names_of(*passages: StoredPassage, among: tuple[str, ...] = ()) -> list[str | None]:
    everybody = {*among, *(one.passage.speaker or "" for one in passages)}

    def namesakes(name: str) -> list[str]:
        return [other for other in everybody if set(name_words(name)) <= set(name_words(other))]

    return [voice.name for voice in voices(passages, namesakes)]


def test_a_voice_has_its_fullest_name_its_role_and_its_documents() -> None:
    """One paper prints the whole name, the other the surname."""
    passages = [by("Miller", "b", Role.UNKNOWN), by("Robert Miller", "a"), by("Miller", "b", Role.UNKNOWN)]
    (voice,) = voices(passages, lambda name: ["Miller", "Robert Miller"])
    assert voice == Voice("Robert Miller", Role.INTERVIEWEE, ("a", "b"))


def test_the_one_with_most_passages_comes_first() -> None:
    """A choice begins with who speaks most on it."""
    assert names_of(by("Ann Bell"), by("Carl Dunn"), by("Carl Dunn")) == ["Carl Dunn", "Ann Bell"]


def test_a_surname_of_two_people_is_nobodys() -> None:
    """Miller may be either, so it is neither; also where the other Miller speaks on something else."""
    assert len(names_of(by("Miller", "a"), by("Robert Miller", "b"), by("Helen Miller", "c"))) == 3
    assert len(names_of(by("Miller", "a"), by("Robert Miller", "b"), among=("Helen Miller",))) == 2


@pytest.mark.parametrize("mark", ["A", "Speaker 2", "SPEAKER_00", "The Witness", "the president", "Guest", None])
def test_a_mark_is_another_person_in_each_document(mark: str | None) -> None:
    """The same label in two files says nothing of who it is; within one it does."""
    assert len(names_of(by(mark, "a"), by(mark, "b"))) == 2
    assert len(names_of(by(mark, "a"), by(mark, "a"))) == 1


def test_no_passages_are_nobodys() -> None:
    """And need no names."""
    assert voices([], lambda name: []) == ()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What has Miller said about the harbour?", "Miller"),
        ("What did Robert Miller say about Pike?", "Robert Miller"),
        ("What did Ms Bell tell Pike of the harbour?", "Bell"),
        ("What did Miller say about Helen Miller?", "Miller"),
        ("Bell on the harbour", "Bell"),
        ("Pike’s words over the years on whales", "Pike"),
        ("what did robert miller say about gas", "robert miller"),
        ("What does Zoë Pike think of the ferry?", "Zoë Pike"),
        (unicodedata.normalize("NFD", "What does Zoë Pike think of the ferry?"), unicodedata.normalize("NFD", "Zoë Pike")),
        ("Was sagte Bell über den Hafen?", "Bell"),
        ("What has Ann-Marie O'Dowd said about it?", "Ann-Marie O'Dowd"),
        ("What was said about Miller?", None),
        ("What did the mayor say about Bell and Pike?", None),
        ("Everything about the harbour", None),
        ("What did people on the hill say?", None),
        ("What did the hill people of Varnholm say?", None),
        ("What did Churchill say about gas?", None),
        ("", None),
    ],
)
def test_the_speaker_stands_before_the_matter(question: str, name: str | None) -> None:
    """Whose words are wanted is said before what about; a name after it is the matter."""
    assert named_speaker(question, names_with) == name


@given(question=st.text(max_size=60))
def test_garbage_names_nobody_or_a_part_of_itself(question: str) -> None:
    """Whatever is found stands in the question, and names somebody."""
    found = named_speaker(question, names_with)
    if found is not None:
        assert all(word in question for word in found.split())
        assert any(set(name_words(found)) & set(name_words(name)) for name in NAMES)
