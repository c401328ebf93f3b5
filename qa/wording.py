"""How follow-ups are worded, in English, and the commonest in German, French and Spanish.

Patterns and lists of words only. A pattern is matched against a question without the marks around it.
"""

from __future__ import annotations

import re

from qa.slots import ABOUT, AUXILIARY, SAYING

_LEAD = r"(?:(?:and|but|so|or|ok|okay|well|then|now|also|und|aber|et|mais|y|pero)\b[\s,:]*)*"

GREETED = re.compile(
    r"(?i)^(?:wow|oh|cool|interesting|great|thanks|thank\s+you|i\s+see|ok|okay|sure|really|hmm+|right|yes|no|well|good|nice|"
    r"got\s+it|danke|merci|gracias)[.,!?…]+\s+(?=\S)"
)
"""What only takes note of the answer: "Interesting. And the ship?"."""

SEVERAL = re.compile(r"[.?!…]\s+[^\W\d_]")
ASKS = re.compile(rf"(?i){_LEAD}(?:what|when|where|which|who|whom|whose|why|how|{AUXILIARY})\b")

ON = re.compile(
    rf"(?i){_LEAD}(?:(?:(?:what|anything|something|who|is\s+there\s+anything|was|sonst)\s+)?(?:else|more|noch|mehr)"
    r"(?:,?\s+(?:etwas|was|please|bitte))?|(?:go\s+on|carry\s+on|keep\s+going|continue|next|tell\s+me\s+more|tell\s+me|say\s+more|"
    r"show\s+(?:me\s+)?more|any\s+more)(?:,?\s+please)?|sonst|weiter|quoi\s+d['’]autre|autre\s+chose|encore|la\s+suite|continuez|"
    r"qué\s+más|algo\s+más|más|sigue|siga)|and|und|et|y"
)
"""The list of answers is to go on."""

ELSE = re.compile(
    rf"(?i){_LEAD}(?:tell\s+me\s+more|(?:what|was|que|qu['’]|qué)\s+(?:else|more|noch|más)"
    rf"(?:\s+{AUXILIARY}\s+(?:\S+\s+){{1,3}}?{SAYING})?)(?:\s+{ABOUT}\s+(?P<matter>.+))?"
)
"""The same, in a whole question, if its matter is the one before."""

_ASKING = (
    r"why(?:\s+(?:not|so|else))?|when|where(?:\s+(?:else|exactly))?|who(?:\s+exactly)?|whom|whose|"
    r"how(?:\s+(?:so|come|much|many|long|often|far|big|old|soon|late|exactly))?|which(?:\s+ones?)?|"
    r"what(?:\s+(?:for|exactly|year|day))?|(?:with|by|for|from|to|since|until|at|in|against)\s+(?:whom?|what|when|where|which)|"
    r"really|seriously|is\s+that\s+so|is\s+(?:that|it|this)\s+true|are\s+you\s+sure|says\s+who|"
    r"warum(?:\s+nicht)?|wieso|weshalb|wozu|wann|wo|wohin|woher|wer|wem|wen|wie(?:\s*viele?|\s+lange|\s+oft)?|mit\s+wem|wirklich|"
    r"pourquoi(?:\s+pas)?|quand|où|qui|comment|combien|avec\s+qui|vraiment|"
    r"por\s+qué(?:\s+no)?|cuándo|dónde|quién|cómo|cuánto|con\s+quién|de\s+verdad"
)
ASKS_ONLY = re.compile(rf"(?i){_LEAD}(?P<asking>{_ASKING})(?:\s+(?:then|exactly|genau|denn))?")
ASKS_POINTING = re.compile(
    rf"(?i){_LEAD}(?P<asking>why|when|where|how(?:\s+(?:much|long|often))?|wann|wo|warum|quand|cuándo|dónde)(?:\s+(?:exactly|genau))?"
    r"\s+(?:was|is|were|war|ist|fue|did|does|has)\s+(?:that|this|it|das|es|eso|esto)(?:\s+(?:happen|happened|so|then|be))?"
)
"""A word that asks, alone or with a word that points: "Why?", "When was that?"."""

