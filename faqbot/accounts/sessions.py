"""Who is logged in: a signed cookie names a session that the server keeps and can end.

The cookie holds a random token; the database holds only its hash. ``SameSite=Strict`` keeps the
cookie out of every request that another site causes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from itsdangerous import BadSignature, URLSafeSerializer
from itsdangerous import Signer as Mac
from starlette.requests import Request
from starlette.responses import Response

from faqbot.accounts.store import AccountStore, Session

SESSION_COOKIE = "faqbot_console"
FORM_COOKIE = "faqbot_console_form"
"""Ties the login form, which no session protects yet, to the browser that was shown it."""
IDLE = timedelta(minutes=30)
"""A session that is not used for that long has ended."""
LIFETIME = timedelta(hours=12)
"""A session ends after that long, used or not."""
_TOUCH_AFTER = timedelta(minutes=1)
"""How exactly the last use is known; spares a write at each click."""


class Cookies:
    """Signed cookies of the console.

    Args:
        keys: The operator's; the last one signs, what any of them signed counts.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        options: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._options = options
        self._forms = Mac(keys, "faqbot.form", **options)

    def read(self, request: Request, name: str) -> str | None:
        """Return what `write` wrote; None when there is no cookie, or one that we did not sign."""
        try:
            value = self._signed(name).loads(request.cookies.get(_place(request, name)["key"], ""))
        except BadSignature:
            return None
        return value if isinstance(value, str) else None

    def write(
        self,
        request: Request,
        response: Response,
        name: str,
        value: str,
        *,
        same_site: Literal["strict", "lax"] = "strict",
        max_age: int | None = None,
    ) -> None:
        """Set a cookie that scripts cannot read and that no other site causes to be sent.

        Args:
            same_site: ``lax`` for what a page of another site must lead back to.
            max_age: Seconds; None until the browser is closed.
        """
        response.set_cookie(
            value=str(self._signed(name).dumps(value)),
            max_age=max_age,
            **_place(request, name),
            httponly=True,
            samesite=same_site,
        )

    def delete(self, request: Request, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(**_place(request, name), httponly=True, samesite="strict")

    def form_token(self, value: str) -> str:
        """Derive what a form must send back from what a cookie holds.

        Returns:
            A token that only this server can make, and that does not tell the value.
        """
        return self._forms.get_signature(value).decode()

    def is_form_token(self, token: str, value: str | None) -> bool:
        """Check what a form sent back against what the cookie holds; None belongs to no form."""
        return value is not None and self._forms.verify_signature(value, token)

    def _signed(self, name: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._keys, salt=f"faqbot.{name}", signer_kwargs=self._options)


class Sessions:
    """Opens, finds and ends sessions: the store keeps them, browsers name them by a cookie."""

    def __init__(self, accounts: AccountStore, cookies: Cookies) -> None:
        self._accounts = accounts
        self._cookies = cookies

    def open(self, request: Request, response: Response, account: str) -> None:
        """Log an account in, under a token that nobody can have known before.

        Raises:
            AccountError: The account has been removed in the meantime.
        """
        self._end(request)
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        self._accounts.open_session(account, _hash(token), at=now, opened_after=now - LIFETIME)
        self._cookies.write(request, response, SESSION_COOKIE, token)

    def find(self, request: Request) -> Session | None:
        """Find the session of a request and keep it alive; None when nobody is logged in."""
        token = self._cookies.read(request, SESSION_COOKIE)
        session = self._accounts.session(_hash(token)) if token else None
        if token is None or session is None:
            return None
        now = datetime.now(UTC)
        # A session of the future would last: the clock has been set back since.
        if abs(now - session.opened_at) > LIFETIME or abs(now - session.seen_at) > IDLE:
            self._accounts.end_session(_hash(token))
            return None
        if now - session.seen_at > _TOUCH_AFTER:
            self._accounts.touch_session(_hash(token), now)
        return session

    def close(self, request: Request, response: Response) -> None:
        """Log a browser out, and take its cookie back."""
        self._end(request)
        self._cookies.delete(request, response, SESSION_COOKIE)

    def form_token(self, request: Request) -> str:
        """Return what forms of a session must send back."""
        return self._cookies.form_token(self._cookies.read(request, SESSION_COOKIE) or "")

    def is_form_token(self, request: Request, token: str) -> bool:
        """Check what a form of a session sent back."""
        return self._cookies.is_form_token(token, self._cookies.read(request, SESSION_COOKIE))

    def _end(self, request: Request) -> None:
        if token := self._cookies.read(request, SESSION_COOKIE):
            self._accounts.end_session(_hash(token))


def _place(request: Request, name: str) -> dict[str, Any]:
    root, https = request.scope["root_path"], request.url.scheme == "https"
    if https and not root:
        # Then browsers see to it that nobody else in the domain has set it; it takes this path.
        return {"key": f"__Host-{name}", "path": "/", "secure": True}
    return {"key": name, "path": f"{root}/admin", "secure": https}


def _hash(token: str) -> str:
    # The token is 256 random bits: there is nothing to guess, so no slow hash is needed.
    return hashlib.sha256(token.encode()).hexdigest()
