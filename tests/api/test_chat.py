from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from faqbot.api.service import Service
from faqbot.assistant import Assistant
from tests.api.conftest import ANSWERED, UNANSWERED, ClientFactory


def test_an_answer_is_the_faqs_text_with_its_source(answered: dict, assistant: Assistant) -> None:
    first = answered["answers"][0]
    entry = assistant.corpus.by_id["S05"]
    assert first["entry_id"] == "S05"
    assert first["question"] == entry.question
    assert "est obligatoire pour répondre aux exigences réglementaires" in first["answer_text"]
    assert first["answer_html"].startswith("<p>Le Proxy e-Santé est utilisé")
    assert first["theme"] == "proxy-esante"
    assert first["provenance"] == {
        "kind": "verbatim",
        "label": assistant.corpus.verbatim_label,
        "source_title": entry.provenance.source_title,
        "source_url": entry.provenance.source_url,
        "checked_on": "2026-11-23",
    }
    for start, end in first["highlights"]:
        assert 0 <= start < end <= len(first["answer_text"])
    assert first["highlights"]
    assert 0 < first["confidence"] <= 1


def test_an_answered_reply_keeps_the_contract(answered: dict, assistant: Assistant) -> None:
    assert set(answered) == {
        *("interaction_id", "session_id", "status", "confidence", "answers", "suggestions"),
        *("fallback", "corpus_digest", "model", "small_talk", "recorded"),
        *("question", "secret_removed", "masked"),
    }
    assert answered["small_talk"] is None
    assert UUID(answered["interaction_id"]) != UUID(answered["session_id"])
    assert answered["confidence"] == answered["answers"][0]["confidence"]
    confidences = [answer["confidence"] for answer in answered["answers"]]
    assert confidences == sorted(confidences, reverse=True)
    assert 1 <= len(answered["answers"]) <= 3
    assert answered["fallback"] is None
    assert answered["corpus_digest"] == assistant.corpus.digest
    assert answered["model"] == "multilingual-e5-small"


def test_what_the_faq_does_not_hold_is_said(client: TestClient, assistant: Assistant) -> None:
    body = client.post("/api/v1/chat", json={"question": UNANSWERED}).json()
    assert body["status"] == "no_answer"
    assert body["answers"] == []
    assert body["fallback"]["contact"] == "ans-support-convergence@esante.gouv.fr"
    assert body["fallback"]["message"]
    assert all(set(offered) == {"entry_id", "question"} for offered in body["suggestions"])
    assert 0 <= body["confidence"] < 0.5


def test_a_session_goes_on_with_its_id(client: TestClient, answered: dict) -> None:
    again = client.post(
        "/api/v1/chat", json={"question": "et le mTLS ?", "session_id": answered["session_id"]}
    ).json()
    assert again["session_id"] == answered["session_id"]
    assert again["interaction_id"] != answered["interaction_id"]


def test_the_same_question_gets_the_same_answer(client: TestClient) -> None:
    replies = [client.post("/api/v1/chat", json={"question": ANSWERED}).json() for _ in range(2)]
    for reply in replies:
        del reply["interaction_id"], reply["session_id"]
    assert replies[0] == replies[1]


def test_what_was_typed_is_normalised(service: Service, client: TestClient) -> None:
    typed = "  À quoi\tsert\nle\u0000 Proxy\u200b e-Sante\u0301 ? "
    body = client.post("/api/v1/chat", json={"question": typed}).json()
    exchange = service.store.exchange(UUID(body["interaction_id"]))
    assert exchange is not None
    assert exchange.interaction.question == "À quoi sert le Proxy e-Santé ?"


@pytest.mark.parametrize("question", ["", "   ", "\u0000\u200b\n"])
def test_an_empty_question_is_refused_in_french(client: TestClient, question: str) -> None:
    reply = client.post("/api/v1/chat", json={"question": question})
    assert reply.status_code == 422
    assert reply.json()["type"] == "question_empty"
    assert "question" in reply.json()["detail"]


