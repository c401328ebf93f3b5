"""The pages in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.model


@pytest.mark.parametrize("path", ["/", "/embed", "/documents"])
def test_a_page_loads_without_a_fault(visit: Visit, server: str, path: str) -> None:
    """Every page of ours loads under its own policy."""
    assert visit.page(server + path).title()
