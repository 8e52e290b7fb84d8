"""Who may use the service from another site, and what the operator is told of those who may not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import structlog
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from structlog.testing import capture_logs

from faqbot.api.log_throttle import LogThrottle
from faqbot.api.middleware import denied_origin
from tests.api.conftest import ClientFactory

HOST = "https://convergence.example.org"
EVIL = "https://evil.example.org"
CLOCK = "faqbot.api.log_throttle.monotonic"
PATHS = ("/api/v1/faq", "/api/v1/suggest?q=a", "/widget/v1/define.js", "/static/favicon.svg?v=1")


@pytest.fixture(autouse=True)
def _fresh_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger of its own: the module's may have been configured by an earlier test."""
    monkeypatch.setattr("faqbot.api.middleware.log", structlog.get_logger())


@pytest.mark.parametrize("path", PATHS)
def test_allowed_pages_may_read_what_a_widget_needs(
    make_small_client: ClientFactory, path: str
) -> None:
    client = make_small_client(allowed_origins=(HOST,))
    with capture_logs() as logs:
        reply = client.get(path, headers={"origin": HOST, "sec-fetch-site": "cross-site"})
    assert reply.headers["access-control-allow-origin"] == HOST
    assert reply.headers["access-control-expose-headers"] == "Retry-After"
    assert "access-control-allow-credentials" not in reply.headers
    assert "origin_denied" not in {line["event"] for line in logs}


@pytest.mark.parametrize("path", PATHS)
def test_other_pages_may_not_and_no_cache_remembers_it(
    make_small_client: ClientFactory, path: str
) -> None:
    client = make_small_client(allowed_origins=(HOST,))
    reply = client.get(path, headers={"origin": EVIL})
    assert "access-control-allow-origin" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"


def preflight(client: TestClient, origin: str) -> Mapping[str, str]:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    return client.options("/api/v1/chat", headers=asked).headers


def test_a_browser_that_asks_first_is_told(make_small_client: ClientFactory) -> None:
    client = make_small_client(allowed_origins=(HOST,))
    allowed = preflight(client, HOST)
    assert allowed["access-control-allow-origin"] == HOST
    assert "POST" in allowed["access-control-allow-methods"]
    assert "Content-Type" in allowed["access-control-allow-headers"]
    assert "access-control-allow-origin" not in preflight(client, EVIL)


