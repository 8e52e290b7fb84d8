"""The review pages: what is listed, what a decision keeps, and what is refused."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.api.service import Service
from faqbot.console.review_pages import wording
from faqbot.console.review_pages.desk import ReviewDesk
from faqbot.console.review_pages.forms import token
from faqbot.review.decisions import (
    Decision,
    Ignored,
    MissingEntry,
    OutOfScope,
    RightEntry,
    WrongEntry,
    decode,
)
from faqbot.review.items import Group
from faqbot.review.signals import SignalKey
from faqbot.review.store import DecisionStore
from tests.console.conftest import ClientFactory, form_token, log_in
from tests.review.decided import chosen, decided, unanswered, voted_down
from tests.samples_of_use import NOON, interaction, shown

ROOT = Path(__file__).parents[2]
DRAFT = {
    "draft-question": "Faut-il une imprimante ?",
    "draft-answer": "Non.\r\n\r\n- Jamais.",
    "draft-theme": "support",
    "draft-source_title": "Essai",
    "draft-source_url": "https://example.org/essai",
    "draft-checked_on": "2026-11-20",
}


@pytest.fixture(autouse=True)
def _by_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions that begin with the same word ask the same thing, which S05 nearly answers."""

    def cluster(_: ReviewDesk, texts: Sequence[str]) -> list[Group]:
        groups: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            groups.setdefault(text.split()[0], []).append(place)
        return [Group(places, "S05") for places in groups.values()]

    monkeypatch.setattr(ReviewDesk, "cluster", cluster)


@pytest.fixture
def decisions(service: Service) -> DecisionStore:
    return DecisionStore(service.database)


def address(key: SignalKey) -> str:
    about = f"?about={key.entry_id}" if key.entry_id else ""
    return f"/admin/review/{key.signal}/{key.interaction_id}{about}"


def send(client: TestClient, key: SignalKey, kind: str, **fields: Any) -> Response:
    """Fill in the form of an item as a browser does; what is not named stays as it was."""
    page = client.get(address(key))
    assert page.status_code == 200
    form: dict[str, Any] = {"csrf_token": form_token(page), "kind": kind}
    form["replaces"] = re.findall(r'name="replaces" value="([^"]*)"', page.text)[0]
    form["taken"] = re.findall(r'name="taken" value="([^"]+)"', page.text)
    texts = re.findall(r'<textarea[^>]*name="(wording-[^"]+)"[^>]*>([^<]*)<', page.text)
    form |= {name: html.unescape(text) for name, text in texts}
    return client.post(address(key), data=form | fields)


def questions(page: Response) -> list[str]:
    found = re.findall(r'queue__question"><a [^>]*>([^<]*)</a>', page.text)
    return [html.unescape(text) for text in found]


def test_only_reviewers_enter(client: TestClient, reader: TestClient, service: Service) -> None:
    key = unanswered(service.store)
    assert reader.get("/admin/review").status_code == 403
    assert reader.get(address(key)).status_code == 403
    token_ = form_token(reader.get("/admin"))
    assert reader.post(address(key), data={"csrf_token": token_}).status_code == 403
    client.cookies.clear()
    assert client.get("/admin/review").headers["location"].startswith("/admin/login")


def test_an_empty_queue_says_so(reviewer: TestClient) -> None:
    todo = "Rien à traiter\u00a0: toutes les questions ont reçu une décision."
    applied = "Aucune décision n’a encore été appliquée."
    filtered = "Rien ne correspond à ces critères."
    assert todo in reviewer.get("/admin/review").text
    assert applied in reviewer.get("/admin/review?state=applied").text
    assert filtered in reviewer.get("/admin/review?signal=choice").text


