"""Logging in at an OpenID provider."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from faqbot.accounts.openid import FLOW_SECONDS, Flow, OpenId, OpenIdFailed, Person
from faqbot.accounts.store import account_name, openid_subject
from faqbot.console import wording
from faqbot.console.desk import Desk
from faqbot.console.frame import render_console
from faqbot.console.login import HOME, enter, safe_target, show_login
from faqbot.console.services import DeskDep
from faqbot.errors import AccountError

log = structlog.get_logger(__name__)

FLOW_COOKIE = "faqbot_console_openid"


class _NoAccess(Exception):
    """The person is known, and may not enter."""


def router_for(provider: OpenId) -> APIRouter:
    """Make the routes of one provider.

    Args:
        provider: The provider.

    Returns:
        The routes.
    """
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/admin/oidc/login")
    def leave(request: Request, desk: DeskDep, next: str = HOME) -> Response:  # noqa: A002
        """Send the browser to the provider."""
        flow = Flow.start(safe_target(next))
        try:
            address = provider.address(flow, _callback(request, desk))
        except OpenIdFailed as error:
            return _failed(request, desk, flow.target, error)
        response = RedirectResponse(address, status.HTTP_303_SEE_OTHER)
        # Lax: the provider's page leads back here, and a strict cookie would stay behind.
        desk.cookies.write(
            request, response, FLOW_COOKIE, flow.to_text(), same_site="lax", max_age=FLOW_SECONDS
        )
        return response

    @router.get("/admin/oidc/callback")
    def come_back(request: Request, desk: DeskDep) -> Response:
        """Let in whoever the provider vouches for."""
        target = HOME
        try:
            flow = Flow.from_text(desk.cookies.read(request, FLOW_COOKIE))
            target = flow.target
            person = provider.person(flow, request.query_params, _callback(request, desk))
            name = _account_of(desk, provider, person)
        except OpenIdFailed as error:
            return _failed(request, desk, target, error)
        except _NoAccess:
            desk.audit.record(None, "login.refused", None, {"by": provider.name})
            page = show_login(
                request,
                desk,
                target,
                error=wording.OPENID_NO_ACCESS.format(provider=provider.name),
                status_code=status.HTTP_403_FORBIDDEN,
            )
            desk.cookies.delete(page, FLOW_COOKIE)
            return page
        # A page rather than a redirect: the browser came from another site, and would not send
        # the new strict cookie along on the way.
        page = render_console(request, "console/entering.html", {"target": target}, None, "")
        desk.cookies.delete(page, FLOW_COOKIE)
        return enter(request, desk, name, page, by=provider.name)

    return router


def _callback(request: Request, desk: Desk) -> str:
    base = desk.public_url or str(request.base_url).rstrip("/")
    return f"{base}/admin/oidc/callback"


def _failed(request: Request, desk: Desk, target: str, error: OpenIdFailed) -> Response:
    log.warning("openid_failed", reason=str(error))
    page = show_login(
        request,
        desk,
        target,
        error=wording.OPENID_FAILED,
        status_code=status.HTTP_400_BAD_REQUEST,
    )
    desk.cookies.delete(page, FLOW_COOKIE)
    return page


def _account_of(desk: Desk, provider: OpenId, person: Person) -> str:
    subject = openid_subject(provider.issuer, person.subject)
    account = desk.accounts.find_subject(subject)
    if provider.gives_roles and person.role is None:
        raise _NoAccess  # also for an account that had a role until yesterday
    if account is None:
        return _new_account(desk, person, subject)
    if person.role is not None and person.role != account.role:
        desk.accounts.set_role(account.name, person.role)
        desk.audit.record(account.name, "account.role", account.name, {"role": person.role})
    return account.name


def _new_account(desk: Desk, person: Person, subject: str) -> str:
    if person.role is None:
        raise _NoAccess
    for candidate in person.names:
        try:
            name = account_name(candidate)
            desk.accounts.create(
                name, person.role, password_hash=None, subject=subject, at=datetime.now(UTC)
            )
        except AccountError:
            continue  # somebody else is called that: an account is never taken over by its name
        desk.audit.record(name, "account.created", name, {"role": person.role})
        return name
    msg = "every name of the person is taken by another account"
    raise OpenIdFailed(msg)
