"""What the documents say of evaluation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "eval/README.md"])
def test_every_table_of_figures_tells_invented_questions_from_real_ones(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    measured = [table for table in tables if re.search(r"\b[01]\.[0-9]{3}\b", table)]
    assert measured
    for table in measured:
        heading = table.splitlines()[0]
        assert ("invented questions" in heading) != ("real users’ questions" in heading), heading
