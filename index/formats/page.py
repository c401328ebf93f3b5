"""What a news page says of itself, and which of its elements are furniture rather than article.

Knows element names, roles, class names and metadata vocabularies (JSON-LD, OpenGraph, meta, microdata). Phrases are known by
:mod:`index.boilerplate`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import lxml.html

from index.dates import iso_date
from index.records import Metadata

_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "form", "button", "dialog", "menu", "figcaption", "header", "label"))
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alert alertdialog menu menubar toolbar".split()
)
_FURNITURE_NAMES = re.compile(
    r"""(?xi) (?:^|[\s_-]) (?:
      share|sharing|social|addthis|newsletter|cookies?|consent|gdpr|onetrust|advert\w*|ads?|adslot|dfp|sponsor\w*|promo\w*
    | related\w*|recommend\w*|recirc\w*|outbrain|taboola|breadcrumbs?|comments?|disqus|menu|nav|navbar|navigation|sidebar
    | subscribe|subscription|paywall|signup|sign-up|popup|modal|overlay|toolbar|byline|author-bio|authorbio|bio|tags?|taglist
    | topics|footer|masthead|teasers?|read-?more|more-?from|more-?on|most-?read|trending|captions?|credits?|skip|sr-only
    | visually-hidden|screen-reader-text|pagination|pager|widget|ticker|live-?blog|rating|print-only|bookmark|follow|also-?like
    | disclaimers? | bild(?:text|unterschrift|quelle|nachweis)e?n?
    ) (?:$|[\s_-]) """
)
_HIDDEN = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_GUARD_SHARE = 0.35
"""An element with more than this share of the page's text is no furniture, whatever it is called."""

_ARTICLE_TYPES = re.compile(r"(?i)article|posting|interview|report|webpage|episode|creativework")


class Furniture:
    """Tells whether an element stands in the page's furniture.

    ``weights`` gives the characters of unlinked text that stand directly in an element, for every shown line.
    """

    def __init__(self, root: lxml.html.HtmlElement, weights: Iterable[tuple[lxml.html.HtmlElement, int]]) -> None:
        self._chars: dict[lxml.html.HtmlElement, int] = {}
        self._total = 0
        for element, chars in weights:
            self._total += chars
            for holder in (element, *element.iterancestors()):
                self._chars[holder] = self._chars.get(holder, 0) + chars
        self._verdicts: dict[lxml.html.HtmlElement, bool] = {root: False}

    def holds(self, element: lxml.html.HtmlElement) -> bool:
        """Whether the element or one around it is furniture."""
        path: list[lxml.html.HtmlElement] = []
        at: lxml.html.HtmlElement | None = element
        while at is not None and at not in self._verdicts:
            path.append(at)
            at = at.getparent()
        verdict = at is not None and self._verdicts[at]
        for step in reversed(path):
            verdict = verdict or self._is_furniture(step)
            self._verdicts[step] = verdict
        return verdict

    def _is_furniture(self, element: lxml.html.HtmlElement) -> bool:
        if self._chars.get(element, 0) > _GUARD_SHARE * self._total:
            return False
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if _HIDDEN.search(element.get("style") or ""):
            return True
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        return (
            element.tag in _FURNITURE_TAGS
            or (element.get("role") or "").casefold() in _FURNITURE_ROLES
            or bool(_FURNITURE_NAMES.search(names))
        )


def article_root(root: lxml.html.HtmlElement, weights: list[tuple[lxml.html.HtmlElement, int]]) -> lxml.html.HtmlElement | None:
    """The smallest element that holds the running text: a marked article with half of it, else nine tenths of it.

    ``weights`` are the words of each long line and the element it stands in; ``None`` when there is no running text.
    """
    total = sum(words for _, words in weights)
    if not total:
        return None
    held: dict[lxml.html.HtmlElement, int] = {}
    for element, words in weights:
        for holder in (element, *element.iterancestors()):
            held[holder] = held.get(holder, 0) + words
    marked = [
        element
        for element in held
        if (element.tag == "article" or "articleBody" in (element.get("itemprop") or "")) and held[element] >= 0.5 * total
    ]
    if marked:
        return min(marked, key=lambda element: held[element])
    at = root
    while True:
        inner = [child for child in at if isinstance(child.tag, str) and held.get(child, 0) >= 0.9 * total]
        if not inner or inner[0].tag in ("p", "span", "b", "strong", "em", "a"):
            return at
        at = inner[0]