def test_an_item_says_which_of_the_entries_shown_say_something_else_by_now(
    reviewer: TestClient, service: Service
) -> None:
    now = service.corpus.by_id["S02"].text_digest
    texts = (replace(shown("S01"), text_digest="0" * 16), replace(shown("S02", 2), text_digest=now))
    service.store.record(asked := interaction(shown=texts))
    service.store.vote(asked.id, "S01", useful=False, reason=None, comment=None, at=NOON)
    page = reviewer.get(address(SignalKey(asked.id, "negative_vote", "S01"))).text
    heads = r'shown__head"><span class="tag">(\w+)</span>.*?(\(modifiée depuis\))?</p>'
    entries = re.findall(heads, page)
    assert entries == [("S01", "(modifiée depuis)"), ("S02", "")]


def test_the_queue_lists_every_signal_with_the_biggest_group_first(
    reviewer: TestClient, service: Service
) -> None:
    unanswered(service.store, "Carte bleue ?", 1)
    unanswered(service.store, "Météo demain ?", 2)
    unanswered(service.store, "Météo hier ?", 3)
    voted_down(service.store, "Où est le REM ?")
    chosen(service.store, "certificat")
    page = reviewer.get("/admin/review")
    assert questions(page)[0] == "Météo hier ?"
    others = {"Carte bleue ?", "Où est le REM ?", "certificat"}
    assert set(questions(page)[1:]) == others
    assert "2\u00a0questions" in page.text
    assert "Météo demain" in page.text
    assert "C’est périmé." in page.text


def test_filters_narrow_the_queue(reviewer: TestClient, service: Service) -> None:
    unanswered(service.store, "Carte bleue ?")
    voted_down(service.store, "Où est le REM ?")
    voted_down(service.store, "Où est le DSR ?", "S02")
    chosen(service.store, "certificat")

    def listed(**criteria: str) -> set[str]:
        return set(questions(reviewer.get("/admin/review", params=criteria)))

    assert listed(signal="negative_vote") == {"Où est le REM ?", "Où est le DSR ?"}
    assert listed(signal="negative_vote", entry="S02") == {"Où est le DSR ?"}
    assert listed(entry="S02") == {"Où est le DSR ?", "certificat"}
    assert listed(since="2026-11-24") == set()
    assert len(listed(since="2026-11-23", until="2026-11-23")) == 4


def test_days_that_make_no_sense_are_named_on_the_page(
    reviewer: TestClient, service: Service
) -> None:
    key = unanswered(service.store, "Carte bleue ?")
    reply = reviewer.get("/admin/review?since=hier")
    assert reply.status_code == 422
    assert "«\u00a0hier\u00a0» n’est pas une date" in reply.text
    assert questions(reply) == ["Carte bleue ?"]
    swapped = reviewer.get("/admin/review?since=2026-11-24&until=2026-11-23")
    assert "ont été échangées" in swapped.text
    assert questions(swapped) == ["Carte bleue ?"]
    assert reviewer.get(f"{address(key)}?since=hier").status_code == 200


def test_days_are_those_of_paris_wherever_the_server_stands(
    reviewer: TestClient, service: Service, server_in_utc: None
) -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    service.store.record(interaction(status="no_answer", shown=(), asked_at=late))
    page = reviewer.get("/admin/review?since=2026-07-02&until=2026-07-02")
    assert "02/07/2026 à 0\u00a0h\u00a030" in page.text
    assert questions(reviewer.get("/admin/review?until=2026-07-01")) == []


def test_long_lists_have_pages(reviewer: TestClient, service: Service) -> None:
    for number in range(23):
        unanswered(service.store, f"mot{number} ?", number)
    first = reviewer.get("/admin/review")
    second = reviewer.get("/admin/review?page=2")
    assert (len(questions(first)), len(questions(second))) == (20, 3)
    assert not set(questions(first)) & set(questions(second))
    assert questions(reviewer.get("/admin/review?page=99")) == questions(second)


def test_an_item_shows_what_happened(reviewer: TestClient, service: Service) -> None:
    earlier = interaction(question="Et avant cela ?", asked_at=NOON - timedelta(minutes=5))
    service.store.record(earlier)
    key = voted_down(service.store, "Et maintenant ?")
    text = html.unescape(reviewer.get(address(key)).text)
    assert "Et avant cela ?" in text
    assert "Elle n’est plus à jour" in text
    assert "C’est périmé." in text
    assert "jugée inutile" in text
    assert "80\u202f%" in text or "80\u00a0%" in text
    assert text.index('label="Montrées à l’utilisateur"') < text.index('label="Habilitation')


