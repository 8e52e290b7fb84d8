"""Post a message to an address of the operator's, signed as web/README.md tells who receives it."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pydantic import SecretStr

from faqbot.errors import NotDelivered

_TIMEOUT_S = 10.0


def post(url: str, secret: SecretStr, message: Mapping[str, object]) -> None:
    """Post a message as JSON.

    Args:
        url: As the settings have checked it.
        secret: What the receiver checks the signature with.

    Raises:
        NotDelivered: Nobody says in time that the message was taken; the text names the cause, and
            nothing of the message.
    """
    body = json.dumps(message, default=str, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    key, signed = secret.get_secret_value(), f"{stamp}.".encode() + body
    headers = {
        "Content-Type": "application/json",
        "X-Faqbot-Timestamp": stamp,
        "X-Faqbot-Signature": hmac.new(key.encode(), signed, "sha256").hexdigest(),
    }
    request = Request(url, body, headers)  # noqa: S310 - checked with the settings
    try:
        _OPENER.open(request, timeout=_TIMEOUT_S).close()
    except (OSError, HTTPException) as error:
        raise NotDelivered(str(error) or type(error).__name__) from error


class _NoRedirect(HTTPRedirectHandler):
    """Messages go where the operator said, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Fail instead."""


_OPENER = build_opener(_NoRedirect)
