"""Drafts are kept as they were saved, one an entry, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from faqbot.database.interface import Database
from faqbot.editing.drafts import DraftStore, EntryDraft
from faqbot.errors import DraftConflict
from tests.samples import entry

BRIDGE = entry("F11", "Combien vaut un pont ?", "Cher.", "prix du pont")
DRAFT = EntryDraft(
    entry_id="F11",
    base=BRIDGE,
    entry=replace(BRIDGE, answer="Peu."),
    reason="Moins cher",
    authors=("alice", "paul"),
    updated_at=datetime(2026, 11, 27, 12, tzinfo=UTC),
)
RETIRED = replace(DRAFT, entry=None)
NEW = replace(DRAFT, entry_id="F12", base=None)


def test_drafts_come_back_as_they_were_saved(database: Database) -> None:
    drafts = DraftStore(database)
    for draft in (DRAFT, NEW):
        drafts.save(draft, replaces=None)
    drafts.save(RETIRED, replaces=DRAFT.digest)
    assert sorted(drafts.all(), key=lambda it: it.entry_id) == [RETIRED, NEW]
    drafts.discard(RETIRED)
    assert drafts.find("F11") is None


def test_who_comes_second_is_told_and_changes_nothing(database: Database) -> None:
    drafts = DraftStore(database)
    drafts.save(DRAFT, replaces=None)
    with pytest.raises(DraftConflict):
        drafts.save(RETIRED, replaces=None)
    with pytest.raises(DraftConflict):
        drafts.save(RETIRED, replaces=NEW.digest)
    with pytest.raises(DraftConflict):
        drafts.discard(RETIRED)
    assert drafts.find("F11") == DRAFT
