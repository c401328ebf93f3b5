"""A question to what is searched for: its words that carry meaning, and whose words are wanted.

Pure. Knows function words and names; what is in the index is handed in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from index.records import name_words
from qa.errors import BadQuestion

MAX_QUESTION_CHARS = 2000

_FUNCTION_WORDS = frozenset(
    """a about according after again against all also am an and any anything are as ask asked at be because been before being
    between both but by can comment could describe described did do does doing down during each ever explain explained few
    for from further give had has have having he her here hers him his how i if in into is it its itself just know let
    like me mean mention mentioned more most my no nor not now of off on once only or other our out over own said same say
    saying says she should so some something speak speaks spoke such talk talked tell than that the their them then there
    these they think thinks this those thought through to told too under until up upon us very view views was we were what
    when where whether which while who whom whose why will with would you your aber alle als also am an auch auf aus bei
    bin bis da dann das dass dem den der des die dies diese dieser dieses doch du durch ein eine einem einen einer eines
    er es für gegen gesagt hat hatte hatten ich ihm ihn ihr ihre im in ist ja kann können laut man mehr mit nach nicht
    noch nur oder ob sagt sagte sagten sehr sein seine sich sie sind so steht und uns über um unter vom von vor wann war
    waren warum was welche welchen welcher welches wenn wer werden wie wir wird wo wurde zu zum zur alors au aux avec ce
    ces cette comment dans de des dit donc du elle en est et il ils je la le les leur lui mais ne nous on ou où par pas
    pour pourquoi qu quand que quel quelle quels qui sa sans se ses son sur un une vous al como con cuál cuándo de del
    dijo dónde el ella en era es esta este fue ha hay la las lo los más no o para pero por porque qué que quién se sin
    sobre su sus un una y ya ao da das do dos e é em foi isso não na nas no nos o os ou para pela pelo por quando que quem
    se sua seu um uma disse sobre""".split()
)
_ADDRESSES = frozenset("mr mrs ms miss mx dr prof professor sir dame madam herr frau monsieur madame señor señora".split())
_WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: ``text`` is embedded, ``words`` are looked up; ``words`` is never empty."""

    text: str
    words: tuple[str, ...]


def interpret(question: str) -> Query:
    """The query for a question; raises :class:`~qa.errors.BadQuestion` when there is none in it."""
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION_CHARS:,} are read. Ask a shorter one."
        )
    text = " ".join(question.split())
    words = _WORD.findall(text)
    if not words:
        raise BadQuestion("The question holds no words. Ask something like: What did she say about the budget?")
    check_text("The question", text)
    return Query(text, meaningful(words))


def meaningful(words: Iterable[str]) -> tuple[str, ...]:
    """The words that say what a question is about, each once; all of them when none does (``Why?``)."""
    plain = [_POSSESSIVE.sub("", word) for word in words]
    kept = [word for word in plain if word.casefold() not in _FUNCTION_WORDS and (len(word) > 1 or word.isdigit())]
    return tuple(dict.fromkeys(kept or plain))


def check_text(name: str, words: str | None) -> None:
    """Raises :class:`~qa.errors.BadQuestion` for words that no text can hold: bytes that were not UTF-8, half characters."""
    try:
        (words or "").encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadQuestion(f"{name} holds half a character (a lone surrogate) at {error.start}.") from error


def check_date(name: str, words: str | None) -> None:
    """Raises :class:`~qa.errors.BadQuestion` unless ``words`` are a day, a month or a year of ISO 8601, or ``None``.

    Dates are compared as strings: ``2024-5`` would come after ``2024-12``.
    """
    if words is None:
        return
    try:
        if not _DATE.fullmatch(words):
            raise ValueError
        date.fromisoformat(f"{words}-01-01"[:10])
    except ValueError as error:
        raise BadQuestion(f"{name} is {words!r}. Expected a day, a month or a year: 2024-05-31, 2024-05 or 2024.") from error


def match_speakers(wanted: str, names: Iterable[str]) -> frozenset[str]:
    """The names of the index that ``wanted`` can mean: the same name, else all that have every part of it.

    A form of address ("Mr Malone") is no part of a name.
    """
    parts = name_parts(wanted)
    if not parts:
        return frozenset()
    by_parts = {name: name_words(name) for name in names}
    same = frozenset(name for name, own in by_parts.items() if own == parts)
    return same or frozenset(name for name, own in by_parts.items() if set(parts) <= set(own))


def name_parts(wanted: str) -> tuple[str, ...]:
    """The words of a name that is asked for, without a form of address, unless it is nothing else."""
    parts = name_words(wanted)
    return tuple(part for part in parts if part not in _ADDRESSES) or parts


def without_names(words: Iterable[str], is_name: Callable[[str], object]) -> tuple[str, ...]:
    """The words that are no part of a speaker's name; all of them when nothing else is left.

    Who is asked about is no matter: "What did Pike say about whales?" is about whales. ``is_name`` gets folded words.
    """
    words = tuple(words)
    return (
        tuple(word for word in words if len(word) == 1 or not is_name(unicodedata.normalize("NFC", word).casefold())) or words
    )


def check_range(since: str | None, until: str | None) -> None:
    """Raises :class:`~qa.errors.BadQuestion` for a range that ends before it begins."""
    if since and until and since[: len(until)] > until:
        raise BadQuestion(f"The range from {since} to {until} ends before it begins. Give the earlier date as since.")
