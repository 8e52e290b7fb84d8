"""Who counts as one client, whom a proxy may speak for, and what stays in memory."""

from __future__ import annotations

import pytest
import uvicorn
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from faqbot.api.rate_limits import RateLimiter
from faqbot.api.services import client_of
from faqbot.cli.serving import server_options
from faqbot.settings import Settings


def counted_as(peer: str, *forwarded: str, trusted: str = "") -> str:
    """Tell whom a request counts for that uvicorn took from a peer, with our options."""

    async def tell(request: Request) -> PlainTextResponse:
        return PlainTextResponse(client_of(request))

    options = server_options(Settings.from_env({"FAQBOT_TRUSTED_PROXIES": trusted}))
    config = uvicorn.Config(Starlette(routes=[Route("/", tell)]), **options)
    config.load()
    client = TestClient(config.loaded_app, client=(peer, 50000))
    return client.get("/", headers=[("X-Forwarded-For", value) for value in forwarded]).text


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.9", "10.0.0.7"])
def test_nobody_is_believed_who_was_not_declared(
    peer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert counted_as(peer, "198.51.100.1") == peer
    assert counted_as(peer, "x" * 4000) == peer


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:f::1", ["198.51.100.1"], "198.51.100.1"),
        ("11.0.0.7", ["198.51.100.1"], "11.0.0.7"),
        # What the client itself has written stands before what the proxies add.
        ("10.0.0.7", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["1.2.3.4, 198.51.100.1, 10.0.0.9"], "198.51.100.1"),
        ("10.0.0.7", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", [f"{'x' * 4000}, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.7", ["x" * 4000], ""),
        ("10.0.0.7", [], "10.0.0.7"),
    ],
)
def test_the_last_address_counts_that_is_no_declared_proxy(
    peer: str, forwarded: list[str], client: str
) -> None:
    trusted = "127.0.0.1, 10.0.0.1/8, 2001:db8:f::/48"
    assert counted_as(peer, *forwarded, trusted=trusted) == client


def test_one_subscriber_is_one_client_whatever_its_address() -> None:
    assert counted_as("2001:db8:0:1::1") == counted_as("2001:db8:0:1:ffff::2")
    assert counted_as("2001:db8:0:1::1") != counted_as("2001:db8:0:2::1")
    assert counted_as("203.0.113.1") != counted_as("203.0.113.2")
    assert counted_as("::ffff:203.0.113.1") == "203.0.113.1"


def test_who_waits_as_long_as_told_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("faqbot.api.rate_limits.monotonic", lambda: now[0])
    limiter = RateLimiter("3/minute")
    for second in (0, 10, 20):
        now[0] = second
        assert limiter.wait("a") == 0
    assert limiter.wait("a") == 40
    assert limiter.wait("b") == 0
    now[0] = 59.5
    assert limiter.wait("a") == 1
    now[0] = 60.5
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 10  # until the one of second 10 is a minute old


def test_clients_are_forgotten_when_their_window_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("faqbot.api.rate_limits.monotonic", lambda: now[0])
    limiter = RateLimiter("2/minute")
    for number in range(1000):
        limiter.wait(f"client {number}")
    now[0] = 30
    limiter.wait("client 0")
    assert len(limiter._asked) == 1000
    now[0] = 61
    limiter.wait("another")
    assert len(limiter._asked) == 2
    assert limiter.wait("client 0") == 0
    assert limiter.wait("client 0") == 29


def test_off_counts_nothing() -> None:
    limiter = RateLimiter("off")
    assert {limiter.wait("a") for _ in range(1000)} == {0}
    assert len(limiter._asked) == 0