def test_an_overlong_question_is_refused_in_french(client: TestClient) -> None:
    assert client.post("/api/v1/chat", json={"question": "a" * 4000}).status_code == 200
    reply = client.post("/api/v1/chat", json={"question": "a" * 4001})
    assert reply.status_code == 422
    assert reply.json()["type"] == "question_too_long"
    assert "trop longue" in reply.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"question": 3}',
        b'{"question": "a", "session_id": "x"}',
        b'{"question": "a", "other": 1}',
    ],
)
def test_a_malformed_request_is_refused_without_a_trace(client: TestClient, body: bytes) -> None:
    reply = client.post("/api/v1/chat", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert set(reply.json()) == {"type", "detail", "errors"}
    assert "Traceback" not in reply.text


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=st.text(max_size=80))
def test_any_text_gets_a_reply_or_a_clear_refusal(client: TestClient, question: str) -> None:
    try:
        question.encode()
    except UnicodeEncodeError:
        return  # cannot be sent as JSON at all
    reply = client.post("/api/v1/chat", json={"question": question})
    assert reply.status_code in {200, 422}
    if reply.status_code == 200:
        assert reply.json()["status"] in {"answered", "clarify", "no_answer"}
    else:
        assert reply.json()["type"] == "question_empty"


def test_a_body_that_is_not_utf8_is_refused(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    reply = client.post("/api/v1/chat", content=b'{"question": "\xff"}', headers=headers)
    assert (reply.status_code, reply.json()["type"]) == (400, "bad_request")


def test_entries_are_listed_in_the_order_of_themes(
    client: TestClient, assistant: Assistant
) -> None:
    listed = client.get("/api/v1/entries").json()
    assert len(listed) == 58
    order = [theme.id for theme in assistant.corpus.themes]
    assert [order.index(entry["theme"]) for entry in listed] == sorted(
        order.index(entry["theme"]) for entry in listed
    )


def test_one_entry_is_found_by_its_id(client: TestClient) -> None:
    body = client.get("/api/v1/entries/S07").json()
    assert body["entry_id"] == "S07"
    assert '<a href="mailto:ans-support-convergence@esante.gouv.fr"' in body["answer_html"]
    assert "confidence" not in body


def test_an_unknown_entry_is_said_so(client: TestClient) -> None:
    reply = client.get("/api/v1/entries/Z99")
    assert reply.status_code == 404
    assert reply.json()["type"] == "entry_unknown"


def test_suggestions_complete_what_is_typed(client: TestClient) -> None:
    found = client.get("/api/v1/suggest", params={"q": "certif renouv"}).json()
    assert "F55" in {offered["entry_id"] for offered in found}
    assert len(found) <= 6
    assert client.get("/api/v1/suggest", params={"q": "zzzz"}).json() == []
    assert client.get("/api/v1/suggest", params={"q": "recette de crêpes"}).json() == []
    assert client.get("/api/v1/suggest").json() == []
    assert client.get("/api/v1/suggest", params={"q": "certificat " * 20}).json() == []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("certif", "F55"),
        ("expiré", "F55"),
        ("planing", "F49"),
        ("pentest", "F62"),
        ("s05", "S05"),
        ("mon certif ne marche plus", "F55"),
        ("ou est mon calendrié", "F49"),
    ],
)
def test_suggestions_and_the_filter_find_by_meaning(
    client: TestClient, typed: str, wanted: str
) -> None:
    found = client.get("/api/v1/suggest", params={"q": typed}).json()
    assert wanted in [offered["entry_id"] for offered in found[:3]]
    assert f'data-entry="{wanted}"' in client.get("/questions", params={"q": typed}).text


def vote(client: TestClient, reply: dict, **changes: object) -> tuple[int, dict]:
    body = {
        "interaction_id": reply["interaction_id"],
        "entry_id": reply["answers"][0]["entry_id"],
        "useful": True,
        **changes,
    }
    response = client.post("/api/v1/feedback", json=body)
    return response.status_code, response.json()


def test_a_vote_is_kept_and_a_second_one_replaces_it(
    client: TestClient, service: Service, answered: dict
) -> None:
    assert vote(client, answered)[0] == 201
    code, body = vote(
        client, answered, useful=False, reason="outdated", comment="Date\u0000 passée\n\nmerci"
    )
    assert code == 200
    assert body["comment"] == "Date passée\n\nmerci"
    exchange = service.store.exchange(UUID(answered["interaction_id"]))
    assert exchange is not None
    (verdict,) = exchange.verdicts
    assert (verdict.useful, verdict.reason) == (False, "outdated")


