"""What forms and addresses hold, in the types that handlers want."""

from __future__ import annotations

from uuid import UUID


def blank_to_none(value: object) -> object:
    """Take an empty field for one that was left out; a validator."""
    return None if value == "" else value


def uuid_or_none(text: str) -> UUID | None:
    """Read an id; None when it was cut or mistyped."""
    try:
        return UUID(text)
    except ValueError:
        return None
