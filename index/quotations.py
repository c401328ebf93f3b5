"""Somebody else's words inside a turn: what stands in quotation marks beside a verb of saying whose subject is not the speaker.

``He told me, 'never'`` is the speaker's sentence and another's word. Quotation marks alone show nothing (titles, irony, words
as words), nor does a verb alone (what follows is paraphrase), nor does ``I said``: those are the speaker's own words again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Span

_MAX_QUOTED_CHARS = 2000
_MAX_BEFORE_CHARS = 90
_MAX_AFTER_CHARS = 60
_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"', "‘": "’", "‚": "‘’", "'": "'", "‹": "›"}
_OPENING = re.compile(r"""(?<![^\W_]) (?: ["“„«»‘‚'‹](?=[^\s"”’'»]) | [«‹][ \u00a0\u202f](?=[^\s»›]) )""", re.VERBOSE)
_CLOSING = {
    (opens, is_wide): re.compile(rf"(?<{'=' if is_wide else '!'}\s)[{closes}](?![^\W_])")
    for opens, closes in _PAIRS.items()
    for is_wide in (False, True)
}
_SAYING = r"""(?:
      sa(?:id|ys|ying) | t(?:old|ells?|elling) | ask(?:ed|s|ing) | repl(?:ied|ies) | answer(?:ed|s) | shout(?:ed|s)
    | whisper(?:ed|s) | wr(?:ote|ites?) | add(?:ed|s) | call(?:ed|s)\ (?:out|back) | yell(?:ed|s)
    | (?:goes|went)(?!\ (?:to|into|in|on|by|at|for|with|from)\b)
    | (?:was|were|'s|’s)\ like | respond(?:ed|s) | insist(?:ed|s) | warn(?:ed|s) | promis(?:ed|es) | announc(?:ed|es)
    | declar(?:ed|es) | quot(?:ed|es|ing)
    | sagte?n? | meinte?n? | fragt(?:en?)? | antwortete?n? | schrieb(?:en)? | rief(?:en)? | erzählte?n? | erklärte?n?
    | gesagt | hieß\ es
    | dit | disait | dis(?:aient|ent) | demand(?:ait|é|e|a) | répond(?:ait|it|u|ent)? | a\ écrit | écri(?:t|vait)
    | affirm(?:e|ait|é|a)
    | dijo | dijeron | dice[n]? | decía[n]? | preguntó | respondió | contestó | escribió | dicho
    | disse(?:ram)? | diz(?:em|ia)? | perguntou | respondeu | escreveu | falou | dito
    )"""
_SELF = r"(?:I|we|ich|wir|je|j|nous|yo|nosotros|eu|nós)"
_OWN_WORDS = frozenset(_SELF.casefold().strip("(?:)").split("|"))
_BEFORE = re.compile(rf"(?xi) \b{_SAYING}\b (?P<between>[^.!?…]{{0,40}}?) [\s,:–—-]* $")
_AFTER = re.compile(
    rf"(?xi) ^ [,.!?]? \s* (?: {_SAYING}\b (?:\s+|-(?:t-)?) (?P<who>\w+)"
    r" | (?!(?:and|but|when|while|because|which|that|und|aber|als|weil|et|mais|quand|y|pero|e|mas)\b)"
    rf" (?P<subject>[\w.'’-]+(?:\s[\w.'’-]+){{0,3}}?) \s+ {_SAYING}\b )"
)
_ANOTHER = r"(?:he|she|they|who|(?:was|were|been|got)\ (?:told|asked))"
_NO_MORE = rf"(?: (?!\b{_SAYING}\b) [^.!?…] )"
_PARAPHRASE = re.compile(r"(?i)\b(?:to|that|was|is|were|it|dass|que|qu)\b")
_CLOSED = re.compile(r"[\"”’»]")
_OWN_BEFORE = re.compile(
    rf"(?xi) \b{_SELF}\b (?:['’]\w+)? (?:\s(?!{_ANOTHER}\b)[\w'’]+){{0,3}}? \s+ {_SAYING}\b {_NO_MORE}{{0,40}} $"
    rf" | \b{_SAYING}\s+{_SELF}\b {_NO_MORE}{{0,30}} $"
    rf" | \b(?:(?:habe|hab|ai|había) \b {_NO_MORE}{{0,40}} {_SAYING} | he\ dicho)\b {_NO_MORE}{{0,40}} $"
)
_WORD = re.compile(r"[^\W_]+")


def quotations(text: str, span: Span) -> Iterator[Span]:
    """The stretches of a turn's words that are another's, without their quotation marks, in order and never overlapping."""
    at = span.start
    while match := _OPENING.search(text, at, span.end):
        end = _closing(text, match.start(), min(span.end, match.end() + _MAX_QUOTED_CHARS))
        if end is None:
            at = match.end()
            continue
        if _is_anothers(text, Span(match.start(), end), span):
            yield Span(match.end(), match.end() + len(text[match.end() : end - 1].rstrip()))
        at = end


def _closing(text: str, opening: int, limit: int) -> int | None:
    """Where the quotation that opens at ``opening`` ends, after its mark."""
    is_wide = text[opening + 1].isspace()  # « Non », as French sets it
    match = _CLOSING[text[opening], is_wide].search(text, opening + 1, limit)
    return match.end() if match else None


def _is_anothers(text: str, quote: Span, turn: Span) -> bool:
    before = text[max(turn.start, quote.start - _MAX_BEFORE_CHARS) : quote.start]
    if match := _BEFORE.search(before):
        between = match["between"]  # "said to be “about” boats" quotes a word, not a person
        is_close = len(between.split()) <= 2 and not _PARAPHRASE.search(between)
        is_introduced = (
            is_close or before.rstrip()[-1:] in ",:–—-" or text[quote.start + 1].isupper() or _CLOSED.search(between)
        )
        return bool(is_introduced) and not _OWN_BEFORE.search(before)
    if match := _AFTER.match(text[quote.end : min(turn.end, quote.end + _MAX_AFTER_CHARS)]):
        words = _WORD.findall((match["who"] or match["subject"]).casefold())
        return bool(words) and _OWN_WORDS.isdisjoint(words)
    return False
