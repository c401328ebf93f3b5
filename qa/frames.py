"""The frame of a question: that it asks for somebody's words, whose, and on what.

Pure. Knows the commonest forms in English, German, French and Spanish; who speaks is not known here. A question can be read in
several ways: the likeliest comes first, and which of them names somebody is for others to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a question wants of the speaker in it: what they said, what they were asked, or who they are."""

    SAID = "said"
    ASKED = "asked"
    WHO = "who"


@dataclass(frozen=True, slots=True)
class Frame:
    """A reading of a question: its speaker's place, ``who``, from ``start`` to ``end``; both 0 where it has none.

    ``matter`` is where the words on what it is about begin, after "asked about"; 0 when the frame doesn't tell.
    """

    kind: Kind
    start: int = 0
    end: int = 0
    matter: int = 0

    def who(self, question: str) -> str:
        """The words in the speaker's place."""
        return question[self.start : self.end]


_LEAD = r"^\W*(?:(?:and|so|but|ok|okay|well|please|now|und|aber|et|mais|y|pero)\b[, ]*)*"
_AUX = r"(?:did|does|do|has|have|had|would|will|could|can|might|is|was|are|were)(?: ?n['’]t)?"
_ADVERB = (
    r"(?:(?:ever|never|also|really|actually|even|publicly|privately|recently|first|last|once|again|just|then|exactly|specifically|"
    r"personally|previously|always|still|now|already|not|n['’]t|have to|got to|going to|want to|need to|been|is|be)\s+)*"
)
_SPEECH = (
    r"(?:say|says|said|saying|tell|tells|told|telling|mention(?:s|ed|ing)?|claim(?:s|ed|ing)?|promis(?:e|es|ed|ing)|"
    r"den(?:y|ies|ied|ying)|admit(?:s|ted|ting)?|explain(?:s|ed|ing)?|describ(?:e|es|ed|ing)|comment(?:s|ed|ing)?|"
    r"argu(?:e|es|ed|ing)|announc(?:e|es|ed|ing)|declar(?:e|es|ed|ing)|suggest(?:s|ed|ing)?|warn(?:s|ed|ing)?|"
    r"predict(?:s|ed|ing)?|complain(?:s|ed|ing)?|criticis(?:e|es|ed|ing)|criticiz(?:e|es|ed|ing)|prais(?:e|es|ed|ing)|"
    r"insist(?:s|ed|ing)?|conced(?:e|es|ed|ing)|acknowledg(?:e|es|ed|ing)|confirm(?:s|ed|ing)?|justif(?:y|ies|ied|ying)|"
    r"remark(?:s|ed|ing)?|reveal(?:s|ed|ing)?|apologis(?:e|es|ed|ing)|apologiz(?:e|es|ed|ing)|characteriz(?:e|es|ed|ing)|"
    r"(?:speak|speaks|spoke|spoken|speaking|talk|talks|talked|talking)(?= (?:about|of|on)\b)|"
    r"(?:respond|responds|responded|reply|replies|replied|answer|answers|answered)(?= (?:to|when|about|that)\b|\W*$))"
)
_MIND = (
    r"(?:think|thinks|thought|thinking|believ(?:e|es|ed)|feel|feels|felt|want|wants|wanted|hop(?:e|es|ed)|regret(?:s|ted)?|"
    r"expect(?:s|ed)?|consider(?:s|ed)?)"
)
_ON = r"(?:about|on|of|over|regarding|concerning|toward|towards)"
_VIEWS = (
    r"(?:views?|opinions?|positions?|stances?|takes?|thoughts|comments?|remarks?|statements?|responses?|reply|verdict|"
    r"assessment|explanation|attitude|account|version)"
)
_ASKERS = (
    r"(?:anyone|anybody|someone|somebody|they|people|reporters?|journalists?|the (?:interviewers?|reporters?|press|hosts?|"
    r"journalists?|moderators?|audience))"
)
_WHO = rf"(?P<who>(?!(?:been|{_AUX})\b)[^?!;:]{{1,80}}?)"
_NAME = rf"(?P<who>(?!(?:been|{_AUX})\b)[^?!;:,]{{1,60}}?)"
_ABOUT = rf" (?:{_ON}|whether|if|why) (?P<matter>\S)"
_END = r"(?=\W*$)"

_TO_WHOM = rf"{_WHO}(?:{_ABOUT}|{_END})"

