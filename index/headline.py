"""Who is interviewed, where no label says it: by how the questions address them, and the full name in headline or introduction.

A wrong name is worse than none. A name is taken only where one person is addressed by a part of it, or where the headline says
``interview with`` and one full name; whoever else the page names stays out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.vocabulary import HONORIFICS, NEVER, PARTICLES

_NAME = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’\-][^\W\d_]+)*"
_SURNAME = rf"(?:(?:van|von|de|del|della|di|da|dos|der|den|el|al|bin)\s+){{0,2}}{_NAME}"
_TITLES = (
    r"Herrn?|Frau|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Prof\.?|Professor(?:in)?|Monsieur|Madame|Mme|Señora?|Sra?\.?|Senhora?|Dona?|"
    r"Senator|Minister(?:in)?|President|Judge|Chief|Captain|Sir|Dame|Lord|Lady"
)
_ADDRESSED = re.compile(rf"(?:^|[,.!?…]\s+)(?P<title>(?:(?:{_TITLES})\s+){{1,3}})(?P<name>{_SURNAME})\s*[,?!]")
_BY_FIRST_NAME = re.compile(rf"^[^\w]{{0,4}}(?:(?:Hallo|Hi|Hello|Hey|So|Also)\s+)?(?P<name>{_NAME})\s*,\s")
_WITH = re.compile(
    r"(?i:(?P<mutual>\w\s+(?:in|im|en|em)\s+)?\b"  # "Ann Lee in conversation with Bo Ray": either may be the one who asks
    r"(?:interview|q\s?&\s?a|questions|fragen|gespräch|conversation|entretien|entrevista|talk|chat)\s+"
    rf"(?:with|mit|avec|con|com|an|for)\s+)(?:(?:{_TITLES})\s+)*(?P<name>{_NAME}(?:\s+[A-ZÀ-Þ]\.){{0,2}}\s+{_SURNAME})(?!\.)"
    rf"(?P<after>\s+(?:and|und|et|y|e)\b|\s*(?:[&/+]|\s{_NAME}|,\s+{_NAME}\s+{_SURNAME}))?"
)
_SPEAKS = re.compile(
    rf"(?P<name>{_NAME}\s+{_SURNAME})(?:\s*:\s|\s+(?i:on|about|knows|says|talks|speaks|tells|explains|opens\s+up|discusses|reflects|"
    r"remembers|answers|looks\s+back|über|spricht|erzählt|erklärt|im\s+(?:gespräch|interview)|sur|raconte|explique|parle|"
    r"sobre|habla|cuenta|explica|fala|conta)\b)"
)
_MET = re.compile(
    r"(?i:\b(?:spoke|talked|sat\s+down|caught\s+up|conversation|interview|gespräch|gesprochen|sprach(?:en)?|rencontré|entretien|"
    rf"hablamos|conversamos|falamos)\b[^.?!]{{0,40}}?\b(?:with|to|mit|avec|con|com)\s+)(?P<name>{_NAME}(?:\s+{_SURNAME})?)"
)
_POSSESSIVE = re.compile(r"['’]s$")
_NO_NAMES = (
    HONORIFICS
    | NEVER
    | PARTICLES
    | frozenset(
        """a an this that these those our my your his her its their we he she they it who what why how when where which whose
    no not yes so well now then and or but if as at in on by for with without about after before is are was do does did meet
    new great old big little young former first last next best top two three four five six seven eight nine ten many some all
    ein eine einer einem einen unser unsere mein meine dein deine sein seine ihr ihre wir wer was wie warum wann wo ja nein
    nun dann und oder aber wenn als im am bei für ohne über nach vor neue neuen neuer alte zwei drei vier fünf die das dem
    un une nos notre mon ma votre qui que quoi pourquoi comment quand où oui non et ou mais dans chez pour sans sur deux trois
    una unos unas nuestro nuestra mi su quién qué cómo cuándo dónde sí pero con sin dos tres um uma nosso nossa
    meu minha seu sua quem como quando onde sim não mas com sem dois três
    radio news times post journal magazine herald tribune daily zeitung band team
    sailor singer writer author artist painter actor actress founder inventor""".split()
    )
)
"""Words that stand before a name or begin a sentence, and are no part of a name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person's full name, and in words what says that they answer."""

    name: str
    reason: str