def test_refusals_and_failures_can_be_read_by_the_widget(
    make_small_client: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_small_client(allowed_origins=(HOST,), rate_limit="1/minute")

    def ask(body: object) -> tuple[int, str | None]:
        reply = client.post("/api/v1/chat", json=body, headers={"origin": HOST})
        return reply.status_code, reply.headers.get("access-control-allow-origin")

    assert ask({}) == (422, HOST)
    assert ask({"question": "a"}) == (429, HOST)

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("faqbot.api.json_routes.examples_of", broken)
    reply = client.get("/api/v1/faq", headers={"origin": HOST})
    assert (reply.status_code, reply.json()["type"]) == (500, "internal_error")
    assert reply.headers["access-control-allow-origin"] == HOST
    assert reply.headers["x-content-type-options"] == "nosniff"


def warnings(client: TestClient, *requests: dict[str, str], path: str = "/") -> list[dict]:
    with capture_logs() as logs:
        for headers in requests:
            client.get(path, headers=headers)
    return [dict(line) for line in logs if line["event"] == "origin_denied"]


def test_a_denied_origin_is_reported_once_with_what_to_set(
    make_small_client: ClientFactory,
) -> None:
    client = make_small_client(allowed_origins=(HOST,))
    (line,) = warnings(client, {"origin": EVIL}, {"origin": EVIL}, {"origin": HOST})
    assert line["log_level"] == "warning"
    assert line["origin"] == EVIL
    assert line["setting"] == "FAQBOT_ALLOWED_ORIGINS"
    assert f"FAQBOT_ALLOWED_ORIGINS={HOST},{EVIL}" in line["advice"]


def test_a_page_without_an_origin_of_its_own_is_told_apart(small_client: TestClient) -> None:
    lines = warnings(small_client, {"origin": "null"}, {"origin": "chrome-extension://a"})
    assert all("never be allowed" in line["advice"] for line in lines)
    assert [line["origin"] for line in lines] == ["null", "chrome-extension://a"]


def test_a_frame_on_a_denied_page_is_reported(make_small_client: ClientFactory) -> None:
    client = make_small_client(allowed_origins=(HOST,))

    def framed(referer: str | None, destination: str = "iframe") -> dict[str, str]:
        given = {"sec-fetch-dest": destination, "sec-fetch-site": "cross-site"}
        return given | ({"referer": referer} if referer else {})

    assert not warnings(
        client,
        framed(f"{HOST}/aide"),
        framed(None),
        framed("about:client"),
        framed(f"{EVIL}/", "document"),
        path="/embed",
    )
    (line,) = warnings(client, framed(f"{EVIL}/aide?x=1"), path="/embed")
    assert line["origin"] == EVIL
    assert not warnings(client, framed("https://other.example.org/"), path="/questions")


@pytest.mark.parametrize(
    ("origin", "headers", "denied"),
    [
        # A browser that says where it comes from is believed, whatever a proxy did to the host.
        ("https://faq.fr", {"host": "10.0.0.7:8000", "sec-fetch-site": "same-origin"}, False),
        ("https://faq.fr", {"host": "faq.fr", "sec-fetch-site": "cross-site"}, True),
        ("https://www.faq.fr", {"host": "faq.fr", "sec-fetch-site": "same-site"}, True),
        # Others are judged by the host that was asked for, on either side of a proxy.
        ("http://faq.fr", {"host": "faq.fr"}, False),
        ("https://faq.fr", {"host": "faq.fr"}, False),
        ("http://faq.fr:8000", {"host": "faq.fr:8000"}, False),
        ("http://faq.fr:3000", {"host": "faq.fr:8000"}, True),
        ("https://faq.fr", {"host": "10.0.0.7:8000", "x-forwarded-host": "faq.fr"}, False),
        ("https://faq.fr", {"host": "app", "x-forwarded-host": "faq.fr, inner"}, False),
        ("https://faq.fr", {"host": "10.0.0.7:8000"}, True),
        ("null", {"host": "faq.fr"}, True),
        ("", {}, True),
        ("https://allowed.fr", {"host": "faq.fr", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_our_own_pages_are_told_from_others(
    origin: str, headers: dict[str, str], denied: bool
) -> None:
    given = Headers({"origin": origin, **headers})
    found = denied_origin("/api/v1/chat", given, ("https://allowed.fr",))
    assert found == (origin if denied else None)


def test_a_request_from_no_page_is_nobody_s_business() -> None:
    assert denied_origin("/api/v1/chat", Headers({"host": "faq.fr"}), ()) is None


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_subject_is_spoken_of_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(CLOCK, clock)
    throttle = LogThrottle()
    assert [throttle.allows("a"), throttle.allows("a"), throttle.allows("b")] == [True, False, True]
    clock.now = 3599
    assert not throttle.allows("a")
    clock.now = 3600
    assert throttle.allows("a")


@given(st.lists(st.tuples(st.floats(0, 2000), st.text(max_size=300)), max_size=60))
def test_no_subject_is_spoken_of_twice_within_an_hour(events: list[tuple[float, str]]) -> None:
    clock = Clock()
    throttle = LogThrottle()
    last: dict[str, float] = {}
    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(CLOCK, clock)
        for pause, subject in events:
            clock.now += pause
            if throttle.allows(subject):
                assert clock.now - last.get(subject, -3600) >= 3600
                last[subject] = clock.now


def test_a_flood_of_inventions_fills_neither_log_nor_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(CLOCK, clock)
    throttle = LogThrottle()
    spoken = sum(throttle.allows(f"https://{number}.example.org") for number in range(10_000))
    assert 1 <= spoken <= 100
    assert not throttle.allows("x" * 10_000)
    clock.now = 3600
    assert throttle.allows("https://late.example.org")


def test_only_the_embed_page_may_be_framed(make_small_client: ClientFactory) -> None:
    client = make_small_client(allowed_origins=(HOST, "http://localhost:3000"))
    policy = client.get("/embed").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {HOST} http://localhost:3000")
    for path in ("/", "/questions", "/demo", "/nowhere"):
        headers = client.get(path, headers={"accept": "text/html"}).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "cross-origin-embedder-policy" not in headers


def test_without_allowed_origins_only_our_own_pages_frame_it(small_client: TestClient) -> None:
    headers = small_client.get("/embed").headers
    assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "x-frame-options" not in headers
