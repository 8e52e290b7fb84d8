"""`faqbot demo-data`: a small demonstration, made with the real assistant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from faqbot.cli.root import main
from faqbot.database.schema import interactions
from faqbot.demonstration import is_demonstration, questions_of
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings
from tests.samples import corpus, entry
from tests.samples_of_use import figures, interaction

DAYS = ["--days", "6", "--per-day", "5", "--distinct", "12", "--until", "2026-11-23"]


@pytest.fixture
def url(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FAQBOT_INDEX_DIR", str(settings.index_dir))
    monkeypatch.chdir(tmp_path)  # an installed faqbot has no eval/ beside it
    return f"sqlite:///{tmp_path / 'demo.sqlite3'}"


def test_a_demonstration_is_written_marked_and_announced(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo-data", "--database-url", url, *DAYS]) == 0
    said = capsys.readouterr().out
    with FeedbackStore.open(url) as store:
        stats = figures(store)
        with store.database.reading() as connection:
            assert is_demonstration(connection)
    assert f"{stats.questions + stats.small_talk} synthetic interactions written" in said
    assert f"FAQBOT_DATABASE_URL={url}" in said
    assert stats.by_status["answered"] > 0


def test_an_faq_without_labelled_questions_has_one_made_of_its_own_wordings() -> None:
    made = questions_of(corpus(entry("S01", "Où ?", "Là.", "où donc")))
    assert made == [("Où ?", ("S01",)), ("où donc", ("S01",))]


def test_nothing_of_it_lies_in_the_future(url: str) -> None:
    few = ["--days", "7", "--per-day", "5", "--distinct", "12"]
    assert main(["demo-data", "--database-url", url, *few]) == 0
    with FeedbackStore.open(url) as store, store.database.reading() as connection:
        newest = connection.execute(select(func.max(interactions.c.asked_at))).scalar_one()
    assert newest < datetime.now(UTC)


def test_a_database_in_use_is_left_alone(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with FeedbackStore.open(url) as store:
        store.record(interaction())
    assert main(["demo-data", "--database-url", url, *DAYS]) == 1
    assert "not synthetic" in capsys.readouterr().err
    with FeedbackStore.open(url) as store:
        assert figures(store).questions == 1


def test_a_data_set_that_is_missing_is_named(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "nowhere")
    assert main(["demo-data", "--database-url", url, "--dataset", missing]) == 1
    assert "queries.jsonl" in capsys.readouterr().err
