"""The words that labels are made of, in the languages of the sources: marks, forms of address, particles, and what is none.

Words only; what they decide is told by :mod:`index.labels` and :mod:`index.speakers`.
"""

QUESTION_MARKS = frozenset(
    "q question interviewer reporter journalist moderator host frage f interviewerin moderation redaktion "
    "pregunta p entrevistador entrevistadora periodista pergunta repórter intervieweur question· press".split()
)
ANSWER_MARKS = frozenset("a answer interviewee guest antwort respuesta r resposta réponse interviewpartner".split())

_HONORIFIC_LIST = (
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr sr hon madam justice judge chief "
    "president chair chairman chairwoman chairperson secretary minister senator sen representative rep congressman "
    "congresswoman governor gov mayor ambassador general gen colonel col captain capt director commissioner "
    "herr frau m mme mlle monsieur madame señor señora don doña sr sra senhor senhora dom pres vice deputy speaker prime "
    "right honourable honorable rt"
)
HONORIFICS = frozenset(_HONORIFIC_LIST.split())
PARTICLES = frozenset(
    "van von der den de del della di da do dos das du la le les el al bin ibn ben abu af zu zum ter ten y e und and of the "
    "al- st".split()
)
NEVER = frozenset(
    """note notes update updates updated correction corrections editor's editor’s photo photos image picture video audio date
    time location place venue source sources transcript interview title subject topic tags tag category filed published by
    from to re cc subject warning disclaimer summary abstract keywords contents chapter part section figure table example
    remember today yesterday tomorrow first second third finally however therefore result results question-and-answer
    related also more read see watch listen contact email phone website address credits music sponsor sponsors links link
    http https ps p.s. nb n.b. foto bild quelle datum ort hinweis anmerkung mehr""".split()
)