_ENGLISH: tuple[tuple[Kind, str], ...] = (
    (Kind.WHO, rf"{_LEAD}who (?:else |all |first |ever |has |have |had )*{_SPEECH}\b"),
    (
        Kind.ASKED,
        rf"{_LEAD}(?:(?:what|how often|when) )?{_AUX} {_WHO} {_ADVERB}"
        rf"(?:asked|questioned|quizzed|pressed)(?:{_ABOUT}|{_END})",
    ),
    (
        Kind.ASKED,
        rf"{_LEAD}(?:what|which) (?:kind of |sort of )?questions? {_AUX} {_WHO} {_ADVERB}"
        rf"(?:get|got|gotten|fac\w+|receiv\w+|answer\w*|tak\w+|took|asked)(?: asked)?(?:{_ABOUT}|{_END})",
    ),
    (Kind.ASKED, rf"{_LEAD}(?:what|which) questions? {_AUX}(?: been)? (?:put|asked|posed|addressed) (?:to|of) {_TO_WHOM}"),
    (Kind.ASKED, rf"{_LEAD}(?:what|which)(?: questions?)? {_AUX}(?: been)? (?:asked|put|posed){_ABOUT}"),
    (Kind.ASKED, rf"{_LEAD}(?:(?:what|how often|when) )?{_AUX} {_ASKERS} (?:ever )?(?:ask|asked) {_TO_WHOM}"),
    (
        Kind.SAID,
        rf"\b(?:according to|in the words of) {_NAME}"
        r"(?=\W*$|,| (?:what|why|how|who|when|where|which|is|are|was|were|did|does)\b)",
    ),
    (
        Kind.SAID,
        rf"{_LEAD}(?:(?:what|how|why|when|where|which|who|whom|whose)\b[^?!;:]{{0,40}}? )?{_AUX} {_WHO} {_ADVERB}{_SPEECH}\b",
    ),
    (Kind.SAID, rf"\b(?:what|how|why|when|where) {_AUX} {_WHO} {_ADVERB}{_SPEECH}\b"),
    (
        Kind.SAID,
        rf"{_LEAD}(?:what|how)(?: (?:else|exactly|much|strongly))? {_AUX} {_WHO} {_ADVERB}{_MIND}(?= {_ON}\b|\W*$)",
    ),
    (Kind.SAID, rf"{_LEAD}{_AUX} {_WHO} {_ADVERB}(?:think|believe|feel|hope|expect|regret)\b"),
    (Kind.SAID, rf"\b(?P<who>his|her|their) (?:\w+ ){{0,2}}{_VIEWS}(?= {_ON}\b|\W*$)"),
    (
        Kind.SAID,
        rf"{_LEAD}(?:(?:what|how|tell me|give me|show me|list|all|is|are|was|were|has|did)(?:['’]s)? )*"
        rf"{_NAME}(?:['’]s?| ['’]s) (?:\w+ ){{0,2}}{_VIEWS}(?= {_ON}\b|\W*$)",
    ),
    (Kind.SAID, rf"\b{_VIEWS} (?:of|by|from) {_NAME}(?= {_ON}\b|\W*$)"),
    (
        Kind.SAID,
        rf"\b(?:what|everything|anything|all|things|quotes?|why|how|when)(?: that| which| else)? {_NAME} "
        rf"{_ADVERB}(?:(?:has|have|had) )?{_ADVERB}(?:{_SPEECH}|thinks?|thought)\b",
    ),
    (
        Kind.SAID,
        r"\b(?:said|told|mentioned|claimed|promised|denied|admitted|explained|described|argued|quotes?) by "
        rf"{_NAME}(?= (?:{_ON}|in|at|to|that)\b|\W*$)",
    ),
    (
        Kind.SAID,
        rf"{_LEAD}(?:what|anything|how much|how often|when)(?: else)? {_AUX} (?:been |ever )*(?:{_SPEECH}|thought)\b",
    ),
)

_DE_ON = r"(?:über|zu|zum|zur|von|vom|dazu|darüber|gegen|auf|wegen|bei|dass|je|jemals|schon|eigentlich|denn|sich)"
_DE_SAID = (
    r"(?:gesagt|erzählt|erklärt|gemeint|erwähnt|versprochen|behauptet|geantwortet|geäußert|bestritten|zugegeben|angekündigt)"
)
_DE_SAYS = (
    r"(?:sagte?|sagt|meinte?|meint|denkt|dachte|glaubt|findet|erklärte?|erklärt|erzählte?|erzählt|erwähnte?|behauptete?|"
    r"behauptet|versprach|verspricht|antwortete?|hält)"
)
_DE_HOW = r"(?:was|wie|wann|warum|wieso|weshalb|wo)"
_GERMAN: tuple[tuple[Kind, str], ...] = (
    (Kind.WHO, r"^\W*wer (?:sagte?|meinte?|behauptete?|erwähnte?|hat\b.*\bgesagt|sprach)\b"),
    (
        Kind.ASKED,
        rf"^\W*(?:(?:was|wozu|worüber|wonach|wie oft) )?(?:wurde|wurden|ist|wird|hat man|haben sie) {_WHO}"
        r"(?: je| jemals)? (?:(?:über|zu|zum|zur|nach) (?P<matter>\S).*?)?(?:gefragt|befragt)\W*$",
    ),
    (Kind.SAID, rf"\b(?:laut|zufolge|nach (?:Ansicht|Meinung) von) {_NAME}{_END}"),
    (Kind.SAID, rf"^\W*{_DE_HOW} {_DE_SAYS} {_WHO}(?= {_DE_ON}\b|,|\W*$)"),
    (
        Kind.SAID,
        rf"^\W*(?:{_DE_HOW} )?(?:hat|hatte|haben) {_WHO}(?= (?:{_DE_ON}|{_DE_SAID})\b)(?=.*\b{_DE_SAID}\W*$)",
    ),
    (Kind.SAID, rf"\b(?:Meinung|Ansicht|Haltung|Position) (?:von|der|des) {_NAME}(?= {_DE_ON}\b|\W*$)"),
    (Kind.SAID, r"^\W*was (?:wurde|wird) \b.*\bgesagt\W*$"),
)

