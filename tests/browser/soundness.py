"""What holds for every page of ours, in every state, at any width, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

in_every_look = pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "light"), (375, "dark"), (1280, "dark"), (1920, "light")],
)
"""Each width and each colour scheme; what breaks a rule in one seldom needs the other to."""


def require_sound(page: Page) -> None:
    """No rule of accessibility is broken, and nothing makes the page scroll sideways."""
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["help"]) for found in violations] == []
