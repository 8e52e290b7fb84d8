"""Logging in at an OpenID provider."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from fastapi import APIRouter, Request, status
from fastapi.responses import HTMLResponse, Response

from faqbot.accounts.openid import FLOW_SECONDS, Flow, OpenId, OpenIdFailed, Person
from faqbot.accounts.store import StoredAccount, account_name, openid_subject
from faqbot.api.services import address_of
from faqbot.console import wording
from faqbot.console.addresses import see
from faqbot.console.entrance import Entrance
from faqbot.console.frame import render_console
from faqbot.console.login import HOME, enter, safe_target, show_login
from faqbot.console.services import EntranceDep
from faqbot.errors import AccountError
from faqbot.vocabulary import AccountRole

log = structlog.get_logger(__name__)

FLOW_COOKIE = "faqbot_console_openid"


def router_for(provider: OpenId) -> APIRouter:
    """Make the routes of one provider."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/admin/oidc/login")
    def leave(request: Request, entrance: EntranceDep, next: str = HOME) -> Response:  # noqa: A002
        """Send the browser to the provider."""
        flow = Flow.start(safe_target(next))
        try:
            address = provider.address(flow, _callback(request))
        except OpenIdFailed as error:
            return _failed(request, entrance, flow.target, error)
        response = see(address)
        # Lax: the provider's page leads back here, and a strict cookie would stay behind.
        entrance.cookies.write(
            request, response, FLOW_COOKIE, flow.to_text(), same_site="lax", max_age=FLOW_SECONDS
        )
        return response

    @router.get("/admin/oidc/callback")
    def come_back(request: Request, entrance: EntranceDep) -> Response:
        """Let in whoever the provider vouches for."""
        target = HOME
        try:
            flow = Flow.from_text(entrance.cookies.read(request, FLOW_COOKIE))
            target = flow.target
            person = provider.person(flow, request.query_params, _callback(request))
            name = _account_of(entrance, provider, person)
        except OpenIdFailed as error:
            return _failed(request, entrance, target, error)
        if name is None:
            entrance.journal.record(None, "login.refused", None, {"by": provider.settings.name})
            said = wording.OPENID_NO_ACCESS.format(provider=provider.settings.name)
            return _refused(request, entrance, target, said, status.HTTP_403_FORBIDDEN)
        # A page rather than a redirect: the browser came from another site, and would not send
        # the new strict cookie along on the way.
        page = render_console(request, "console/entering.html", {"target": target}, None, "")
        entrance.cookies.delete(request, page, FLOW_COOKIE)
        return enter(request, entrance, name, page, by=provider.settings.name)

    return router


def _callback(request: Request) -> str:
    return f"{address_of(request)}/admin/oidc/callback"


def _failed(request: Request, entrance: Entrance, target: str, error: OpenIdFailed) -> Response:
    log.warning("openid_failed", reason=str(error))
    return _refused(request, entrance, target, wording.OPENID_FAILED, status.HTTP_400_BAD_REQUEST)


def _refused(
    request: Request, entrance: Entrance, target: str, said: str, status_code: int
) -> Response:
    page = show_login(request, entrance, target, error=said, status_code=status_code)
    entrance.cookies.delete(request, page, FLOW_COOKIE)
    return page


def _account_of(entrance: Entrance, provider: OpenId, person: Person) -> str | None:
    """Find the account of a person, or make it; None when the person may not enter."""
    subject = openid_subject(provider.settings.issuer, person.subject)
    account = entrance.accounts.find_subject(subject)
    role = person.role
    if role is None:
        # Where the provider gives roles, the account had one until yesterday.
        return None if account is None or provider.settings.role_claim else account.name
    if account is None:
        return _new_account(entrance, person.names, role, subject)
    if role != account.role:
        entrance.office(account.name).set_role(account.name, role)
    return account.name


def _new_account(entrance: Entrance, names: Iterable[str], role: AccountRole, subject: str) -> str:
    for candidate in names:
        try:
            name = account_name(candidate)
            entrance.office(name).create(StoredAccount(name=name, role=role, subject=subject))
        except AccountError:
            continue  # somebody else is called that: an account is never taken over by its name
        return name
    msg = "every name of the person is taken by another account"
    raise OpenIdFailed(msg)
