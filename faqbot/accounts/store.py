"""The console's accounts and their sessions, in the feedback database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, func, insert, select, update

from faqbot.database.records import require_aware, storable
from faqbot.database.schema import accounts, console_sessions
from faqbot.errors import AccountError
from faqbot.feedback.store import FeedbackStore
from faqbot.vocabulary import AccountRole

NAME_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    """Someone who may enter the console."""

    name: str
    role: AccountRole
    password_hash: str | None
    """None: it enters through the OpenID provider only."""
    subject: str | None
    """Who it is at the OpenID provider; None: it enters by password only."""
    created_at: datetime
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is logged in, with its account as it is now."""

    account: str
    role: AccountRole
    opened_at: datetime
    seen_at: datetime


def account_name(text: str) -> str:
    """Bring an account's name to the one form in which it is stored and looked up.

    Args:
        text: The name as somebody wrote it.

    Returns:
        The name in small letters, without blanks around it.

    Raises:
        AccountError: It is empty or too long, or holds blanks or control characters.
    """
    name = text.strip().lower()
    if not name or len(name) > NAME_LIMIT or not name.isprintable() or len(name.split()) > 1:
        msg = (
            f"{text!r} is no account name: use 1 to {NAME_LIMIT} characters without blanks, "
            "such as an e-mail address"
        )
        raise AccountError(msg)
    return name


def openid_subject(issuer: str, subject: str) -> str:
    """Name a person at an OpenID provider, so that another provider's person is another one.

    Args:
        issuer: The provider.
        subject: Its claim ``sub``.

    Returns:
        The text under which the account is found.
    """
    return f"{issuer} {subject}"


class AccountStore:
    """Accounts and sessions; every method raises `StoreUnavailable` when the database fails.

    Args:
        store: The database.
    """

    def __init__(self, store: FeedbackStore) -> None:
        self._store = store

    def create(
        self,
        name: str,
        role: AccountRole,
        *,
        password_hash: str | None,
        subject: str | None,
        at: datetime,
    ) -> None:
        """Make an account.

        Args:
            name: A name from `account_name`.
            role: What it may do.
            password_hash: None when it has no password.
            subject: Who it is at the OpenID provider.
            at: Now.

        Raises:
            AccountError: That name, or that subject, is taken.
        """
        require_aware("at", at)
        taken = accounts.c.name == name
        if subject is not None:
            taken |= accounts.c.subject == subject
        with self._store.writing() as connection:
            found = connection.execute(select(accounts.c.name).where(taken)).scalar()
            if found is not None:
                msg = f"there is already an account {found!r}" + (
                    "" if found == name else f" of subject {subject!r}"
                )
                raise AccountError(msg)
            values = {"name": name, "role": role, "created_at": at}
            secrets = {"password_hash": password_hash, "subject": subject}
            connection.execute(insert(accounts), values | secrets)

    def find(self, name: str) -> StoredAccount | None:
        """Look an account up.

        Args:
            name: Its name.

        Returns:
            The account; None when there is none of that name.
        """
        return self._find(name=name)

    def find_subject(self, subject: str) -> StoredAccount | None:
        """Look an account up by who it is at the OpenID provider.

        Args:
            subject: What the provider calls it.

        Returns:
            The account; None when nobody here is that subject.
        """
        return self._find(subject=subject)

    def _find(self, **key: str) -> StoredAccount | None:
        if not all(map(storable, key.values())):  # nobody is called that, and PostgreSQL balks
            return None
        with self._store.reading() as connection:
            row = connection.execute(select(accounts).filter_by(**key)).first()
        return StoredAccount(**row._asdict()) if row else None

    def all(self) -> tuple[StoredAccount, ...]:
        """Read all accounts.

        Returns:
            The accounts by name.
        """
        with self._store.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).all()
        return tuple(StoredAccount(**row._asdict()) for row in rows)

    def count(self) -> int:
        """Count the accounts.

        Returns:
            Their number.
        """
        with self._store.reading() as connection:
            return connection.execute(select(func.count()).select_from(accounts)).scalar_one()

    def set_password(self, name: str, password_hash: str, *, keep_sessions: bool = False) -> None:
        """Give an account another password.

        Args:
            name: The account.
            password_hash: The hash of the password.
            keep_sessions: False ends the account's sessions, since whoever knew the earlier
                password may have opened one; True when the password itself is the same.

        Raises:
            AccountError: There is no such account.
        """
        with self._store.writing() as connection:
            change = update(accounts).filter_by(name=name).values(password_hash=password_hash)
            _require_one(connection.execute(change), name)
            if not keep_sessions:
                connection.execute(delete(console_sessions).filter_by(account=name))

    def set_role(self, name: str, role: AccountRole) -> None:
        """Give an account another role, in force at its next click.

        Args:
            name: The account.
            role: The role.

        Raises:
            AccountError: There is no such account.
        """
        with self._store.writing() as connection:
            change = update(accounts).filter_by(name=name).values(role=role)
            _require_one(connection.execute(change), name)

    def remove(self, name: str) -> None:
        """Remove an account and end its sessions.

        Args:
            name: The account.

        Raises:
            AccountError: There is no such account.
        """
        with self._store.writing() as connection:
            _require_one(connection.execute(delete(accounts).filter_by(name=name)), name)

    def open_session(
        self, name: str, token_hash: str, *, at: datetime, opened_after: datetime
    ) -> None:
        """Log an account in.

        Args:
            name: The account.
            token_hash: The hash of the new session's token.
            at: Now.
            opened_after: Sessions opened before that time have expired, and are erased.

        Raises:
            AccountError: The account has been removed in the meantime.
        """
        require_aware("at", at)
        session = {"token_hash": token_hash, "account": name, "opened_at": at, "seen_at": at}
        expired = console_sessions.c.opened_at < opened_after
        with self._store.writing() as connection:
            change = update(accounts).filter_by(name=name).values(last_login_at=at)
            _require_one(connection.execute(change), name)
            connection.execute(delete(console_sessions).where(expired))
            connection.execute(insert(console_sessions), session)

    def session(self, token_hash: str) -> Session | None:
        """Look a session up.

        Args:
            token_hash: The hash of its token.

        Returns:
            The session; None when it was ended. Whether it has expired is for the caller to say.
        """
        both = console_sessions.join(accounts)
        columns = (console_sessions.c.account, accounts.c.role)
        times = (console_sessions.c.opened_at, console_sessions.c.seen_at)
        wanted = select(*columns, *times).select_from(both)
        with self._store.reading() as connection:
            row = connection.execute(
                wanted.where(console_sessions.c.token_hash == token_hash)
            ).first()
        return Session(**row._asdict()) if row else None

    def touch_session(self, token_hash: str, at: datetime) -> None:
        """Remember that a session was in use.

        Args:
            token_hash: The hash of its token.
            at: Now.
        """
        with self._store.writing() as connection:
            change = update(console_sessions).filter_by(token_hash=token_hash).values(seen_at=at)
            connection.execute(change)

    def end_session(self, token_hash: str) -> None:
        """Log one browser out; nothing happens when it was logged out already.

        Args:
            token_hash: The hash of its token.
        """
        with self._store.writing() as connection:
            connection.execute(delete(console_sessions).filter_by(token_hash=token_hash))


def no_such_account(name: str) -> AccountError:
    """Word the error for a name that no account has.

    Args:
        name: The name.

    Returns:
        The error, to raise.
    """
    return AccountError(f"there is no account {name!r}: faqbot admin list-users shows them")


def _require_one(result: CursorResult[tuple[()]], name: str) -> None:
    if result.rowcount != 1:
        raise no_such_account(name)
