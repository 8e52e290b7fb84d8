"""The widget's modules: addresses, caching, compression, and hashes that browsers compare."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from faqbot.api.widget_files import Widget, without_comments
from faqbot.errors import WidgetMissing
from faqbot.settings import resource_folder
from tests.api.conftest import ClientFactory

HOST = "https://convergence.example.org"


@pytest.fixture
def widget() -> Widget:
    return Widget.read(resource_folder("web") / "widget")


def files(folder: Path, **contents: str) -> Path:
    for name, content in contents.items():
        (folder / f"{name}.js").write_text(content, encoding="utf-8")
    return folder


def test_the_entry_imports_every_module_of_one_version(
    small_client: TestClient, widget: Widget
) -> None:
    reply = small_client.get("/widget/v1/define.js")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    imported = re.findall(r'^import "\./([0-9a-f]{16})/([\w-]+\.js)";$', reply.text, re.MULTILINE)
    assert {digest for digest, _ in imported} == {widget.digest}
    folder = resource_folder("web") / "widget"
    assert {name for _, name in imported} == {path.name for path in folder.glob("*.js")}


def test_every_module_is_served_for_ever_as_it_is(small_client: TestClient, widget: Widget) -> None:
    for name, module in widget.modules.items():
        reply = small_client.get(widget.path_of(module))
        assert reply.status_code == 200
        source = (resource_folder("web") / "widget" / name).read_text("utf-8")
        assert reply.text == without_comments(source)
        assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
        hashed = base64.b64encode(hashlib.sha384(reply.content).digest()).decode()
        assert module.integrity == f"sha384-{hashed}"


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("x-gzipped", False),
        ("", False),
    ],
)
def test_modules_are_compressed_for_those_who_take_it(
    small_client: TestClient, widget: Widget, accepted: str, compressed: bool
) -> None:
    module = widget.modules["faq-chat.js"]
    with small_client.stream(
        "GET", widget.path_of(module), headers={"accept-encoding": accepted}
    ) as reply:
        sent = b"".join(reply.iter_raw())
    assert reply.headers.get("content-encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(sent) if compressed else sent) == module.content
    assert "Accept-Encoding" in reply.headers["vary"]


@pytest.mark.parametrize("known", ["{}", '"other", {}', "*"])
def test_who_has_the_entry_already_is_told_so(small_client: TestClient, known: str) -> None:
    etag = small_client.get("/widget/v1/define.js").headers["etag"]
    reply = small_client.get("/widget/v1/define.js", headers={"if-none-match": known.format(etag)})
    assert (reply.status_code, reply.content) == (304, b"")
    assert reply.headers["etag"] == etag
    assert reply.headers["cache-control"] == "no-cache"
    changed = small_client.get("/widget/v1/define.js", headers={"if-none-match": '"other"'})
    assert changed.status_code == 200


def test_head_is_answered_like_get(small_client: TestClient, widget: Widget) -> None:
    for path in ("/widget/v1/define.js", widget.path_of(widget.modules["define.js"])):
        assert small_client.head(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/widget/v1/{digest}/nothing.js",
        "/widget/v1/{digest}/types.d.ts",
        "/widget/v1/{digest}/..%2f..%2fstatic%2fchat.js",
        "/widget/v1/faq-chat.js",
        "/widget/v1/short/define.js",
        "/widget/define.js",
    ],
)
def test_nothing_else_is_served(small_client: TestClient, widget: Widget, path: str) -> None:
    with capture_logs() as logs:
        reply = small_client.get(path.format(digest=widget.digest))
    assert reply.status_code == 404
    assert reply.headers["cache-control"] == "no-store"
    assert not [line for line in logs if line["event"] == "widget_outdated"]


def test_an_outdated_snippet_is_reported_once(small_client: TestClient, widget: Widget) -> None:
    with capture_logs() as logs:
        codes = [
            small_client.get(f"/widget/v1/{'0' * 16}/{name}").status_code
            for name in ("define.js", "faq-chat.js", "define.js")
        ]
    assert codes == [404] * 3
    (line,) = [line for line in logs if line["event"] == "widget_outdated"]
    assert line["log_level"] == "warning"
    assert (line["digest"], line["current"]) == ("0" * 16, widget.digest)
    assert "faqbot widget snippet" in line["advice"]


def test_an_allowed_page_may_load_the_modules(
    make_small_client: ClientFactory, widget: Widget
) -> None:
    client = make_small_client(allowed_origins=(HOST,))
    for path in ("/widget/v1/define.js", widget.path_of(widget.modules["define.js"])):
        reply = client.get(path, headers={"origin": HOST})
        assert reply.headers["access-control-allow-origin"] == HOST
        assert {"Origin", "Accept-Encoding"} <= set(reply.headers["vary"].split(", "))


def test_the_digest_stands_for_names_and_contents(tmp_path: Path) -> None:
    def variants() -> Iterator[dict[str, str]]:
        yield {"define": "a", "x": "b"}
        yield {"define": "a", "x": "c"}
        yield {"define": "a", "y": "b"}
        yield {"define": "b", "x": "a"}
        yield {"define": "a", "x": "b", "z": ""}

    digests = []
    for number, contents in enumerate(variants()):
        (folder := tmp_path / str(number)).mkdir()
        digests.append(Widget.read(files(folder, **contents)).digest)
    assert len(set(digests)) == len(digests)


def test_the_same_files_make_the_same_widget(tmp_path: Path) -> None:
    folder = files(tmp_path, define="import './x.js';", x="export {};")
    (folder / "types.d.ts").write_text("export type A = 1;", encoding="utf-8")
    assert Widget.read(folder) == Widget.read(folder)
    assert list(Widget.read(folder).modules) == ["define.js", "x.js"]


def test_a_service_without_its_widget_does_not_start(
    make_small_client: ClientFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WidgetMissing, match="install it again"):
        Widget.read(files(tmp_path, other=""))
    monkeypatch.setattr("faqbot.api.services.resource_folder", lambda _: tmp_path)
    with pytest.raises(WidgetMissing):
        make_small_client()


def test_what_is_served_has_the_code_and_no_comments() -> None:
    source = """// @ts-check
// Why it is so.

/** Twice. @type {(n: number) => number} */
export const twice = (n) => {
  /** @type {string} */ const address = 'https://example.org/**';
  return n * 2; // stays: it may stand in a string
};
/**
 * More,
 * at length.
 */
"""
    assert without_comments(source).splitlines() == [
        "export const twice = (n) => {",
        "const address = 'https://example.org/**';",
        "return n * 2; // stays: it may stand in a string",
        "};",
    ]


def test_all_modules_together_weigh_less_than_24_kb_as_transferred() -> None:
    widget = Widget.read(resource_folder("web") / "widget")
    assert sum(len(module.compressed) for module in widget.modules.values()) <= 24_000