def test_an_item_tells_a_likely_answer_from_the_choices(
    reviewer: TestClient, service: Service
) -> None:
    for tentative, said in ((True, "Réponse probable · rang 1"), (False, "Choix proposé · rang 1")):
        asked = interaction(status="clarify", tentative=tentative)
        service.store.record(asked)
        service.store.choose(asked.id, "S02", at=NOON)
        text = reviewer.get(address(SignalKey(asked.id, "choice", ""))).text
        assert said in text
        assert "Choix proposé · rang 2" in text


def test_an_unknown_item_is_not_found(reviewer: TestClient, service: Service) -> None:
    key = unanswered(service.store)
    other = SignalKey(key.interaction_id, "negative_vote", "S01")
    assert reviewer.get(address(other)).status_code == 404
    assert reviewer.get("/admin/review/gossip/1").status_code == 422


@pytest.mark.parametrize(
    ("kind", "fields", "decision"),
    [
        ("right_entry", {"right_entry": "S05", "right_use": "query"}, RightEntry("S05", "query")),
        (
            "right_entry",
            {"right_entry": "S05", "right_use": "variant"},
            RightEntry("S05", "variant"),
        ),
        ("wrong_entry", {"wrong_entry": "S01", "note": "Revoir."}, WrongEntry("S01", "Revoir.")),
        ("out_of_scope", {"subject": ""}, OutOfScope()),
        ("out_of_scope", {"subject": "hds-cout-procedure"}, OutOfScope("hds-cout-procedure")),
        ("ignored", {}, Ignored()),
    ],
)
def test_every_kind_of_decision_is_kept(
    reviewer: TestClient,
    service: Service,
    decisions: DecisionStore,
    kind: str,
    fields: dict[str, str],
    decision: Decision,
) -> None:
    key = unanswered(service.store)
    reply = send(reviewer, key, kind, **fields)
    (stored,) = decisions.decisions()
    assert reply.headers["location"] == f"/admin/review?done={stored.id}"
    assert decode(stored) == decision
    assert (stored.reviewer, stored.questions[0].key) == ("alice", key)
    assert stored.questions[0].wording == "Quel temps fera-t-il ?"
    assert wording.KINDS[kind] in reviewer.get(reply.headers["location"]).text


def test_a_draft_is_kept_with_its_line_breaks(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    send(reviewer, unanswered(service.store), "missing_entry", draft_use="query", **DRAFT)
    (stored,) = decisions.decisions()
    decision = decode(stored)
    assert isinstance(decision, MissingEntry)
    assert decision.draft.answer == "Non.\n\n- Jamais."
    assert decision.use == "query"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"draft-question": ""}, "empty"),
        ({"draft-question": "Quelle est l'utilité du Proxy e-Santé"}, None),
        ({"draft-question": "RÉFÉRENT candidature convergence !"}, "asked_already"),
        ({"draft-answer": "<b>Non</b>"}, "bad_markdown"),
        ({"draft-theme": "cuisine"}, "unknown_theme"),
        ({"draft-source_url": "example"}, "bad_address"),
        ({"draft-checked_on": "2999-01-01"}, "bad_date"),
        ({"draft-checked_on": "hier"}, "bad_date"),
    ],
)
def test_a_draft_is_checked_while_what_was_typed_stays(
    reviewer: TestClient,
    service: Service,
    decisions: DecisionStore,
    fields: dict[str, str],
    fault: str | None,
) -> None:
    reply = send(reviewer, unanswered(service.store), "missing_entry", **(DRAFT | fields))
    if fault is None:
        assert len(decisions.decisions()) == 1
        return
    assert reply.status_code == 422
    text = html.unescape(reply.text)
    assert wording.ERRORS[fault] in text
    assert 'aria-invalid="true"' in text
    for value in (DRAFT | fields).values():
        assert value.replace("\r\n", "\n") in text
    assert decisions.decisions() == ()


