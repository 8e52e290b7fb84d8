from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.accounts.store import NAME_LIMIT, AccountStore, StoredAccount, account_name
from faqbot.errors import AccountError
from faqbot.feedback.store import FeedbackStore
from faqbot.vocabulary import AccountRole
from tests.samples_of_use import MINUTE, NOON


def account(name: str, role: AccountRole, **more: Any) -> StoredAccount:
    return StoredAccount(name=name, role=role, created_at=NOON, **more)


@pytest.fixture
def accounts(store: FeedbackStore) -> AccountStore:
    found = AccountStore(store.database)
    found.create(account("ann", "reviewer", password_hash="hash"))  # noqa: S106
    found.create(account("bob", "reader", subject="idp 1"))
    return found


def open_session(accounts: AccountStore, name: str, token: str) -> None:
    accounts.open_session(name, token, at=NOON, opened_after=NOON - timedelta(hours=12))


def test_accounts_come_back_as_they_were_made(accounts: AccountStore) -> None:
    ann, bob = accounts.all()
    assert (ann.name, ann.role, ann.password_hash, ann.subject) == ("ann", "reviewer", "hash", None)
    assert (bob.name, bob.role, bob.password_hash, bob.subject) == ("bob", "reader", None, "idp 1")
    assert ann.created_at == NOON
    assert accounts.count() == 2
    assert accounts.find("ann") == ann
    assert accounts.find_subject("idp 1") == bob
    assert accounts.find("eve") is None
    assert accounts.find_subject("idp 2") is None
    assert accounts.find("ann\0") is None


@pytest.mark.parametrize(("name", "subject"), [("ann", None), ("ann", "idp 3"), ("eve", "idp 1")])
def test_names_and_subjects_are_given_once(
    accounts: AccountStore, name: str, subject: str | None
) -> None:
    with pytest.raises(AccountError, match="already"):
        accounts.create(account(name, "reader", subject=subject))
    assert accounts.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.set_password("eve", "x"),
        lambda accounts: accounts.set_role("eve", "reader"),
        lambda accounts: accounts.remove("eve"),
        lambda accounts: open_session(accounts, "eve", "t"),
    ],
)
def test_what_is_not_there_cannot_be_changed(
    accounts: AccountStore, change: Callable[[AccountStore], None]
) -> None:
    with pytest.raises(AccountError, match="no account 'eve'"):
        change(accounts)


def test_a_session_shows_its_account_as_it_is_now(accounts: AccountStore) -> None:
    open_session(accounts, "ann", "t1")
    accounts.set_role("ann", "reader")
    accounts.touch_session("t1", NOON + timedelta(minutes=5))
    session = accounts.session("t1")
    assert session
    assert (session.account, session.role) == ("ann", "reader")
    assert session.seen_at - session.opened_at == timedelta(minutes=5)
    found = accounts.find("ann")
    assert found
    assert found.last_login_at == NOON


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda accounts: accounts.end_session("a1"), {"a2", "b1"}),
        (lambda accounts: accounts.set_password("ann", "x"), {"b1"}),
        (
            lambda accounts: accounts.set_password("ann", "x", keep_sessions=True),
            {"a1", "a2", "b1"},
        ),
        (lambda accounts: accounts.remove("ann"), {"b1"}),
        (lambda accounts: accounts.end_session("unknown"), {"a1", "a2", "b1"}),
    ],
)
def test_sessions_end_with_what_they_rest_on(
    accounts: AccountStore, change: Callable[[AccountStore], None], left: set[str]
) -> None:
    for name, token in (("ann", "a1"), ("ann", "a2"), ("bob", "b1")):
        open_session(accounts, name, token)
    change(accounts)
    assert {token for token in ("a1", "a2", "b1") if accounts.session(token)} == left


def test_expired_sessions_are_erased_at_the_next_login(accounts: AccountStore) -> None:
    open_session(accounts, "ann", "old")
    later = NOON + timedelta(hours=13)
    accounts.open_session("bob", "new", at=later, opened_after=later - timedelta(hours=12))
    assert accounts.session("old") is None
    assert accounts.session("new")


def test_old_lines_of_the_journal_are_erased_by_the_journal_only(store: FeedbackStore) -> None:
    journal = Journal(store.database)
    for name, at in (("old", NOON), ("kept", NOON + MINUTE)):
        journal.record(name, "login", at=at)
    store.purge(NOON + MINUTE)
    assert journal.count(JournalFilter()) == 2
    journal.purge(NOON + MINUTE)
    assert [line.actor for line in journal.all(JournalFilter())] == ["kept"]


def test_the_journal_outlives_the_account(accounts: AccountStore, store: FeedbackStore) -> None:
    journal = Journal(store.database)
    journal.record("ann", "decision", "S01", {"réponse": ["é", 1, None]}, at=NOON)
    accounts.remove("ann")
    (line,) = journal.all(JournalFilter())
    assert (line.actor, line.action, line.target, line.at) == ("ann", "decision", "S01", NOON)
    assert line.details == {"réponse": ["é", 1, None]}
    assert journal.vocabulary() == (("ann",), ("decision",))


@given(st.text(max_size=NAME_LIMIT + 5))
def test_a_name_has_one_form(text: str) -> None:
    try:
        name = account_name(text)
    except AccountError:
        return
    assert account_name(name) == name
    assert account_name(f"  {text}\t") == name
    assert 1 <= len(name) <= NAME_LIMIT
    assert name.isprintable()
    assert not any(character.isspace() for character in name)


@pytest.mark.parametrize("text", ["", "  ", "a b", "a\u00a0b", "a\nb", "a\0", "x" * 101, "\u200b"])
def test_what_is_no_name_is_said(text: str) -> None:
    with pytest.raises(AccountError, match="no account name"):
        account_name(text)


@pytest.mark.parametrize("name", ["ann", "carl"])
def test_an_administrator_always_remains(accounts: AccountStore, name: str) -> None:
    """Who is none any more changes nobody, and nobody changes the own account."""
    for admin in ("carl", "dora"):
        accounts.create(account(admin, "admin"))
    accounts.set_role("carl", "publisher", by="dora")
    for refused in (
        lambda: accounts.set_role("dora", "reader", by=name),
        lambda: accounts.remove("dora", by=name),
        lambda: accounts.set_password("dora", "y", by=name),
        lambda: accounts.create(account("e", "admin"), by=name),
        lambda: accounts.set_role("dora", "reader", by="dora"),
        lambda: accounts.remove("dora", by="dora"),
    ):
        with pytest.raises(AccountError, match="another administrator"):
            refused()
    assert [it.name for it in accounts.all() if it.role == "admin"] == ["dora"]