def metadata_of(root: lxml.html.HtmlElement) -> Metadata:
    """Title, date, author, address, site and language, from the most deliberate statement to the least."""
    linked = list(_linked_data(root))
    metas = _metas(root)

    def meta(*names: str) -> str | None:
        return next((metas[name] for name in names if metas.get(name)), None)

    def ld(*keys: str) -> str | None:
        return next((words for item in linked for key in keys if (words := _name(item.get(key)))), None)

    day = ld("datePublished", "dateCreated", "uploadDate") or meta(
        "article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dcterms.date",
        "parsely-pub-date",
        "pubdate",
        "sailthru.date",
    )
    return Metadata(
        title=ld("headline") or meta("og:title", "twitter:title") or _first_text(root, "h1") or _first_text(root, "title"),
        date=_day(day) or _day(_first_attribute(root, "//time/@datetime | //*[@itemprop='datePublished']/@content")),
        url=_web(_first_attribute(root, "//link[@rel='canonical']/@href")) or _web(meta("og:url")) or _web(ld("url")),
        author=ld("author", "creator") or meta("author", "article:author", "dc.creator", "byl", "parsely-author"),
        site=meta("og:site_name", "application-name") or ld("publisher"),
        language=_language(
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or meta("content-language")
        ),
        headlines=tuple(
            dict.fromkeys(
                words
                for words in (meta("og:title"), meta("twitter:title"), _first_text(root, "h1"), _first_text(root, "title"))
                if words
            )
        ),
    )


def _day(words: str | None) -> str | None:
    found = iso_date(words)
    return found if found and len(found) == len("yyyy-mm-dd") else None


def _language(words: str | None) -> str | None:
    match = re.match(r"[A-Za-z]{2,3}", words or "")
    return match.group().lower() if match else None


def _web(address: str | None) -> str | None:
    return address if address and re.match(r"https?://[^\s]+$", address) else None


def _metas(root: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
        content = " ".join((element.get("content") or "").split())
        if name and content:
            found.setdefault(name.casefold(), content)
    return found


def _linked_data(root: lxml.html.HtmlElement) -> Iterator[dict[str, Any]]:
    """The page's JSON-LD items that describe an article; a broken block says nothing."""
    for script in root.iter("script"):
        if (script.get("type") or "").casefold() != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        queue = [data]
        while queue:
            item = queue.pop(0)
            if isinstance(item, list):
                queue.extend(item)
            elif isinstance(item, dict):
                queue.extend(value for key, value in item.items() if key == "@graph")
                if _ARTICLE_TYPES.search(str(item.get("@type", ""))) or "headline" in item:
                    yield item


def _name(value: object) -> str | None:
    """A JSON-LD value as words: a string, an object's name, or several of them.

    Entities are resolved, which a script block has none of: many sites write ``&#8222;`` there all the same. Half a
    character, where a site cut its headline, becomes a question mark.
    """
    if isinstance(value, str):
        words = html.unescape(value).encode("utf-8", "replace").decode("utf-8")
        return " ".join(words.split()) or None
    if isinstance(value, dict):
        return _name(value.get("name"))
    if isinstance(value, list):
        names = [name for item in value if (name := _name(item))]
        return ", ".join(names) or None
    return None


def _first_text(root: lxml.html.HtmlElement, tag: str) -> str | None:
    for element in root.iter(tag):
        if words := " ".join(element.text_content().split()):
            return words
    return None


def _first_attribute(root: lxml.html.HtmlElement, path: str) -> str | None:
    found = root.xpath(path)
    return str(found[0]) if isinstance(found, list) and found else None
