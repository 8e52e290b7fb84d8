from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faqbot.feedback.store import FeedbackStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "faqbot.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(url) as store:
        yield store
