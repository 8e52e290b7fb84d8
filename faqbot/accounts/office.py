"""Accounts as somebody gives, changes and withdraws them: whatever is done is in the journal."""

from __future__ import annotations

from dataclasses import dataclass

from faqbot.accounts.journal import Journal
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.vocabulary import AccountRole


@dataclass(frozen=True, slots=True)
class Office:
    """Changes accounts, as `AccountStore` does, and raises what that raises."""

    accounts: AccountStore
    journal: Journal
    actor: str
    """Who is noted to have done it."""
    by: str | None = None
    """Who must be an administrator to do it; None: nobody."""

    def create(self, account: StoredAccount) -> None:
        """Make an account."""
        self.accounts.create(account, by=self.by)
        self.journal.record(self.actor, "account.created", account.name, {"role": account.role})

    def set_password(self, name: str, password_hash: str, *, temporary: bool = False) -> None:
        """Give an account another password and end its sessions."""
        self.accounts.set_password(name, password_hash, temporary=temporary, by=self.by)
        self.journal.record(self.actor, "account.password", name)

    def set_role(self, name: str, role: AccountRole) -> None:
        """Give an account another role."""
        self.accounts.set_role(name, role, by=self.by)
        self.journal.record(self.actor, "account.role", name, {"role": role})

    def remove(self, name: str) -> None:
        """Remove an account; what it did stays in the journal."""
        self.accounts.remove(name, by=self.by)
        self.journal.record(self.actor, "account.removed", name)