def named_in_headline(title: str | None, lead: str, questions: Sequence[str], *, headlines: Sequence[str] = ()) -> Named | None:
    """The one who answers, from the page's ``title`` and ``lead`` and how questions address them; ``None`` where in doubt.

    ``headlines`` are all that the page calls itself: the title of its window and of its previews may say more.
    """
    titles = [*([title] if title else []), *headlines]
    about = "\n".join(
        [*filter(_is_sentence, titles), *(match["name"] for words in titles for match in _SPEAKS.finditer(words)), lead]
    )
    surnames = {match["name"]: match["title"].strip() for words in questions for match in _ADDRESSED.finditer(words)}
    if surnames:
        return _addressed(surnames, about)
    if found := _by_first_name(questions, about):
        return found
    if name := _subject_of(titles, lead):
        return Named(name, "named in the headline as the one who speaks, and in the introduction")
    name = _guest_of(title or "")
    return Named(name, "named in the headline as the one who is interviewed") if name else None


def _addressed(surnames: dict[str, str], about: str) -> Named | None:
    """The one whose surname the questions say with a form of address; nobody where they say two."""
    if len(surnames) > 1:
        return None
    ((surname, form),) = surnames.items()
    full = _only(_full_names(rf"(?P<first>{_NAME})\s+{re.escape(surname)}(?!-?\w)", about))
    reason = f"addressed as {form} {surname}, and named in the headline or the introduction"
    return Named(f"{full} {surname}", reason) if full else None


def _by_first_name(questions: Sequence[str], about: str) -> Named | None:
    """The one whose first name begins a question, as ``Jan, why did you leave?`` does."""
    firsts = {match["name"] for words in questions if (match := _BY_FIRST_NAME.match(words)) and not _is_no_name(match["name"])}
    patterns = {first: rf"\b{re.escape(first)}\s+(?P<first>{_SURNAME})" for first in firsts}
    known = [(first, full) for first, pattern in patterns.items() if (full := _only(_full_names(pattern, about)))]
    if len(known) != 1:
        return None
    first, last = known[0]
    return Named(f"{first} {last}", f"addressed as {first}, and named in the headline or the introduction")


def _guest_of(title: str) -> str | None:
    """The full name after ``interview with`` in a headline that has one such place and one such name."""
    found = list(_WITH.finditer(title))
    if len(found) != 1 or found[0]["after"] or found[0]["mutual"]:
        return None
    name = " ".join(found[0]["name"].split())
    is_none = _POSSESSIVE.search(name) or any(_is_no_name(word) for word in (name.split()[0], name.split()[-1]))
    return None if is_none else name


def _subject_of(headlines: Sequence[str], lead: str) -> str | None:
    """The full name that a headline begins with as the one who speaks, where the introduction is about nobody else.

    The introduction must have the name in full, and must not say that it was somebody else who was met.
    """
    found = {match["name"] for words in headlines if (match := _SPEAKS.match(words))}
    name = _only({" ".join(name.split()) for name in found})
    if name is None or any(_is_no_name(word) for word in (name.split()[0], name.split()[-1])):
        return None
    met = {match["name"].split()[-1] for match in _MET.finditer(lead)}
    return name if re.search(rf"\b{re.escape(name)}\b", lead) and met <= {name.split()[-1]} else None


def _is_sentence(title: str) -> bool:
    """Whether a headline keeps its capitals for names: in ``Mara Rides Again`` no word can be told to be one."""
    words = re.findall(r"[^\W\d_]+", title)[1:]
    return bool(sum(word[0].islower() for word in words) >= 0.5 * len(words))


def _full_names(pattern: str, about: str) -> set[str]:
    found = {_POSSESSIVE.sub("", match["first"]) for match in re.finditer(pattern, about)}
    return {name for name in found if not _is_no_name(name) and len(name) > 1}


def _is_no_name(word: str) -> bool:
    return (
        word.casefold() in _NO_NAMES
        or bool(re.fullmatch(_TITLES, word))
        or bool(re.search(r"(?i)(?:meister|bischöf|minister|präsident)(?:in)?$", word))
    )


def _only(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None
