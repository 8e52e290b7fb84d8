"""What crawlers and language models are told of the FAQ."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from faqbot.assistant import Assistant
from faqbot.corpus.exchange.import_planning import plan_import
from faqbot.corpus.exchange.import_reading import ImportDefaults, read_import
from tests.api.conftest import ClientFactory

URL = "https://www.example.org/faq"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def below(make_client: ClientFactory) -> TestClient:
    """A service whose public address has a path."""
    client = make_client(public_url=URL)
    client.base_url = "http://localhost"
    return client


def test_the_page_of_questions_can_be_imported_elsewhere(
    client: TestClient, assistant: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("imported")
    (folder / "page.html").write_text(client.get("/questions").text, "utf-8")
    page = read_import(folder / "page.html", "faqpage", ImportDefaults())
    plan = plan_import(page, folder / "new")
    ours = assistant.corpus.by_id
    assert {it.entry.id: (it.entry.question, it.entry.provenance) for it in plan.entries} == {
        entry.id: (entry.question, entry.provenance) for entry in ours.values()
    }
    assert not any(it.entry.variants for it in plan.entries)  # searched, never shown


def test_a_filtered_page_is_no_faq_page(client: TestClient) -> None:
    assert "ld+json" in client.get("/questions").text
    assert "ld+json" not in client.get("/questions?q=proxy").text


def test_crawlers_are_sent_to_the_public_pages(below: TestClient) -> None:
    robots = below.get("/faq/robots.txt")
    assert robots.headers["content-type"].startswith("text/plain")
    assert "Disallow: /faq/admin\n" in robots.text
    assert "Disallow: /faq/*?session=\n" in robots.text
    assert f"Sitemap: {URL}/sitemap.xml" in robots.text
    sitemap = below.get("/faq/sitemap.xml")
    assert sitemap.headers["content-type"].startswith("application/xml")
    places = [found.text for found in ET.fromstring(sitemap.text).iter(f"{SITEMAP}loc")]  # noqa: S314
    assert places == [f"{URL}{path}" for path in ("/", "/questions", "/confidentialite")]
    assert all(below.get(f"/faq{it.removeprefix(URL)}").status_code == 200 for it in places if it)


def test_language_models_find_each_question(below: TestClient, assistant: Assistant) -> None:
    text = below.get("/faq/llms.txt").text
    assert text.startswith(f"# {assistant.corpus.title}\n")
    links = re.findall(r"^- \[(.+)\]\((.+)#(\w+)\)$", text, re.MULTILINE)
    page = BeautifulSoup(below.get("/faq/questions").text, "html.parser")
    assert {(question, name) for question, _, name in links} == {
        (entry.question, entry.id) for entry in assistant.corpus.entries
    }
    assert {address for _, address, _ in links} == {f"{URL}/questions"}
    assert all(page.find(id=name) for _, _, name in links)


@pytest.mark.parametrize("docs", ["on", "off"])
def test_language_models_are_sent_to_the_api_where_it_is_described(
    make_client: ClientFactory, docs: str
) -> None:
    client = make_client(api_docs=docs)
    (address,) = re.findall(r"\((\S+/docs)\)", client.get("/llms.txt").text) or [None]
    assert (docs == "on") == (address is not None and client.get(address).status_code == 200)