SIMPLE_ASKING = re.compile(r"(?i)why|when|where|how(?:\s+(?:much|long|often))?")
SAYS_WHAT = re.compile(rf"(?i)what\s+(?P<who>{AUXILIARY}\s+.+?\s+{SAYING})\b(?P<rest>.*)")
SWAPS = re.compile(rf"(?i)(?:(?:when|where|why|how(?:\s+(?:much|many|long|often))?)\s+)?(?P<rest>{AUXILIARY}\b.*)")
"""Questions that another asking word can be put before: "When did she resign?", "Did she resign?"."""

MOVES = re.compile(
    rf"(?i){_LEAD}(?:(?:what|how)\s+(?:about|of)|(?:was\s+ist|wie\s+(?:steht|ist)\s+es)\s+mit|qu['’]en\s+est-il\s+(?:de|du|des)|"
    rf"qué\s+(?:hay|pasa|tal)\s+(?:de|con|sobre)|(?:and|but|or|also|und|aber|et|mais|y|pero)\b|(?={ABOUT}\s))\s*,?\s*(?P<rest>\S.*)"
)
PREPOSITION = re.compile(
    rf"(?i)(?:(?P<about>{ABOUT}|zu[mr]?|on|of|de[ls]?|du)|(?P<other>with|for|to|in|at|from|against|by|before|after|under|mit|für|"
    r"gegen|avec|pour|con|para))\s+(?P<rest>\S.*)"
)

IT = re.compile(r"(?i)\bit(?P<own>s)?\b(?!['’])")
EMPTY_IT = re.compile(
    r"(?i)\bit\b.*\b(?:to|that|for|when|if)\b|\bit['’]|\bit\s+(?:him|her|them|you|me|us|a|an|the|really|true)\b|\bwhat\s+time\b|"
    r"\b(?:make|made|get|got|do|done)\s+it\b|(?:,|\b(?:and|but|if|that|because|so|or|while|whether))\s.*\bits?\b|"
    r"\S\s.*\b(?:when|before|after)\s.*\bits?\b"
)
""" "It" that means nothing ("Is it true that", "make it"), or something in the same question."""

NAMED = re.compile(r"\s(?:(?i:the|a|an|his|her|their|this|that)\s+\S|[^\W\d_a-zß-öø-ÿ])")
"""A thing or a name, which what comes after it can point to."""

THAT = re.compile(
    rf"(?i)\b(?:{AUXILIARY}|why|how|by|of|with|after)\s+(?:that|this|these|those)(?=$|\s+(?:means?|cost|happen|work|affect|change|help|"
    r"look|sound|feel|about|for|in|on|at|with|from|by|true|so|then|related|possible|necessary)\b)|"
    r"\b(?:that|this|these|those)$|(?<!is )(?<!are )(?<!was )(?<!were )\bthere$|\b(?:then|next|afterwards)$"
)
""" "That" for a thing, not before a noun or a clause; and a place or a time before."""

OPEN_END = re.compile(r"(?i)\b(?:about|of|on|with|for|to|in|at|from|by)$")
OWN = re.compile(r"(?i)(?:its|this|that|these|those|their|other|another)\b")
AND_ITS = re.compile(r"(?i)\s+and\s+(?:its|their|his|her)\s.*$")

NO_NOUNS = frozenset(
    """am is are was were be been did does do has have had will would can could should may might must what when where which who
    whom whose why how if because that i you he she we they it me us him them tell say said says give show explain describe
    know think yes no ok okay thanks thank sure right hello hi please not never isn aren wasn don didn doesn went go goes came
    come got made make paid pay war ist sind hat haben wer wann warum wo wie ich du er sie wir ja nein danke bitte est sont qui
    quand pourquoi où comment je tu il elle nous oui non merci es fue quién cuándo dónde sí gracias""".split()
)
"""Words that a name of a thing doesn't have: with one of them something is said or asked."""

NOT_SAID = frozenset(
    """other others rest one ones former latter you me us yourself andere anderen autres autre otro otra otros""".split()
)
"""Words for what no earlier question tells."""

SUBJECTS = frozenset("he she they er sie il elle ils elles él ella".split())
TITLES = frozenset("mr mrs ms dr prof professor president minister herr frau monsieur madame the".split())
