"""What forms and addresses hold, in the types that handlers want."""

from __future__ import annotations

from uuid import UUID


def blank_to_none(value: object) -> object:
    """Take an empty field for one that was left out; a validator.

    Args:
        value: As sent.

    Returns:
        None when it is empty, else the value.
    """
    return None if value == "" else value


def uuid_or_none(text: str) -> UUID | None:
    """Read an id that may have been cut or mistyped.

    Args:
        text: As sent.

    Returns:
        The id; None when it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        return None
