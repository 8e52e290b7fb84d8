"""Names, passwords, and what an attacker learns from the login page."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import argon2
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.sessions import FORM_COOKIE, SESSION_COOKIE
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.console import wording
from faqbot.console.entrance import Entrance
from faqbot.console.login import safe_target
from faqbot.errors import AccountError
from tests.console.conftest import (
    PASSWORD,
    ClientFactory,
    form_token,
    log_in,
    show_cookie,
)


def said(journal: Journal) -> list[tuple[str | None, str, str | None]]:
    return [(line.actor, line.action, line.target) for line in journal.all(JournalFilter())]


@pytest.mark.parametrize("name", ["alice", "  Alice ", "ALICE"])
def test_a_name_is_found_however_it_is_typed(
    client: TestClient, accounts: AccountStore, name: str
) -> None:
    assert log_in(client, name).headers["location"] == "/admin"
    assert client.get("/admin").status_code == 200


def test_a_wrong_password_and_an_unknown_name_look_the_same(
    client: TestClient, accounts: AccountStore
) -> None:
    replies = [log_in(client, "alice", "wrong password!"), log_in(client, "carol", PASSWORD)]
    assert [reply.status_code for reply in replies] == [401, 401]
    pages = [reply.text.replace("carol", "alice") for reply in replies]
    assert pages[0] == pages[1]
    assert wording.LOGIN_WRONG in pages[0]
    assert all(f"{SESSION_COOKIE}=" not in reply.headers.get("set-cookie", "") for reply in replies)


@pytest.mark.parametrize("name", ["alice", "carol", "openid-only", "", "no name at all", "\0"])
def test_a_password_is_checked_whoever_is_named(
    client: TestClient, accounts: AccountStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    now = accounts.all()[0].created_at
    accounts.create(StoredAccount(name="openid-only", role="reader", subject="x", created_at=now))
    checked: list[str] = []
    verify = argon2.PasswordHasher.verify

    def spy(hasher: argon2.PasswordHasher, kept: str, password: str) -> bool:
        checked.append(kept)
        return verify(hasher, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", spy)
    assert log_in(client, name, "wrong password!").status_code == 401
    assert len(checked) == 1


@pytest.mark.parametrize("password", ["", "correct horse battery ", "Correct horse battery"])
def test_only_the_password_itself_opens(
    client: TestClient, accounts: AccountStore, password: str
) -> None:
    assert log_in(client, "alice", password).status_code == 401


def test_what_was_typed_stays_but_for_the_password(
    client: TestClient, accounts: AccountStore
) -> None:
    page = log_in(client, '"><script>alert(1)</script>', "wrong <password>").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "wrong" not in page


def test_a_login_opens_a_new_session_and_ends_the_one_before(
    client: TestClient, accounts: AccountStore
) -> None:
    log_in(client, "alice")
    first = client.cookies[SESSION_COOKIE]
    page_of_login = client.get("/admin/login")
    assert page_of_login.headers["location"] == "/admin"  # who is in need not log in
    # A browser that comes by a link from elsewhere does not show its strict cookie, so the form
    # is there; it is then sent from here, with the cookie.
    client.cookies.delete(SESSION_COOKIE)
    page = client.get("/admin/login")
    show_cookie(client, SESSION_COOKIE, first)
    form = {"name": "bob", "password": PASSWORD, "csrf_token": form_token(page)}
    client.post("/admin/login", data=form)
    second = client.cookies[SESSION_COOKIE]
    assert first != second
    show_cookie(client, SESSION_COOKIE, first)
    assert client.get("/admin").status_code == 303


def test_a_session_chosen_by_somebody_else_is_not_taken_over(
    client: TestClient, accounts: AccountStore
) -> None:
    show_cookie(client, SESSION_COOKIE, "chosen")
    log_in(client, "alice")
    assert client.cookies[SESSION_COOKIE] != "chosen"


def test_the_login_form_belongs_to_the_browser_that_was_shown_it(
    make_client: ClientFactory, service: object, accounts: AccountStore
) -> None:
    victim, attacker = make_client(service), make_client(service)
    token = form_token(attacker.get("/admin/login"))
    form = {"name": "bob", "password": PASSWORD, "csrf_token": token}
    for cookies in (False, True):
        if cookies:
            victim.get("/admin/login")
        reply = victim.post("/admin/login", data=form)
        assert reply.status_code == 403
        assert wording.LOGIN_EXPIRED in reply.text
        assert SESSION_COOKIE not in victim.cookies
    assert attacker.post("/admin/login", data=form).status_code == 303


def test_a_login_from_a_page_of_elsewhere_is_refused(
    client: TestClient, accounts: AccountStore
) -> None:
    client.headers["sec-fetch-site"] = "cross-site"
    assert log_in(client, "alice").status_code == 403


def test_wrong_passwords_lock_nobody_out(
    client: TestClient, accounts: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqbot.accounts.throttle.LONGEST_DELAY_S", 0.01)
    for _ in range(12):
        assert log_in(client, "alice", "wrong password!").status_code == 401
    assert log_in(client, "alice").status_code == 303


def test_a_client_that_tries_too_often_is_told_how_long_to_wait(
    client: TestClient, accounts: AccountStore
) -> None:
    entrance: Entrance = client.app.state.console.entrance  # type: ignore[attr-defined]
    for number in range(30):
        entrance.throttle.admit(f"name{number}", "testclient")
    refusal = log_in(client, "alice")
    assert refusal.status_code == 429
    assert 0 < int(refusal.headers["retry-after"]) <= 15 * 60
    assert "Trop de tentatives de connexion" in refusal.text


def test_a_login_that_succeeds_forgives_the_errors_before_it_and_no_others(
    client: TestClient, accounts: AccountStore
) -> None:
    entrance: Entrance = client.app.state.console.entrance  # type: ignore[attr-defined]
    for number in range(9):
        entrance.throttle.admit("alice", "testclient" if number < 5 else "203.0.113.1")
    assert log_in(client, "alice").status_code == 303
    admissions = [entrance.throttle.admit("alice", "203.0.113.1") for _ in range(7)]
    assert admissions == [(0, 0)] * 6 + [(0, 1)]


def test_a_hash_with_old_parameters_is_renewed_at_login(
    client: TestClient, accounts: AccountStore
) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    accounts.set_password("alice", weak)
    log_in(client, "alice")
    found = accounts.find("alice")
    assert found
    assert found.password_hash != weak
    assert not Passwords().is_outdated(found.password_hash or "")
    client.cookies.delete(SESSION_COOKIE)
    assert log_in(client, "alice").status_code == 303


def test_passwords_are_long_and_go_on_otherwise_than_they_begin() -> None:
    passwords = Passwords()
    with pytest.raises(AccountError, match="12 characters"):
        passwords.hash("elevenchars")
    for plain in ("aaaaaaaaaaaa", "123456789012", "abcabcabcabcabc"):
        with pytest.raises(AccountError, match="too easy to guess"):
            passwords.hash(plain)
    assert passwords.check("sans chiffres", passwords.hash("sans chiffres"))


def test_a_password_is_the_same_on_every_keyboard() -> None:
    passwords = Passwords()
    kept = passwords.hash("été au château")
    assert passwords.check("e\u0301te\u0301 au cha\u0302teau", kept)


def test_the_login_is_written_down_without_what_was_typed(
    client: TestClient, accounts: AccountStore, journal: Journal
) -> None:
    log_in(client, "my-password-in-the-wrong-field", "x")
    log_in(client, "alice", "wrong password!")
    log_in(client, "alice")
    client.post("/admin/logout", data={"csrf_token": form_token(client.get("/admin"))})
    assert said(journal) == [
        (None, "login.failed", None),
        (None, "login.failed", "alice"),
        ("alice", "login", None),
        ("alice", "logout", None),
    ]


@pytest.mark.parametrize(
    "address",
    ["/admin", "/admin/audit", "/admin/entries?since=2026-11-01&theme=a", "/admin/entries/S05#x"],
)
def test_an_address_of_the_console_is_gone_on_to(address: str) -> None:
    assert safe_target(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/questions",
        "/administration",
        "//evil.example/admin",
        "//[",
        "/admin//evil.example",
        "https://evil.example/admin",
        "javascript:alert(1)",
        "/admin/../questions",
        "/admin/%2E%2e/questions",
        "/admin/.%2e/x",
        "\\\\evil.example",
        "/\\evil.example",
        "/admin\\..\\x",
        "/admin/\n/x",
        "/admin\t",
        " /admin",
        "/admin/logout",
        "/admin/login?next=/admin",
        "/admin/oidc/login",
        "http:admin",
        "/admin/é",
        "@evil.example/admin",
    ],
)
def test_another_address_is_not(address: str) -> None:
    assert safe_target(address) == "/admin"


@given(
    st.text(alphabet="/\\.:@?#%2eadmin evl\t\n<>\"'é", max_size=30).map(
        lambda text: "/admin" + text
    )
    | st.text(max_size=30)
)
def test_no_address_leads_out_of_the_console(address: str) -> None:
    there = urlsplit(urljoin("https://faq.example.org/admin/login", safe_target(address)))
    assert (there.scheme, there.netloc) == ("https", "faq.example.org")
    assert there.path == "/admin" or there.path.startswith("/admin/")


def test_a_forged_target_in_the_form_is_not_followed(
    client: TestClient, accounts: AccountStore
) -> None:
    page = client.get("/admin/login", params={"next": "https://evil.example/"})
    assert "evil.example" not in page.text
    form = {"name": "alice", "password": PASSWORD, "csrf_token": form_token(page)}
    reply = client.post("/admin/login", data=form | {"next": "//evil.example"})
    assert reply.headers["location"] == "/admin"


def test_the_form_cookie_outlives_a_second_window(
    client: TestClient, accounts: AccountStore
) -> None:
    first = form_token(client.get("/admin/login"))
    cookie = client.cookies[FORM_COOKIE]
    client.get("/admin/login")
    assert client.cookies[FORM_COOKIE] == cookie
    form = {"name": "alice", "password": PASSWORD, "csrf_token": first}
    assert client.post("/admin/login", data=form).status_code == 303
