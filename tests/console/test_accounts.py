"""Who has which role, and how administrators give and withdraw access in the console."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.accounts.store import AccountStore
from faqbot.api.service import Service
from faqbot.console import wording
from tests.console.conftest import PASSWORD, ClientFactory, form_token, log_in

NEXT = "a quite different phrase"


@pytest.fixture
def admin(client: TestClient, accounts: AccountStore) -> TestClient:
    """A browser that the only administrator is logged in at."""
    kept = accounts.find("alice")
    assert kept
    accounts.create(replace(kept, name="ada", role="admin"))
    assert log_in(client, "ada").status_code == 303
    return client


def send(browser: TestClient, path: str, **fields: str) -> Response:
    token = form_token(browser.get("/admin/password"))
    return browser.post(path, data={"csrf_token": token} | fields)


def change(browser: TestClient, name: str, action: str, **fields: str) -> Response:
    return send(browser, "/admin/accounts/change", name=name, action=action, **fields)


def role_of(accounts: AccountStore, name: str) -> str | None:
    found = accounts.find(name)
    return found.role if found else None


def one_time_password(reply: Response) -> str:
    found = re.search(r'class="secret">([^<]+)<', reply.text)
    assert found, reply.text
    return found[1]


def test_only_administrators_see_and_change_accounts(
    reviewer: TestClient, accounts: AccountStore
) -> None:
    assert ">Comptes</a>" not in reviewer.get("/admin").text
    assert reviewer.get("/admin/accounts").status_code == 403
    assert change(reviewer, "bob", "role", role="admin").status_code == 403
    assert send(reviewer, "/admin/accounts", name="eve", role="admin").status_code == 403
    assert role_of(accounts, "bob") == "reader"
    assert accounts.count() == 2


def test_an_account_is_made_changed_and_withdrawn_and_the_journal_says_by_whom(
    admin: TestClient, accounts: AccountStore, journal: Journal
) -> None:
    assert ">Comptes</a>" in admin.get("/admin").text
    made = send(admin, "/admin/accounts", name=" Eve@Example.org ", role="reviewer")
    password = one_time_password(made)
    assert "Compte eve@example.org créé." in made.text
    assert made.headers["cache-control"] == "no-store"
    assert password not in admin.get("/admin/accounts").text
    told = change(admin, "eve@example.org", "role", role="publisher").headers["location"]
    assert "Le rôle de eve@example.org a changé" in admin.get(told).text
    assert role_of(accounts, "eve@example.org") == "publisher"
    assert one_time_password(change(admin, "eve@example.org", "password")) != password
    assert change(admin, "eve@example.org", "removed").status_code == 303
    assert accounts.find("eve@example.org") is None
    lines = [it for it in journal.all(JournalFilter()) if it.action.startswith("account.")]
    assert {it.actor for it in lines} == {"ada"}
    assert [(it.action, it.target, it.details) for it in lines] == [
        ("account.created", "eve@example.org", {"role": "reviewer"}),
        ("account.role", "eve@example.org", {"role": "publisher"}),
        ("account.password", "eve@example.org", {}),
        ("account.removed", "eve@example.org", {}),
    ]


@pytest.mark.parametrize(
    ("name", "fault"), [("e v e", "name"), ("", "name"), ("bob", "taken"), ("BOB", "taken")]
)
def test_a_name_that_cannot_be_given_is_said_so_and_kept_in_the_form(
    admin: TestClient, accounts: AccountStore, name: str, fault: str
) -> None:
    reply = send(admin, "/admin/accounts", name=name, role="reviewer")
    assert reply.status_code == 422
    assert wording.ACCOUNT_FAULTS[fault] in reply.text
    assert f'name="name" value="{name}"' in reply.text
    assert accounts.count() == 3


@pytest.mark.parametrize("action", ["role", "password", "removed"])
@pytest.mark.parametrize("name", ["ada", "ADA", "nobody", "no\0body"])
def test_neither_the_own_account_nor_one_that_is_gone_is_changed(
    admin: TestClient, accounts: AccountStore, name: str, action: str
) -> None:
    reply = change(admin, name, action)
    assert reply.status_code == 422
    assert wording.ACCOUNT_FAULTS["not_changed"] in reply.text
    assert role_of(accounts, "ada") == "admin"
    assert admin.get("/admin/accounts").status_code == 200


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(
    admin: TestClient, service: Service, make_client: ClientFactory
) -> None:
    password = one_time_password(send(admin, "/admin/accounts", name="eve", role="reviewer"))
    eve = make_client(service)
    assert log_in(eve, "eve", password).status_code == 303
    for path in ("/admin", "/admin/review", "/admin/export/entries.csv"):
        assert eve.get(path).headers["location"] == "/admin/password"
    assert "provisoire" in eve.get("/admin/password").text
    undo = send(eve, "/admin/review/undo", decision="0" * 32)
    assert undo.headers["location"] == "/admin/password"
    typed = {"current": password, "password": NEXT, "again": NEXT}
    for wrong, said in (
        ({"current": NEXT}, wording.PASSWORD_WRONG),
        ({"again": "other"}, wording.PASSWORDS_DIFFER),
        ({"password": password, "again": password}, wording.PASSWORD_SAME),
        ({"password": "short", "again": "short"}, wording.PASSWORD_WEAK),
    ):
        reply = send(eve, "/admin/password", **typed | wrong)
        assert (reply.status_code, said in reply.text) == (422, True)
    assert send(eve, "/admin/password", **typed).headers["location"] == "/admin"
    assert eve.get("/admin/review").status_code == 200
    assert log_in(make_client(service), "eve", password).status_code == 401
    assert log_in(make_client(service), "eve", NEXT).status_code == 303


def test_who_changes_the_password_stays_logged_in_here_alone(
    reader: TestClient, service: Service, make_client: ClientFactory
) -> None:
    other = make_client(service)
    assert log_in(other, "bob").status_code == 303
    send(reader, "/admin/password", current=PASSWORD, password=NEXT, again=NEXT)
    assert reader.get("/admin").status_code == 200
    assert other.get("/admin").status_code == 303


def test_who_enters_by_the_provider_has_no_password_to_change(
    client: TestClient, accounts: AccountStore, reader: TestClient, service: Service
) -> None:
    with service.database.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET password_hash = NULL")
    page = reader.get("/admin/password").text
    assert "n’a pas de mot de passe" in page
    assert 'name="current"' not in page
