"""Asks a running service over HTTP; gives back the same JSON that a local answer makes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from qa.completing import Names
from qa.errors import ServiceFailed

TIMEOUT_S = 60.0


class RemoteService:
    """A service at ``url``, such as ``http://127.0.0.1:8000``."""

    def __init__(self, url: str, *, timeout_s: float | None = None) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(timeout=timeout_s or TIMEOUT_S)

    def ask(self, question: str, **options: Any) -> dict[str, Any]:
        """The answer's JSON; raises :class:`~qa.errors.ServiceFailed` with what the service said."""
        return self._post("/v1/ask", question, options)

    def timeline(self, question: str, **options: Any) -> dict[str, Any]:
        """The timeline's JSON; raises :class:`~qa.errors.ServiceFailed` with what the service said."""
        return self._post("/v1/timeline", question, options)

    def fetch(self, place_id: str) -> dict[str, Any]:
        """The words at a place, as JSON; raises :class:`~qa.errors.ServiceFailed` with what the service said."""
        return self._sent("GET", "/v1/fetch", has="text", params={"id": place_id})

    def document(self, document_id: str) -> dict[str, Any]:
        """One document with its turns; raises :class:`~qa.errors.ServiceFailed` with what the service said."""
        return self._sent("GET", f"/v1/documents/{quote(document_id, safe='')}", has="transcript")

    def names(self) -> Names:
        """What can be completed; raises :class:`~qa.errors.ServiceFailed` with what the service said."""
        return Names.from_documents(self._sent("GET", "/v1/documents", has="documents")["documents"])

    def _post(self, path: str, question: str, options: dict[str, Any]) -> dict[str, Any]:
        body = {"question": question} | {name: value for name, value in options.items() if value is not None}
        return self._sent("POST", path, has="found", json=body)

    def _sent(self, method: str, path: str, *, has: str, **request: Any) -> dict[str, Any]:
        """What the service answers: JSON that has a field by which it is known."""
        address = f"{self._url}{path}"
        try:
            response = self._client.request(method, address, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServiceFailed(
                f"No answer from {address} ({type(error).__name__}: {error}). "
                "Is the service running? Start it with: onrecord serve"
            ) from error
        try:
            found = response.json()
        except ValueError as error:
            raise ServiceFailed(f"{address} did not answer with JSON (HTTP {response.status_code}). Is it onrecord?") from error
        if response.status_code != httpx.codes.OK or not isinstance(found, dict) or has not in found:
            detail = found.get("detail") or found.get("title") if isinstance(found, dict) else None
            raise ServiceFailed(f"{address}: {detail or 'unexpected answer'} (HTTP {response.status_code})")
        return found

    def close(self) -> None:
        self._client.close()
