"""Two replicas on one PostgreSQL, behind nginx with TLS and below a path, as in ``deploy/``."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from faqbot import wording
from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.assistant import Assistant
from faqbot.console import wording as console_wording
from faqbot.database.engines import open_database
from faqbot.settings import Settings
from tests.browser.conftest import PATIENCE_MS, Served, serve
from tests.browser.hosts import PROSE, Host
from tests.browser.nginx import free_port, proxied
from tests.browser.test_chat_page import QUESTION, ask, first_answer
from tests.browser.visiting import Visitor
from tests.postgres import Postgres

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "faq.localhost"  # browsers look no further than this machine for it
PATH = "/faq"
PASSWORD = "correct horse battery"  # noqa: S105


@dataclass
class Deployed:
    """What users reach, and what stands behind it."""

    origin: str
    replicas: list[Served]
    url: str
    """Of the database."""

    @property
    def address(self) -> str:
        return f"{self.origin}{PATH}"

    def client(self) -> httpx2.Client:
        """A program that talks to nginx."""
        return httpx2.Client(
            base_url=self.origin.replace(NAME, "127.0.0.1"),
            headers={"host": self.origin.removeprefix("https://")},
            verify=False,
            timeout=30,
        )


@pytest.fixture(scope="module")
def deployed(
    assistant: Assistant,
    settings: Settings,
    host: Host,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployed]:
    del assistant  # only makes sure that model and index are in place
    folder = tmp_path_factory.mktemp("deployed")
    port, url = free_port(), postgres.create()
    origin = f"https://{NAME}:{port}"
    unit = (DEPLOY / "systemd" / "faqbot@.service").read_text("utf-8")
    line = re.search(r"^ExecStart=/opt/faqbot/bin/faqbot (.+)$", unit, re.MULTILINE)
    assert line
    chosen = (DEPLOY / "systemd" / "faqbot.env").read_text("utf-8")
    environment = {
        **dict(re.findall(r"^(\w+)=(.*)$", chosen, re.MULTILINE)),
        "FAQBOT_CACHE_DIR": str(settings.cache_dir),
        "FAQBOT_PUBLIC_URL": f"{origin}{PATH}",
        "FAQBOT_SECRET_KEY": "a key for tests, of more than 32 characters",
        "FAQBOT_RATE_LIMIT": "off",
    }

    def start(number: int) -> Served:
        return serve(
            settings,
            folder / f"replica{number}",
            url,
            allowed_origins=host.origin,
            command=("-m", "tests.browser.lean", *shlex.split(line[1].replace("%i", "0"))),
            environment=environment,
        )

    with ThreadPoolExecutor() as pool:
        replicas = list(pool.map(start, (1, 2)))
    try:
        backs = [replica.address.removeprefix("http://") for replica in replicas]
        with proxied(folder, port, NAME, PATH, backs):
            yield Deployed(origin, replicas, url)
    finally:
        for replica in replicas:
            replica.process.kill()
            replica.process.wait()
        postgres.drop(url)


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def context(
    request: pytest.FixtureRequest, browser: Browser, deployed: Deployed
) -> Iterator[BrowserContext]:
    """A browser that may ask for nothing outside the path."""
    context = browser.new_context(
        java_script_enabled=request.param, locale="fr-FR", ignore_https_errors=True
    )
    context.set_default_timeout(PATIENCE_MS)
    strayed: list[str] = []

    def watch(url: str) -> None:
        if not f"{url}/".startswith(f"{deployed.address}/"):
            strayed.append(url)

    context.on("request", lambda sent: watch(sent.url))
    context.on("response", lambda got: got.status == 404 and strayed.append(f"404: {got.url}"))
    context.on("weberror", lambda error: strayed.append(f"script: {error.error}"))
    yield context
    context.close()
    assert not strayed


def test_a_conversation_below_the_path(context: BrowserContext, deployed: Deployed) -> None:
    page = context.new_page()
    page.goto(deployed.address)
    expect(page).to_have_url(f"{deployed.address}/")
    ask(page, QUESTION)
    card = first_answer(page)
    expect(card).to_contain_text("est obligatoire pour répondre aux exigences réglementaires")
    expect(page).to_have_url(re.compile(rf"^{re.escape(deployed.address)}/\?session=[\w-]+"))
    card.get_by_role("button", name="Oui", exact=True).click()
    expect(first_answer(page)).to_contain_text("Merci")
    page.reload()
    expect(first_answer(page)).to_contain_text("Merci")
    page.get_by_role("link", name="Fiche S05").first.click()
    expect(page).to_have_url(f"{deployed.address}/questions#S05")
    expect(page.locator("#S05")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Mes données").click()
    expect(page).to_have_url(
        re.compile(rf"^{re.escape(deployed.address)}/confidentialite\?session=")
    )
    page.get_by_role("button", name="Effacer cette conversation").click()
    page.locator("form.own-data__confirm").get_by_role("button").click()
    expect(page).to_have_url(f"{deployed.address}/confidentialite?effacee=1#vos-donnees")


def test_the_console_below_the_path(context: BrowserContext, deployed: Deployed) -> None:
    name = f"camille{id(context)}"
    database = open_database(deployed.url)
    kept = Passwords().hash(PASSWORD)
    now = datetime.now(UTC)
    AccountStore(database).create(
        StoredAccount(name=name, role="reviewer", password_hash=kept, created_at=now)
    )
    database.close()
    page = context.new_page()
    page.goto(f"{deployed.address}/admin/audit?actor={name}")
    page.get_by_label("Nom du compte").fill(name)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{deployed.address}/admin/audit?actor={name}")
    session = next(it for it in context.cookies() if it["name"] == "faqbot_console")
    assert (session["path"], session["secure"]) == (f"{PATH}/admin", True)
    menu = page.get_by_role("navigation", name="Menu de la console")
    for title in ("Tableau de bord", "Fiches", "Questions sans réponse", "Relecture"):
        menu.get_by_role("link", name=title).click()
        expect(menu.get_by_role("link", name=title)).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("status")).to_have_text(console_wording.LOGGED_OUT)
    expect(page).to_have_url(f"{deployed.address}/admin/login?goodbye=1")


def test_the_documentation_and_the_demonstration_below_the_path(
    browser: Browser, deployed: Deployed
) -> None:
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{deployed.address}/docs")
    operation = page.locator(".opblock", has_text="/api/v1/suggest")
    operation.locator(".opblock-summary-path").click()
    operation.get_by_role("textbox").first.fill("proxy")
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text("entry_id")
    assert complaints == []  # such as of what the page's policy refuses
    page.goto(f"{deployed.address}/demo?mode=inline")
    expect(page.locator("#extrait")).to_contain_text(f'endpoint="{deployed.address}"')
    try_widget(page, deployed)
    context.close()


def try_widget(page: Page, deployed: Deployed) -> None:
    """Ask in the widget of a page or frame, and look where its links lead."""
    widget = page.locator("faq-chat").first
    widget.locator('[part~="input"]').fill(QUESTION)
    widget.locator('[part~="input"]').press("Enter")
    turn = widget.locator('[part~="turn"]').last
    expect(turn).to_contain_text("est obligatoire pour répondre aux exigences réglementaires")
    links = [link.get_attribute("href") for link in widget.locator("a[href]").all()]
    ours = [link for link in links if link and link.startswith(deployed.origin)]
    assert f"{deployed.address}/questions#S05" in ours
    assert all(link.startswith(f"{deployed.address}/") for link in ours)


@pytest.mark.parametrize("endpoint", ["named", "from the script"])
def test_the_widget_keeps_the_path_of_its_endpoint(
    browser: Browser, deployed: Deployed, host: Host, endpoint: str
) -> None:
    visitor = Visitor(browser, deployed.address, host)
    named = f'endpoint="{deployed.address}/"' if endpoint == "named" else ""
    script = f'<script type="module" src="{deployed.address}/widget/v1/define.js"></script>'
    here = visitor.open(
        body=f'{PROSE}<faq-chat mode="inline" {named}></faq-chat>{script}',
        chat=None,
        ignore_https_errors=True,
    )
    try_widget(here.page, deployed)
    visitor.close()
    assert not visitor.problems


def test_the_frame_below_the_path(browser: Browser, deployed: Deployed, host: Host) -> None:
    visitor = Visitor(browser, deployed.address, host)
    frame = f'<iframe src="{deployed.address}/embed" title="FAQ" width="400" height="600"></iframe>'
    here = visitor.open(body=PROSE + frame, chat=None, ignore_https_errors=True)
    inside = here.page.frame_locator("iframe").locator("faq-chat")
    inside.locator('[part~="input"]').fill(QUESTION)
    inside.locator('[part~="input"]').press("Enter")
    expect(inside.locator('[part~="turn"]').last).to_contain_text("est obligatoire")
    visitor.close()
    assert not visitor.problems


def test_what_nginx_lets_through(deployed: Deployed) -> None:
    with deployed.client() as client:
        page = client.get(f"{PATH}/")
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert client.get(PATH).headers["location"] == f"{PATH}/"
        assert client.get(f"{PATH}/healthz").json() == {"status": "ok"}
        assert client.get(f"{PATH}/metrics").status_code == 404
        style = re.search(r'href="(/faq/static/faqbot.css\?v=\w+)"', page.text)
        assert style
        got = client.get(style[1])
        assert got.headers["content-encoding"] == "gzip"
        assert "immutable" in got.headers["cache-control"]
        foreign = client.get(f"{PATH}/demo", headers={"host": "evil.example"})
        assert foreign.status_code == 421
        assert foreign.json()["detail"] == wording.HOST_UNKNOWN
        assert client.post(f"{PATH}/ask", content=b"x" * 70_000).status_code == 413


def test_the_same_configuration_serves_the_root(deployed: Deployed, tmp_path: Path) -> None:
    port = free_port()
    backs = [replica.address.removeprefix("http://") for replica in deployed.replicas]
    with proxied(tmp_path, port, NAME, "", backs):
        root = Deployed(f"https://{NAME}:{port}", deployed.replicas, deployed.url)
        with root.client() as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/metrics").status_code == 404
            assert client.get(f"{PATH}/").status_code == 200


# The last test of this module: it leaves one replica.
def test_a_replica_that_dies_is_not_noticed(deployed: Deployed) -> None:
    with deployed.client() as client:
        for _ in range(6):
            assert client.get(f"{PATH}/questions").status_code == 200
        for replica in deployed.replicas:
            lines = [json.loads(it) for it in replica.log.splitlines() if it.startswith("{")]
            assert any(line.get("route") == "/questions" for line in lines)
        os.kill(deployed.replicas[0].process.pid, signal.SIGKILL)
        deployed.replicas[0].process.wait()
        session = None
        for _ in range(10):
            question = {"question": QUESTION, "session_id": session}
            reply = client.post(f"{PATH}/api/v1/chat", json=question)
            assert reply.status_code == 200
            assert reply.json()["recorded"] is True
            session = reply.json()["session_id"]
