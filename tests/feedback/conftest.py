"""Every test that asks for ``url``, ``store`` or ``database`` runs on both engines.

Tests about one engine take ``path`` and ``sqlite_url``, or ``postgres`` and ``postgres_url``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faqbot.feedback.database import Database
from faqbot.feedback.opening import open_database
from faqbot.feedback.store import FeedbackStore
from tests.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "faqbot.db"


@pytest.fixture
def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database with the tables and nothing in them."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create(migrated=False)
    yield url
    postgres.drop(url)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    address: str = request.getfixturevalue(name)
    return address


@pytest.fixture
def store(url: str) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(url) as store:
        yield store


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(sqlite_url) as store:
        yield store


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The same database as ``store``, for a look behind it."""
    database = open_database(url)
    database.prepare()
    yield database
    database.close()
