"""Who speaks: what the corpus says of itself, or else its publisher; nothing of it is built in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from faqbot.api.presenter import EntryView
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus
from faqbot.settings import Settings

ROOT = Path(__file__).parents[2]
NOTICE = "Sources\u00a0: pages de l’éditeur. Ce service <n’est> pas le sien."
LABEL = "Réponse de l’éditeur"
SHOWN = "Sources\u00a0: pages de l’éditeur. Ce service &lt;n’est&gt; pas le sien."
PUBLISHER = "Éditeur de la FAQ\u00a0: Éditeur d’essai"


@pytest.fixture
def verbatim(small: Assistant) -> Corpus:
    """A corpus with one verbatim answer, F11, that says nothing of itself."""
    first, *others = small.corpus.entries
    first = replace(first, provenance=replace(first.provenance, kind="verbatim"))
    return replace(small.corpus, entries=(first, *others))


@pytest.fixture
def telling(small: Assistant, verbatim: Corpus, tmp_path: Path) -> Iterator[TestClient]:
    """The application on the same corpus, when it says who speaks."""
    corpus = replace(verbatim, notice=NOTICE, verbatim_label=LABEL)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'telling.sqlite3'}")
    app = create_app(Service.open(settings, replace(small, corpus=corpus)))
    with TestClient(app) as client:
        yield client


def footer(page: str) -> str:
    return page.partition("<footer")[2].replace("&nbsp;", "\u00a0")


def test_the_notice_of_a_corpus_is_shown_at_once_and_on_every_page(telling: TestClient) -> None:
    assert telling.get("/api/v1/faq").json()["notice"] == NOTICE
    welcome, _, end = telling.get("/").text.partition("<footer")
    assert "un assistant automatique cherche la réponse" in welcome
    assert SHOWN in welcome
    others = (
        telling.get(path, headers={"Accept": "text/html"}) for path in ("/questions", "/rien")
    )
    for foot in (end, *(footer(other.text) for other in others)):
        assert SHOWN in foot
        assert PUBLISHER not in foot
    privacy = telling.get("/confidentialite").text
    assert privacy.count(SHOWN) == 2
    assert "La FAQ est éditée par" not in privacy


def test_without_one_the_publisher_is_named(small_client: TestClient) -> None:
    assert PUBLISHER in footer(small_client.get("/").text)
    assert "None" not in small_client.get("/").text
    assert "La FAQ est éditée par&nbsp;: Éditeur d’essai." in (
        small_client.get("/confidentialite").text
    )


def test_a_provenance_is_called_what_the_corpus_calls_it(
    telling: TestClient, verbatim: Corpus
) -> None:
    labels = {
        entry["entry_id"]: entry["provenance"]["label"]
        for entry in telling.get("/api/v1/entries").json()
    }
    assert labels == {"F11": LABEL} | dict.fromkeys(
        ("F12", "F13", "F14", "F15"), "Reformulé d’après"
    )
    assert f'<span class="provenance__kind">{LABEL}</span>' in telling.get("/questions").text
    assert EntryView.of(verbatim.by_id["F11"], verbatim).provenance.label == "Texte officiel"


def test_the_publisher_of_our_corpus_stands_in_its_data_alone() -> None:
    """Any FAQ can be served: what is shown must not name ours."""
    shown = [*ROOT.glob("web/templates/**/*.html"), *ROOT.glob("web/widget/*.js")]
    shown += [*ROOT.glob("web/static/*.js"), *ROOT.glob("faqbot/**/*wording.py")]
    assert len(shown) > 30
    assert [
        path.name for path in shown if re.search(r"\b(ANS|ASP)\b", path.read_text("utf-8"))
    ] == []
