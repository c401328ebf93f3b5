"""The words of a question that say what it is about.

Pure. Knows the function words of English, German, French, Spanish and Portuguese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FUNCTION_WORDS = frozenset(
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

WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")
"""A word of a question, with what stands inside it: "per-cent's", "3.8"."""

_POSSESSIVE = re.compile(r"['’]s?$")


def meaningful(words: Iterable[str]) -> tuple[str, ...]:
    """The words that say what a question is about, each once; all of them when none does (``Why?``)."""
    plain = [_POSSESSIVE.sub("", word) for word in words]
    return tuple(dict.fromkeys([word for word in plain if is_meaningful(word)] or plain))


def is_meaningful(word: str) -> bool:
    """Whether a word is more than a function word or a letter."""
    return word.casefold() not in FUNCTION_WORDS and (len(word) > 1 or word.isdigit())
