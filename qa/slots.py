"""The parts of a question that a follow-up can take over or replace: what it is about, whose words it wants, when.

Pure. Knows the forms of questions in English, and the commonest in German, French and Spanish; not the conversation, which
is :mod:`qa.followup`'s. A bare question is one without the marks around it; one over ``LONGEST`` has no parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 300
"""Code points of a question that is taken apart: patterns take long over long ones, and nobody follows up on an essay."""

WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")

AUXILIARY = r"(?:did|does|do|has|have|had|will|would|can|could|should|may|might|must|is|are|was|were)"
SAYING = (
    r"(?:say|said|says|think|thinks|thought|tell|told|mean|meant|claim|claimed|believe|feel|describe|explain|mention|speak|"
    r"spoke|talk|comment|promise|write|wrote|admit|deny)"
)
_PRONOUN = r"(?:he|she|they|it|you|we|er|sie|il|elle|ils|elles|él|ella)"
_DETERMINER = r"(?:the|a|an|his|her|its|their|our|your|my|this|that|these|those)"
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w'’\-]*(?:\s+[^\W\d_a-zß-öø-ÿ][\w'’\-]*){0,3}"
_SEASON = r"(?:spring|summer|autumn|fall|winter|year|month|week|decade|century)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|"
    r"juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|"
    r"marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_DATE = rf"(?:(?:\d{{1,2}}\s+)?{_MONTH}(?:\s+\d{{4}})?|\d{{4}}(?:-\d{{2}}){{0,2}}|(?:the\s+)?\d{{4}}s)"
_WHEN = (
    r"(?:in|since|before|after|until|till|during|im|seit|vor|nach|bis|en|depuis|avant|après|desde|hasta)"
    r"(?:\s+(?:the\s+)?(?:year|jahr|année|año))?"
)
PERIOD = (
    rf"(?:{_WHEN}\s+{_DATE}|(?:between|from)\s+{_DATE}\s+(?:and|to)\s+{_DATE}|(?:last|this|next)\s+{_SEASON}|"
    rf"(?:in\s+the\s+)?(?:last|next)\s+(?:few\s+)?{_SEASON}s?|today|nowadays|now|yesterday)"
)
_BARE_DATE = re.compile(rf"(?i){_DATE}$")
_PERIOD_AT_END = re.compile(rf"(?i)\s+{PERIOD}$")
_PERIOD_ALONE = re.compile(rf"(?i){PERIOD}$")

ABOUT = (
    r"(?:about|regarding|concerning|on\s+the\s+(?:subject|topic|matter)\s+of|über|bezüglich|sur|à\s+propos\s+de|au\s+sujet\s+de|"
    r"sobre|acerca\s+de)"
)
_ABOUT_SLOT = re.compile(
    rf"(?i)\b(?P<marker>{ABOUT}|(?<=say )on|(?<=said )on|(?<=think )of|(?<=thinks )of|(?<=view )on|(?<=views )on|"
    rf"(?<=opinion )on|(?<=opinion )of|(?<=position )on|(?<=stance )on)\s+(?P<slot>.+)$"
)
_FOREIGN_SLOT = re.compile(
    r"(?i)\b(?:(?:sagte?|hat|meinte?|denkt)\s+(?:\S+\s+){1,3}?(?P<marker>zu[mr]?)|"
    r"(?:dit|pense|dice|piensa|opina)(?:-\w+){0,2}\s+(?P<other>de|du|des|del))\s+(?P<slot>.+)$"
)
_NAMING_SLOT = re.compile(
    r"(?i)^(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?P<slot>(?!(?:it|that|this|he|she|they|there|left|going|happening|known|"
    r"meant|wrong|new|next|\w+ed)\b)\S+(?:\s+\S+){0,5})$"
)
_OF_SLOT = re.compile(
    rf"(?i)\b(?P<marker>of|for|with|against|from|to(?=\s+(?:{_DETERMINER}\s|(?-i:[^\W\d_a-zß-öø-ÿ])))|by|in|at|on)\s+(?P<slot>(?:{_DETERMINER}\s+)?\S+(?:\s+\S+){{0,3}})$"
)
_NOUN_SLOT = re.compile(rf"(?i)\b(?P<slot>{_DETERMINER}\s+\S+(?:\s+\S+){{0,3}})$")
_LAST_NAME = re.compile(rf"\s(?P<slot>{_NAME})$")
_ASKS_BEFORE = re.compile(r"(?i)\b(?:did|does|do|has|have|had|will|would|can|could|should|may|might|must)\s*$")
_LATE_VERB = re.compile(r"(?i)\s+(?:gesagt|gemeint|gedacht|geäußert|erzählt|gesprochen)$")

_SUBJECT = re.compile(
    rf"(?:(?i:\b{AUXILIARY})\s+(?P<slot>(?i:{_PRONOUN})\b|{_NAME}|(?i:the|his|her|their|our|your)\s+[\w'’\-]+(?:\s+[\w'’\-]+)?"
    rf"(?=\s+(?i:{SAYING})\b))(?=\s+\w)"
    rf"|(?i:\b(?:sagte|sagt|meinte|meint|denkt|dachte|hat|hatte))\s+(?P<german>(?:er|sie)\b|{_NAME})"
    rf"|(?i:\b(?:dijo|dice|piensa|opina|pensaba))\b(?P<spanish>\s+(?:(?:él|ella)\b|{_NAME})|))"
)
_DONE = r"(?:born|done|made|built|paid|sold|lost|\S{2,}(?:ed|en|wn))"
_SOLE_SUBJECT = re.compile(
    rf"\b(?:(?i:did|does|do|has|have|had|will|would|can|could|should|must)\s+"
    rf"(?P<one>(?i:he|she|they|it)\b|(?i:{_DETERMINER})\s+\S+(?:\s+\S+)?|{_NAME})\s+[a-zà-ÿ]+|"
    rf"(?i:is|are|was|were)\s+(?P<two>(?i:he|she|they|it)\b|(?i:{_DETERMINER})\s+\S+(?:\s+\S+)?|{_NAME})\s+(?i:{_DONE}))$"
)
_ARTICLES = frozenset("the a an his her their our your".split())
_STOPPING = frozenset(
    """am is are was were be been did does do has have had will would can could should may might must what when where which
    who whom whose why how if because that than then there i you he she we they it me us him them and or but so as with for
    from to by in at on about after before since until against over under behind between than like not never ever also still
    just really actually first last""".split()
)
_NO_THING = frozenset(
    """most best same only least worst easiest biggest smallest other morning evening night day week month year time end way
    people""".split()
)
_BE = frozenset("is are was were".split())
_TO_DO = frozenset("did does do has have had will would can could should may might must".split())
_QUALITY = re.compile(
    r"(?i)\S{2,}(?:ed|en|wn|ful|ive|ous|able|ible|ic|al|less|ing)|born|made|done|built|good|hard|safe|big|bad|new|old"
)
_POINTING = frozenset(
    """it that this these those them him her he she they there then you me us one ones that's what which who everything nothing
    something anything das es lui ça cela eso esto""".split()
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a text: ``text[start:end]`` is ``words``; ``marker`` is where the preposition before it begins."""

    start: int
    end: int
    words: str
    marker: int

    def filled(self, text: str, words: str) -> str:
        return f"{text[: self.start]}{words}{text[self.end :]}"


