from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from faqbot.cli import main
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import MINUTE, NOON, interaction, shown

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)


def test_an_empty_store_counts_zero_everywhere(capsys: Captured) -> None:
    assert main(["feedback", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "interactions": 0,
        "by_status": {"answered": 0, "clarify": 0, "no_answer": 0},
        "tentative": 0,
        "choices": 0,
        "small_talk": 0,
        "useful": 0,
        "not_useful": 0,
        "by_reason": {"incorrect": 0, "incomplete": 0, "outdated": 0, "off_topic": 0, "other": 0},
        "entries": [],
    }


def fared(entry_id: str, *, reasons: Mapping[str, int], **counts: int) -> dict[str, Any]:
    rest = {"suggested": 0, "comments": 0, "not_useful": sum(reasons.values())}
    return {"entry_id": entry_id, "reasons": reasons, **rest | counts}


def test_verdicts_are_counted_as_they_stand(store: FeedbackStore, capsys: Captured) -> None:
    """Three questions; S01 judged useful, then not (outdated); S02 not useful, no reason.

    S01 is chosen instead of F11; thanks and a goodbye count on their own.
    """
    first = interaction()
    second = interaction(status="clarify", tentative=True, shown=(shown("F11"), shown("S01", 2)))
    third = interaction(status="no_answer", shown=(shown("S02", 1, "suggestion"),))
    for asked in (first, second, third):
        store.record(asked)
    store.vote(first.id, "S01", useful=True, reason=None, comment=None, at=NOON)
    store.vote(first.id, "S01", useful=False, reason="outdated", comment=None, at=NOON + MINUTE)
    store.vote(first.id, "S02", useful=False, reason=None, comment=None, at=NOON)
    store.vote(second.id, "S01", useful=True, reason="other", comment=None, at=NOON)
    store.choose(second.id, "F11", at=NOON)
    store.choose(second.id, "S01", at=NOON + MINUTE)
    for courtesy in ("thanks", "farewell"):
        store.record(interaction(status="no_answer", shown=(), small_talk=courtesy))

    assert main(["feedback", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "interactions": 3,
        "by_status": {"answered": 1, "clarify": 1, "no_answer": 1},
        "tentative": 1,
        "choices": 1,
        "small_talk": 2,
        "useful": 1,
        "not_useful": 2,
        "by_reason": {"incorrect": 0, "incomplete": 0, "outdated": 1, "off_topic": 0, "other": 0},
        "entries": [
            fared("F11", shown=1, first=1, suggested=1, useful=0, chosen=0, reasons={}),
            fared("S01", shown=2, first=1, useful=1, chosen=1, reasons={"outdated": 1}),
            fared("S02", shown=1, first=0, suggested=1, useful=0, chosen=0, reasons={"null": 1}),
        ],
    }
