"""What all tests share: the real model and corpus, loaded once, and a ban on skipping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faqbot.assistant import Assistant
from faqbot.embedding.encoder import SentenceTransformerEmbeddings
from faqbot.progress import silent
from faqbot.settings import Settings
from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips", action="store_true", help="Fail when a test was skipped or deselected."
    )


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
def embedder(assistant: Assistant) -> SentenceTransformerEmbeddings:
    """The real model."""
    return assistant.embedder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server; each process of pytest-xdist has its own."""
    server = Postgres()
    yield server
    server.close()
