"""Who is let in, for how long, and what a form must prove."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from base64 import urlsafe_b64decode as b64decode
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from faqbot.accounts.sessions import FORM_COOKIE, IDLE, LIFETIME, SESSION_COOKIE
from faqbot.accounts.store import AccountStore
from faqbot.api.service import Service
from faqbot.application import CONSOLE, create_app
from faqbot.console import wording
from tests.console.conftest import (
    KEY,
    PASSWORD,
    ClientFactory,
    ServiceFactory,
    form_token,
    log_in,
    show_cookie,
    typed_fields,
)
from tests.review.decided import unanswered

OPEN = {"/admin/login", "/admin/oidc/login", "/admin/oidc/callback"}


def routes(method: str) -> list[str]:
    """Return the addresses of the console that take a method, whoever added them."""
    found: list[BaseRoute] = [route for router in CONSOLE for route in router.routes]
    paths = [route.path for route in found if method in getattr(route, "methods", ())]
    assert paths
    return sorted({path.replace("{form}", "csv") for path in paths} - OPEN)


def set_time(tmp_path: Path, column: str, moment: datetime) -> None:
    with closing(sqlite3.connect(tmp_path / "faqbot.sqlite3")) as database:
        changed = database.execute(
            f"UPDATE console_sessions SET {column} = ?",  # noqa: S608
            [moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")],
        )
        assert changed.rowcount == 1
        database.commit()


@pytest.mark.parametrize("path", routes("GET"))
def test_every_page_asks_who_is_there(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/admin/login?next=%2Fadmin")


@pytest.mark.parametrize("path", routes("POST"))
def test_every_form_asks_who_is_there(client: TestClient, path: str) -> None:
    reply = client.post(path)
    assert reply.status_code == 401
    assert wording.SESSION_ENDED in reply.text


@pytest.mark.parametrize("path", routes("POST"))
def test_every_form_needs_the_token_of_its_session(reviewer: TestClient, path: str) -> None:
    for fields in ({}, {"csrf_token": ""}, {"csrf_token": "é"}, {"csrf_token": "x" * 43}):
        reply = reviewer.post(path, data=fields)
        assert reply.status_code == 403
        assert wording.FORM_REFUSED in reply.text
    assert reviewer.get("/admin").status_code == 200  # and nobody was logged out


def test_what_was_typed_into_a_refused_form_can_be_copied_and_its_page_reopened(
    reviewer: TestClient, accounts: AccountStore, service: Service
) -> None:
    accounts.set_role("alice", "admin")
    key = unanswered(service.store)
    item = f"/admin/review/unanswered/{key.interaction_id}?since=2026-11-01&until=2026-12-01"
    session = reviewer.cookies[SESSION_COOKIE]
    for path in ("/admin/why", "/admin/accounts", item):
        names = typed_fields(reviewer.get(path))
        assert names
        typed = {name: f"«\u00a0{name}\u00a0»\n</textarea>" for name in names}
        here = {"referer": f"http://testserver{path}"}
        for given, code, link in [(session, 403, "Rouvrir la page"), ("", 401, "Se connecter")]:
            show_cookie(reviewer, SESSION_COOKIE, given)
            form = typed | {"csrf_token": "<token>", "password": "<secret>"}
            reply = reviewer.post(path, data=form, headers=here)
            assert reply.status_code == code
            kept = re.findall("<textarea[^>]* readonly>(.*?)</textarea>", reply.text, re.DOTALL)
            assert [html.unescape(text) for text in kept] == [*typed.values()]
            (lead,) = re.findall('button--primary" href="([^"]+)"[^>]*>([^<]*)', reply.text)
            assert (html.unescape(lead[0]), lead[1]) == (path, f"{link} (nouvel onglet)")
            assert html.escape("<token>") not in reply.text
            assert html.escape("<secret>") not in reply.text
        show_cookie(reviewer, SESSION_COOKIE, session)


def test_a_refused_form_of_another_site_is_not_shown_as_ours(client: TestClient) -> None:
    elsewhere = {"sec-fetch-site": "cross-site", "referer": "https://evil.example/admin/why"}
    reply = client.post("/admin/why", data={"question": "Appelez-nous"}, headers=elsewhere)
    assert reply.status_code == 401
    assert "Appelez-nous" not in reply.text


@pytest.mark.parametrize(
    "page",
    ["", "https://", "http://[", "http://testserver/questions", "http://testserver/admin/login"],
)
def test_a_refused_form_of_no_page_in_particular_leads_to_the_first(
    client: TestClient, page: str
) -> None:
    reply = client.post("/admin/why", headers={"referer": page})
    assert 'button--primary" href="/admin">Se connecter<' in reply.text


def test_the_page_that_answers_a_change_can_be_opened_again(
    reviewer: TestClient, accounts: AccountStore
) -> None:
    accounts.set_role("alice", "admin")
    form = {"csrf_token": form_token(reviewer.get("/admin")), "name": "eve", "action": "removed"}
    assert reviewer.post("/admin/accounts/change", data=form).status_code == 422
    assert reviewer.get("/admin/accounts/change").status_code == 200


def test_the_login_leads_to_the_page_that_was_asked_for(
    client: TestClient, accounts: AccountStore
) -> None:
    login = client.get("/admin/audit?actor=alice&page=2").headers["location"]
    page = client.get(login)
    form = {"name": "alice", "password": "correct horse battery", "csrf_token": form_token(page)}
    assert "/admin/audit?actor=alice&amp;page=2" in page.text
    reply = client.post("/admin/login", data=form | {"next": "/admin/audit?actor=alice&page=2"})
    assert reply.headers["location"] == "/admin/audit?actor=alice&page=2"


def test_a_token_of_another_session_is_refused(
    make_client: ClientFactory, service: object, reviewer: TestClient
) -> None:
    other = make_client(service)
    assert log_in(other, "bob").status_code == 303
    token = form_token(other.get("/admin"))
    assert reviewer.post("/admin/logout", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://testserver.evil.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(
    reviewer: TestClient, headers: dict[str, str]
) -> None:
    token = form_token(reviewer.get("/admin"))
    reply = reviewer.post("/admin/logout", data={"csrf_token": token}, headers=headers)
    assert reply.status_code == 403
    assert reviewer.get("/admin").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}],
)
def test_a_form_from_here_is_taken(reviewer: TestClient, headers: dict[str, str]) -> None:
    token = form_token(reviewer.get("/admin"))
    reply = reviewer.post("/admin/logout", data={"csrf_token": token}, headers=headers)
    assert reply.status_code == 303


def test_a_form_may_come_from_the_public_address_though_the_proxy_names_another(
    make_service: ServiceFactory, make_client: ClientFactory, accounts: AccountStore
) -> None:
    service = make_service(public_url="https://faq.example.org")
    client = make_client(service, base_url="https://localhost:8000")
    client.headers["origin"] = "https://faq.example.org"
    assert log_in(client, "alice").status_code == 303


def test_a_reader_looks_and_does_not_enter_what_reviewers_see(reader: TestClient) -> None:
    page = reader.get("/admin")
    assert page.status_code == 200
    assert "/admin/review" not in page.text
    refusal = reader.get("/admin/audit")
    assert refusal.status_code == 403
    assert wording.FORBIDDEN["reviewer"].format(role="Relecture") in refusal.text


def test_a_role_counts_from_the_next_click(reader: TestClient, accounts: AccountStore) -> None:
    accounts.set_role("bob", "reviewer")
    assert reader.get("/admin/audit").status_code == 200
    accounts.set_role("bob", "reader")
    assert reader.get("/admin/audit").status_code == 403


def test_logging_out_ends_the_session_on_the_server(
    client: TestClient, reviewer: TestClient
) -> None:
    cookie = reviewer.cookies[SESSION_COOKIE]
    token = form_token(reviewer.get("/admin"))
    reply = reviewer.post("/admin/logout", data={"csrf_token": token})
    assert reply.headers["location"] == "/admin/login?goodbye=1"
    assert SESSION_COOKIE not in reviewer.cookies
    assert wording.LOGGED_OUT in reviewer.get(reply.headers["location"]).text
    show_cookie(reviewer, SESSION_COOKIE, cookie)
    assert reviewer.get("/admin").status_code == 303


def test_logging_out_takes_a_form_and_not_a_link(reviewer: TestClient) -> None:
    assert reviewer.get("/admin/logout").status_code == 405
    assert reviewer.get("/admin").status_code == 200


def test_removing_an_account_ends_its_sessions(reader: TestClient, accounts: AccountStore) -> None:
    accounts.remove("bob")
    assert reader.get("/admin").status_code == 303


def test_another_password_ends_the_sessions_of_the_earlier_one(
    reader: TestClient, accounts: AccountStore
) -> None:
    accounts.set_password("bob", "$argon2id$another")
    assert reader.get("/admin").status_code == 303


def test_a_session_that_is_not_used_ends(reviewer: TestClient, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    set_time(tmp_path, "seen_at", now - IDLE + timedelta(minutes=1))
    assert reviewer.get("/admin").status_code == 200  # which counts as use
    assert reviewer.get("/admin").status_code == 200
    set_time(tmp_path, "seen_at", now - IDLE - timedelta(minutes=1))
    assert reviewer.get("/admin").status_code == 303


def test_a_session_ends_however_much_it_is_used(reviewer: TestClient, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    set_time(tmp_path, "opened_at", now - LIFETIME + timedelta(minutes=1))
    assert reviewer.get("/admin").status_code == 200
    set_time(tmp_path, "opened_at", now - LIFETIME - timedelta(minutes=1))
    assert reviewer.get("/admin").status_code == 303
    assert reviewer.post("/admin/logout").status_code == 401


def test_a_session_of_a_clock_that_ran_ahead_does_not_last(
    reviewer: TestClient, tmp_path: Path
) -> None:
    set_time(tmp_path, "opened_at", datetime.now(UTC) + timedelta(days=700))
    assert reviewer.get("/admin").status_code == 303


@pytest.mark.parametrize("forge", [lambda c: c[:-1], lambda c: "x" + c, lambda c: "", str.upper])
def test_a_cookie_that_was_tampered_with_is_nobodys(reviewer: TestClient, forge: object) -> None:
    cookie = reviewer.cookies[SESSION_COOKIE]
    show_cookie(reviewer, SESSION_COOKIE, forge(cookie))  # type: ignore[operator]
    assert reviewer.get("/admin").status_code == 303


def test_a_cookie_signed_for_another_use_is_nobodys(reviewer: TestClient) -> None:
    reviewer.cookies.delete(SESSION_COOKIE)
    reviewer.get("/admin/login")
    show_cookie(reviewer, SESSION_COOKIE, reviewer.cookies[FORM_COOKIE])
    assert reviewer.get("/admin").status_code == 303


def test_another_key_ends_all_sessions(
    make_service: ServiceFactory, make_client: ClientFactory, reviewer: TestClient
) -> None:
    other = make_client(make_service(secret_key="another key, long enough for anybody"))  # noqa: S106
    show_cookie(other, SESSION_COOKIE, reviewer.cookies[SESSION_COOKIE])
    assert other.get("/admin").status_code == 303


def test_a_new_key_beside_the_former_one_ends_no_session(
    make_service: ServiceFactory, make_client: ClientFactory, reviewer: TestClient
) -> None:
    new = "another key, long enough for anybody"
    page = reviewer.get("/admin")
    both = make_client(make_service(secret_key=new, former_secret_key=KEY))
    show_cookie(both, SESSION_COOKIE, reviewer.cookies[SESSION_COOKIE])
    assert both.get("/admin").status_code == 200
    assert form_token(both.get("/admin")) != form_token(page)  # the new key signs
    left = both.post("/admin/logout", data={"csrf_token": form_token(page)})
    assert left.headers["location"].startswith("/admin/login")


def test_the_database_holds_nothing_to_enter_with(reviewer: TestClient, tmp_path: Path) -> None:
    token = json.loads(b64decode(reviewer.cookies[SESSION_COOKIE].split(".")[0] + "=="))
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert any(b"alice" in content for content in files)
    assert len(token) > 40
    assert not any(token.encode() in content for content in files)


@pytest.mark.parametrize(
    ("base_url", "public_url", "prefix", "rest"),
    [
        ("http://testserver", None, "", {"Path=/admin"}),
        ("https://testserver", None, "__Host-", {"Path=/", "Secure"}),
        ("http://localhost", "https://faq.example.org", "__Host-", {"Path=/", "Secure"}),
        ("http://localhost", "https://example.org/faq", "", {"Path=/faq/admin", "Secure"}),
        ("http://localhost", "http://faq.example.org", "", {"Path=/admin"}),
    ],
)
def test_cookies_go_to_the_console_alone_or_belong_to_the_host_alone(
    make_service: ServiceFactory,
    make_client: ClientFactory,
    base_url: str,
    public_url: str | None,
    prefix: str,
    rest: set[str],
) -> None:
    client = make_client(make_service(public_url=public_url), base_url=base_url)
    cookie = client.get("/admin/login").headers["set-cookie"]
    assert cookie.startswith(f"{prefix}{FORM_COOKIE}=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "SameSite=strict"} | rest


@pytest.mark.parametrize("public_url", ["https://faq.example.org", "https://example.org/faq"])
def test_the_console_works_at_its_public_address(
    make_service: ServiceFactory,
    make_client: ClientFactory,
    accounts: AccountStore,
    public_url: str,
) -> None:
    path = urlsplit(public_url).path
    client = make_client(
        make_service(public_url=public_url), base_url=public_url.removesuffix(path)
    )
    asked = client.get(f"{path}/admin/entries?theme=cnda")
    assert asked.headers["location"] == f"{path}/admin/login?next=%2Fadmin%2Fentries%3Ftheme%3Dcnda"
    page = client.get(asked.headers["location"])
    form = {
        "name": "alice",
        "password": PASSWORD,
        "next": "/admin/entries?theme=cnda",
        "csrf_token": form_token(page),
    }
    entered = client.post(f"{path}/admin/login", data=form)
    assert entered.headers["location"] == f"{path}/admin/entries?theme=cnda"
    shown = client.get(entered.headers["location"])
    assert f'action="{path}/admin/entries"' in shown.text
    here = {"referer": f"{public_url}/admin/entries?theme=cnda"}
    refused = client.post(f"{path}/admin/why", headers=here)
    assert f'href="{path}/admin/entries?theme=cnda"' in refused.text
    left = client.post(f"{path}/admin/logout", data={"csrf_token": form_token(shown)})
    assert left.headers["location"] == f"{path}/admin/login?goodbye=1"
    assert not any(SESSION_COOKIE in name for name in client.cookies)


def test_the_pages_of_the_public_stay_without_cookie(reviewer: TestClient) -> None:
    for path in ("/", "/questions", "/healthz", "/nothing-there"):
        reply = reviewer.get(path)
        assert "set-cookie" not in reply.headers
        assert "cookie" not in reply.request.headers


def test_without_a_key_there_is_no_console(
    make_service: ServiceFactory, make_client: ClientFactory
) -> None:
    service = make_service(secret_key=None)
    client = make_client(service)
    for path in ("/admin", "/admin/", "/admin/login", "/admin/audit"):
        assert client.get(path).status_code == 404
    assert client.post("/admin/login").status_code == 404
    assert not hasattr(create_app(service).state, "desk")


@pytest.mark.parametrize("path", ["/admin", "/admin/login", "/admin/audit", "/admin/audit.csv"])
def test_no_page_is_kept_or_framed(reviewer: TestClient, path: str) -> None:
    headers = reviewer.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_console_is_no_part_of_the_public_api(client: TestClient) -> None:
    assert "/admin" not in client.get("/openapi.json").text


def test_a_database_that_fails_keeps_everybody_out(reviewer: TestClient, service: object) -> None:
    service.store.close()  # type: ignore[attr-defined]
    assert reviewer.get("/admin").status_code == 503


def test_no_entry_can_be_edited_by_default(reviewer: TestClient) -> None:
    for address in ("/admin/drafts", "/admin/drafts/edit", "/admin/releases"):
        assert reviewer.get(address).status_code == 404
    assert "/admin/drafts" not in reviewer.get("/admin").text