def test_every_shown_answer_can_be_judged(client: TestClient, answered: dict) -> None:
    codes = [
        vote(client, answered, entry_id=answer["entry_id"])[0] for answer in answered["answers"]
    ]
    assert codes == [201] * len(answered["answers"])


def test_a_reason_makes_no_sense_for_a_useful_answer(client: TestClient, answered: dict) -> None:
    assert vote(client, answered, reason="other")[1]["reason"] is None


@pytest.mark.parametrize("unknown", ["interaction_id", "entry_id"])
def test_an_answer_that_was_not_shown_cannot_be_judged(
    client: TestClient, answered: dict, unknown: str
) -> None:
    value = str(uuid4()) if unknown == "interaction_id" else "F56"
    code, body = vote(client, answered, **{unknown: value})
    assert (code, body["type"]) == (404, "answer_unknown")


def test_a_suggestion_is_not_an_answer_to_judge(client: TestClient) -> None:
    body = client.post("/api/v1/chat", json={"question": UNANSWERED}).json()
    suggestion = body["suggestions"][0]["entry_id"]
    reply = client.post(
        "/api/v1/feedback",
        json={
            "interaction_id": body["interaction_id"],
            "entry_id": suggestion,
            "useful": True,
        },
    )
    assert reply.status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"useful": "oui"},
        {"useful": None},
        {"reason": "ugly"},
        {"comment": "x" * 1001},
        {"interaction_id": "1"},
        {"extra": 1},
    ],
)
def test_a_malformed_vote_is_refused(
    client: TestClient, answered: dict, change: dict[str, object]
) -> None:
    code, body = vote(client, answered, **change)
    assert code == 422
    assert set(body) == {"type", "detail", "errors"}


def test_a_client_that_asks_too_often_is_told_when_to_come_back(
    make_client: ClientFactory,
) -> None:
    client = make_client(rate_limit="2/minute")
    codes = [client.post("/api/v1/chat", json={"question": "proxy"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    refused = client.post("/api/v1/chat", json={"question": "proxy"})
    seconds = int(refused.headers["retry-after"])
    assert 1 <= seconds <= 60
    assert str(seconds) in refused.json()["detail"]


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "media_type", "begin", "end"),
    [
        ("/api/v1/chat", "application/json", b'{"question": "', b'"}'),
        ("/ask", "application/x-www-form-urlencoded", b"question=", b""),
    ],
)
def test_an_enormous_body_is_refused(
    client: TestClient, path: str, media_type: str, begin: bytes, end: bytes, announced: bool
) -> None:
    content = begin + b"a" * 70_000 + end
    sent = content if announced else iter([content[:40_000], content[40_000:]])
    reply = client.post(path, content=sent, headers={"content-type": media_type})
    assert reply.status_code == 413
    assert reply.json()["type"] == "body_too_large"


def test_only_allowed_origins_may_call(make_client: ClientFactory) -> None:
    client = make_client(allowed_origins="https://convergence.example.org")
    for origin, allowed in (
        ("https://convergence.example.org", "https://convergence.example.org"),
        ("https://evil.example.org", None),
    ):
        reply = client.post("/api/v1/chat", json={"question": "proxy"}, headers={"origin": origin})
        assert reply.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in reply.headers


def test_no_cookie_is_set(client: TestClient, answered: dict) -> None:
    vote(client, answered)
    client.get("/")
    assert not client.cookies


def test_a_lost_database_takes_the_record_away_but_not_the_answer(
    client: TestClient, service: Service, answered: dict, tmp_path: object
) -> None:
    from pathlib import Path

    database = Path(service.settings.database_url.removeprefix("sqlite:///"))
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    reply = client.post("/api/v1/chat", json={"question": ANSWERED})
    assert reply.json()["status"] == "answered"
    assert client.get("/readyz").status_code == 503
    code, body = vote(client, answered)
    assert (code, body["type"]) == (503, "store_unavailable")
    assert re.search(r"[Rr]éessayez", body["detail"])
