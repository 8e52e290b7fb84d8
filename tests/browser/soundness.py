"""What holds for every page of ours, in every state, at any width, light and dark."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 375, 1280, 1920)


# One call for each width: to ask a browser anything takes longer than to answer it.
OVERFLOW = """async (width) => {
  const shown = () => innerWidth === width && document.readyState === 'complete';
  for (let frame = 0; !shown() && frame < 1800; frame += 1) {
    await new Promise((resolve) => { setTimeout(resolve, 16); });
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  return [innerWidth, scrollWidth - clientWidth];
}"""


def require_sound(page: Page) -> None:
    """No width makes the page scroll sideways; as it stands, it breaks no rule of accessibility."""
    own = page.viewport_size
    assert own is not None
    # Its own comes last: that is the one to leave it at.
    for width in (*(it for it in WIDTHS if it != own["width"]), own["width"]):
        page.set_viewport_size({"width": width, "height": own["height"]})
        shown, overflow = page.evaluate(OVERFLOW, width)
        assert shown == width
        assert overflow <= 0, width
    assert [(found["id"], found["help"]) for found in broken(page)] == []


def broken(page: Page, **options: object) -> list[dict[str, Any]]:
    """What axe-core finds on a page as it stands, with such options of its own."""
    if not page.evaluate("'axe' in globalThis"):  # half a megabyte; a page keeps it
        page.evaluate(Axe().axe_script)
    chosen = {"resultTypes": ["violations"], **options}
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then(({ violations }) => violations)", chosen
    )
    return found
