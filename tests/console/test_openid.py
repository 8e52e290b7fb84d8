"""Logging in at an OpenID provider, and everything that must not count as proof."""

from __future__ import annotations

import builtins
import hmac
import re
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.accounts.sessions import SESSION_COOKIE
from faqbot.accounts.store import AccountStore, openid_subject
from faqbot.console import wording
from faqbot.console.openid_login import FLOW_COOKIE
from faqbot.errors import SettingsError
from tests.console.conftest import ClientFactory, ServiceFactory, log_in, show_cookie
from tests.console.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

BEGIN = "/admin/oidc/login"
BACK = "/admin/oidc/callback"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    running_provider.reset()
    return running_provider


@pytest.fixture
def choices(provider: Provider) -> dict[str, Any]:
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_role_claim": "groups",
        "oidc_name": "Annuaire",
    }


@pytest.fixture
def browser(
    make_service: ServiceFactory, make_client: ClientFactory, choices: dict[str, Any]
) -> TestClient:
    return make_client(make_service(**choices))


def visit_provider(client: TestClient, next: str = "/admin") -> str:  # noqa: A002
    """Go to the provider, agree, and return the address that leads back."""
    reply = client.get(BEGIN, params={"next": next})
    assert reply.status_code == 303
    there = httpx2.get(reply.headers["location"], follow_redirects=False)
    assert there.status_code == 303
    return there.headers["location"]


def come_back(client: TestClient, next: str = "/admin") -> httpx2.Response:  # noqa: A002
    return client.get(visit_provider(client, next))


def assert_nobody_is_in(client: TestClient) -> None:
    assert SESSION_COOKIE not in client.cookies
    assert client.get("/admin").status_code == 303


def test_a_person_with_a_role_comes_in(
    browser: TestClient, provider: Provider, accounts: AccountStore, journal: Journal
) -> None:
    provider.claims["groups"] = ["staff", "faqbot-reviewer"]
    login = browser.get("/admin/login", params={"next": "/admin/audit?page=2"})
    assert "Se connecter avec Annuaire" in login.text
    link = re.search(r'href="(/admin/oidc/login\?next=[^"]+)"', login.text)
    assert link
    there = httpx2.get(browser.get(link[1]).headers["location"], follow_redirects=False)
    page = browser.get(there.headers["location"])
    assert page.status_code == 200
    # The browser goes on from our page: a redirect would leave the strict cookie behind.
    assert 'http-equiv="refresh" content="0; url=/admin/audit?page=2"' in page.text
    assert "SameSite=strict" in page.headers["set-cookie"]
    assert FLOW_COOKIE not in browser.cookies
    assert browser.get("/admin/audit").status_code == 200
    account = accounts.find("dana@example.org")
    assert account
    assert (account.role, account.password_hash) == ("reviewer", None)
    assert [(line.actor, line.action) for line in journal.all(JournalFilter())] == [
        ("dana@example.org", "account.created"),
        ("dana@example.org", "login"),
    ]


