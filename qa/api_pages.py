"""The pages over HTTP: the chat page, its frame for other sites, the widget, and the files that they load.

The pages are static; what they show they ask for at the other routes. Their policy lets nothing run and nothing load that is
not a file of ours.
"""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from qa.api_links import offered_tags
from qa.config import Settings
from qa.problems import PAGE_HEADERS, Problem
from qa.web_files import WebFile, web_files

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)


def page_headers(ancestors: tuple[str, ...] = ()) -> dict[str, str]:
    """The headers of a page of ours, which ``ancestors`` (origins) may show in a frame besides ourselves."""
    framed_by = " ".join(("'self'", *ancestors))
    return PAGE_HEADERS | {"Content-Security-Policy": f"{_POLICY}; frame-ancestors {framed_by}"}


def add_pages(app: FastAPI, settings: Settings) -> None:
    """Adds the pages and their files to an application."""

    def page(request: Request, name: str, ancestors: tuple[str, ...] = ()) -> Response:
        return _sent(request, web_files()[name], page_headers(ancestors))

    @app.get("/", summary="The chat page", include_in_schema=False)
    def chat(request: Request) -> Response:
        return page(request, "chat.html")

    @app.get("/embed", summary="The chat page for a frame on another site", include_in_schema=False)
    def embed(request: Request) -> Response:
        return page(request, "embed.html", settings.allowed_origins)

    @app.get("/documents", summary="What is indexed, to read", include_in_schema=False)
    def documents(request: Request) -> Response:
        return page(request, "documents.html")

    @app.get("/widget.js", summary="The element <onrecord-chat> for other sites", include_in_schema=False)
    def widget(request: Request) -> Response:
        return file(request, "widget.js")

    @app.get("/web/{name:path}", summary="A file of the pages", include_in_schema=False)
    def file(request: Request, name: str) -> Response:
        found = web_files().get(name)
        if found is None or name.endswith(".html"):
            raise Problem(404, "Not Found", f"There is no file {name!r} here.")
        # A module script from another origin needs this; the files hold nothing that isn't public.
        return _sent(request, found, {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"})


def _sent(request: Request, found: WebFile, headers: dict[str, str]) -> Response:
    headers = {"ETag": found.tag, "Cache-Control": "no-cache"} | PAGE_HEADERS | headers
    if found.tag in offered_tags(request):
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