_FR_ON = r"(?:sur|de|du|des|d['’]|à propos|au sujet|contre|à|au|aux|quand|en)"
_FR_SAID = r"(?:dit|déclaré|expliqué|affirmé|promis|mentionné|répondu|raconté|pensé|annoncé)"
_FRENCH: tuple[tuple[Kind, str], ...] = (
    (Kind.WHO, rf"^\W*qui (?:a |avait |d['’]autre )?{_FR_SAID}\b"),
    (
        Kind.ASKED,
        r"^\W*(?:qu['’]a[- ]t[- ]on demandé|quelles questions (?:a[- ]t[- ]on|ont été) posées?) à "
        rf"{_NAME}(?: (?:sur|à propos de|au sujet de) (?P<matter>\S)|{_END})",
    ),
    (Kind.SAID, rf"\b(?:selon|d['’]après) {_NAME}(?=,|\W*$)"),
    (Kind.SAID, rf"\b(?:qu['’]|que |comment |pourquoi |quand )a(?:vait)?[- ]t[- ](?P<who>il|elle) {_FR_SAID}\b"),
    (Kind.SAID, rf"\bqu['’]a(?:vait)? {_FR_SAID} {_NAME}(?= {_FR_ON}|\W*$)"),
    (Kind.SAID, rf"\bqu['’]est-ce qu(?:e |['’]){_NAME} (?:a |avait |ont )?(?:{_FR_SAID}|pense|disait)\b"),
    (Kind.SAID, rf"^\W*que (?:dit|pense|disait|pensait|répond)(?:-| |-t-){_NAME}(?= {_FR_ON}|\W*$)"),
)

_ES_ON = r"(?:sobre|de|del|acerca|en|contra|a|al|cuando)"
_ES_SAID = r"(?:dijo|dice|ha dicho|piensa|opina|pensaba|declaró|explicó|afirmó|prometió|mencionó|contó)"
_SPANISH: tuple[tuple[Kind, str], ...] = (
    (Kind.WHO, r"^\W*quién(?:es)? (?:dijo|dijeron|ha dicho|mencionó|habló)\b"),
    (
        Kind.ASKED,
        rf"^\W*qué (?:se )?le (?:preguntaron|preguntó|han preguntado)(?: a {_NAME})?"
        rf"(?: (?:sobre|acerca de|por) (?P<matter>\S)|{_END})",
    ),
    (Kind.SAID, rf"\bsegún {_NAME}(?=,|\W*$)"),
    (Kind.SAID, rf"\b(?:qué|cómo|cuándo|por qué) {_ES_SAID} (?!{_ES_ON}\b){_NAME}(?= {_ES_ON}\b|\W*$)"),
    (Kind.SAID, rf"^\W*qué {_ES_SAID}\b"),
)

_HEADLINE = (
    Kind.SAID,
    rf"^(?!(?:{_DE_HOW}|{_AUX}|{_ES_SAID}|what|who|how|why|when|which|que|qui|qu['’]\S*|qué|wer)\b)"
    r"(?P<who>[^\s?!;:,]+(?: [^\s?!;:,]+){0,3}) (?:on|about|über|zu|sur|sobre) \S",
)
"""As over a newspaper's column: "Miller on the budget"."""

_FORMS = tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in (*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH, _HEADLINE))


def frames(question: str) -> Iterator[Frame]:
    """Every reading of a question, the likeliest first: none where it asks for nobody's words in particular."""
    for kind, form in _FORMS:
        if match := form.search(question):
            parts = match.re.groupindex
            start, end = match.span("who") if "who" in parts and match.group("who") else (0, 0)
            matter = match.start("matter") if "matter" in parts and match.group("matter") else 0
            yield Frame(kind, start, end, matter)
