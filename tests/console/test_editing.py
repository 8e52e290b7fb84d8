"""Editing without git: from a draft to a release and back, by two people."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from faqbot import assistant as assistant_module
from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.console.services import ConsoleServices
from faqbot.corpus.writing import render_entry
from faqbot.database.engines import open_database
from faqbot.editing.drafts import DraftStore
from faqbot.errors import SettingsError
from faqbot.progress import silent
from faqbot.releases import current_release, listed, open_latest, publish, roll_back
from faqbot.settings import Settings
from tests.console.conftest import KEY, _hash, form_token, log_in, typed_fields
from tests.corpus_folder import CorpusFolder
from tests.fakes import LetterEmbedder
from tests.samples import entry
from tests.samples_of_use import interaction

BRIDGE = entry("F11", "Combien vaut un pont ?", "Un pont vaut cher.", "prix du pont")
DOOR = entry("F12", "Qui garde la porte ?", "Le gardien.")
ROAD = {
    "question": "Où mène la route ?",
    "variants": "chemin de la mer\r\nla route, où va-t-elle",
    "answer": "À la mer.",
    "theme": "deux",
    "source_title": "Carte",
    "source_url": "https://www.example.org/carte",
    "reason": "Souvent demandé",
}
PATIENCE = 60


@pytest.fixture
def settings(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    faq = CorpusFolder(tmp_path / "corpus", BRIDGE, DOOR)
    monkeypatch.setattr(assistant_module, "load_embedder", lambda *_, **__: LetterEmbedder())
    made = Settings(
        corpus_dir=faq.path,
        corpus_source="database",
        editing="on",
        index_dir=tmp_path / "indexes",
        database_url=url,
        secret_key=KEY,
    )
    with open_database(url) as database:
        database.prepare()
        publish(database, made, progress=silent)
    return made


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with open_database(settings.database_url) as database:
        opened = Service.open(settings, open_latest(database, settings, progress=silent))
    accounts, now = AccountStore(opened.database), datetime.now(UTC)
    for name, role in [("alice", "reviewer"), ("paul", "publisher"), ("rita", "reader")]:
        accounts.create(
            StoredAccount(name=name, role=role, password_hash=_hash(), created_at=now)  # type: ignore[arg-type]
        )
    yield opened
    opened.database.close()


@pytest.fixture
def enter(service: Service) -> Callable[[str], TestClient]:
    """Log somebody in, in a browser of their own at the same application."""
    app = create_app(service)

    def entered(name: str) -> TestClient:
        browser = TestClient(app, follow_redirects=False, headers={"accept": "text/html"})
        assert log_in(browser, name).status_code == 303
        return browser

    return entered


def follow(browser: TestClient, service: Service) -> None:
    """Serve what is current, as the service's own thread does."""
    state: Any = browser.app.state  # type: ignore[attr-defined]
    latest = open_latest(service.database, service.settings, progress=silent)
    state.services = replace(state.services, service=service.serving(latest))


def filled(page: Response) -> dict[str, str]:
    """Return the fields of the draft's form as a browser would send them."""
    assert page.status_code in {200, 422}
    form = page.text[page.text.index('action="/admin/drafts/edit') :]
    inputs = re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', form)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', form)
    chosen = re.findall(r'<option value="([^"]*)" selected>', form)
    fields = {name: html.unescape(text) for name, text in (*inputs, *areas)}
    return fields | {"draft-theme": chosen[0] if chosen else ""}


def write(browser: TestClient, entry_id: str = "", action: str = "save", **fields: str) -> Response:
    """Fill in the form as a browser does; what is not named stays as it was."""
    typed = filled(browser.get("/admin/drafts/edit", params={"entry": entry_id}))
    return send(browser, typed, action, **fields)


def send(
    browser: TestClient, typed: dict[str, str], action: str = "save", **fields: str
) -> Response:
    named = {f"draft-{name}": text for name, text in fields.items()}
    return browser.post("/admin/drafts/edit", data=typed | named | {"action": action})


