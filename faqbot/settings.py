"""Every setting, read from the environment in this one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from limits import parse as parse_rate
from platformdirs import user_cache_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from faqbot.embedding.fetching import DEFAULT_MODEL
from faqbot.errors import SettingsError

PREFIX = "FAQBOT_"
_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent
_IN_CHECKOUT = (_CHECKOUT / "corpus" / "corpus.yaml").is_file()


def resource_folder(name: Literal["corpus", "web"]) -> Path:
    """Find a folder that comes with faqbot, in a checkout as in an installed wheel.

    Args:
        name: Which folder.

    Returns:
        Its path.
    """
    return _CHECKOUT / name if _IN_CHECKOUT else _PACKAGE / "_data" / name


def _default_index_dir() -> Path:
    return _CHECKOUT / "indexes" if _IN_CHECKOUT else user_cache_path("faqbot") / "indexes"


class Settings(BaseModel):
    """What an operator can choose; each field is read from ``FAQBOT_<NAME>``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus_dir: Annotated[Path, Field(default_factory=lambda: resource_folder("corpus"))]
    """Folder of the corpus; default: the one that comes with faqbot."""
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
    database_url: Annotated[
        str,
        Field(default_factory=lambda: f"sqlite:///{user_data_path('faqbot') / 'faqbot.sqlite3'}"),
    ]
    """SQLAlchemy URL of the database; default: SQLite in the user's data folder."""
    allowed_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API, separated by commas; default: none."""
    rate_limit: str = "off"
    """``off``, or a limit for each client such as ``30/minute``."""
    retention_days: Annotated[int | None, Field(ge=1)] = 396
    """Age at which questions, verdicts and choices are erased, in days: 13 months; ``off`` keeps
    them."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log line written."""

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(
                origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()
            )
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, separator, host = origin.partition("://")
            if scheme not in {"http", "https"} or not separator or not host or "/" in host:
                msg = f"{origin!r} is not an origin such as https://www.example.org"
                raise ValueError(msg)
        return value

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

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Args:
            environ: The environment.

        Returns:
            The settings; variables that are unset or empty take their default.

        Raises:
            SettingsError: A variable is malformed, or has our prefix but no meaning.
        """
        given: dict[str, Any] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and value
        }
        try:
            return cls(**given)
        except ValidationError as error:
            lines = [_explain(defect) for defect in error.errors()]
            raise SettingsError("\n".join(lines)) from None


def _explain(defect: Mapping[str, Any]) -> str:
    name = PREFIX + str(defect["loc"][0]).upper()
    if defect["type"] == "extra_forbidden":
        known = ", ".join(PREFIX + field.upper() for field in Settings.model_fields)
        return f"{name} is not a setting (known: {known})"
    reason = str(defect["msg"]).removeprefix("Value error, ")
    return f"{name} is {defect['input']!r}: {reason}"
