from __future__ import annotations

import json
import logging
import re
from html.parser import HTMLParser
from uuid import UUID, uuid4

import httpx2
import pytest
from anyio import fail_after, to_thread
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from faqbot.api.log_format import configure_logging
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.corpus.markdown import to_html
from faqbot.feedback.store import FeedbackStore
from tests.api.conftest import ANSWERED, ClientFactory, quiet_logs


def test_the_process_says_that_it_lives(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readiness_names_what_is_served(client: TestClient) -> None:
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json()["entries"] == "58"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_operators_are_answered_while_requests_take_all_threads(
    service: Service, path: str
) -> None:
    threads = to_thread.current_default_thread_limiter()
    for number in range(int(threads.total_tokens)):
        threads.acquire_on_behalf_of_nowait(number)
    application = httpx2.ASGITransport(create_app(service))
    async with httpx2.AsyncClient(transport=application, base_url="http://testserver") as client:
        with fail_after(60):
            assert (await client.get(path)).status_code == 200


def test_figures_count_answers_votes_and_requests(client: TestClient, answered: dict) -> None:
    client.post(
        "/api/v1/feedback",
        json={
            "interaction_id": answered["interaction_id"],
            "entry_id": answered["answers"][0]["entry_id"],
            "useful": False,
        },
    )
    figures = client.get("/metrics").text
    assert 'faqbot_answer_seconds_count{status="answered"} 1.0' in figures
    assert 'faqbot_votes_total{useful="false"} 1.0' in figures
    assert (
        'faqbot_http_requests_total{method="POST",route="/api/v1/chat",status="200"} 1.0' in figures
    )


def test_the_documentation_asks_nobody_else_for_its_files(client: TestClient) -> None:
    page = client.get("/docs").text
    sources = []

    class Finder(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            sources.extend(value for name, value in attrs if name in {"src", "href"} and value)

    Finder().feed(page)
    assert sources
    for source in sources:
        assert client.get(source.replace("http://testserver", "")).status_code == 200
        assert not source.startswith("http") or source.startswith("http://testserver")


def test_the_contract_is_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {
        *("/api/v1/chat", "/api/v1/feedback", "/api/v1/entries", "/api/v1/entries/{entry_id}"),
        *("/api/v1/choice", "/api/v1/suggest", "/healthz", "/readyz", "/metrics"),
    } <= paths.keys()


def test_the_description_can_be_closed(make_small_client: ClientFactory) -> None:
    client = make_small_client(api_docs="off")
    for path in ("/docs", "/openapi.json", "/swagger/swagger-ui.css"):
        assert client.get(path).status_code == 404
    assert "/docs" not in client.get("/").text


def test_figures_are_given_to_the_bearer_of_the_token_only(
    make_small_client: ClientFactory,
) -> None:
    token = "Xk2-Wq9_Lz7vB4nM8cR5tY1uP6sD3fGh"  # noqa: S105
    client = make_small_client(metrics_token=token)
    for given in ({}, {"authorization": "Bearer other"}, {"authorization": f"Basic {token}"}):
        reply = client.get("/metrics", headers=given)
        assert (reply.status_code, reply.json()["type"]) == (401, "unauthorized")
        assert reply.headers["www-authenticate"] == "Bearer"
    reply = client.get("/metrics", headers={"authorization": f"Bearer {token}"})
    assert (reply.status_code, "faqbot_warnings" in reply.text) == (200, True)
    assert client.get("/healthz").status_code == 200


PATHS = ["/", "/questions", "/docs", "/api/v1/entries", "/static/favicon.svg"]


@pytest.mark.parametrize("path", PATHS)
def test_every_reply_carries_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    framed = path.startswith("/static/")  # a sandboxed frame of ours loads them from no origin
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if framed else "same-origin")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "code", "kind"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/api/v1/chat", 405, "method_not_allowed"),
        ("GET", "/static/../pyproject.toml", 404, "not_found"),
    ],
)
def test_programs_get_errors_as_json(
    client: TestClient, method: str, path: str, code: int, kind: str
) -> None:
    reply = client.request(method, path)
    assert (reply.status_code, reply.json()["type"]) == (code, kind)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/chat", "POST"),
        (f"/api/v1/session/{UUID(int=7)}", "GET, DELETE"),
        ("/widget/v1/define.js", "GET, HEAD"),
        ("/static/favicon.svg", "GET, HEAD"),
    ],
)
def test_a_refused_method_is_told_with_the_allowed_ones(
    client: TestClient, path: str, allowed: str
) -> None:
    reply = client.put(path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)


