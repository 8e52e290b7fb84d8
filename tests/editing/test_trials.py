from __future__ import annotations

import gc
import weakref
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from faqbot.editing import impact
from faqbot.editing.trials import Trials


class _Assistant: ...


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The draft of each entry, instead of a database with them."""
    drafts: dict[str, Any] = {}
    fake = SimpleNamespace(find=drafts.get)
    monkeypatch.setattr("faqbot.editing.trials.DraftStore", lambda _: fake)
    return drafts


def save(kept: dict[str, Any], digest: str) -> Any:
    kept["F11"] = SimpleNamespace(entry_id="F11", digest=digest)
    return kept["F11"]


def test_what_came_of_a_draft_does_not_keep_the_assistant_that_tried_it(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each release brings another one, and sixteen trials are remembered."""
    monkeypatch.setattr(impact, "impact_of", lambda *_: "impact")
    assistant: Any = _Assistant()
    held = weakref.ref(assistant)
    database: Any = None
    trials = Trials()
    trial = trials.of(save(kept, "d"), "release", database, database, assistant)
    trial.join()
    assert trial.impact == "impact"
    del assistant
    gc.collect()
    assert held() is None


def test_a_draft_does_not_wait_for_what_was_saved_before_it(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    begun, all_there = Event(), Event()

    def impact_of(draft: Any, *_: object) -> str:
        tried.append(draft.digest)
        begun.set()
        all_there.wait()
        return "impact"

    monkeypatch.setattr(impact, "impact_of", impact_of)
    nothing: Any = None
    trials, found = Trials(), []
    for digest in ("first", "second", "third", "last"):
        found.append(trials.of(save(kept, digest), "release", nothing, nothing, nothing))
        begun.wait()
    all_there.set()
    for trial in found:
        trial.join()
    assert tried == ["first", "last"]
    assert found[-1].impact == "impact"
    again = trials.of(save(kept, "second"), "release", nothing, nothing, nothing)
    again.join()
    assert again.impact == "impact"