@pytest.mark.parametrize(
    ("kind", "fields", "fault"),
    [
        ("", {}, "no_kind"),
        ("bribe", {}, "no_kind"),
        ("right_entry", {"right_entry": "", "right_use": "query"}, "no_entry"),
        ("right_entry", {"right_entry": "S05", "right_use": "both"}, "no_use"),
        ("wrong_entry", {"wrong_entry": "S01", "note": " "}, "no_note"),
        ("out_of_scope", {"subject": "nowhere"}, "unknown_subject"),
        ("ignored", {"taken": ""}, "no_question"),
    ],
)
def test_a_form_that_says_too_little_is_sent_back(
    reviewer: TestClient,
    service: Service,
    decisions: DecisionStore,
    kind: str,
    fields: dict[str, str],
    fault: str,
) -> None:
    reply = send(reviewer, unanswered(service.store), kind, **fields)
    assert reply.status_code == 422
    assert html.escape(wording.ERRORS[fault], quote=False) in reply.text
    assert decisions.decisions() == ()


def test_a_wording_of_the_corpus_is_neither_query_nor_variant_again(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    key = voted_down(service.store, "Référent candidature Convergence")
    reply = send(reviewer, key, "right_entry", right_entry="S05", right_use="query")
    assert reply.status_code == 422
    assert "déjà une formulation de F12" in reply.text
    assert send(reviewer, key, "wrong_entry", wrong_entry="F12", note="?").status_code == 303


def test_after_a_decision_comes_the_next_item(reviewer: TestClient, service: Service) -> None:
    keys = [unanswered(service.store, f"mot{number} ?", number) for number in range(3)]
    reply = send(reviewer, keys[1], "ignored")
    following = reply.headers["location"]
    assert following.startswith(address(keys[0]))
    assert "Annuler la décision" in reviewer.get(following).text
    assert send(reviewer, keys[0], "ignored").headers["location"].startswith(address(keys[2]))
    assert send(reviewer, keys[2], "ignored").headers["location"].startswith("/admin/review?done")


def test_a_group_is_decided_on_at_once_but_for_what_is_unticked(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    first = unanswered(service.store, "Météo demain ?", 3)
    again = unanswered(service.store, "météo DEMAIN", 1)
    other = unanswered(service.store, "Météo des plages ?", 2)
    send(reviewer, first, "out_of_scope", taken=[token(first)])
    (stored,) = decisions.decisions()
    assert {question.key for question in stored.questions} == {first, again}
    assert [signal.key for signal in decisions.pending()] == [other]


def quick_form(page: str, question: str) -> tuple[str, dict[str, Any]]:
    """Read the form in a list that decides on the group of a question."""
    forms = re.findall(
        r'<form class="quick" method="post" action="([^"]+)">(.*?)</form>', page, re.S
    )
    (found,) = [it for it in forms if html.escape(f"– {question}") in it[1].replace("&#39;", "'")]
    fields: dict[str, Any] = {"taken": re.findall(r'name="taken" value="([^"]+)"', found[1])}
    others = re.findall(r'type="hidden" name="(?!taken)([^"]+)" value="([^"]*)"', found[1])
    fields |= {name: html.unescape(value) for name, value in others}
    return html.unescape(found[0]), fields


@pytest.mark.parametrize("path", ["/admin/review", "/admin/unanswered?from=2026-11-01"])
def test_a_whole_group_is_decided_on_and_undone_from_the_list(
    reviewer: TestClient,
    service: Service,
    decisions: DecisionStore,
    journal: Journal,
    path: str,
) -> None:
    for number in range(25):
        unanswered(service.store, f"aaa {'bcd'[number % 3] * number}", number)
    other = unanswered(service.store, "zzz", 99)
    pages = (reviewer.get(path) for _ in range(40))
    page = next(it for it in pages if "Regroupement en cours" not in it.text)
    label = next(
        t for t in re.findall(r'aria-label="Hors du périmètre – ([^"]+)"', page.text) if t != "zzz"
    )
    address_, form = quick_form(page.text, html.unescape(label))
    group = len(form["taken"])
    assert group > 1
    reply = reviewer.post(address_, data=form | {"kind": "out_of_scope"})
    (stored,) = decisions.decisions()
    assert decode(stored) == OutOfScope()
    assert len(stored.questions) == group
    assert {it.wording for it in stored.questions} <= {
        it.question for it in decisions.signals([q.key for q in stored.questions])
    }
    assert other in {it.key for it in decisions.pending()}
    back = reply.headers["location"]
    assert back.startswith(path.split("?")[0])
    assert f"done={stored.id}#rang-" in back
    page = reviewer.get(back)
    assert f"Décision enregistrée pour {group}\u00a0questions" in page.text
    (undoing,) = re.findall(r'<form method="post" action="(/admin/review/undo[^"]*)">', page.text)
    form = {"csrf_token": form_token(page), "decision": str(stored.id), "back": form["back"]}
    assert "undone=True#rang-" in reviewer.post(undoing, data=form).headers["location"]
    assert decisions.decisions() == ()
    actions = [line.action for line in journal.page(JournalFilter(), offset=0, limit=2)]
    assert actions == ["decision.undone", "decision"]


def test_a_group_takes_the_entry_that_is_nearest_at_one_press(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    unanswered(service.store, "Météo demain ?")
    page = reviewer.get("/admin/review").text
    address_, form = quick_form(page, "Météo demain ?")
    reviewer.post(address_, data=form | {"kind": "right_entry"})
    (stored,) = decisions.decisions()
    assert decode(stored) == RightEntry("S05", "query")


def test_an_answer_that_was_found_wanting_is_sent_to_be_mended_with_what_was_said(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    voted_down(service.store, "Où est le REM ?")
    address_, form = quick_form(reviewer.get("/admin/review").text, "Où est le REM ?")
    assert "right_entry" not in form
    reviewer.post(address_, data=form | {"kind": "wrong_entry"})
    assert decode(decisions.decisions()[0]) == WrongEntry("S01", "C’est périmé.")


def test_whoever_may_only_look_is_shown_groups_without_decisions(
    reader: TestClient, service: Service
) -> None:
    unanswered(service.store, "Météo demain ?")
    pages = (reader.get("/admin/unanswered?from=2026-11-01").text for _ in range(40))
    page = next(it for it in pages if "Regroupement en cours" not in it)
    assert "Météo demain ?" in page
    assert "quick" not in page
    assert "<script" not in page


@pytest.mark.parametrize("back", ["//evil.example", "/admin/../", "https://evil.example/admin"])
def test_a_decision_never_leads_out_of_the_console(
    reviewer: TestClient, service: Service, back: str
) -> None:
    unanswered(service.store, "Météo demain ?")
    address_, form = quick_form(reviewer.get("/admin/review").text, "Météo demain ?")
    reply = reviewer.post(address_, data=form | {"kind": "ignored", "back": back})
    assert reply.headers["location"].startswith("/admin?done=")


def test_a_text_can_be_corrected_and_earlier_questions_joined(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    service.store.record(interaction(question="Le proxy ?", asked_at=NOON - timedelta(minutes=5)))
    key = unanswered(service.store, "et pour Jean ?")
    send(
        reviewer,
        key,
        "out_of_scope",
        with_history="1",
        **{f"wording-{token(key)}": "et pour  moi ?"},
    )
    (question,) = decisions.decisions()[0].questions
    assert (question.wording, question.history) == ("et pour moi ?", ("Le proxy ?",))


def typed_meanwhile(
    reviewer: TestClient, key: SignalKey, meanwhile: Callable[[], object]
) -> tuple[Response, dict[str, Any]]:
    """Fill in the form of an item, and send it when something has happened to the item."""
    page = reviewer.get(address(key))
    meanwhile()
    form = DRAFT | {
        "csrf_token": form_token(page),
        "kind": "missing_entry",
        "replaces": re.findall(r'name="replaces" value="([^"]*)"', page.text)[0],
        "taken": re.findall(r'name="taken" value="([^"]+)"', page.text),
    }
    return reviewer.post(address(key), data=form), form


def test_the_second_reviewer_is_told_and_loses_nothing(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    key = unanswered(service.store)
    theirs = decided(Ignored(), (key, "?"))
    told, form = typed_meanwhile(reviewer, key, lambda: decisions.decide(theirs, replaces=None))
    assert told.status_code == 422
    conflict = wording.ERRORS["decided"].format(place="marie")
    assert f"<li>{conflict}</li>" in told.text
    assert decisions.decisions()[0].id == theirs.id
    assert "\n\n- Jamais.</textarea>" in told.text
    assert 'value="missing_entry" checked' in told.text
    (replaces,) = re.findall(r'name="replaces" value="([^"]*)"', told.text)
    assert reviewer.post(address(key), data=form | {"replaces": replaces}).status_code == 303
    (stored,) = decisions.decisions()
    assert (stored.kind, stored.reviewer) == ("missing_entry", "alice")


def test_what_was_typed_for_a_group_of_which_a_part_is_decided_is_kept(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    key = unanswered(service.store, "Météo demain ?", 3)
    other = decided(Ignored(), (unanswered(service.store, "Météo des plages ?", 2), "?"))
    told, form = typed_meanwhile(reviewer, key, lambda: decisions.decide(other, replaces=None))
    assert told.status_code == 422
    assert wording.ERRORS["changed"] in told.text
    assert "- Jamais.</textarea>" in told.text
    form["taken"] = re.findall(r'name="taken" value="([^"]+)"', told.text)
    assert reviewer.post(address(key), data=form).status_code == 303
    assert [it.kind for it in decisions.decisions()] == ["ignored", "missing_entry"]


def test_what_was_typed_about_a_question_that_is_settled_or_gone_can_be_copied(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    def apply() -> None:
        decisions.decide(applied, replaces=None)
        decisions.mark({applied.id: None}, datetime.now(UTC))

    def erase() -> None:
        service.store.purge(before=datetime.now(UTC))

    settled, gone = (unanswered(service.store, text) for text in ("Quand ?", "Où ?"))
    applied = decided(Ignored(), (settled, "?"))
    for key, meanwhile in [(settled, apply), (gone, erase)]:
        told, _ = typed_meanwhile(reviewer, key, meanwhile)
        assert told.status_code == 409
        assert "Décision impossible" in told.text
        assert "- Jamais.</textarea>" in told.text


def test_who_presses_a_button_of_an_old_list_is_told(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    key = unanswered(service.store)
    address_, form = quick_form(reviewer.get("/admin/review").text, "Quel temps fera-t-il ?")
    decisions.decide(decided(Ignored(), (key, "?")), replaces=None)
    reply = reviewer.post(address_, data=form | {"kind": "out_of_scope"})
    told = reviewer.get(reply.headers["location"])
    conflict = (
        "Une autre décision a été prise entre-temps, ou la question a été effacée\u00a0: rien n’a "
        "été enregistré. Voici où en est la file."
    )
    assert conflict in html.unescape(told.text)
    assert decode(decisions.decisions()[0]) == Ignored()


def test_a_decision_is_changed_and_undone_until_it_is_applied(
    reviewer: TestClient, service: Service, decisions: DecisionStore, journal: Journal
) -> None:
    key = unanswered(service.store)
    send(reviewer, key, "wrong_entry", wrong_entry="S01", note="Revoir la date.")
    assert "Revoir la date." in reviewer.get(address(key)).text
    send(reviewer, key, "ignored")
    (stored,) = decisions.decisions()
    assert decode(stored) == Ignored()
    listed = reviewer.get("/admin/review?state=decided")
    assert questions(listed) == ["Quel temps fera-t-il ?"]
    form = {"csrf_token": form_token(listed), "decision": str(stored.id)}
    reply = reviewer.post("/admin/review/undo", data=form)
    undone = "Décision annulée\u00a0: la question est revenue dans la file."
    assert undone in html.unescape(reviewer.get(reply.headers["location"]).text)
    assert decisions.decisions() == ()
    conflict = reviewer.post("/admin/review/undo", data=form).headers["location"]
    assert "conflict" in conflict

    send(reviewer, key, "ignored")
    (stored,) = decisions.decisions()
    decisions.mark({stored.id: None}, datetime.now(UTC))
    final = "Cette décision est appliquée\u00a0: elle ne peut plus être modifiée."
    assert final in html.unescape(reviewer.get(address(key)).text)
    form["decision"] = str(stored.id)
    reviewer.post("/admin/review/undo", data=form)
    assert decisions.decisions()[0].applied_at is not None
    lines = journal.page(JournalFilter(), offset=0, limit=20)
    actions = [line.action for line in lines if line.action.startswith("decision")]
    assert actions == ["decision", "decision.undone", "decision", "decision"]
    assert "replaces" in lines[2].details


def test_the_journal_holds_no_word_of_users_or_reviewers(
    reviewer: TestClient, service: Service, journal: Journal
) -> None:
    key = voted_down(service.store, "Où est Jeannette ?")
    send(reviewer, key, "wrong_entry", wrong_entry="S01", note="Jeannette a raison.")
    written = repr(journal.page(JournalFilter(), offset=0, limit=20))
    assert "decision" in written
    assert "Jeannette" not in written


def test_a_refused_decision_says_why(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    send(reviewer, unanswered(service.store), "ignored")
    (stored,) = decisions.decisions()
    decisions.mark({stored.id: "near_copy natural-001"}, datetime.now(UTC))
    text = html.unescape(reviewer.get("/admin/review?state=refused").text)
    assert "natural-001 ont presque les mêmes mots" in text


def test_a_form_from_elsewhere_is_refused(
    reviewer: TestClient, service: Service, decisions: DecisionStore
) -> None:
    key = unanswered(service.store)
    form = {"kind": "ignored", "taken": token(key), f"wording-{token(key)}": "?"}
    assert reviewer.post(address(key), data=form).status_code == 403
    assert reviewer.post("/admin/review/undo", data={"decision": "x"}).status_code == 403
    assert decisions.decisions() == ()


def test_the_server_touches_neither_corpus_nor_data_sets(
    reviewer: TestClient, service: Service
) -> None:
    def digests() -> dict[Path, str]:
        folders = (ROOT / "corpus", ROOT / "eval")
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = digests()
    for number, (kind, fields) in enumerate(
        {
            "right_entry": {"right_entry": "S05", "right_use": "variant"},
            "missing_entry": DRAFT,
            "wrong_entry": {"wrong_entry": "S01", "note": "?"},
            "out_of_scope": {},
            "ignored": {},
        }.items()
    ):
        key = unanswered(service.store, f"mot{number} imprimante ?")
        assert send(reviewer, key, kind, **fields).status_code == 303
    assert digests() == before


def test_sessions_of_others_are_not_mixed_in(reviewer: TestClient, service: Service) -> None:
    other = interaction(question="D’un autre", session_id=uuid4())
    service.store.record(other)
    key = unanswered(service.store)
    assert "D’un autre" not in html.unescape(reviewer.get(address(key)).text)


def test_two_browsers_see_each_others_decisions(
    reviewer: TestClient, make_client: ClientFactory, service: Service
) -> None:
    other = make_client(service)
    log_in(other, "alice")
    key = unanswered(service.store)
    send(reviewer, key, "ignored")
    assert questions(other.get("/admin/review")) == []
    assert questions(other.get("/admin/review?state=decided")) == ["Quel temps fera-t-il ?"]
