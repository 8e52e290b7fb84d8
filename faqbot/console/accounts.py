"""Who may enter, with which role; and everybody's own password."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, status
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from faqbot.accounts.store import StoredAccount, account_name, openid_subject
from faqbot.api.services import ServiceDep, client_of
from faqbot.console import wording
from faqbot.console.access import PASSWORD_PAGE, Account, AdminDep, ReaderDep
from faqbot.console.addresses import address_of, see
from faqbot.console.entrance import Entrance
from faqbot.console.frame import render_console
from faqbot.console.login import HOME
from faqbot.console.services import EntranceDep
from faqbot.errors import AccountError
from faqbot.vocabulary import AccountRole

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


_RANDOM_BYTES = 12
"""Of a password that is shown once, and changed at the first login."""


class NewAccount(BaseModel):
    """An account to make."""

    name: str = ""
    role: AccountRole = "reader"
    subject: str = ""
    """Who it is at the OpenID provider; empty: it enters by password."""


class AccountChange(BaseModel):
    """What becomes of an account."""

    name: str
    action: Literal["role", "password", "removed"]
    role: AccountRole = "reader"


class NewPassword(BaseModel):
    """One's own password, and what takes its place."""

    current: str = ""
    password: str = ""
    again: str = ""


@router.get("/admin/accounts/change")  # where the page stands that a change was answered with
@router.get("/admin/accounts")
def accounts_page(
    request: Request,
    account: AdminDep,
    entrance: EntranceDep,
    done: Literal["", "created", "role", "removed"] = "",
    name: str = "",
) -> HTMLResponse:
    """List who may enter."""
    return _page(request, account, entrance, done=done, name=name)


@router.post("/admin/accounts")
def create(
    request: Request,
    account: AdminDep,
    entrance: EntranceDep,
    service: ServiceDep,
    form: Annotated[NewAccount, Form()],
) -> Response:
    """Make an account; its one-time password is shown once, in the reply."""
    openid, subject = service.settings.openid, form.subject.strip()
    person = openid_subject(openid.issuer, subject) if openid and subject else None
    password = "" if person else secrets.token_urlsafe(_RANDOM_BYTES)
    fault = "name"
    try:
        name = account_name(form.name)
        fault = "taken"
        made = StoredAccount(
            name=name,
            role=form.role,
            password_hash=entrance.passwords.hash(password) if password else None,
            subject=person,
            temporary=bool(password),
        )
        entrance.office(account.name, by=account.name).create(made)
    except AccountError:
        return _page(request, account, entrance, fault=fault, typed=form)
    return _changed(request, account, entrance, "created", name, password)


@router.post("/admin/accounts/change")
def change(
    request: Request,
    account: AdminDep,
    entrance: EntranceDep,
    form: Annotated[AccountChange, Form()],
) -> Response:
    """Give another role or password, or withdraw the access."""
    office, password = entrance.office(account.name, by=account.name), ""
    try:
        name = account_name(form.name)
        match form.action:
            case "role":
                office.set_role(name, form.role)
            case "password":
                password = secrets.token_urlsafe(_RANDOM_BYTES)
                office.set_password(name, entrance.passwords.hash(password), temporary=True)
            case "removed":
                office.remove(name)
    except AccountError:
        return _page(request, account, entrance, fault="not_changed")
    return _changed(request, account, entrance, form.action, name, password)


def _changed(
    request: Request, account: Account, entrance: Entrance, done: str, name: str, password: str
) -> Response:
    if password:  # in no address, and so in no log and no history
        return _page(request, account, entrance, done=done, name=name, password=password)
    return see(address_of("/admin/accounts", {"done": done, "name": name}))


def _page(
    request: Request,
    account: Account,
    entrance: Entrance,
    *,
    done: str = "",
    name: str = "",
    password: str = "",
    fault: str = "",
    typed: NewAccount | None = None,
) -> HTMLResponse:
    context = {
        "accounts": entrance.accounts.all(),
        "done": wording.ACCOUNT_CHANGES[done].format(name=name) if done else "",
        "password": password,
        "fault": wording.ACCOUNT_FAULTS[fault] if fault else "",
        "typed": typed or NewAccount(),
    }
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if fault else status.HTTP_200_OK
    return render_console(
        request, "console/accounts.html", context, account, "accounts", status_code=code
    )


@router.get(PASSWORD_PAGE)
def password_page(request: Request, account: ReaderDep, entrance: EntranceDep) -> HTMLResponse:
    """Ask for one's own next password."""
    return _password_page(request, account, entrance)


@router.post(PASSWORD_PAGE)
def change_password(
    request: Request,
    account: ReaderDep,
    entrance: EntranceDep,
    form: Annotated[NewPassword, Form()],
) -> Response:
    """Change one's own password, which ends one's other sessions."""
    kept = entrance.accounts.find(account.name)
    client = client_of(request)
    # Whoever found a session open may not guess here what the login form would not let them.
    admission = entrance.throttle.admit(account.name, client)
    fault = ""
    if admission.refused_for_s:
        fault = wording.login_wait(admission.refused_for_s)
    elif kept is None or not entrance.passwords.check(form.current, kept.password_hash):
        fault = wording.PASSWORD_WRONG
    elif form.password != form.again:
        fault = wording.PASSWORDS_DIFFER
    elif form.password == form.current:
        fault = wording.PASSWORD_SAME
    if fault:
        return _password_page(request, account, entrance, fault)
    entrance.throttle.forgive(account.name, client)
    try:
        entrance.office(account.name).set_password(
            account.name, entrance.passwords.hash(form.password)
        )
    except AccountError:
        return _password_page(request, account, entrance, wording.PASSWORD_WEAK)
    response = see(HOME)
    entrance.sessions.open(request, response, account.name)
    return response


def _password_page(
    request: Request, account: Account, entrance: Entrance, fault: str = ""
) -> HTMLResponse:
    kept = entrance.accounts.find(account.name)
    context = {"fault": fault, "kept": kept, "rules": wording.PASSWORD_WEAK}
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if fault else status.HTTP_200_OK
    return render_console(request, "console/password.html", context, account, "", status_code=code)
