"""Every setting, read from the environment in this one place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from limits import parse as parse_rate
from platformdirs import user_cache_path, user_data_path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from faqbot.embedding.receipt import DEFAULT_MODEL
from faqbot.errors import SettingsError

PREFIX = "FAQBOT_"
FILE = "faqbot.env"
"""Holds settings of whatever is started in its folder, as ``faqbot init`` writes it."""
_KEY_LENGTH = 32
"""Fewest characters of the keys that sign cookies, and of tokens."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_STEPS = 6
"""Fewest distances between neighbours in a secret: random ones of 12 characters have about 11."""
_SECRET = {
    "secret_key",
    "former_secret_key",
    "oidc_client_secret",
    "metrics_token",
    "handoff_secret",
    "webhook_secret",
}
_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent
_IN_CHECKOUT = (_CHECKOUT / "corpus" / "corpus.yaml").is_file()


def resource_folder(name: Literal["corpus", "web"]) -> Path:
    """Find a folder that comes with faqbot, in a checkout as in an installed wheel."""
    return _CHECKOUT / name if _IN_CHECKOUT else _PACKAGE / "_data" / name


def _default_index_dir() -> Path:
    return _CHECKOUT / "indexes" if _IN_CHECKOUT else user_cache_path("faqbot") / "indexes"


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """An OpenID provider, and who faqbot is there."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    role_claim: str | None
    name: str


class Settings(BaseModel):
    """What an operator can choose; each field is read from ``FAQBOT_<NAME>``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus_dir: Annotated[Path, Field(default_factory=lambda: resource_folder("corpus"))]
    """Folder of the corpus; default: the one that comes with faqbot."""
    corpus_source: Literal["files", "database"] = "files"
    """Where a server takes the corpus from: that folder, or the current release."""
    editing: Literal["on", "off"] = "off"
    """Whether entries may be edited in the console, and published as releases."""
    index_dir: Annotated[Path, Field(default_factory=_default_index_dir)]
    """Folder of the indexes; default: ``indexes/`` in a checkout, else the user's cache."""
    cache_dir: Annotated[Path, Field(default_factory=lambda: user_cache_path("faqbot"))]
    """Folder for the converted model; default: the user's cache."""
    embedding_model: Annotated[str, Field(min_length=1)] = DEFAULT_MODEL
    """The default model's name, a sentence-transformers folder, or a model id."""
    query_prompt: str | None = None
    """Put before questions; default: what the model's own configuration says."""
    passage_prompt: str | None = None
    """Put before passages; default: what the model's own configuration says."""
    embedding_threads: Annotated[int | None, Field(ge=1)] = None
    """How many passages the default model embeds at once; default: ``OMP_NUM_THREADS``, which other
    models' torch reads too, else one a processor."""
    database_url: Annotated[
        str,
        Field(default_factory=lambda: f"sqlite:///{user_data_path('faqbot') / 'faqbot.sqlite3'}"),
    ]
    """SQLAlchemy URL of the database; default: SQLite in the user's data folder."""
    allowed_origins: tuple[str, ...] = ()
    """Origins whose pages may embed the chat or call the API, commas between; default: none."""
    rate_limit: str = "off"
    """``off``, or a limit for each client such as ``30/minute``."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of reverse proxies, which are believed who asks; default: none."""
    secret_key: SecretStr | None = None
    """Signs the console's cookies; the console is off without it."""
    former_secret_key: SecretStr | None = None
    """The key before that one: what it signed still counts; default: none."""
    public_url: str | None = None
    """Where browsers find the service, such as ``https://www.example.org/faq``; default: as asked,
    at the root."""
    oidc_issuer: str | None = None
    """The OpenID provider whose accounts may enter the console; default: none."""
    oidc_client_id: str | None = None
    """Who faqbot is at the provider."""
    oidc_client_secret: SecretStr | None = None
    """Its secret there."""
    oidc_role_claim: str | None = None
    """Claim that holds a role behind ``faqbot-``, as ``faqbot-reader``; default: roles are ours."""
    oidc_name: str | None = None
    """What the login page calls the provider; default: its host."""
    handoff_url: str | None = None
    """Where messages for the support are posted; default: readers send them by mail."""
    handoff_secret: SecretStr | None = None
    """Signs those messages."""
    webhook_url: str | None = None
    """Where what happened is posted, without what people wrote; default: nowhere."""
    webhook_secret: SecretStr | None = None
    """Signs those messages."""
    retention_days: Annotated[int | None, Field(ge=1)] = 396
    """Age at which questions, verdicts, choices and lines of the audit log are erased, in days: 13
    months; ``off`` keeps them."""
    outside_share: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """Assumed share of questions that the FAQ does not answer: thresholds depend on it."""
    api_docs: Literal["on", "off"] = "on"
    """Whether ``/docs`` and ``/openapi.json`` describe the API."""
    metrics_token: SecretStr | None = None
    """Bearer token that ``/metrics`` then asks for; default: none."""
    reload: Literal["on", "off"] = "on"
    """Whether a changed corpus is served by itself; otherwise a SIGHUP asks for it."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log line written."""

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: str | Iterable[str]) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(_origin(part) for part in parts if part.strip())

    @field_validator("rate_limit")
    @classmethod
    def _check_rate(cls, value: str) -> str:
        if value != "off":
            try:
                parse_rate(value)
            except ValueError:
                msg = "expected off, or a limit such as 30/minute"
                raise ValueError(msg) from None
        return value

    @field_validator(*sorted(_SECRET - {"oidc_client_secret"}))
    @classmethod
    def _check_key(cls, value: SecretStr | None) -> SecretStr | None:
        key = value.get_secret_value() if value else None
        if key is not None and (len(key) < _KEY_LENGTH or is_monotonous(key)):
            msg = (
                f"expected at least {_KEY_LENGTH} random characters, such as "
                "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints"
            )
            raise ValueError(msg)
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        return None if value is None else service_address(value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: str | Iterable[str]) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(spelling for part in parts if part.strip() for spelling in _network(part))

    @field_validator("retention_days", mode="before")
    @classmethod
    def _check_retention(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.strip().lower() == "off":
            return None
        # 0 could be meant as « keep nothing » or as « keep everything ».
        if not value.strip().isdecimal() or int(value) < 1:
            msg = "expected off, or a number of days of at least 1 such as 396"
            raise ValueError(msg)
        return value

    @field_validator("api_docs", "corpus_source", "editing", "log_level", "reload", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("oidc_issuer", "handoff_url", "webhook_url")
    @classmethod
    def _check_peer(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if value is not None and not (local or (parts.scheme == "https" and parts.hostname)):
            msg = "expected an address such as https://idp.example.org/realms/support"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        for pair in (("handoff_url", "handoff_secret"), ("webhook_url", "webhook_secret")):
            if len({getattr(self, name) is None for name in pair}) > 1:
                both = _variables(pair).replace(",", " and")
                msg = f"{both} belong together: set both, or none"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _check_editing(self) -> Self:
        if self.editing == "on" and self.corpus_source == "files":
            msg = (
                "FAQBOT_EDITING=on needs FAQBOT_CORPUS_SOURCE=database: what is published is a "
                "release there. Begin with: faqbot corpus publish"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _check_openid(self) -> Self:
        needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
        given = [name for name in (*needed, "oidc_role_claim", "oidc_name") if getattr(self, name)]
        missing = [name for name in (*needed, "secret_key") if not getattr(self, name)]
        if given and missing:
            first, lacking = (_variables(names) for names in (given[:1], missing))
            msg = f"{first} is set without {lacking}: set all of them, or none"
            raise ValueError(msg)
        return self

    @property
    def secret_keys(self) -> list[str]:
        """The key that signs, after the former one; empty without a console."""
        keys = (self.former_secret_key, self.secret_key) if self.secret_key else ()
        return [key.get_secret_value() for key in keys if key]

    @property
    def public_path(self) -> str:
        """The path below which browsers find the service, such as ``/faq``; empty at the root."""
        return urlsplit(self.public_url or "").path

    @property
    def openid(self) -> OpenIdSettings | None:
        """The OpenID provider; None when there is none."""
        if not (self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret):
            return None
        return OpenIdSettings(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            role_claim=self.oidc_role_claim,
            name=self.oidc_name or urlsplit(self.oidc_issuer).netloc,
        )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; variables that are unset or empty take their default.

        Args:
            environ: Default: the environment, and what it leaves open from `FILE` in the current
                folder.

        Raises:
            SettingsError: A variable is malformed, or has our prefix but no meaning.
        """
        if environ is None:
            given_here = {name: value for name, value in os.environ.items() if value}
            in_file = dotenv_values(FILE, interpolate=False)
            environ = {name: value or "" for name, value in (in_file | given_here).items()}
        given: dict[str, Any] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and value
        }
        if re.fullmatch(r"[1-9]\d*", threads := environ.get("OMP_NUM_THREADS", "")):
            given.setdefault("embedding_threads", threads)
        try:
            return cls(**given)
        except ValidationError as error:
            lines = [_explain(defect) for defect in error.errors()]
            raise SettingsError("\n".join(lines)) from None


def is_monotonous(text: str) -> bool:
    """Tell whether a secret is one character, a sequence or a short piece over and over."""
    return len({ord(after) - ord(before) for before, after in pairwise(text)}) < _STEPS


def is_origin(text: str) -> bool:
    """Tell whether a text is a scheme and a host, perhaps with a port, and nothing else."""
    return bool(re.fullmatch(r"https?://([\w.-]+|\[[\da-fA-F:]+\])(:\d+)?", text, re.ASCII))


def _origin(text: str) -> str:
    """Write an origin as browsers do: in lower case, without the port that goes without saying."""
    origin = text.strip().rstrip("/").lower()
    scheme, _, _ = origin.partition("://")
    origin = origin.removesuffix({"http": ":80", "https": ":443"}.get(scheme, "/"))
    if not is_origin(origin):
        msg = f"{origin!r} is not an origin such as https://www.example.org"
        raise ValueError(msg)
    return origin


def service_address(text: str) -> str:
    """Write where a service stands: an origin, perhaps with a path, without slash at the end.

    Raises:
        ValueError: It is something else.
    """
    parts = re.fullmatch(r"(\w+://[^/]*)((?:/[\w~-][\w.~-]*)*)/*", text.strip(), re.ASCII)
    if parts is None or not is_origin(parts[1].lower()):
        msg = f"{text.strip()!r} is not an address such as https://www.example.org/faq"
        raise ValueError(msg)
    return _origin(parts[1]) + parts[2]


def _network(text: str) -> tuple[str, ...]:
    """Write a network, of IPv4 also as a socket for both families sees it."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        msg = f"{text.strip()!r} is not an IP address or a network such as 10.0.0.0/8"
        raise ValueError(msg) from None
    if network.version == 6:
        return (str(network),)
    return (str(network), f"::ffff:{network.network_address}/{96 + network.prefixlen}")


def _variables(fields: Iterable[str]) -> str:
    return ", ".join(PREFIX + field.upper() for field in fields)


def _explain(defect: Mapping[str, Any]) -> str:
    reason = str(defect["msg"]).removeprefix("Value error, ")
    if not defect["loc"]:  # about several settings, which it names
        return reason
    name = PREFIX + str(defect["loc"][0]).upper()
    if defect["type"] == "extra_forbidden":
        return f"{name} is not a setting (known: {_variables(Settings.model_fields)})"
    if defect["loc"][0] in _SECRET:  # logs are no place for it
        return f"{name}: {reason}"
    return f"{name} is {defect['input']!r}: {reason}"
