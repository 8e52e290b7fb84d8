"""Accounts from the command line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore
from faqbot.cli import main
from faqbot.feedback.store import FeedbackStore

PASSWORD = "correct horse battery"  # noqa: S105
Captured = pytest.CaptureFixture[str]
Run = Callable[..., int]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'faqbot.sqlite3'}"
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)
    return url


@pytest.fixture
def admin(url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str, typed: str = PASSWORD) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        return main(["admin", *words])

    return run


def kept(url: str, name: str) -> str | None:
    with FeedbackStore.open(url) as store:
        account = AccountStore(store.database).find(name)
    assert account
    return account.password_hash


def test_a_new_database_has_no_account(admin: Run, capsys: Captured) -> None:
    assert admin("list-users") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "no account yet" in err


def test_an_account_is_made_listed_changed_and_removed(
    admin: Run, url: str, capsys: Captured
) -> None:
    assert admin("create-user", "Alice@Example.org", "--role", "reviewer") == 0
    assert admin("create-user", "bob", "--role", "reader") == 0
    assert admin("set-role", "bob", "--role", "reviewer") == 0
    assert admin("remove-user", "ALICE@example.org") == 0
    capsys.readouterr()
    assert admin("list-users", "--json") == 0
    out = capsys.readouterr().out
    (found,) = json.loads(out)
    assert (found["name"], found["role"], found["enters_by"]) == ("bob", "reviewer", "password")
    assert "argon2" not in out
    assert (kept(url, "bob") or "").startswith("$argon2id$")
    assert admin("audit", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["actor"], line["action"], line["target"]) for line in lines] == [
        ("command line", "account.created", "alice@example.org"),
        ("command line", "account.created", "bob"),
        ("command line", "account.role", "bob"),
        ("command line", "account.removed", "alice@example.org"),
    ]
    assert PASSWORD not in str(lines)


def test_another_password_replaces_the_first(admin: Run, url: str) -> None:
    admin("create-user", "bob", "--role", "reader")
    assert admin("set-password", "bob", typed="another long password") == 0
    passwords = Passwords()
    assert passwords.check("another long password", kept(url, "bob"))
    assert not passwords.check(PASSWORD, kept(url, "bob"))


@pytest.mark.parametrize(
    ("words", "typed", "message"),
    [
        (("create-user", "bob", "--role", "reader"), PASSWORD, "already an account 'bob'"),
        (("create-user", "eve", "--role", "reader"), "short", "12 characters"),
        (("create-user", "eve", "--role", "reader"), "a" * 12, "too easy to guess"),
        (("set-password", "bob"), "123456789012", "too easy to guess"),
        (("create-user", "eve", "--role", "reader"), "", "12 characters"),
        (("create-user", "e v e", "--role", "reader"), PASSWORD, "no account name"),
        (("set-password", "eve"), PASSWORD, "no account 'eve'"),
        (("set-password", "bob"), "short", "12 characters"),
        (("set-role", "eve", "--role", "reader"), "", "no account 'eve'"),
        (("remove-user", "eve"), "", "no account 'eve'"),
        (("create-user", "eve", "--role", "reader", "--subject", "1"), "", "FAQBOT_OIDC_ISSUER"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    admin: Run, capsys: Captured, words: tuple[str, ...], typed: str, message: str
) -> None:
    admin("create-user", "bob", "--role", "reader")
    capsys.readouterr()
    assert admin(*words, typed=typed) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_a_role_is_one_of_two_and_must_be_given(admin: Run, capsys: Captured) -> None:
    assert admin("create-user", "bob") == 2
    assert admin("create-user", "bob", "--role", "root") == 2


def test_a_password_is_no_option(admin: Run) -> None:
    assert admin("create-user", "bob", "--role", "reader", "--password", PASSWORD) == 2


@pytest.mark.parametrize("words", [("remove-user", "ann"), ("set-role", "ann", "--role", "reader")])
def test_the_last_reviewer_goes_only_on_purpose(
    admin: Run, url: str, capsys: Captured, words: tuple[str, ...]
) -> None:
    admin("create-user", "ann", "--role", "reviewer")
    admin("create-user", "bob", "--role", "reader")
    assert admin(*words, typed="n") == 1
    assert "last reviewer" in capsys.readouterr().err
    assert admin("set-role", "bob", "--role", "publisher") == 0
    assert admin(*words, typed="n") == 0  # nobody is asked: there is another one
    admin("create-user", "ann", "--role", "reader")
    assert admin("remove-user", "bob", "--yes") == 0


def test_a_person_of_the_provider_gets_an_account_without_password(
    admin: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SECRET_KEY": "a key for tests, of more than 32 characters",
        "OIDC_ISSUER": "https://idp.example.org",
        "OIDC_CLIENT_ID": "faqbot",
        "OIDC_CLIENT_SECRET": "secret",
    }.items():
        monkeypatch.setenv(f"FAQBOT_{name}", value)
    assert admin("create-user", "dana", "--role", "reader", "--subject", "4711", typed="") == 0
    assert kept(url, "dana") is None
    with FeedbackStore.open(url) as store:
        found = AccountStore(store.database).find_subject("https://idp.example.org 4711")
    assert found
    assert found.name == "dana"
