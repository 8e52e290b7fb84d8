"""The service at its public address: any path, behind proxies of both kinds, and no other name."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from faqbot import wording
from faqbot.settings import resource_folder
from tests.api.conftest import ClientFactory

URL = "https://www.example.org/faq"
ADDRESS = re.compile(r'(?:href|src|action|formaction)="(/[^"]*)"')


@pytest.fixture(params=["passed on", "taken off"])
def below(request: pytest.FixtureRequest, make_small_client: ClientFactory) -> TestClient:
    """A browser at the service below ``/faq``, whose proxy passes that on or takes it off."""
    app = make_small_client(public_url=URL).app

    async def proxied(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["path"].startswith("/faq/")
        if request.param == "taken off":
            scope["path"] = scope["path"].removeprefix("/faq")
        await app(scope, receive, send)  # type: ignore[arg-type]

    return TestClient(proxied, base_url=URL.removesuffix("/faq"), follow_redirects=False)


def addresses(text: str) -> set[str]:
    return {unescape(address) for address in ADDRESS.findall(text)}


def test_no_template_names_an_address_without_the_path_before_it() -> None:
    for template in (resource_folder("web") / "templates").rglob("*.html"):
        assert not ADDRESS.search(template.read_text("utf-8")), template.name


def test_everything_that_a_page_names_is_there(below: TestClient) -> None:
    seen: set[str] = set()
    waiting = {"/faq/", "/faq/demo", "/faq/embed", "/faq/docs"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        reply = below.get(path, headers={"accept": "text/html"})
        assert reply.status_code in {200, 405}, path  # forms that only take a POST
        if reply.headers["content-type"].startswith("text/html"):
            named = addresses(reply.text)
            assert all(address.startswith("/faq/") for address in named), path
            waiting |= {re.sub("#.*", "", address) for address in named} - seen
    assert len([path for path in seen if path.startswith("/faq/static/")]) >= 6
    assert {"/faq/ask", "/faq/questions", "/faq/widget/v1/define.js"} <= seen


def test_the_documentation_finds_its_files_and_names_the_path(below: TestClient) -> None:
    text = below.get("/faq/docs").text
    files = re.findall(r'(?:href|src|url)(?:=|: )[\'"]([^\'"]+)[\'"]', text)
    assert len(files) >= 4
    for file in files:
        assert urljoin(f"{URL}/", file).startswith(f"{URL}/")
        assert below.get(urlsplit(file).path).status_code == 200
    assert below.get("/faq/openapi.json").json()["servers"] == [{"url": "/faq"}]


def test_forms_lead_back_below_the_path(below: TestClient) -> None:
    asked = below.post("/faq/ask", data={"question": "Qu’est-ce que le Proxy e-Santé ?"})
    assert asked.headers["location"].startswith("/faq/?session=")
    page = below.get(asked.headers["location"])
    assert page.status_code == 200
    assert all(address.startswith("/faq/") for address in addresses(page.text))
    assert below.get("/faq/questions/").headers["location"] == f"{URL}/questions"


def test_the_address_without_slash_leads_to_the_page(make_small_client: ClientFactory) -> None:
    client = make_small_client(public_url=URL)
    client.base_url = URL.removesuffix("/faq")
    reply = client.get("/faq", follow_redirects=False)
    assert reply.headers["location"] == f"{URL}/"


def test_programs_and_people_are_answered_in_their_own_way(below: TestClient) -> None:
    accept = {"accept": "text/html"}
    missing = below.get("/faq/api/v1/entries/none", headers=accept)
    assert missing.json()["type"] == "entry_unknown"
    assert below.get("/faq/nowhere", headers=accept).headers["content-type"].startswith("text/html")
    assert below.get("/faq/").headers["cache-control"] == "no-store"


def test_the_code_to_copy_names_the_public_address_and_the_path(below: TestClient) -> None:
    text = unescape(below.get("/faq/demo", headers={"host": "localhost:8000"}).text)
    assert f'<script type="module" src="{URL}/widget/v1/define.js">' in text
    assert f'<faq-chat endpoint="{URL}"' in text
    assert f"script-src {URL}/; connect-src {URL}/" in text
    assert "localhost" not in text
    assert "data-endpoint" not in text  # the visitor's browser has nothing to mend


@pytest.mark.parametrize("public_url", ["https://faq.example.org", URL])
def test_a_foreign_name_is_refused_and_shown_nowhere(
    make_small_client: ClientFactory, public_url: str
) -> None:
    client = make_small_client(public_url=public_url)
    for path in ("/demo", "/", "/api/v1/faq", "/static/faqbot.css"):
        for host in ("evil.example", "faq.example.org.evil.example", "10.1.2.3:8000"):
            reply = client.get(path, headers={"host": host, "accept": "text/html"})
            assert reply.status_code == 421
            assert wording.HOST_UNKNOWN in reply.text
            assert "evil" not in reply.text
    refused = client.get("/api/v1/faq", headers={"host": "evil.example"})
    assert refused.json() == {"type": "host_unknown", "detail": wording.HOST_UNKNOWN}
    assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["faq.example.org", "FAQ.example.org:8443", "localhost:8000", "127.0.0.1", "[::1]:8000"]
)
def test_the_public_name_and_this_machine_are_answered(
    make_small_client: ClientFactory, host: str
) -> None:
    client = make_small_client(public_url="https://faq.example.org")
    assert client.get("/demo", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize("host", ["10.1.2.3:8000", "[2001:db8::7]:8000", "faqbot-0.faqbot.svc"])
def test_probes_may_use_any_address_with_the_path_or_without(
    make_small_client: ClientFactory, path: str, host: str
) -> None:
    client = make_small_client(public_url=URL)
    for below in ("", "/faq"):
        assert client.get(f"{below}{path}", headers={"host": host}).status_code == 200


def test_browsers_are_told_to_stay_with_https(make_small_client: ClientFactory) -> None:
    header = "strict-transport-security"
    local = {"host": "localhost"}
    secure = make_small_client(public_url="https://faq.example.org")
    assert secure.get("/", headers=local).headers[header] == "max-age=31536000"
    assert header in secure.get("/nowhere", headers=local).headers
    assert header in secure.get("/", headers={"host": "evil.example"}).headers
    plain = make_small_client(public_url="http://faq.example.org")
    assert header not in plain.get("/", headers=local).headers


def test_without_a_public_address_every_name_is_answered(small_client: TestClient) -> None:
    reply = small_client.get("/demo", headers={"host": "anything.example"})
    assert reply.status_code == 200
    assert "strict-transport-security" not in reply.headers
    assert 'src="http://anything.example/widget/v1/define.js"' in unescape(reply.text)