def test_the_request_says_what_the_answer_must_repeat(
    browser: TestClient, provider: Provider
) -> None:
    reply = browser.get(BEGIN)
    sent = parse_qs(urlsplit(reply.headers["location"]).query)
    assert reply.headers["location"].startswith(f"{provider.issuer}/authorize?")
    assert sent["redirect_uri"] == [f"http://testserver{BACK}"]
    assert sent["code_challenge_method"] == ["S256"]
    assert min(len(sent[name][0]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert CLIENT_SECRET not in reply.headers["location"]
    cookie = reply.headers["set-cookie"]
    assert "SameSite=lax" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/admin" in cookie
    again = parse_qs(urlsplit(browser.get(BEGIN).headers["location"]).query)
    assert all(sent[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_the_way_back_is_the_public_address(
    make_service: ServiceFactory, make_client: ClientFactory, choices: dict[str, Any]
) -> None:
    service = make_service(**choices, public_url="https://faq.example.org/faq")
    reply = make_client(service, base_url="http://localhost").get(BEGIN)
    sent = parse_qs(urlsplit(reply.headers["location"]).query)
    assert sent["redirect_uri"] == [f"https://faq.example.org/faq{BACK}"]
    assert "Secure" in reply.headers["set-cookie"]


def test_a_person_without_role_is_told_so(
    browser: TestClient, accounts: AccountStore, journal: Journal
) -> None:
    page = come_back(browser)
    assert page.status_code == 403
    assert wording.OPENID_NO_ACCESS.format(provider="Annuaire") in page.text
    assert accounts.find("dana@example.org") is None
    assert [line.action for line in journal.all(JournalFilter())] == ["login.refused"]
    assert_nobody_is_in(browser)


@pytest.mark.parametrize("groups", ["reviewer", ["FAQBOT-REVIEWER"], {"faqbot-reviewer": 1}, 7, []])
def test_only_our_own_words_give_a_role(
    browser: TestClient, provider: Provider, groups: object
) -> None:
    provider.claims["groups"] = groups
    assert come_back(browser).status_code == 403


def test_the_provider_changes_a_role_and_takes_it_away(
    browser: TestClient, provider: Provider, accounts: AccountStore
) -> None:
    for groups, role in (
        ("faqbot-reader", "reader"),
        (["faqbot-reader", "faqbot-reviewer"], "reviewer"),
        (["faqbot-reviewer", "faqbot-publisher"], "publisher"),
        (["faqbot-reader"], "reader"),
    ):
        provider.claims["groups"] = groups
        assert come_back(browser).status_code == 200
        account = accounts.find("dana@example.org")
        assert account
        assert account.role == role
    del provider.claims["groups"]
    browser.cookies.clear()
    assert come_back(browser).status_code == 403
    assert_nobody_is_in(browser)


def test_a_role_may_stand_in_a_claim_inside_another(
    make_service: ServiceFactory,
    make_client: ClientFactory,
    choices: dict[str, Any],
    provider: Provider,
) -> None:
    client = make_client(make_service(**choices | {"oidc_role_claim": "realm_access.roles"}))
    provider.claims["realm_access"] = {"roles": ["faqbot-reader"]}
    assert come_back(client).status_code == 200
    provider.claims["realm_access"] = "faqbot-reader"
    assert come_back(client).status_code == 403


def test_without_role_claim_only_accounts_made_here_enter(
    make_service: ServiceFactory,
    make_client: ClientFactory,
    choices: dict[str, Any],
    provider: Provider,
    accounts: AccountStore,
) -> None:
    client = make_client(make_service(**choices | {"oidc_role_claim": None}))
    provider.claims["groups"] = ["faqbot-reviewer"]
    assert come_back(client).status_code == 403
    alice = accounts.find("alice")
    assert alice
    subject = openid_subject(provider.issuer, "4711")
    accounts.create(replace(alice, name="dana", role="reader", password_hash=None, subject=subject))
    assert come_back(client).status_code == 200
    assert "dana" in client.get("/admin").text
    assert client.get("/admin/audit").status_code == 403


@pytest.mark.parametrize("name", ["alice", "ALICE"])
def test_an_account_is_never_taken_over_by_its_name(
    browser: TestClient, provider: Provider, accounts: AccountStore, name: str
) -> None:
    before = accounts.find("alice")
    provider.claims |= {"email": None, "preferred_username": name, "groups": "faqbot-reader"}
    assert come_back(browser).status_code == 200
    assert accounts.find("alice") == before
    account = accounts.find("4711")
    assert account
    assert account.role == "reader"
    provider.claims |= {"sub": "bob"}
    assert come_back(browser).status_code == 400  # every name is somebody else's


def test_an_unverified_address_names_nobody(
    browser: TestClient, provider: Provider, accounts: AccountStore
) -> None:
    provider.claims |= {"email_verified": False, "groups": "faqbot-reader"}
    assert come_back(browser).status_code == 200
    assert accounts.find("dana@example.org") is None
    assert accounts.find("dana")


def test_a_password_does_not_open_an_account_of_the_provider(
    browser: TestClient, provider: Provider
) -> None:
    provider.claims["groups"] = "faqbot-reader"
    come_back(browser)
    browser.cookies.clear()
    for password in ("", "None", "any password at all"):
        assert log_in(browser, "dana@example.org", password).status_code == 401


def refused(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 400
    assert wording.OPENID_FAILED in page.text
    assert_nobody_is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": [CLIENT_ID, "another"]},  # without azp: for whom was it made?
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": None},
        {"nbf": int(time.time()) + 36_000},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids="-".join,
)
def test_a_wrong_claim_proves_nothing(
    browser: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims |= {"groups": "faqbot-reviewer"} | claims
    refused(browser, visit_provider(browser))


def test_a_token_for_several_that_names_us_is_taken(
    browser: TestClient, provider: Provider
) -> None:
    provider.claims |= {
        "groups": "faqbot-reader",
        "aud": [CLIENT_ID, "another"],
        "azp": CLIENT_ID,
    }
    assert come_back(browser).status_code == 200


def test_a_signature_by_another_key_proves_nothing(browser: TestClient, provider: Provider) -> None:
    provider.claims["groups"] = "faqbot-reviewer"
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "first"})
    refused(browser, visit_provider(browser))


@pytest.mark.parametrize("secret", ["our secret there", "the public key"])
def test_a_signature_by_a_shared_secret_proves_nothing(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    provider.claims["groups"] = "faqbot-reviewer"
    public = provider.key.as_pem(private=False)
    material = public if secret == "the public key" else CLIENT_SECRET.encode()  # noqa: S105
    signed = provider.id_token

    def encoded(data: bytes) -> str:
        return urlsafe_b64encode(data).decode().rstrip("=")

    def shared(nonce: str) -> str:
        body = encoded(b'{"alg":"HS256","kid":"first"}') + "." + signed(nonce).split(".")[1]
        return f"{body}.{encoded(hmac.digest(material, body.encode(), 'sha256'))}"

    monkeypatch.setattr(provider, "id_token", shared)
    refused(browser, visit_provider(browser))


def test_no_signature_proves_nothing(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.claims["groups"] = "faqbot-reviewer"
    signed = provider.id_token

    def unsigned(nonce: str) -> str:
        _, payload, _ = signed(nonce).split(".")
        return f"eyJhbGciOiJub25lIn0.{payload}."

    monkeypatch.setattr(provider, "id_token", unsigned)
    refused(browser, visit_provider(browser))


def test_a_token_that_was_altered_proves_nothing(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.claims["groups"] = "faqbot-reader"
    signed = provider.id_token

    def altered(nonce: str) -> str:
        header, _, signature = signed(nonce).split(".")
        provider.claims["groups"] = "faqbot-reviewer"
        return ".".join((header, signed(nonce).split(".")[1], signature))

    monkeypatch.setattr(provider, "id_token", altered)
    refused(browser, visit_provider(browser))


def test_a_provider_may_change_its_keys(browser: TestClient, provider: Provider) -> None:
    provider.claims["groups"] = "faqbot-reader"
    assert come_back(browser).status_code == 200
    renewed = RSAKey.generate_key(2048, {"kid": "second"})
    provider.published = [renewed]
    provider.signing_key, provider.header["kid"] = renewed, "second"
    browser.cookies.clear()
    assert come_back(browser).status_code == 200


def test_a_forged_state_is_refused(browser: TestClient, provider: Provider) -> None:
    provider.claims["groups"] = "faqbot-reader"
    address = visit_provider(browser)
    refused(browser, re.sub(r"state=[^&]+", "state=forged", address))


def test_an_answer_without_state_is_refused(browser: TestClient, provider: Provider) -> None:
    provider.claims["groups"] = "faqbot-reader"
    refused(browser, re.sub(r"&state=[^&]+", "", visit_provider(browser)))


def test_an_answer_for_another_browser_is_refused(
    browser: TestClient,
    provider: Provider,
    make_service: ServiceFactory,
    make_client: ClientFactory,
    choices: dict[str, Any],
) -> None:
    provider.claims["groups"] = "faqbot-reader"
    victim = make_client(make_service(**choices))
    address = visit_provider(browser)
    refused(victim, address)  # no login was begun there
    visit_provider(victim)
    refused(victim, address)  # another one was


def test_an_answer_counts_once(browser: TestClient, provider: Provider) -> None:
    provider.claims["groups"] = "faqbot-reader"
    address = visit_provider(browser)
    flow = browser.cookies[FLOW_COOKIE]
    assert browser.get(address).status_code == 200
    browser.cookies.clear()
    refused(browser, address)
    show_cookie(browser, FLOW_COOKIE, flow)
    refused(browser, address)  # the provider knows that the code was used


def test_a_login_that_took_too_long_is_refused(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.claims["groups"] = "faqbot-reader"
    address = visit_provider(browser)
    now = time.time()
    monkeypatch.setattr("faqbot.accounts.openid.time.time", lambda: now + 601)
    refused(browser, address)


@pytest.mark.parametrize(
    "parameters", ["?error=access_denied&state={state}", "?state={state}", "", "?code=x"]
)
def test_a_refusal_by_the_provider_leads_back_to_the_login(
    browser: TestClient, parameters: str
) -> None:
    state = parse_qs(urlsplit(visit_provider(browser)).query)["state"][0]
    refused(browser, BACK + parameters.format(state=state))


def test_an_answer_of_another_provider_is_refused(browser: TestClient, provider: Provider) -> None:
    provider.claims["groups"] = "faqbot-reader"
    refused(browser, visit_provider(browser) + "&iss=https%3A%2F%2Fevil.example")


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://evil.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_is_another_one_is_not_gone_to(
    browser: TestClient, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata |= metadata
    refused(browser, BEGIN)


def test_a_provider_that_is_away_does_not_take_the_password_login_along(
    make_service: ServiceFactory,
    make_client: ClientFactory,
    choices: dict[str, Any],
    accounts: AccountStore,
) -> None:
    client = make_client(make_service(**choices | {"oidc_issuer": "http://127.0.0.1:9"}))
    refused(client, BEGIN)
    assert log_in(client, "alice").status_code == 303


def test_the_way_out_of_the_provider_stays_in_the_console(
    browser: TestClient, provider: Provider
) -> None:
    provider.claims["groups"] = "faqbot-reader"
    page = come_back(browser, next="https://evil.example")
    assert "evil.example" not in page.text


def test_without_provider_there_is_nothing_of_it(client: TestClient) -> None:
    assert "oidc" not in client.get("/admin/login").text
    assert client.get(BEGIN).status_code == 404
    assert client.get(BACK).status_code == 404


@pytest.mark.parametrize("missing", ["authlib", "httpx2"])
def test_a_missing_library_is_named_with_the_extra_that_brings_it(
    make_service: ServiceFactory,
    make_client: ClientFactory,
    choices: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
) -> None:
    for module in ("faqbot.accounts.openid", "faqbot.console.openid_login"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    original = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == missing:
            raise ModuleNotFoundError(name=missing)
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    service = make_service(**choices)
    with pytest.raises(SettingsError, match=rf"{missing}.*pip install 'faqbot\[oidc\]'"):
        make_client(service)
