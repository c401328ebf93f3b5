"""Names as labels write them: honorifics, initials and titles taken apart, so that two labels can be compared.

Whether two labels are one person is decided by :mod:`index.speakers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from unicodedata import normalize

from index.labels import mark_of, name_of
from index.vocabulary import HONORIFICS

_NUMBERED_MARK = re.compile(
    r"(?i)^(q|question|frage|f|a|answer|antwort|pregunta|respuesta|pergunta|resposta|réponse)[\s#]*\d{1,3}$"
)
_INVERTED = re.compile(r"[^\W\d_a-z][^\W\d_A-Z][\w'’\-]*, [^\W\d_a-z][^\W\d_A-Z][\w'’\-]*(?: [^\W\d_a-z]\.?)?")
_OUTLETS = re.compile(
    r"(?i)\b(?:reuters|bloomberg|associated|guardian|times|post|news|radio|tv|television|press|journal|herald|tribune|zeitung|spiegel|"
    r"rundfunk|podcast|magazine|host|moderator|reporter|journalist|editor|author|aut(?:eu|o)r(?:in)?|spokes\w*|counsel|attorney|"
    r"witness|guest|speaker|euronews|vorsitzende[rn]?|analyst|economist|director|founder|artist|writer|poet|owner|nurse|teacher)\b"
)
_BRACKETED = re.compile(r"\s*[(\[](?=(?:[^\W\d_]+\.?\s+){1,4}[^\W\d_])")
_FIRST_NAMES = frozenset(("don", "dean", "judge", "rev"))  # after another form of address they are no second one
_GENDERS = dict.fromkeys(("mr", "herr", "sir", "señor"), "m") | dict.fromkeys(
    ("mrs", "ms", "miss", "frau", "señora", "madam"), "f"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A label taken apart: ``bare`` is the name without honorifics, in folded tokens; ``office`` what stands for it."""

    name: str
    rest: str
    bare: tuple[str, ...]
    honorific: str
    office: tuple[str, ...] = ()

    @classmethod
    def of(cls, label: str) -> Name:
        name = name_of(label)
        rest = label[len(name) :].strip(" ,()[]/")
        if mark_of(name):
            if rest:  # "Reporter (Ida Brenning, Vestrin Radio)"
                return cls.of(rest)
            name = _NUMBERED_MARK.sub(r"\1", name)  # "Frage 2"; but Guest 1 and Guest 2 are two
        if is_office(name) and _BRACKETED.match(label[len(name) :]):  # "The Chair (Hon. Ida Brenning (Vestrin))"
            return replace(cls.of(rest), office=tuple(map(fold, name.split())))
        if _INVERTED.fullmatch(label) and not _OUTLETS.search(rest) and not set(map(fold, rest.split())) & HONORIFICS:
            return cls(label, "", (*map(fold, rest.split()), *map(fold, name.split())), "")  # "Okafor, Ruth"
        tokens = name.split()
        lead = 0
        while lead < len(tokens) - 1 and fold(tokens[lead]) in HONORIFICS and not (lead and fold(tokens[lead]) in _FIRST_NAMES):
            lead += 1
        bare = tuple(folded for token in tokens[lead:] if (folded := fold(token))) or (name.casefold(),)
        return cls(name, rest, bare, fold(" ".join(tokens[:lead])))

    @property
    def plain(self) -> str:
        """The name as written; without its honorific when a full name is left."""
        if "," in self.name:
            return self.name
        tokens = self.name.split()
        return " ".join(tokens[-len(self.bare) :]) if len(self.bare) > 1 else self.name

    @property
    def gender(self) -> str | None:
        """What the honorific says, ``None`` when it says nothing."""
        return next((_GENDERS[part] for part in map(fold, self.honorific.split()) if part in _GENDERS), None)


def is_office(name: str) -> bool:
    """Whether a label is an office and no name: ``THE PRESIDENT``, ``The Acting Chair``."""
    words = [fold(word) for word in name.split()]
    return 1 < len(words) <= 4 and words[0] == "the" and words[-1] in HONORIFICS


def fold(token: str) -> str:
    return normalize("NFC", token).casefold().strip(".,")