def bare(question: str) -> str:
    """A question without the blanks and marks around it."""
    return " ".join(question.split()).strip('¿¡?!.…,;:–—-"“”„«»() ')


def closed(words: str, like: str) -> str:
    """The words as a question that opens and ends as ``like`` does, with a question mark where that has none."""
    like = like.strip()
    mark = " ?" if like.endswith(" ?") else "?"
    return f"{'¿' if like.startswith('¿') else ''}{words[:1].upper()}{words[1:]}{mark}"


def about_slot(text: str) -> Slot | None:
    """Where a bare question says what it is about, so that another matter can stand there: "say about X", "what is X"."""
    found = _ABOUT_SLOT.search(text) or _FOREIGN_SLOT.search(text) or _NAMING_SLOT.search(text)
    return _slot(text, found) if found else None


def object_slot(text: str) -> Slot | None:
    """What a bare question names last: "burn the manuscript", "the price of gas"; less sure than :func:`about_slot`."""
    if _SOLE_SUBJECT.search(text):
        return None
    for pattern in (_OF_SLOT, _NOUN_SLOT, _LAST_NAME):
        found = _last(pattern, _without_tail(text))
        if found and not _ASKS_BEFORE.search(text[: found.start("slot")]) and not _names_an_act(found["slot"]):
            return _slot(text, found)
    return None


