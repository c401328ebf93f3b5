"""The lines that a page or a paste carries around an interview and that nobody said.

Knows phrases, in the languages of the sources. Where in a page they stand is the HTML parser's knowledge.
Matching is by whole line, so that a person who says "share this article" inside a sentence is still heard.
"""

from __future__ import annotations

import re

_MAX_LINE = 300

_FURNITURE = re.compile(
    r"""(?xi) ^ [\s*_#>•·|\-–—]* (?:
      share\ (?:this|on|via)\b[^.?!]{0,60} | share | shares? \s* \d+ | (?:partager|teilen|compartir)\b[^.?!]{0,40}
    | (?:copy\ link|copied|print|email|e-mail|tweet|pin\ it|facebook|twitter|linkedin|whatsapp|flipboard|reddit)
    | (?:leave|post|add)\ a\ comment | (?:\d+\ )?comments? (?:\ \(?\d+\)?)? | close\ button
    | (?:copy|paste)\ .{0,40}(?:link|embed).{0,40}
    | advertisement | advert | ad | anzeige | werbung | publicit[ée] | publicidad | sponsored(?:\ content)?
    | story\ continues\ below.{0,40} | article\ continues\ (?:below|after).{0,60} | continue\ reading[^.?!]{0,60}
    | (?:sign\ up|subscribe|register)\ (?:to|for|now|here)\b
      (?: [^.?!]{0,90} | .{0,60}\b(?:newsletter|inbox|e-?mail|alert)s?\b.{0,90} )
    | subscribe | newsletter | get\ the\ newsletter.{0,60}
    | (?:accept|reject|manage)\ (?:all\ )?cookies.{0,40} | cookie\ (?:policy|settings|notice|preferences)
    | (?:we|this\ (?:site|website))\ uses?\ cookies.{0,90}
    | [\[(]?(?:this|the|our)\ (?:interview|conversation|transcript|discussion|q\s?&\s?a)
      \ (?:has\ been|was|is|have\ been)\ (?:lightly\ |slightly\ )?
      (?:edited|condensed|conducted|recorded|translated|shortened|transcribed).{0,90}
    | (?:read|see|watch|listen|more)\ (?:more|also|next|on\ this)\b (?:\s*[:\-–—].{0,100} | [^.?!]{0,100})
    | lesen\ sie\ auch.{0,100} | (?:lire|voir)\ aussi.{0,100}
    | this\ is\ a\ rush\ transcript\b.{0,120} | \W*rush\ transcript\W*
    | skip\ to\ (?:main\ )?content | back\ to\ top | menu | search
    | (?:photo|image|picture|foto|bild|getty)\s*(?:credit|by|:|images|rechte|quelle|nachweis)\s?.{0,80}
    | (?:quelle|source|fuente|fonte)n?s?\s?:\s.{0,100}
    | you\ (?:might|may)\ also\ (?:like|enjoy)\s?[:–—].{0,120}
    | (?:das\ )?könnte\ (?:sie|dich)\ auch\ interessieren\s?[:–—].{0,120}
    | (?:all\ rights\ reserved|©|\(c\)\ ?\d{4}|copyright\ ©?\s?\d{4}).{0,100} | .{0,40}all\ rights\ reserved\.?
    | follow\ (?:us|me)\ on\b.{0,60} | (?:published|updated|last\ updated)\ (?:on\ |at\ )?\W?\s?\d.{0,40}
    | \#(?:\s*\#)+ | (?:—|–|-)+\s*(?:end|30)\s*(?:—|–|-)+ | \[?\(?end\ of\ (?:interview|transcript|recording)\)?\]?\.?
    | (?:end\s+)?\d{1,2}[:.]\d{2}\s*[AP]\.?M\.?(?:\s+[A-Z]{2,4})?
    | <\|endoftext\|>
    | (?:break|ad\ break|music|jingle|pause|intro|outro)\W{0,6} (?:\\?[\[(]\s?\d[\d:.]{1,9}\s?\\?[\])])?
    | (?:deixe|escreva)\ (?:aqui\ )?(?:o\ |a\ |as\ |os\ )?(?:seu|sua|seus|suas)\ (?:comentário|dúvida|opini).{0,100}
    | (?:receba|recibe|reciba|recevez|erhalten\ sie)\b.{0,20}\be-?mail\b.{0,160}
    | .{0,240} \( (?:foto|photo|bild|image|picture|crédito?s?|quelle|illustration)s? \s? : [^()]{1,100} \)
    ) [\s*_|]* $ """
)

