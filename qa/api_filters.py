"""What questions can be narrowed to over HTTP: ``/v1/filters``, counted once for each generation of the index."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from qa import __version__
from qa.api_links import offered_tags, service_of
from qa.choices import Choices, choices_json, choices_of

if TYPE_CHECKING:
    from index.reader import IndexReader


def add_filters(app: FastAPI) -> None:
    """Adds the route to an application whose state has the host."""
    counted = _Counted()

    @app.get("/v1/filters", summary="Who speaks, in what, of when, with counts", response_model=None)
    def filters(
        request: Request,
        q: Annotated[str, Query(max_length=200, description="Letters of a name, a title or an id; all when left out")] = "",
    ) -> Response:
        choices = counted.of(service_of(request).reader)
        digest = hashlib.sha256(repr((__version__, choices.index_version, q)).encode()).hexdigest()
        headers = {"ETag": f'"{digest[:32]}"', "Cache-Control": "no-cache"}
        if headers["ETag"] in offered_tags(request):
            return Response(status_code=304, headers=headers)
        return JSONResponse(choices_json(choices, q), headers=headers)


class _Counted:
    """Keeps the choices of the generation that was asked of last, and nothing else of it."""

    def __init__(self) -> None:
        self._kept: Choices | None = None

    def of(self, reader: IndexReader) -> Choices:
        kept = self._kept
        if kept is None or kept.index_version != reader.version:
            self._kept = kept = choices_of(reader)
        return kept
