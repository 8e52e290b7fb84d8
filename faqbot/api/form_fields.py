"""What forms and addresses hold, in the types that handlers want."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator


def blank_to_none(value: object) -> object:
    """Take an empty field for one that was left out; a validator."""
    return None if value == "" else value


OptionalDate = Annotated[date | None, BeforeValidator(blank_to_none)]
"""A day, or an empty field."""


def uuid_or_none(text: str) -> UUID | None:
    """Read an id; None when it was cut or mistyped."""
    try:
        return UUID(text)
    except ValueError:
        return None
