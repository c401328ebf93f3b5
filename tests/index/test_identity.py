"""Document ids: what a source brings, unique in an index, the same in every run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index.identity import MAX_ID_CHARS, Identities
from index.records import DocumentCard, Metadata

A, B, C = "/in/a/talk.txt", "/in/b/talk.txt", "/in/c/talk.txt"


def card(document_id: str, path: str) -> DocumentCard:
    return DocumentCard(document_id, path, "", Metadata(), "", 0, 0, 0)


def known(*cards: DocumentCard) -> Callable[[str], DocumentCard | None]:
    return {one.id: one for one in cards}.get


def test_a_free_name_is_taken_as_it_is() -> None:
    """A source gets the id it asks for when no other has it."""
    assert Identities(known()).name("talk", A, None) == "talk"


def test_two_sources_of_one_name_get_different_ids() -> None:
    """Of two sources that want one id the first has it, and the other's begins with it."""
    identities = Identities(known())
    first, second, third = (identities.name("talk", path, None) for path in (A, B, C))
    assert first == "talk"
    assert len({first, second, third}) == 3
    assert second.startswith("talk-")
    assert third.startswith("talk-")


def test_a_suffix_depends_on_the_path_alone() -> None:
    """The id of a source that had to give way is the same whoever came before it."""
    one = Identities(known(card("talk", A))).name("talk", B, None)
    other = Identities(known(card("talk", C))).name("talk", B, None)
    assert one == other


def test_an_id_is_kept_by_its_path_in_any_order() -> None:
    """Documents that are taken again keep their ids, also when the one with the suffix comes first."""
    first = Identities(known())
    ids = {path: first.name("talk", path, None) for path in (A, B)}
    cards = known(*(card(document_id, path) for path, document_id in ids.items()))
    second = Identities(cards)
    assert {path: second.name("talk", path, cards(ids[path])) for path in (B, A)} == ids


def test_a_source_that_wants_another_id_gets_it() -> None:
    """A changed id of the same path replaces the earlier one."""
    earlier = card("talk", A)
    assert Identities(known(earlier)).name("speech", A, earlier) == "speech"


def test_an_id_that_was_given_up_in_a_run_is_not_given_to_another_in_it() -> None:
    """While a run goes on, no second document takes an id that the last generation still has."""
    earlier = card("talk", A)
    identities = Identities(known(earlier))
    identities.name("speech", A, earlier)
    assert identities.name("talk", B, None) != "talk"


def test_the_id_of_a_document_that_goes_is_free() -> None:
    """A document that is dropped in a run leaves its id to the next that wants it."""
    assert Identities(known(card("talk", A)), without=["talk"]).name("talk", B, None) == "talk"


def test_an_id_that_looks_like_a_suffixed_one_takes_no_document_away() -> None:
    """A source that brings the very id which another was given by suffix gets one of its own, in either order."""
    suffixed = Identities(known(card("talk", A))).name("talk", B, None)
    assert Identities(known(card("talk", A), card(suffixed, B))).name(suffixed, C, None) != suffixed
    assert Identities(known(card("talk", A), card(suffixed, C))).name("talk", B, None) not in ("talk", suffixed)


def test_an_id_has_no_blanks_and_bounded_length() -> None:
    """Blanks become hyphens, so that an id is one word of a command, and a long id is cut."""
    identities = Identities(known())
    assert identities.name("  A talk\tby\nher ", A, None) == "A-talk-by-her"
    assert identities.name("x" * 500, B, None) == "x" * MAX_ID_CHARS


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("esc\x1b[31m", "esc-[31m"),
        ("c\u202etxt", "c-txt"),
        ("a\u2028b\x85c\r\nd\x00e", "a-b-c-d-e"),
        ("\u2066x\u2069", "x"),
        ("\x07\u200f", "document"),
        ("👩\u200d👩\u200d👧 שלום", "👩\u200d👩\u200d👧-שלום"),
    ],
)
def test_an_id_holds_nothing_that_hides_it(wanted: str, given: str) -> None:
    """Control characters, line ends and changes of direction are blanks to an id; what joins visible ones stays."""
    assert Identities(known()).name(wanted, A, None) == given


@pytest.mark.parametrize("wanted", ["", " ", "\n\t"])
def test_an_empty_name_becomes_one(wanted: str) -> None:
    """A source without any name still gets an id that can be typed."""
    assert Identities(known()).name(wanted, A, None) == "document"


def test_long_ids_that_share_their_beginning_stay_apart() -> None:
    """Two ids that are equal as far as they are kept belong to two documents."""
    identities = Identities(known())
    assert identities.name("x" * 500 + "a", A, None) != identities.name("x" * 500 + "b", B, None)


@pytest.mark.parametrize("wanted", ["..", ".", "a/../b", "../../etc/passwd", "./a", "a/.", "/../x"])
def test_an_id_has_no_part_that_an_address_would_not_keep(wanted: str) -> None:
    """Browsers take ``a/../b`` for ``b``: who follows the link, or removes the document, would mean another one."""
    given = Identities(known()).name(wanted, A, None)
    assert not {".", ".."} & set(given.split("/"))


@pytest.mark.parametrize("wanted", ["a.b", "...", "a/..b/c..", "v1.2/talk.txt", ".hidden"])
def test_other_full_stops_stay(wanted: str) -> None:
    """A full stop inside a name is part of it."""
    assert Identities(known()).name(wanted, A, None) == wanted
