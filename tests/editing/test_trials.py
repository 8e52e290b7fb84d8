from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

from faqbot.editing import impact
from faqbot.editing.trials import Trials


class _Assistant: ...


def test_what_came_of_a_draft_does_not_keep_the_assistant_that_tried_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each release brings another one, and sixteen trials are remembered."""
    monkeypatch.setattr(impact, "impact_of", lambda *_: "impact")
    assistant: Any = _Assistant()
    kept = weakref.ref(assistant)
    draft: Any = SimpleNamespace(digest="d")
    database: Any = None
    trials = Trials()
    trial = trials.of(draft, "release", database, database, assistant)
    trial.join()
    assert trial.impact == "impact"
    del assistant
    gc.collect()
    assert kept() is None
