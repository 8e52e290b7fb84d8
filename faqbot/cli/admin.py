"""``faqbot admin``: who may enter the console."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from faqbot.accounts.journal import COMMAND_LINE, Journal, JournalFilter, as_row
from faqbot.accounts.office import Office
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import (
    AccountStore,
    StoredAccount,
    account_name,
    no_such_account,
    openid_subject,
)
from faqbot.cli.output import Json, Yes, print_json, print_table, stderr, stdout
from faqbot.database.engines import prepared_database
from faqbot.downloads import jsonl_lines
from faqbot.errors import AccountError, SettingsError
from faqbot.settings import Settings
from faqbot.vocabulary import AccountRole

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's name, such as an e-mail address.")]


@contextmanager
def _office() -> Iterator[Office]:
    with prepared_database(Settings.from_env().database_url) as database:
        yield Office(AccountStore(database), Journal(database), COMMAND_LINE)


def _require(office: Office, name: str) -> StoredAccount:
    account = office.accounts.find(account_name(name))
    if account is None:
        raise no_such_account(name)
    return account


def _confirm_without_reviewer(office: Office, account: StoredAccount, *, yes: bool) -> None:
    reviewers = [found.name for found in office.accounts.all() if found.role != "reader"]
    if reviewers == [account.name] and not yes:
        question = f"{account.name} is the last reviewer: nobody could decide. Go on?"
        typer.confirm(question, abort=True, err=True)


@app.command()
def create_user(
    name: Name,
    role: Annotated[
        AccountRole,
        typer.Option(
            help="reader sees the console, reviewer decides too, publisher publishes too, "
            "admin gives access too."
        ),
    ],
    subject: Annotated[
        str | None,
        typer.Option(help="Who it is at the OpenID provider (claim sub); it has no password."),
    ] = None,
) -> None:
    """Make an account; the password is asked for, or read from stdin."""
    openid = Settings.from_env().openid
    if subject and openid is None:
        msg = "--subject needs the OpenID provider: set FAQBOT_OIDC_ISSUER as the server has it"
        raise SettingsError(msg)
    person = openid_subject(openid.issuer, subject) if openid and subject else None
    with _office() as office:
        name = account_name(name)
        if office.accounts.find(name):  # before a password is thought up for nothing
            msg = f"there is already an account {name!r}"
            raise AccountError(msg)
        kept = None if person else _new_password()
        office.create(StoredAccount(name=name, role=role, password_hash=kept, subject=person))
    stdout().print(f"account {name} created ({role})", markup=False)


@app.command()
def list_users(json: Json = False) -> None:
    """List the accounts; hashes of passwords are not shown."""
    with _office() as office:
        found = office.accounts.all()
    if json:
        print_json([_shown(account) for account in found])
        return
    if not found:
        stderr().print("no account yet: faqbot admin create-user NAME --role reviewer")
        return
    rows = [list(_shown(account).values()) for account in found]
    print_table("name", "role", "enters by", "created at", "last login", rows=rows)


@app.command()
def set_password(name: Name) -> None:
    """Give an account another password and log it out everywhere; asked for, or from stdin."""
    with _office() as office:
        account = _require(office, name)
        office.set_password(account.name, _new_password())
    stdout().print(f"password of {account.name} changed; its sessions have ended")


@app.command()
def set_role(
    name: Name,
    role: Annotated[AccountRole, typer.Option(help="The new role.")],
    yes: Yes = False,
) -> None:
    """Give an account another role, in force at once."""
    with _office() as office:
        account = _require(office, name)
        if role == "reader":
            _confirm_without_reviewer(office, account, yes=yes)
        office.set_role(account.name, role)
    stdout().print(f"{account.name} is now a {role}")


@app.command()
def remove_user(name: Name, yes: Yes = False) -> None:
    """Remove an account and log it out everywhere; what it did stays in the audit log."""
    with _office() as office:
        account = _require(office, name)
        _confirm_without_reviewer(office, account, yes=yes)
        office.remove(account.name)
    stdout().print(f"account {account.name} removed")


@app.command()
def audit(json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False) -> None:
    """Print who did what in the console, oldest first."""
    with _office() as office:
        if json:
            sys.stdout.writelines(jsonl_lines(map(as_row, office.journal.all(JournalFilter()))))
            return
        rows = [
            (f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.actor or "", entry.action, entry.target or "")
            for entry in office.journal.all(JournalFilter())
        ]
    print_table("at (UTC)", "actor", "action", "target", rows=rows)


def _new_password() -> str:
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    return Passwords().hash(password)


def _shown(account: StoredAccount) -> dict[str, str]:
    ways = {"password": account.password_hash, "openid": account.subject}
    login = account.last_login_at
    return {
        "name": account.name,
        "role": account.role,
        "enters_by": ", ".join(way for way, secret in ways.items() if secret),
        "created_at": account.created_at.isoformat(timespec="seconds"),
        "last_login_at": login.isoformat(timespec="seconds") if login else "",
    }