_LIST_HEADING = re.compile(
    r"""(?xi) ^ [\s*_\#>]* (?:
      you\ (?:might|may)\ (?:also\ )?(?:like|be\ interested\ in|enjoy).{0,30}
    | related(?:\ (?:articles?|stories|topics|links?|content|posts?|news))?
    | (?:more|latest|top)\ (?:from|stories|news|headlines|in|on)\b[^.?!]{0,40} | most\ (?:read|popular|viewed|shared).{0,20}
    | recommended(?:\ (?:for\ you|articles|stories|reading))? | trending(?:\ now)? | popular\ (?:now|stories|posts)
    | read\ (?:next|also) | what\ to\ read\ next | don['’]t\ miss | further\ reading | in\ other\ news
    | editor['’]?s?['’]?\ picks?
    | das\ könnte\ (?:sie|dich)\ auch\ interessieren.{0,20}
    | mehr\ zum\ thema | mehr\ (?:aus|von|über|zu)\b.{0,30} | lesen\ sie\ auch
    | ähnliche\ (?:artikel|beiträge) | weitere\ (?:artikel|themen|beiträge)
    | verwandte\ (?:artikel|themen) | à\ lire\ aussi | sur\ le\ même\ sujet | articles\ (?:liés|similaires|recommandés)
    | (?:te\ puede\ interesar|también\ te\ puede\ interesar|noticias\ relacionadas|artículos\ relacionados)
    | (?:leia\ também|veja\ também|notícias\ relacionadas)
    ) \s* [:…]? [\s*_]* $ """
)


_CLOSING = re.compile(
    r"""(?xi) ^ .{0,80} \b(?:
      dank\w*\b .{0,40} \b(?:interview|gespräch)
    | thank(?:s|\ you)\b .{0,60} \b(?:interview|conversation|talking|speaking|your\ time|joining)
    | merci\b .{0,40} \b(?:entretien|interview|échange) | gracias\b .{0,40} \bentrevista | obrigad[oa]\b .{0,40} \bentrevista
    ) .{0,40} $ """
)


_CREDITS = re.compile(
    r"""(?xi) ^ [\W_]* (?:
      (?:(?:das|the|this|cette?|l['’]|la|esta|a)\s?)?
        (?:interview|gespräch|entretien|entrevista|fragen|questions?|propos|text|protokoll|interviewt)
        \b [^.?!:]{0,40} (?: : | wurde | führte[n]? | recueilli | realizad | was\ | has\ been | stellte )
    | (?:fotos?|photos?|bild(?:er|quelle)?|titelbild|image|picture|quelle|source|credits?|illustration(?:en|s)?|übersetzung)
        \b [^.?!]{0,60} [:/©]
    | (?:über|zur\ person|zu[mr]\ aut|about|à\ propos|sobre|acerca|the\ author|der\ autor|die\ autorin|l['’]auteur)
        \b [^.?!:]{0,60} (?: : | $ )
    | (?:wir\ danken|we\ thank|nous\ remercions)\b
    | (?:(?:editor['’]?s\ )?note|anmerkung(?:\ der\ redaktion)?|hinweis|nota\ (?:del?\ )?\w+)\s?: | copyright\b
    | [^\W\d_]+(?:\s[^\W\d_.]+\.?){1,3}\s(?:is|ist|est|es|é)\s
      (?:the\ author|an?\ (?:staff\ |senior\ )?(?:writer|editor|reporter|journalist|author)
      |autor(?:in)?|redakteur(?:in)?|journalist|auteure?|autora?|periodista|jornalista)\b
    | [*†‡]\s?(?![^*]*\*)\S
    | (?:tags?|kategorien?|categories|filed\ under|schlagw\w+)\b\s?:
    ) """
)


def is_credit(line: str) -> bool:
    """Whether a line begins as credits, a rule's note or a note on somebody do, which come after an interview."""
    return bool(_CREDITS.match(line))


_THANKS = re.compile(r"(?i)\b(?:dank\w*|thank(?:s| you)|merci|gracias|obrigad[oa])\b")


def closes_interview(line: str, *, is_set_apart: bool = False) -> bool:
    """Whether a whole line thanks for the interview, as the one who asked does at its end; set apart, for anything."""
    return len(line) <= _MAX_LINE and bool((_THANKS.search if is_set_apart else _CLOSING.match)(line))


def is_furniture(line: str) -> bool:
    """Whether a whole line is a page's own (share bars, adverts, sign-ups, rights, end marks)."""
    return len(line) <= _MAX_LINE and bool(_FURNITURE.match(line))


def opens_list(line: str) -> bool:
    """Whether a line heads a list of other stories, so that what follows is not of this interview."""
    return len(line) <= _MAX_LINE and bool(_LIST_HEADING.match(line))
