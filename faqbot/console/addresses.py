"""Addresses of the console's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from fastapi import status
from fastapi.responses import RedirectResponse

_OUTCOMES = {"done", "undone", "conflict"}


def query_of(fields: Mapping[str, object]) -> str:
    """Write what follows the question mark; fields that are None or empty are left out."""
    return urlencode({name: value for name, value in fields.items() if value})


def address_of(path: str, fields: Mapping[str, object]) -> str:
    """Write an address with its fields, as `query_of` does."""
    query = query_of(fields)
    return f"{path}?{query}" if query else path


def told(address: str, **outcome: object) -> str:
    """Add what has just been done to an address, in place of what was done before."""
    rest, _, fragment = address.partition("#")
    path, _, query = rest.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in _OUTCOMES]
    found = address_of(path, dict(kept) | outcome)
    return f"{found}#{fragment}" if fragment else found


def see(address: str) -> RedirectResponse:
    """Send the browser on to look at another page."""
    return RedirectResponse(address, status.HTTP_303_SEE_OTHER)
