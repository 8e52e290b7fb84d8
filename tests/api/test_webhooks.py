"""What happens is told to the operator's tool: once, signed, and without what people wrote."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from structlog.testing import capture_logs

from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.console import webhooks
from faqbot.console.webhooks import telling
from faqbot.database.schema import webhook_events
from faqbot.notices import corpus_not_opened
from faqbot.progress import silent
from faqbot.releases import publish, roll_back
from faqbot.settings import Settings
from tests.corpus_folder import CorpusFolder
from tests.fakes import LetterEmbedder
from tests.samples import entry
from tests.support_tool import SECRET, Tool, support_tool

ADDRESS = "https://faq.example.org"
ASKED = "Combien vaut un pont ?"
COMMENT = "Le prix du tunnel est faux."
PATIENCE_S = 30.0


@pytest.fixture
def tool() -> Iterator[Tool]:
    with support_tool() as tool:
        yield tool


class Worker:
    """One process of a server."""

    def __init__(self, assistant: Assistant, url: str, tool: Tool, **choices: Any) -> None:
        hook = {"webhook_url": tool.url, "webhook_secret": SECRET, "public_url": ADDRESS}
        settings = Settings(**{"database_url": url} | hook | choices)
        self.app = create_app(Service.open(settings, assistant))
        self.client = TestClient(self.app, base_url=ADDRESS)

    @property
    def service(self) -> Service:
        service: Service = self.app.state.services.service
        return service

    @contextmanager
    def running(self) -> Iterator[None]:
        with telling(self.app, every_s=0.02):
            yield

    def ask(self, question: str = ASKED) -> dict[str, Any]:
        body: dict[str, Any] = self.client.post("/api/v1/chat", json={"question": question}).json()
        return body

    def vote(self, comment: str | None = COMMENT) -> dict[str, Any]:
        """Ask, then find the answer wrong, as the widget does: the comment follows."""
        reply = self.ask()
        verdict = {
            "interaction_id": reply["interaction_id"],
            "entry_id": reply["answers"][0]["entry_id"],
            "useful": False,
        }
        self.client.post("/api/v1/feedback", json=verdict)
        if comment:
            more = {"reason": "incorrect", "comment": comment}
            assert self.client.post("/api/v1/feedback", json=verdict | more).status_code == 200
        return reply

    def count(self, *wanted: str) -> float:
        """Read how many attempts to tell of a vote had these outcomes."""
        text = self.service.metrics.render(()).decode()
        line = r'^faqbot_webhook_attempts_total{event="negative_vote",outcome="(\w+)"} (\S+)$'
        found = {outcome: float(n) for outcome, n in re.findall(line, text, re.MULTILINE)}
        return sum(found.get(outcome, 0) for outcome in wanted)


@pytest.fixture
def make_worker(small: Assistant, url: str, tool: Tool) -> Iterator[Callable[..., Worker]]:
    with ExitStack() as stack:

        def make(**choices: Any) -> Worker:
            worker = Worker(small, url, tool, **choices)
            stack.callback(worker.service.database.close)
            return worker

        yield make


@pytest.fixture
def worker(make_worker: Callable[..., Worker]) -> Worker:
    return make_worker()


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.01)


def subjects(tool: Tool) -> list[str]:
    return [message["id"] for message in tool.messages]


def tell_of_one_more_vote(worker: Worker, tool: Tool) -> None:
    """Wait until all that is due has been told, which a vote of now comes after."""
    last = worker.vote()["interaction_id"]
    with worker.running():
        eventually(lambda: any(last in it for it in subjects(tool)))


def test_a_negative_vote_with_a_comment_is_told_signed_and_without_its_words(
    worker: Worker, tool: Tool
) -> None:
    worker.vote(comment=None)
    reply = worker.vote()
    with worker.running():
        eventually(lambda: worker.count("delivered"))
    (message,) = tool.messages
    asked, voted = reply["interaction_id"], reply["answers"][0]["entry_id"]
    assert datetime.fromisoformat(message.pop("at")) <= datetime.now(UTC)
    assert message == {
        "id": f"negative_vote:{asked}:{voted}",
        "event": "negative_vote",
        "faq": worker.service.corpus.title,
        "interaction_id": asked,
        "entry_id": voted,
        "reason": "incorrect",
        "link": f"{ADDRESS}/admin/review/negative_vote/{asked}?about={voted}",
    }
    tool.check_signatures()
    assert not re.search("pont|tunnel", tool.got[0][2].decode())


def test_several_workers_tell_each_event_once(
    make_worker: Callable[..., Worker], tool: Tool
) -> None:
    workers = [make_worker() for _ in range(3)]
    with ExitStack() as stack:
        for worker in workers:
            stack.enter_context(worker.running())
        voted = {workers[n % 3].vote()["interaction_id"] for n in range(9)}
        eventually(lambda: sum(worker.count("delivered") for worker in workers) == 9)
    tell_of_one_more_vote(make_worker(), tool)
    told = subjects(tool)
    assert len(told) == len(set(told)) == 10
    assert voted <= {it.split(":")[1] for it in told}


def test_what_was_not_taken_is_told_later_also_by_another_server(
    make_worker: Callable[..., Worker], tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_pause", lambda _: timedelta())
    first, second = make_worker(), make_worker()
    tool.status = 500
    first.vote()
    with capture_logs() as logs, first.running():
        eventually(lambda: first.count("failed") >= 2)
    told = [it for it in logs if it["event"] == "webhook_failed"]
    assert "500" in told[0]["reason"]
    assert "tunnel" not in str(logs)
    tool.status = 204
    with second.running():
        eventually(lambda: second.count("delivered"))
    assert len(set(subjects(tool))) == 1
    tool.check_signatures()


def test_a_tool_that_never_takes_it_is_left_in_peace(
    worker: Worker, tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_pause", lambda _: timedelta())
    monkeypatch.setattr(webhooks, "TRIES", 3)
    tool.status = 500
    worker.vote()
    with capture_logs() as logs, worker.running():
        eventually(lambda: worker.count("given_up"))
    assert [it["tries"] for it in logs if it["event"] == "webhook_given_up"] == [3]
    tool.status = 201
    tell_of_one_more_vote(worker, tool)
    assert (len(tool.got), worker.count("failed"), worker.count("delivered")) == (4, 2, 1)


def test_the_pauses_grow_to_half_a_day_and_end_after_two_days() -> None:
    pauses = [webhooks._pause(tries) for tries in range(1, webhooks.TRIES)]
    assert pauses[0] == timedelta(minutes=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=12)
    assert timedelta(days=2) < sum(pauses, timedelta()) < timedelta(days=3)


def test_nothing_is_told_or_kept_of_a_question_that_was_erased(worker: Worker, tool: Tool) -> None:
    tool.status = 500
    gone = worker.vote()
    with worker.running():
        eventually(lambda: worker.count("failed"))
    worker.client.delete(f"/api/v1/session/{gone['session_id']}")
    with worker.service.database.reading() as connection:
        assert not connection.execute(select(func.count()).select_from(webhook_events)).scalar()


def test_a_server_without_its_database_or_with_a_surprise_goes_on(
    worker: Worker, tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = webhooks.Outbox.happened
    failures = [ValueError("a surprise"), webhooks.StoreUnavailable("away")]

    def fail_at_first(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return happened(*given)

    monkeypatch.setattr(webhooks.Outbox, "happened", fail_at_first)
    worker.vote()
    with capture_logs() as logs, worker.running():
        eventually(lambda: worker.count("delivered"))
    assert [it["event"] for it in logs if it["log_level"] != "info"] == [
        "webhooks_postponed",
        "webhooks_failed",
    ]


def test_releases_are_told_published_and_rolled_back(
    worker: Worker, tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqbot.assistant.load_embedder", lambda *_, **__: LetterEmbedder())
    database, made = worker.service.database, []
    for answer in ("Un pont vaut cher.", "Un pont ne vaut rien."):
        faq = CorpusFolder(tmp_path / answer, entry("F11", "Combien vaut un pont ?", answer))
        author = Settings(corpus_dir=faq.path, index_dir=tmp_path / f"index {answer}")
        made.append(publish(database, author, author="Alice", note="Pour Bob", progress=silent))
    roll_back(database)
    with worker.running():
        eventually(lambda: len(tool.got) == 3)
    assert [(it["id"], it["action"], it["release"]) for it in tool.messages] == [
        ("release:1", "published", made[0]),
        ("release:2", "published", made[1]),
        ("release:3", "rolled_back", made[0]),
    ]
    assert {(it["event"], it["entries"]) for it in tool.messages} == {("release", 1)}
    assert {it["link"] for it in tool.messages} == {f"{ADDRESS}/admin"}
    assert not re.search("Alice|Bob", str(tool.messages))


def test_what_is_amiss_with_what_is_served_is_told_once(worker: Worker, tool: Tool) -> None:
    services = worker.app.state.services
    amiss = replace(worker.service, notices=(corpus_not_opened(),))
    worker.app.state.services = replace(services, service=amiss)
    with worker.running():
        eventually(lambda: tool.got)
    tell_of_one_more_vote(worker, tool)
    notice, vote = tool.messages
    assert (notice["event"], notice["code"]) == ("notice", "corpus_not_opened")
    assert vote["event"] == "negative_vote"


def test_a_group_of_unanswered_questions_is_told_once(
    make_worker: Callable[..., Worker], tool: Tool
) -> None:
    worker = make_worker(secret_key=SECRET)
    asked = [worker.ask("Quelle heure est-il ?") for _ in range(webhooks.GROUP)]
    assert {it["status"] for it in asked} == {"no_answer"}
    with worker.running():
        eventually(lambda: tool.got)
    worker.ask("Quelle heure est-il ?")
    tell_of_one_more_vote(worker, tool)
    group, vote = tool.messages
    oldest = asked[0]["interaction_id"]
    assert (group["event"], group["count"]) == ("unanswered", webhooks.GROUP)
    assert group["link"] == f"{ADDRESS}/admin/review/unanswered/{oldest}"
    assert vote["event"] == "negative_vote"
    assert "heure" not in str(tool.messages)
    with worker.service.database.reading() as connection:
        kept = connection.execute(select(webhook_events.c.id)).scalars().all()
    assert set(kept) == {group["id"], vote["id"]}


def test_nothing_is_looked_for_without_an_address(
    make_worker: Callable[..., Worker], tool: Tool
) -> None:
    worker = make_worker(webhook_url=None, webhook_secret=None)
    worker.vote()
    with worker.running():
        pass
    with worker.service.database.reading() as connection:
        assert not connection.execute(select(func.count()).select_from(webhook_events)).scalar()
