"""What holds for every page of ours, in every state, at any width, light and dark."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 375, 1280, 1920)


def require_sound(page: Page) -> None:
    """No width makes the page scroll sideways; as it stands, it breaks no rule of accessibility."""
    own = page.viewport_size
    assert own is not None
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": own["height"]})
        page.wait_for_function(
            "width => innerWidth === width && document.readyState === 'complete'", arg=width
        )
        assert page.evaluate(overflow) <= 0, width
    page.set_viewport_size(own)
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["help"]) for found in violations] == []
