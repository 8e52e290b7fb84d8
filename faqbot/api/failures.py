"""Every failure a client can meet: one French sentence, one status, never a stack trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from faqbot import wording
from faqbot.errors import NotDelivered, StoreUnavailable, UnknownAnswer, UnknownChoice


class Kind(Enum):
    """What went wrong, with its status and sentence; in lower case it is the ``type`` in JSON."""

    BAD_REQUEST = 400, wording.REQUEST_INVALID
    UNAUTHORIZED = 401, wording.UNAUTHORIZED
    NOT_FOUND = 404, wording.NOT_FOUND
    ENTRY_UNKNOWN = 404, wording.ENTRY_UNKNOWN
    ANSWER_UNKNOWN = 404, wording.ANSWER_UNKNOWN
    CHOICE_UNKNOWN = 404, wording.CHOICE_UNKNOWN
    METHOD_NOT_ALLOWED = 405, wording.METHOD_NOT_ALLOWED
    BODY_TOO_LARGE = 413, wording.BODY_TOO_LARGE
    HOST_UNKNOWN = 421, wording.HOST_UNKNOWN
    INVALID = 422, wording.REQUEST_INVALID
    THEME_UNKNOWN = 422, wording.THEME_UNKNOWN
    RATE_LIMITED = 429, wording.RATE_LIMITED
    BUSY = 503, wording.BUSY
    HANDOFF_OFF = 409, wording.HANDOFF_FAILED
    HANDOFF_FAILED = 502, wording.HANDOFF_FAILED
    INTERNAL_ERROR = 500, wording.INTERNAL_ERROR
    STORE_UNAVAILABLE = 503, wording.STORE_UNAVAILABLE


ERRORS: Mapping[type[Exception], Kind] = {
    UnknownAnswer: Kind.ANSWER_UNKNOWN,
    UnknownChoice: Kind.CHOICE_UNKNOWN,
    NotDelivered: Kind.HANDOFF_FAILED,
    StoreUnavailable: Kind.STORE_UNAVAILABLE,
}
"""What our own errors come to; every other one is ours to mend."""
RETRY_AFTER_S = "5"
"""When a client may try again what could not be done just now, in seconds."""
_STATUSES = {404: Kind.NOT_FOUND, 405: Kind.METHOD_NOT_ALLOWED, 413: Kind.BODY_TOO_LARGE}


class Failure(Exception):
    """A refusal that is sent to the client.

    Args:
        kind: What went wrong.
        headers: Of the reply.
        values: What stands in the place of words in braces in the kind's sentence.
    """

    def __init__(
        self, kind: Kind, *, headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        super().__init__(kind.name)
        self.status_code, sentence = kind.value
        self.type = kind.name.lower()
        self.detail = sentence.format(**values)
        self.headers = dict(headers or {})
        if self.status_code == 503:
            self.headers.setdefault("Retry-After", RETRY_AFTER_S)
        self.errors: list[dict[str, str]] = []
        """Fields that are missing or malformed."""


def invalid(defects: Iterable[Any]) -> Failure:
    """Say which fields are missing or malformed, as Pydantic found them."""
    failure = Failure(Kind.INVALID)
    for defect in defects:
        field = ".".join(str(part) for part in defect["loc"][1:])
        failure.errors.append({"field": field, "message": str(defect["msg"])})
        # Our own validators speak French to the user; the library's messages are for developers.
        if "text" in defect.get("ctx", {}):
            failure.type, failure.detail = defect["type"], str(defect["ctx"]["text"])
    return failure


def failure_of(error: Exception) -> Failure:
    """Tell what the client is told of any error."""
    match error:
        case Failure():
            return error
        case RequestValidationError():
            return invalid(error.errors())
        case HTTPException():
            # Its headers hold Allow, which a 405 must carry.
            kind = _STATUSES.get(error.status_code, Kind.BAD_REQUEST)
            return Failure(kind, headers=error.headers)
    ours = (kind for known, kind in ERRORS.items() if isinstance(error, known))
    return Failure(next(ours, Kind.INTERNAL_ERROR))