def change(browser: TestClient, answer: str = "Un pont vaut peu.", **fields: str) -> Response:
    said = {"answer": answer, "checked_on": "2026-11-24", "reason": "Prix revu"} | fields
    return write(browser, "F11", **said)


def press(browser: TestClient, address: str, **fields: str) -> Response:
    """Press a button of the page of a draft, or of the releases."""
    page = browser.get(address.rpartition("/")[0])
    named = re.findall(r'name="(digest)" value="([^"]+)"', page.text)
    token = {"csrf_token": form_token(page)}
    return browser.post(address, data=dict(named) | token | fields)


def worked_out(browser: TestClient, entry_id: str, service: Service) -> Response:
    """Wait for the effect of a draft, and return its page."""
    browser.get(f"/admin/drafts/{entry_id}")
    console: ConsoleServices = browser.app.state.console  # type: ignore[attr-defined]
    for trial in console.trials._trials.values():
        trial.join(PATIENCE)
        assert not trial.is_alive()
        assert trial.error is None
    return browser.get(f"/admin/drafts/{entry_id}")


def actions(service: Service) -> list[tuple[str | None, str]]:
    lines = Journal(service.database).all(JournalFilter())
    return [(it.actor, it.action) for it in lines if not it.action.startswith("login")]


def test_a_draft_is_published_by_another_person_and_taken_back(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    first = current_release(service.database)
    assert change(alice).headers["location"] == "/admin/drafts/F11"
    assert current_release(service.database) == first, "a draft changes nothing"
    page = worked_out(alice, "F11", service)
    assert "<del>-Un pont vaut cher.</del>" in page.text
    assert "<ins>+Un pont vaut peu.</ins>" in page.text
    assert press(alice, "/admin/drafts/F11/publish").status_code == 403
    assert "Publier" in worked_out(paul, "F11", service).text
    assert press(paul, "/admin/drafts/F11/publish").status_code == 303
    newest, _ = listed(service.database)
    assert newest["current"]
    assert newest["author"] == "alice (publication\u00a0: paul)"
    assert newest["note"] == "F11\u00a0: Prix revu"
    follow(paul, service)
    asked = paul.post("/api/v1/chat", json={"question": BRIDGE.question}).json()
    assert asked["answers"][0]["answer_text"] == "Un pont vaut peu."
    assert DraftStore(service.database).all() == []
    history = alice.get("/admin/releases").text
    assert "F11\u00a0: Prix revu" in history
    assert "<ins>+Un pont vaut peu.</ins>" in alice.get(f"/admin/releases/{newest['digest']}").text
    releases = paul.get("/admin/releases")
    seen = dict(re.findall(r'name="(current)" value="([^"]+)"', releases.text))
    back, token = f"/admin/releases/{first}/rollback", {"csrf_token": form_token(releases)}
    refused = alice.post(back, data={"csrf_token": form_token(alice.get("/admin/drafts"))})
    assert refused.status_code == 403
    for _ in range(2):  # as by a second click
        assert "rolled_back" in paul.post(back, data=token | seen).headers["location"]
    assert current_release(service.database) == first
    assert actions(service) == [
        ("alice", "draft.saved"),
        ("paul", "release.published"),
        ("paul", "release.rollback"),
    ]
    assert not list((service.settings.index_dir / "drafts").glob("F11-*"))


def test_a_release_that_was_not_seen_stays_current(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    first = current_release(service.database)
    for day in ("2026-11-24", "2026-11-25"):
        seen, token = current_release(service.database), form_token(paul.get("/admin/drafts"))
        change(alice, f"Un pont vaut peu le {day}.", checked_on=day)
        press(paul, "/admin/drafts/F11/publish")
        follow(paul, service)
    newest = current_release(service.database)
    assert len({first, seen, newest}) == 3
    for told in ({"current": seen or ""}, {}):
        data = told | {"csrf_token": token}
        answer = paul.post(f"/admin/releases/{first}/rollback", data=data)
        assert answer.headers["location"] == "/admin/releases?done=changed"
    assert current_release(service.database) == newest
    assert "Rien n’a été rétabli" in paul.get("/admin/releases?done=changed").text


def test_nobody_publishes_what_they_wrote_or_changed(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    change(alice)
    assert change(paul, "Un pont vaut trop.").status_code == 303
    assert "Publier</button>" not in worked_out(paul, "F11", service).text
    answer = press(paul, "/admin/drafts/F11/publish")
    assert "own_draft" in answer.headers["location"]
    assert len(listed(service.database)) == 1


def test_entries_are_added_and_retired(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    assert write(alice, **ROAD).headers["location"] == "/admin/drafts/F13"
    assert write(alice, "F12", "retire", reason="Plus de porte").status_code == 303
    for entry_id in ("F13", "F12"):
        assert press(paul, f"/admin/drafts/{entry_id}/publish").status_code == 303
        follow(paul, service)
    corpus = open_latest(service.database, service.settings, progress=silent).corpus
    assert [it.id for it in corpus.entries] == ["F11", "F13"]
    road = corpus.by_id["F13"]
    assert (road.variants, road.provenance.kind) == (
        ("chemin de la mer", "la route, où va-t-elle"),
        "reworded",
    )
    assert road.question == "Où mène la route\u202f?"


def test_what_one_draft_says_no_other_one_says(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    """A new entry's form that is sent again, as by the back button, makes no second draft."""
    alice = enter("alice")
    typed = filled(alice.get("/admin/drafts/edit"))
    for answer, code in [("À la mer.", 303), ("À la plage.", 422)]:
        told = send(alice, typed, **ROAD | {"answer": answer})
        assert told.status_code == code
    assert "mot pour mot (brouillon de F13)" in told.text
    bridge = change(alice, variants="chemin de la mer")
    assert "chemin de la mer\u00a0» (brouillon de F13) est déjà" in html.unescape(bridge.text)
    assert [it.entry_id for it in DraftStore(service.database).all()] == ["F13"]
    assert write(alice, "F13", answer="À la plage.").status_code == 303


def test_an_id_that_a_release_knows_is_not_given_again(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    write(alice, **ROAD)
    press(paul, "/admin/drafts/F13/publish")
    roll_back(service.database)
    assert write(alice, **ROAD).headers["location"] == "/admin/drafts/F14"


def test_a_draft_that_does_not_go_with_what_was_published_since_says_why(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    write(alice, "F12", variants="prix de la porte", reason="Souvent demandé")
    file = service.settings.corpus_dir / "entries" / "F11-essai.md"
    file.write_text(render_entry(replace(BRIDGE, variants=("prix de la porte",))), encoding="utf-8")
    publish(service.database, service.settings, progress=silent)
    follow(paul, service)
    paul.get("/admin/drafts/F12")
    trials = paul.app.state.console.trials._trials  # type: ignore[attr-defined]
    (trial,) = trials.values()
    trial.join(PATIENCE)
    page = html.unescape(paul.get("/admin/drafts/F12").text)
    assert [*trials.values()] == [trial], "it is not tried in vain again"
    assert "Reprenez la rédaction" in page
    assert "prix de la porte\u00a0» (F11) est déjà une formulation" in page
    assert "Publier</button>" not in page


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("question", "Qui garde la porte ?", "contient déjà cette question"),
        ("question", "", "Ce champ est obligatoire"),
        ("variants", "le pont\nqui garde la porte", "qui garde la porte\u00a0» (F12) est déjà"),
        ("variants", "x" * 301, "est trop longue"),
        ("answer", "<b>gras</b>", "contient du HTML"),
        ("theme", "trois", "Choisissez un thème"),
        ("source_url", "example", "adresse complète"),
        ("checked_on", "2026-11-23", "relisez sa source"),
        ("checked_on", "2999-01-01", "date passée"),
        ("review_by", "demain", "laissez ce champ vide"),
        ("reason", "", "Ce champ est obligatoire"),
        ("reason", "x" * 501, "500 caractères au plus"),
    ],
)
def test_a_bad_draft_is_refused_at_the_field_and_nothing_typed_is_lost(
    field: str, text: str, said: str, service: Service, enter: Callable[[str], TestClient]
) -> None:
    page = change(enter("alice"), **{field: text}, source_title="Un titre de plus")
    assert page.status_code == 422
    (fault,) = re.findall(rf'id="faute-draft-{field}">([^<]*)<', page.text)
    assert said in html.unescape(fault)
    kept = filled(page)
    assert kept["draft-source_title"] == "Un titre de plus"
    assert field == "theme" or kept[f"draft-{field}"] == text
    assert DraftStore(service.database).all() == []


def test_an_entry_that_was_read_again_is_due_later(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    for day in ("2026-11-20", "2999-01-31"):
        again = {"review_by": day, "reason": "Relue"}
        assert write(alice, "F11", **again).status_code == 303
        press(paul, "/admin/drafts/F11/publish")
        follow(alice, service)
        assert filled(alice.get("/admin/drafts/edit?entry=F11"))["draft-review_by"] == day
        assert ("en retard" in alice.get("/admin/entries").text) == (day == "2026-11-20")


def test_the_last_entry_cannot_be_retired(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    write(alice, "F12", "retire", reason="Plus de porte")
    press(paul, "/admin/drafts/F12/publish")
    follow(alice, service)
    page = write(alice, "F11", "retire", reason="Plus de pont")
    assert page.status_code == 422
    assert "ne serait plus valable" in page.text
    assert DraftStore(service.database).all() == []


def test_a_preview_keeps_nothing_and_shows_the_entry_as_the_chat_does(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    page = write(enter("alice"), "F11", "preview", answer="**Peu**.", checked_on="2026-11-24")
    assert page.status_code == 200
    assert "<strong>Peu</strong>" in page.text
    assert DraftStore(service.database).all() == []


def test_the_second_of_two_is_told_and_loses_nothing(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    typed = filled(paul.get("/admin/drafts/edit", params={"entry": "F11"}))
    change(alice)
    mine = {"answer": "Un pont vaut tout.", "checked_on": "2026-11-24", "reason": "Autre prix"}
    told = send(paul, typed, **mine)
    assert told.status_code == 422
    assert "Le brouillon de cette fiche a été modifié ou abandonné par alice" in told.text
    assert filled(told)["draft-answer"] == "Un pont vaut tout."
    assert send(paul, filled(told)).status_code == 303
    draft = DraftStore(service.database).find("F11")
    assert draft
    assert draft.authors == ("alice", "paul")
    typed = filled(paul.get("/admin/drafts/edit", params={"entry": "F11"}))
    change(alice)
    assert "abandonné par alice" in send(paul, typed, **mine).text


def test_one_s_own_second_tab_is_no_other_person(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice = enter("alice")
    typed = filled(alice.get("/admin/drafts/edit", params={"entry": "F11"}))
    change(alice)
    told = send(alice, typed, answer="Rien.", checked_on="2026-11-24", reason="Prix")
    assert told.status_code == 422
    assert "a été modifié ou abandonné par alice" in told.text
    assert "remplacera le brouillon d’aujourd’hui" in told.text
    assert "Voir le brouillon d’aujourd’hui" in told.text


def test_what_was_typed_outlives_the_session(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice = enter("alice")
    refused = write(alice, "F11")  # no reason is given: the page that says so has another address
    assert refused.status_code == 422
    (action,) = re.findall(r'action="(/admin/drafts/edit[^"]*)"', refused.text)
    form = {name: f"Du {name}" for name in typed_fields(refused)}
    alice.cookies.clear()
    reply = alice.post(action, data=form, headers={"referer": f"http://testserver{action}"})
    assert reply.status_code == 401
    kept = re.findall("<textarea[^>]* readonly>(.*?)</textarea>", reply.text)
    assert kept == [*form.values()]
    (back,) = re.findall('button--primary" href="([^"]+)"', reply.text)
    log_in(alice, "alice")
    assert "Modifier la fiche F11" in alice.get(back).text


def test_what_was_published_meanwhile_is_not_overwritten(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    alice, paul = enter("alice"), enter("paul")
    typed = filled(alice.get("/admin/drafts/edit", params={"entry": "F11"}))
    change(alice)
    old = re.search(r'name="digest" value="([^"]+)"', paul.get("/admin/drafts/F11").text)
    assert old
    change(alice, "Un pont vaut peu, dit-on.")
    unread = press(paul, "/admin/drafts/F11/publish", digest=old[1])
    assert "unread" in unread.headers["location"]
    press(paul, "/admin/drafts/F11/publish")
    follow(alice, service)
    told = send(alice, typed, answer="Rien.", checked_on="2026-11-24", reason="Prix")
    assert told.status_code == 422
    assert "La fiche publiée a changé" in told.text
    assert "Un pont vaut peu, dit-on." in told.text
    assert send(alice, filled(told), checked_on="2026-11-25").status_code == 303


def test_the_questions_that_would_change_are_told(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    now = datetime.now(UTC)
    for age, question in enumerate([BRIDGE.question, DOOR.question, BRIDGE.question]):
        service.store.record(
            interaction(
                question=question,
                shown=(),
                status="no_answer",
                asked_at=now - timedelta(minutes=age),
                session_id=UUID(int=age),
            )
        )
    root = service.settings.corpus_dir.parent / "eval" / "datasets" / "essai"
    (root / "qrels").mkdir(parents=True)
    asked = {"q1": BRIDGE.question, "q2": DOOR.question}
    lines = [json.dumps({"_id": name, "text": text}) for name, text in asked.items()]
    (root / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    judged = "query-id\tcorpus-id\tscore\nq1\tF11\t1\nq2\tF12\t1\n"
    (root / "qrels" / "test.tsv").write_text(judged, encoding="utf-8")
    alice = enter("alice")
    assert write(alice, "F11", "retire", reason="Plus de pont").status_code == 303
    page = worked_out(alice, "F11", service)
    text = html.unescape(re.sub(r"<[^>]+>|\s+", " ", page.text))
    (trial,) = alice.app.state.console.trials._trials.values()  # type: ignore[attr-defined]
    assert [it.a.query.text for it in trial.impact.recent] == [BRIDGE.question]
    assert trial.impact.recent_asked == 2
    assert [(it.a.query.id, it.effect) for it in trial.impact.evaluated] == [("q1", "worse")]
    assert (trial.done, trial.total) == (8, 8)
    assert "Moins bien" in text
    assert "Refresh" not in page.headers


def test_only_reviewers_draft_and_forms_come_from_us(
    service: Service, enter: Callable[[str], TestClient]
) -> None:
    rita, alice = enter("rita"), enter("alice")
    for address in ("/admin/drafts", "/admin/drafts/edit", "/admin/releases"):
        assert rita.get(address).status_code == 403
    assert "/admin/drafts" not in rita.get("/admin").text
    assert alice.get("/admin/drafts/F99").status_code == 404
    assert alice.get("/admin/drafts/edit", params={"entry": "F99"}).status_code == 404
    change(alice)
    for address in ("/admin/drafts/edit", "/admin/drafts/F11/discard"):
        assert alice.post(address, data={}).status_code == 403
    unread = press(alice, "/admin/drafts/F11/discard", digest="another")
    assert "unread" in unread.headers["location"]
    assert press(alice, "/admin/drafts/F11/discard").headers["location"] == "/admin/drafts"
    assert DraftStore(service.database).all() == []


def test_editing_needs_releases() -> None:
    with pytest.raises(SettingsError, match="FAQBOT_CORPUS_SOURCE=database"):
        Settings.from_env({"FAQBOT_EDITING": "on"})
