"""The console's accounts and their sessions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, CursorResult, delete, func, insert, select, update

from faqbot.database.interface import Database
from faqbot.database.records import require_aware, storable
from faqbot.database.schema import accounts, console_sessions
from faqbot.errors import AccountError
from faqbot.vocabulary import AccountRole

NAME_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    """Someone who may enter the console."""

    name: str
    role: AccountRole
    password_hash: str | None = None
    """None: it enters through the OpenID provider only."""
    subject: str | None = None
    """Who it is at the OpenID provider; None: it enters by password only."""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    last_login_at: datetime | None = None
    temporary: bool = False
    """Whether the password has to be changed before anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is logged in, with its account as it is now."""

    account: str
    role: AccountRole
    opened_at: datetime
    seen_at: datetime
    temporary: bool
    """Whether the account's password has to be changed first."""


def account_name(text: str) -> str:
    """Bring an account's name to the one form in which it is stored and looked up.

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
    """Name a person at an OpenID provider, so that another provider's person is another one."""
    return f"{issuer} {subject}"


class AccountStore:
    """Accounts and sessions; every method raises `StoreUnavailable` when the database fails.

    One that changes an account raises `AccountError` when there is none of that name. Accounts are
    called by a name from `account_name`, sessions by a hash of their token. ``by`` is the
    administrator who changes an account; None when nobody has to be one, as on the command line.
    Who is none (any more), or would change the own account, is refused by an `AccountError`, so
    that an administrator always remains.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, account: StoredAccount, *, by: str | None = None) -> None:
        """Make an account.

        Raises:
            AccountError: That name, or that subject, is taken.
        """
        require_aware("created_at", account.created_at)
        taken = accounts.c.name == account.name
        if account.subject is not None:
            taken |= accounts.c.subject == account.subject
        with self._database.writing() as connection:
            _require_other_admin(connection, by, account.name)
            found = connection.execute(select(accounts.c.name).where(taken)).scalar()
            if found is not None:
                msg = f"there is already an account {found!r}" + (
                    "" if found == account.name else f" of subject {account.subject!r}"
                )
                raise AccountError(msg)
            connection.execute(insert(accounts), asdict(account))

    def find(self, name: str) -> StoredAccount | None:
        """Look an account up; None when there is none of that name."""
        return self._find(name=name)

    def find_subject(self, subject: str) -> StoredAccount | None:
        """Look an account up by who it is at the OpenID provider; None when nobody here is."""
        return self._find(subject=subject)

    def _find(self, **key: str) -> StoredAccount | None:
        if not all(map(storable, key.values())):  # nobody is called that, and PostgreSQL balks
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(accounts).filter_by(**key)).first()
        return StoredAccount(**row._asdict()) if row else None

    def all(self) -> tuple[StoredAccount, ...]:
        """Read all accounts, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).all()
        return tuple(StoredAccount(**row._asdict()) for row in rows)

    def count(self) -> int:
        """Count the accounts."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(accounts)).scalar_one()

    def set_password(
        self,
        name: str,
        password_hash: str,
        *,
        keep_sessions: bool = False,
        temporary: bool = False,
        by: str | None = None,
    ) -> None:
        """Give an account another password.

        Args:
            temporary: Whether it has to be changed at the next login.
            keep_sessions: False ends the account's sessions, since whoever knew the earlier
                password may have opened one; True when the password itself is the same.
        """
        with self._database.writing() as connection:
            _require_other_admin(connection, by, name)
            _change(connection, name, password_hash=password_hash, temporary=temporary)
            if not keep_sessions:
                connection.execute(delete(console_sessions).filter_by(account=name))

    def set_role(self, name: str, role: AccountRole, *, by: str | None = None) -> None:
        """Give an account another role, in force at its next click."""
        with self._database.writing() as connection:
            _require_other_admin(connection, by, name)
            _change(connection, name, role=role)

    def remove(self, name: str, *, by: str | None = None) -> None:
        """Remove an account and end its sessions."""
        with self._database.writing() as connection:
            _require_other_admin(connection, by, name)
            _require_one(connection.execute(delete(accounts).filter_by(name=name)), name)

    def open_session(
        self, name: str, token_hash: str, *, at: datetime, opened_after: datetime
    ) -> None:
        """Log an account in.

        Args:
            opened_after: Sessions opened before that time have expired, and are erased.
        """
        require_aware("at", at)
        session = {"token_hash": token_hash, "account": name, "opened_at": at, "seen_at": at}
        expired = console_sessions.c.opened_at < opened_after
        with self._database.writing() as connection:
            _change(connection, name, last_login_at=at)
            connection.execute(delete(console_sessions).where(expired))
            connection.execute(insert(console_sessions), session)

    def session(self, token_hash: str) -> Session | None:
        """Look a session up.

        Returns:
            The session; None when it was ended. Whether it has expired is for the caller to say.
        """
        both = console_sessions.join(accounts)
        columns = (console_sessions.c.account, accounts.c.role, accounts.c.temporary)
        times = (console_sessions.c.opened_at, console_sessions.c.seen_at)
        wanted = select(*columns, *times).select_from(both).filter_by(token_hash=token_hash)
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return Session(**row._asdict()) if row else None

    def touch_session(self, token_hash: str, at: datetime) -> None:
        """Remember that a session was in use."""
        with self._database.writing() as connection:
            change = update(console_sessions).filter_by(token_hash=token_hash).values(seen_at=at)
            connection.execute(change)

    def end_session(self, token_hash: str) -> None:
        """Log one browser out; nothing happens when it was logged out already."""
        with self._database.writing() as connection:
            connection.execute(delete(console_sessions).filter_by(token_hash=token_hash))


def no_such_account(name: str) -> AccountError:
    """Word the error for a name that no account has."""
    return AccountError(f"there is no account {name!r}: faqbot admin list-users shows them")


def _require_other_admin(connection: Connection, by: str | None, name: str) -> None:
    if by is None:
        return
    admins = select(accounts.c.name).filter_by(role="admin").order_by(accounts.c.name)
    # Held, so that two who withdraw each other's role take turns on PostgreSQL too.
    held = connection.execute(admins.with_for_update()).scalars().all()
    if by == name or by not in held:
        msg = f"{by!r} cannot change the account {name!r}: another administrator can"
        raise AccountError(msg)


def _change(connection: Connection, name: str, **values: object) -> None:
    _require_one(connection.execute(update(accounts).filter_by(name=name).values(values)), name)


def _require_one(result: CursorResult[tuple[()]], name: str) -> None:
    if result.rowcount != 1:
        raise no_such_account(name)