def test_the_description_names_the_themes_and_blanks_are_none(small_client: TestClient) -> None:
    described = small_client.get("/openapi.json").json()
    asked = described["components"]["schemas"]["ChatRequest"]["properties"]
    assert asked["themes"]["items"]["enum"] == ["", "un", "deux"]
    for name in ("suggest", "faq"):
        parameters = described["paths"][f"/api/v1/{name}"]["get"]["parameters"]
        (themes,) = (it["schema"] for it in parameters if it["name"] == "themes")
        assert themes["items"]["enum"] == ["", "un", "deux"]
        found = small_client.get(f"/api/v1/{name}", params={"themes": ["", "deux"]})
        assert found.json() == small_client.get(f"/api/v1/{name}?themes=deux").json()
        assert small_client.get(f"/api/v1/{name}?themes=").status_code == 200
    chat = {"question": "pont", "themes": [""]}
    assert small_client.post("/api/v1/chat", json=chat).status_code == 200
    # How long a question is, and whether it is one, is judged once it is cleaned.
    assert "maxLength" not in asked["question"]
    long = {"question": "pont" + " " * 5000 + "?"}
    assert small_client.post("/api/v1/chat", json=long).status_code == 200


def test_the_description_leads_from_a_reply_to_what_can_be_said_of_it(
    small_client: TestClient,
) -> None:
    described = small_client.get("/openapi.json").json()["paths"]
    links = described["/api/v1/chat"]["post"]["responses"]["200"]["links"]
    operations = {it["post"]["operationId"]: path for path, it in described.items() if "post" in it}
    for name, question in (("verdict", "Combien vaut un pont ?"), ("choice", "pont")):
        turn = small_client.post("/api/v1/chat", json={"question": question}).json()
        known = {
            "$response.body#/interaction_id": turn["interaction_id"],
            "$response.body#/answers/0/entry_id": turn["answers"][0]["entry_id"],
        }
        body = {key: known.get(it, it) for key, it in links[name]["requestBody"].items()}
        reply = small_client.post(operations[links[name]["operationId"]], json=body)
        assert reply.status_code == 201


def test_an_error_of_ours_is_a_sentence_not_a_trace(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        msg = "secret detail"
        raise RuntimeError(msg)

    monkeypatch.setattr("faqbot.api.json_routes.TurnView.of", broken)
    reply = client.post("/api/v1/chat", json={"question": ANSWERED})
    assert reply.status_code == 500
    assert reply.json()["type"] == "internal_error"
    assert "secret" not in reply.text


def test_an_error_leaves_no_key_to_a_conversation_in_the_log(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FeedbackStore, "kept", None)
    session = str(uuid4())
    with capture_logs() as logs:
        assert client.get(f"/api/v1/session/{session}").status_code == 500
    assert [it["event"] for it in logs] == ["unexpected_error", "request"]
    assert session not in str(logs)


def test_static_files_are_kept_under_a_versioned_address_only(client: TestClient) -> None:
    address = re.search(r"/static/favicon\.svg\?v=\w+", client.get("/").text)
    assert address is not None
    assert "immutable" in client.get(address[0]).headers["cache-control"]
    for other in ("", "?v=1", "?v=", "?x=1", address[0][19:-1], address[0][19:] + "0"):
        reply = client.get(f"/static/favicon.svg{other}")
        assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-cache")
    assert client.get("/static/nothing.svg?v=1").status_code == 404


def test_debug_logs_tell_nothing_that_people_wrote(
    make_client: ClientFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logging("debug")
    try:
        client = make_client()
        reply = client.post("/api/v1/chat", json={"question": "Je m’appelle Zoé, quel proxy ?"})
        shown = client.post("/ask", data={"question": "Ici Zoé, combien vaut le certificat ?"})
        to_html("Une *réponse*.")
    finally:
        logging.getLogger().handlers.clear()
        quiet_logs()
    assert (reply.status_code, shown.status_code) == (200, 200)
    lines = capfd.readouterr().err.splitlines()
    assert lines
    assert not [line for line in lines if "Zoé" in line or "markdown_it" in line]


def test_logs_are_structured_and_name_nobody(
    make_client: ClientFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    try:
        client = make_client()
        reply = client.post("/api/v1/chat", json={"question": "Je m’appelle Zoé, quel proxy ?"})
        client.get("/?session=secret-session")
    finally:
        logging.getLogger().handlers.clear()
        quiet_logs()
    written = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    lines = [line for line in written if line["logger"].startswith("faqbot")]
    events = {line["event"]: line for line in lines}
    assert events["answered"]["status"] in {"answered", "clarify", "no_answer"}
    assert {line["route"] for line in lines if line["event"] == "request"} == {
        "/api/v1/chat",
        "/",
    }
    whole = json.dumps(lines, ensure_ascii=False)
    assert not any(secret in whole for secret in ("Zoé", "secret-session", "testclient"))

    def of_reply(line: dict[str, str]) -> bool:
        return line.get("request_id") == reply.headers["x-request-id"]

    assert [line["event"] for line in lines if of_reply(line)] == ["answered", "request"]