def thing(text: str) -> str | None:
    """The thing that a bare question names last, with its article: what "it" can mean after it. Names can be people's."""
    words = list(WORD.finditer(_without_tail(text)))
    folded = [word.group().casefold() for word in words]
    for start in range(len(words) - 1, -1, -1):
        if folded[start] in _ARTICLES and (end := _end_of_noun(folded, start)):
            return text[words[start].start() : words[end].end()]
    return None


def _end_of_noun(folded: list[str], start: int) -> int | None:
    """The number of the last word of what an article begins."""
    end = start
    while end + 1 < len(folded) and end - start < 5 and folded[end + 1] not in _STOPPING:
        end += 1
    if folded[end] == "of":
        end -= 1
    before = folded[start - 1] if start else ""
    if end - start > 1 and (before in _TO_DO or (before in _BE and _QUALITY.fullmatch(folded[end]))):
        end -= 1  # the verb, or what is asked of it
    return end if start < end and folded[start + 1] not in _NO_THING else None


def is_many(words: str) -> bool:
    """Whether a thing is several, which "it" can't mean."""
    head = re.split(r"(?i)\s(?:of|in|on|for|with|to|between|from)\s", words)[0].casefold()
    return head.startswith(("some", "many")) or (head.endswith("s") and not head.endswith(("ss", "us", "is", "’s", "'s")))


def sole_subject(text: str) -> Slot | None:
    """Who does it in a bare question that names nothing else: "Why did she resign"."""
    found = _SOLE_SUBJECT.search(_without_tail(text))
    if not found:
        return None
    name = "one" if found["one"] else "two"
    return Slot(found.start(name), found.end(name), found[name], found.start(name))


def speaker_slot(text: str) -> Slot | None:
    """Whose words a bare question wants: "What did *she* say"."""
    found = _SUBJECT.search(text)
    if not found:
        return None
    name = next(name for name in ("slot", "german", "spanish") if found[name] is not None)
    start = found.start(name)
    return Slot(start, found.end(name), found[name].strip(), start)


def period_of(words: str) -> str | None:
    """The words as a period of time as it stands in a question, ``None`` when they are none."""
    if _BARE_DATE.match(words):
        return f"in {words}"
    return words if _PERIOD_ALONE.match(words) else None


def with_period(text: str, period: str) -> str:
    """A bare question asked for another period."""
    return f"{_PERIOD_AT_END.sub('', text)} {period}"


def points(words: str) -> bool:
    """Whether words name nothing by themselves."""
    return all(word.casefold() in _POINTING for word in WORD.findall(words))


def _slot(text: str, found: re.Match[str]) -> Slot | None:
    start = found.start("slot")
    end = len(_without_tail(text))
    words = text[start:end]
    if not words or points(words):
        return None
    markers = [found.start(name) for name in ("marker", "other") if found.groupdict().get(name)]
    return Slot(start, end, words, markers[0] if markers else start)


def _without_tail(text: str) -> str:
    """A bare question without a period or a participle at its end."""
    return _PERIOD_AT_END.sub("", _LATE_VERB.sub("", text))


def _names_an_act(words: str) -> bool:
    return any(word.casefold() in _STOPPING - {"of", "first", "last"} for word in WORD.findall(words))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The match that begins last: patterns that are bound to the end match from every earlier start too."""
    found = None
    at = 0
    while match := pattern.search(text, at):
        found, at = match, match.start() + 1
    return found
