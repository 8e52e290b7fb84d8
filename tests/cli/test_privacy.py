"""Erasing and telling what is kept, as an operator does it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.cli import main
from faqbot.database.engines import open_database
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import SESSION, figures, interaction

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "faqbot.sqlite3"
    monkeypatch.setenv("FAQBOT_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("COLUMNS", "200")
    with FeedbackStore.open(f"sqlite:///{path}") as store:
        month_ago = datetime.now(UTC) - timedelta(days=30)
        store.record(interaction(asked_at=month_ago))
        Journal(store.database).record("alice", "login", at=month_ago)
        store.record(interaction(asked_at=datetime.now(UTC), session_id=uuid4()))
    return path


def questions(database: Path) -> int:
    with FeedbackStore.open(f"sqlite:///{database}") as store:
        return figures(store).questions


def test_purge_takes_the_age_from_the_settings(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert main(["feedback", "purge", "--yes"]) == 0
    assert capsys.readouterr().out == "0 interactions erased\n"
    monkeypatch.setenv("FAQBOT_RETENTION_DAYS", "20")
    assert main(["feedback", "purge", "--yes"]) == 0
    assert capsys.readouterr().out == "1 interaction erased\n"
    monkeypatch.setenv("FAQBOT_RETENTION_DAYS", "off")
    assert main(["feedback", "purge", "--yes"]) == 1
    assert "--older-than" in capsys.readouterr().err
    assert questions(database) == 1
    with open_database(f"sqlite:///{database}") as opened:
        assert Journal(opened).count(JournalFilter()) == 0


def test_one_session_is_told_and_forgotten(
    database: Path, capsys: Captured, tmp_path: Path
) -> None:
    target = tmp_path / "session.json"
    session = ["--session", str(SESSION)]
    assert main(["feedback", "export", *session, "-o", str(target)]) == 0
    kept = json.loads(target.read_text("utf-8"))
    assert [turn["question"] for turn in kept["interactions"]] == ["Où trouver le REM ?"]
    assert main(["feedback", "forget", *session, "--yes"]) == 0
    assert main(["feedback", "forget", *session, "--yes"]) == 0
    assert capsys.readouterr().out == "1 interaction erased\n0 interactions erased\n"
    assert questions(database) == 1


@pytest.mark.parametrize("words", [[], ["--format", "csv", "--session", str(SESSION)]])
def test_an_export_is_of_everything_or_of_one_session(
    database: Path, capsys: Captured, words: list[str]
) -> None:
    assert main(["feedback", "export", *words]) == 1
    assert "--session" in capsys.readouterr().err


def test_what_an_earlier_version_kept_is_redacted(database: Path, capsys: Captured) -> None:
    text = "Mme Durand, ans-support-convergence@esante.gouv.fr ou a@example.org ?"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE interactions SET question = ?", (text,))
    assert main(["feedback", "redact"]) == 0
    assert main(["feedback", "redact"]) == 0
    assert capsys.readouterr().out == "2 texts changed\n0 texts changed\n"
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT DISTINCT question FROM interactions").fetchall()
    assert rows == [("Mme [nom], ans-support-convergence@esante.gouv.fr ou [e-mail] ?",)]
