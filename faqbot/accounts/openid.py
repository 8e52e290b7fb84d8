"""OpenID Connect: authorization code flow with PKCE, state, nonce and a verified ID token.

Metadata and keys are fetched anew at each login: logins are rare, and a provider that changes its
keys is then followed at once.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from faqbot.settings import OpenIdSettings
from faqbot.vocabulary import AccountRole

FLOW_SECONDS = 600
"""Time to log in at the provider."""
_TIMEOUT_S = 10.0
_LEEWAY_S = 60
"""How far the provider's clock may be from ours."""
_SCOPE = "openid profile email"
# Signatures by private key only: one made with a shared secret, or none, proves nothing here.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519"]
_ROLES: Mapping[str, AccountRole] = {
    "faqbot-admin": "admin",
    "faqbot-publisher": "publisher",
    "faqbot-reviewer": "reviewer",
    "faqbot-reader": "reader",
}
"""Values of the role claim, the most powerful first."""


# What the libraries raise for an answer that is refused, malformed or missing.
_UNPROVEN = (AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, KeyError, TypeError)


class OpenIdFailed(Exception):
    """The login at the provider did not succeed; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A login under way, kept by the browser in a signed cookie."""

    state: str
    nonce: str
    verifier: str
    target: str
    started: float

    @classmethod
    def start(cls, target: str) -> Self:
        """Begin a login with fresh secrets; it leads to the target in the end."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return cls(state, nonce, verifier, target, time.time())

    def to_text(self) -> str:
        """Return what `from_text` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str | None) -> Self:
        """Read a flow back.

        Args:
            text: What a signed cookie of ours held; None when there was none.

        Raises:
            OpenIdFailed: There is none, or it was begun too long ago.
        """
        if text is None:
            msg = "no login was begun in this browser"
            raise OpenIdFailed(msg)
        flow = cls(**json.loads(text))
        if abs(time.time() - flow.started) > FLOW_SECONDS:
            msg = "the login took too long"
            raise OpenIdFailed(msg)
        return flow


@dataclass(frozen=True, slots=True)
class Person:
    """Who logged in at the provider."""

    subject: str
    """The provider's own name for the person, the only one that never changes hands."""
    names: tuple[str, ...]
    """What the account could be called, the best first."""
    role: AccountRole | None
    """What the role claim says; None when it says nothing."""


class OpenId:
    """The provider."""

    def __init__(self, settings: OpenIdSettings) -> None:
        self.settings = settings

    def address(self, flow: Flow, redirect_uri: str) -> str:
        """Say where the browser shall go to log in.

        Args:
            redirect_uri: Where the provider shall send the browser back.

        Raises:
            OpenIdFailed: The provider cannot be reached, or is not the one that was configured.
        """
        with self._client(redirect_uri) as client:
            metadata = self._metadata(client)
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=flow.state,
                code_verifier=flow.verifier,
                nonce=flow.nonce,
            )
        return str(address)

    def person(self, flow: Flow, answer: Mapping[str, str], redirect_uri: str) -> Person:
        """Find out who came back from the provider.

        Args:
            answer: The parameters of the address that the browser came back to.
            redirect_uri: That address without parameters, as `address` was given it.

        Raises:
            OpenIdFailed: The answer is not one to this login, or proves nothing.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            msg = "the state is not the one that this browser was given"
            raise OpenIdFailed(msg)
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:
            msg = "another provider answered"
            raise OpenIdFailed(msg)
        if "code" not in answer:
            msg = f"the provider refused: {answer.get('error', 'no code')!r}"
            raise OpenIdFailed(msg)
        try:
            claims = self._claims(flow, answer["code"], redirect_uri)
        except _UNPROVEN as error:
            msg = f"no valid proof of identity: {type(error).__name__}: {error}"
            raise OpenIdFailed(msg) from error
        email = claims.get("email") if claims.get("email_verified", True) is True else None
        names = (email, claims.get("preferred_username"), claims["sub"])
        return Person(
            subject=str(claims["sub"]),
            names=tuple(name for name in names if isinstance(name, str)),
            role=_role(claims, self.settings.role_claim),
        )

    def _claims(self, flow: Flow, code: str, redirect_uri: str) -> dict[str, Any]:
        with self._client(redirect_uri) as client:
            metadata = self._metadata(client)
            token = client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
                redirect_uri=redirect_uri,
            )
            published: Any = _get(client, metadata["jwks_uri"])
        keys = KeySet.import_key_set(published)
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        proof = jwt.decode(token["id_token"], keys, registry=registry)
        claims = CodeIDToken(
            proof.claims,
            proof.header,
            {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
                "nonce": {"essential": True},
            },
            {
                "nonce": flow.nonce,
                "client_id": self.settings.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=_LEEWAY_S)
        return dict(claims)

    def _metadata(self, client: OAuth2Client) -> dict[str, Any]:
        address = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            metadata = _get(client, address)
        except (httpx2.HTTPError, ValueError) as error:
            msg = f"{address} gives no metadata: {type(error).__name__}: {error}"
            raise OpenIdFailed(msg) from error
        if metadata.get("issuer") != self.settings.issuer:
            msg = f"{address} names the issuer {metadata.get('issuer')!r}: set FAQBOT_OIDC_ISSUER"
            raise OpenIdFailed(msg)
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        scheme = urlsplit(self.settings.issuer).scheme
        if any(urlsplit(str(metadata.get(key))).scheme not in {"https", scheme} for key in wanted):
            msg = f"{address} lacks one of {', '.join(wanted)}, or does not use https"
            raise OpenIdFailed(msg)
        return metadata

    def _client(self, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret.get_secret_value(),
            scope=_SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )


def _get(client: OAuth2Client, address: str) -> dict[str, Any]:
    response = client.request("GET", address, withhold_token=True)
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        msg = f"{address} holds no JSON object"
        raise ValueError(msg)
    return found


def _role(claims: Mapping[str, Any], path: str | None) -> AccountRole | None:
    if path is None:
        return None
    found: Any = claims.get(path)
    if found is None:  # « realm_access.roles »: a claim inside another
        found = claims
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list) else [found]
    return next((role for value, role in _ROLES.items() if value in values), None)
