"""What all tests share: the real model and corpus, loaded once, databases, and a ban on skipping.

Every test that asks for ``url``, ``store`` or ``database`` runs on both engines. Tests about one
engine take ``path`` and ``sqlite_url``, or ``postgres`` and ``postgres_url``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faqbot.assistant import Assistant
from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from faqbot.embedding.encoder import Embedder
from faqbot.feedback.store import FeedbackStore
from faqbot.progress import silent
from faqbot.settings import Settings
from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent
ENGINES = ("sqlite", "postgresql")
LONG = {
    ROOT / "tests" / name
    for name in (
        "hostile/test_description.py",
        "hostile/test_storms.py",
        "retrieval/test_conversation.py",
        "test_benchmarks.py",
    )
}
"""Late in the alphabet and long: begun last, one would keep one process while others are done."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips", action="store_true", help="Fail when a test was skipped or deselected."
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path not in LONG)  # first; all others stay in their order


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.getoption("--forbid-skips") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("skipped tests are forbidden here", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter is not None and reporter.stats.get("skipped")
    if session.config.getoption("--forbid-skips") and skipped and exitstatus == 0:
        session.exitstatus = 1


@pytest.fixture(scope="session")
def settings(pytestconfig: pytest.Config) -> Settings:
    """The default settings, but for the index: kept between test runs, apart from the user's."""
    index_dir = Path(pytestconfig.cache.mkdir("faqbot-index"))
    return Settings.from_env({"FAQBOT_INDEX_DIR": str(index_dir)})


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    """The real assistant: real corpus, real model, real index."""
    return Assistant.open(settings, progress=silent)


@pytest.fixture(scope="session")
def embedder(assistant: Assistant) -> Embedder:
    """The real model, as it serves."""
    return assistant.embedder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server; each process of pytest-xdist has its own."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with the tables and nothing in them: to copy it is sooner than to migrate.

    PostgreSQL's databases are made so, too.
    """
    path = tmp_path_factory.mktemp("migrated") / "faqbot.sqlite3"
    with open_database(f"sqlite:///{path}") as database:
        database.prepare()
    return path


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
