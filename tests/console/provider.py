"""A stand-in for an OpenID provider: the real protocol, for a person who always agrees."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID = "faqbot"
CLIENT_SECRET = "the secret of faqbot at the provider"  # noqa: S105


@dataclass
class Provider:
    """Its keys, what it says about the person, and how it misbehaves."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    """Replaces claims of the ID token; None leaves one out."""
    header: dict[str, Any] = field(default_factory=dict)
    signing_key: RSAKey | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    requests: dict[str, dict[str, str]] = field(default_factory=dict)
    """What each code was given out for."""

    def reset(self) -> None:
        """Behave again."""
        self.published = [self.key]
        for change in (self.claims, self.header, self.metadata, self.requests):
            change.clear()
        self.signing_key = None

    def id_token(self, nonce: str) -> str:
        """Vouch for the person."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "4711",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": "Dana@Example.org",
            "email_verified": True,
            "preferred_username": "dana",
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "first"} | self.header
        key = self.signing_key or self.key
        return jwt.encode(header, claims, key)


def _app(provider: Provider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def metadata() -> dict[str, Any]:
        base = provider.issuer
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
        } | provider.metadata

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return dict(KeySet(provider.published).as_dict(private=False))

    @app.get("/authorize")
    def authorize(
        response_type: str,
        client_id: str,
        redirect_uri: str,
        scope: str,
        state: str,
        nonce: str,
        code_challenge: str,
        code_challenge_method: str,
    ) -> RedirectResponse:
        assert (response_type, client_id) == ("code", CLIENT_ID)
        assert "openid" in scope.split()
        assert code_challenge_method == "S256"
        code = secrets.token_urlsafe()
        provider.requests[code] = {
            "nonce": nonce,
            "challenge": code_challenge,
            "redirect_uri": redirect_uri,
        }
        return RedirectResponse(f"{redirect_uri}?code={code}&state={state}", 303)

    @app.post("/token")
    def token(
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        authorization: Annotated[str, Header()],
    ) -> dict[str, Any]:
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        request = provider.requests.pop(code, None)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            request is None
            or grant_type != "authorization_code"
            or authorization != f"Basic {expected}"
            or challenge != request["challenge"]
            or redirect_uri != request["redirect_uri"]
        ):
            raise HTTPException(400, "invalid_grant")
        return {
            "access_token": "unused",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": provider.id_token(request["nonce"]),
        }

    return app


@contextmanager
def running() -> Iterator[Provider]:
    """Serve a provider from a thread."""
    provider = Provider()
    config = uvicorn.Config(_app(provider), port=0, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = f"http://127.0.0.1:{port}"
    provider.reset()
    yield provider
    server.should_exit = True
    thread.join()
