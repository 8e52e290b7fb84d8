"""Redaction before storage, and one session's data: all of it, then none of it."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select, update

from faqbot.database.records import Interaction
from faqbot.database.schema import choices, interactions, shown_entries, verdicts
from faqbot.feedback.export import session_rows
from faqbot.feedback.store import FeedbackStore
from faqbot.privacy.redaction import Redactor
from tests.samples_of_use import NOON, SESSION, interaction

ASKED = "Mme Durand, 06 12 34 56 78, peut-elle écrire à aide@example.org ?"
KEPT = "Mme [nom], [téléphone], peut-elle écrire à [e-mail] ?"


def written(store: FeedbackStore) -> dict[str, object]:
    """Keep a question with a vote and a choice, all with personal data; return what is kept."""
    asked = interaction(question=ASKED, status="clarify")
    store.record(asked)
    store.vote(asked.id, "S01", useful=False, reason="other", comment=ASKED, at=NOON)
    store.choose(asked.id, "S02", at=NOON)
    (row,) = session_rows(store.conversation(SESSION))
    return row


def test_what_is_kept_is_redacted(store: FeedbackStore) -> None:
    row = written(store)
    assert row["question"] == KEPT
    assert row["verdicts"][0]["comment"] == KEPT  # type: ignore[index]


def test_personal_data_never_reach_the_file(sqlite_store: FeedbackStore, path: Path) -> None:
    written(sqlite_store)
    sqlite_store.close()
    whole = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert KEPT.encode() in whole
    assert b"Durand" not in whole
    assert b"06 12" not in whole


def test_what_the_faq_publishes_is_spared(url: str) -> None:
    with FeedbackStore.open(url, Redactor({"aide@example.org"})) as store:
        assert "aide@example.org" in str(written(store)["question"])


def test_all_that_is_kept_about_a_session_is_told_as_json(store: FeedbackStore) -> None:
    row = json.loads(json.dumps(written(store)))
    assert row["session_id"] == str(SESSION)
    assert row["asked_at"] == NOON.isoformat()
    assert [entry["entry_id"] for entry in row["shown"]] == ["S01", "S02", "F11"]
    assert row["verdicts"][0]["updated_at"] == NOON.isoformat()
    assert (row["choice"], row["chosen_at"]) == ("S02", NOON.isoformat())


def test_a_session_is_forgotten_with_everything_attached_and_others_stay(
    store: FeedbackStore,
) -> None:
    written(store)
    other = interaction(session_id=uuid4(), question="Une autre question")
    store.record(other)
    assert store.forget(SESSION) == 1
    assert store.forget(SESSION) == 0
    assert store.conversation(SESSION) == ()
    assert store.exchange(other.id) is not None
    with store.database.reading() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (interactions, shown_entries, verdicts, choices)
        ]
    assert counts == [1, 3, 0, 0]


def test_what_is_forgotten_leaves_the_file(sqlite_store: FeedbackStore, path: Path) -> None:
    written(sqlite_store)
    sqlite_store.forget(SESSION)
    sqlite_store.close()
    assert KEPT.encode() not in path.read_bytes()


def keep_unredacted(store: FeedbackStore) -> Interaction:
    """Leave two texts in the database as a version without redaction would have."""
    asked = interaction()
    store.record(asked)
    store.record(interaction(question="Sans rien"))
    store.vote(asked.id, "S01", useful=False, reason=None, comment="Bof", at=NOON)
    with store.database.writing() as connection:
        ours = interactions.c.id == asked.id
        connection.execute(update(interactions).where(ours).values(question=ASKED))
        connection.execute(update(verdicts).values(comment=ASKED))
    return asked


def test_texts_kept_by_an_earlier_version_are_redacted_once(store: FeedbackStore) -> None:
    asked = keep_unredacted(store)
    assert store.redact_stored() == 2
    assert store.redact_stored() == 0
    exchange = store.exchange(asked.id)
    assert exchange is not None
    assert (exchange.interaction.question, exchange.verdicts[0].comment) == (KEPT, KEPT)


def test_what_is_redacted_leaves_the_file(sqlite_store: FeedbackStore, path: Path) -> None:
    keep_unredacted(sqlite_store)
    sqlite_store.redact_stored()
    sqlite_store.close()
    assert b"Durand" not in path.read_bytes()
