"""A newcomer finds what CONTRIBUTING names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.findall(
    r"`((?:faqbot|tests|web|corpus|eval)/[\w./-]+)`",
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
)
MADE_LATER = {"corpus/TODO.md", "eval/feedback.jsonl"}


@pytest.mark.parametrize("path", sorted({*NAMED} - MADE_LATER))
def test_what_contributing_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()
