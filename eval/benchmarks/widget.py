"""Measure the chat widget: bytes on the wire, time until it can be used, layout shift.

Starts a server and a host page at another origin, loads that page in fresh browser contexts and
prints figures. A size is a fact of the files, and a test holds it; a time depends on the machine,
and nothing here fails because of one.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from measuring import percentile
from playwright.sync_api import Browser, sync_playwright
from service import faqbot

from faqbot.api.widget_files import Widget
from faqbot.settings import resource_folder

BUDGET_BYTES = 24_000
BUDGET_MS = 100
MODES = ("launcher", "inline")

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Hôte</title>
<style>faq-chat[mode=inline] {{ display: block; height: 40rem }}</style></head>
<body><h1>Portail</h1><p>Une page de l’hôte.</p>
<script type="module" src="{address}/widget/v1/define.js"></script>
<faq-chat endpoint="{address}" mode="{mode}"><a href="{address}/">Poser une question</a></faq-chat>
</body></html>"""
"""As the guide says: a launcher stands last, and a style keeps the room of an inline widget."""

SHIFTS = """
globalThis.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""

MEASURE = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  while (!performance.getEntriesByName('faq-chat:ready').length) await frame();
  const scripts = performance.getEntriesByType('resource').filter((it) => it.name.endsWith('.js'));
  const arrived = Math.max(...scripts.map((it) => it.responseEnd));
  const ready = performance.getEntriesByName('faq-chat:ready')[0].startTime - arrived;
  const element = document.querySelector('faq-chat');
  const start = performance.now();
  if (element.mode === 'launcher') element.open();
  await frame();
  const opening = performance.now() - start;
  await new Promise((done) => setTimeout(done, 300));
  return { ready, opening, shift, requests: scripts.length };
}"""


@contextmanager
def hosted() -> Iterator[tuple[str, dict[str, str]]]:
    """Serve pages at an origin of their own.

    Yields:
        The origin, and the pages by path, to be filled.
    """
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()


def measure(browser: Browser, url: str, loads: int) -> list[dict[str, float]]:
    """Load a page again and again, each time without a cache.

    Args:
        browser: A running browser.
        url: The host page.
        loads: How often.

    Returns:
        For each load: milliseconds from the last script's arrival until the widget is ready, and
        from the call of `open` to the frame that shows the panel; layout shift; scripts fetched.
    """
    found = []
    for _ in range(loads):
        context = browser.new_context()
        context.add_init_script(SHIFTS)
        page = context.new_page()
        page.goto(url)
        found.append(page.evaluate(MEASURE))
        context.close()
    return found


def main() -> None:
    """Print sizes, times and layout shift."""
    parser = argparse.ArgumentParser(description="Measure the chat widget.")
    parser.add_argument("--loads", type=int, default=25, help="cold loads for each mode")
    loads = parser.parse_args().loads
    modules = Widget.read(resource_folder("web") / "widget").modules.values()
    compressed = {module.name: len(module.compressed) for module in modules}
    total = sum(compressed.values())
    for name, size in compressed.items():
        print(f"{size:7,} bytes  {name}")
    print(f"{total:7,} bytes gzip in all, of {BUDGET_BYTES:,}\n")

    names = ("chromium", "chromium-browser", "google-chrome")
    installed = next((path for name in names if (path := shutil.which(name))), None)
    with ExitStack() as stack:
        origin, pages = stack.enter_context(hosted())
        data = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(faqbot(Path(data), {"FAQBOT_ALLOWED_ORIGINS": origin}))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        runs = {}
        for mode in MODES:
            pages[f"/{mode}"] = PAGE.format(address=server.address, mode=mode)
            measure(
                browser, f"{origin}/{mode}", 1
            )  # the first load also starts the browser's parts
            runs[mode] = measure(browser, f"{origin}/{mode}", loads)
        print(f"{browser.browser_type.name} {browser.version}, {loads} cold loads each,")
        print(f"milliseconds (median / 95th percentile), budget {BUDGET_MS}")
        browser.close()
    print(f"{'':34}" + "".join(f"{mode:>18}" for mode in MODES))
    rows = {"scripts arrived → ready": "ready", "open() → panel on the screen": "opening"}
    for label, key in rows.items():
        cells = [[load[key] for load in runs[mode]] for mode in MODES]
        print(
            f"{label:34}"
            + "".join(f"{statistics.median(it):9.1f} /{percentile(it, 0.95):7.1f}" for it in cells)
        )
    shifts = (max(load["shift"] for load in runs[mode]) for mode in MODES)
    print(f"{'layout shift, largest':34}" + "".join(f"{shift:18.3f}" for shift in shifts))


if __name__ == "__main__":
    main()
