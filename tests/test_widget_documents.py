"""What is said about the widget, beside it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CRITERIA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many criteria each theme of the RGAA 4.1.2 has; 106 in all."""


def test_the_self_assessment_judges_every_criterion_once() -> None:
    text = (ROOT / "web" / "ACCESSIBILITE.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\d+\.\d+) +\| (.+?) *\| (C|NC|NA|à confirmer) *\| (.+?) *\|$", text, re.M
    )
    expected = [
        f"{theme}.{number}"
        for theme, count in enumerate(CRITERIA, start=1)
        for number in range(1, count + 1)
    ]
    assert [number for number, *_ in rows] == expected
    assert len(expected) == 106


def test_the_tests_that_the_self_assessment_names_exist() -> None:
    text = (ROOT / "web" / "ACCESSIBILITE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests" / "browser").glob("test_widget*.py")
    )
    assert len(named) > 10
    assert named <= set(re.findall(r"def (test_\w+)", sources))


def test_no_registry_is_named_in_what_is_committed_for_node() -> None:
    web = ROOT / "web"
    for name in (".npmrc", "package.json", "package-lock.json"):
        assert not re.search(
            r"registry\.|resolved", (web / name).read_text().replace("-resolved", "")
        )
