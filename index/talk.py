"""Whether questions and what follows them are two people's talk, or an article with questions in it.

Knows the words by which people speak to each other and of themselves, in the languages of the sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADDRESS = re.compile(
    r"""(?x) (?i:\b(?: you | your | yours | yourself | vous | votre | vos | tu | toi | usted(?:es)? | você | vocês
        | du | dir | dich | dein\w* | euch | eure?[mnrs]? | jij | jullie | uw | voi | vostr[aeio] )\b)
    | (?i:\byou['’]) | (?<=[\w,;:]\s)(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)\b
    | ^(?:—\s?)?(?:Herr|Frau|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Professor|Monsieur|Madame|Señora?|Sr\.?|Sra\.?)\s[^\W\d_][^?!.]{0,50},
    """
)
"""Words by which a question speaks to somebody, in the languages of the sources."""

_FIRST_PERSON = re.compile(
    r"""(?x) \bI\b | \bI['’] | (?i:\b(?: my | me | we | our | ich | mir | mich | mein\w* | wir | uns | unser\w*
        | je | mon | moi | nous | notre | nos | yo | mi | mis | nosotros | nuestr\w+ | eu | meu | minha | nós | noss\w+
        | (?=\w{6})\w+(?:amos|emos|imos) )\b) | (?i:\bj['’])"""
)
_I = re.compile(r"\bI\b|\bI['’]|(?i:\b(?:my|me|ich|mir|mich|mein\w*|je|moi|mon|yo|mi|mis|eu|meu|minha)\b)|(?i:\bj['’])")
_INTERVIEW = re.compile(r"(?i)interview|\bq\s?&\s?a\b|\bgespräch|entretien|entrevista|in conversation")
_OWN_QUESTION = re.compile(r"(?i)\b(?:I|my|ich|mich|mein\w*|je|mon|ma|yo|eu)\b")
_FEW = 2


def speaks_to_somebody(words: str) -> bool:
    """Whether words address somebody: ``you``, ``Sie``, ``Herr Weil, …``."""
    return bool(_ADDRESS.search(words))


def says_interview(title: str | None) -> bool:
    """Whether a title calls what is under it an interview."""
    return bool(title and _INTERVIEW.search(title))


def is_talk(questions: Sequence[str], answers: Sequence[str], *, in_headings: bool) -> bool:
    """Whether questions speak to somebody, or answers speak of themselves; where headings ask, it takes more to tell."""
    if sum(map(speaks_to_somebody, questions)) >= max(1, 0.15 * len(questions)):
        return True
    own = sum(bool(_OWN_QUESTION.search(words)) for words in questions)
    if len(questions) <= _FEW or own > 0.2 * len(questions):
        return False
    alone = sum(bool(_I.search(words)) for words in answers)
    of_themselves = sum(bool(_FIRST_PERSON.search(words)) for words in answers)
    has_dashes = sum(words[0] in "—–-" for words in questions) >= 0.5 * len(questions)
    return (alone >= 0.5 * len(answers) and not in_headings) or (of_themselves >= 0.5 * len(answers) and has_dashes)
