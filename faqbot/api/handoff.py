"""Handing a conversation over to a person: as a mail, or posted to the support's own tool."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from faqbot import wording
from faqbot.api.failures import Failure, Kind
from faqbot.errors import HandoffFailed
from faqbot.settings import Settings

_TIMEOUT_S = 10.0
_MAILTO_LIMIT = 1900
"""Characters: Windows hands mail programs addresses of 2,083 at most."""


def mailto(contact: str, text: str) -> str:
    """Address a message as a link; of one that is too long for mail programs the end is kept."""
    start = f"mailto:{quote(contact, safe='@')}?subject={quote(wording.HANDOFF_SUBJECT)}&body="
    while len(body := quote(text.replace("\n", "\r\n"), safe="")) > _MAILTO_LIMIT - len(start):
        text = "…" + text[len(text) // 10 + 2 :]
    return start + body


def post(settings: Settings, message: Mapping[str, object]) -> None:
    """Post a message to the support's tool, signed as web/README.md tells its operator.

    Raises:
        Failure: There is none.
        HandoffFailed: It does not say in time that it took the message; the text names the cause,
            and nothing of the message.
    """
    if settings.handoff_url is None or settings.handoff_secret is None:
        raise Failure(Kind.HANDOFF_OFF)
    body = json.dumps(message, default=str, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    key, signed = settings.handoff_secret.get_secret_value(), f"{stamp}.".encode() + body
    headers = {
        "Content-Type": "application/json",
        "X-Faqbot-Timestamp": stamp,
        "X-Faqbot-Signature": hmac.new(key.encode(), signed, "sha256").hexdigest(),
    }
    request = Request(settings.handoff_url, body, headers)  # noqa: S310 - checked with the settings
    try:
        _OPENER.open(request, timeout=_TIMEOUT_S).close()
    except (OSError, HTTPException) as error:
        raise HandoffFailed(str(error) or type(error).__name__) from error


class _NoRedirect(HTTPRedirectHandler):
    """Personal data go where the operator said, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Fail instead."""


_OPENER = build_opener(_NoRedirect)
