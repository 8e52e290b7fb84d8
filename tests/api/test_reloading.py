"""A saved edit is served without restart, and what cannot be served is told."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert
from structlog.testing import capture_logs

from faqbot.api import reloading
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.console.access import Account, logged_in
from faqbot.corpus.reading import read_corpus
from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from faqbot.database.schema import release_switches, releases
from faqbot.embedding.conversion import write_sentence_transformer
from faqbot.embedding.e5s1 import read_e5s1
from faqbot.embedding.encoder import SentenceTransformerEmbedder
from faqbot.errors import StoreUnreachable
from faqbot.progress import silent
from faqbot.releases import listed, publish, roll_back
from faqbot.settings import Settings
from tests.browser.serving import served_here
from tests.corpus_folder import CorpusFolder
from tests.embedding.tiny_model import tiny_model
from tests.fakes import LetterEmbedder
from tests.samples import entry

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300
BRIDGE = entry("F11", "Combien vaut un pont ?", "Un pont vaut cher.")
DOOR = entry("F12", "Qui garde la porte ?", "Le gardien.")
ROAD = entry("F13", "Où mène la route ?", "À la mer.")
CHEAPER = replace(BRIDGE, answer="Un pont vaut peu.")


def eventually(found: Callable[[], bool]) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def faq(tmp_path: Path) -> CorpusFolder:
    return CorpusFolder(tmp_path / "corpus", BRIDGE, DOOR)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "_EVERY_S", 0.05)


@pytest.fixture
def open_service(tmp_path: Path, faq: CorpusFolder) -> Callable[..., Service]:
    def opened(embedder: Any, **choices: Any) -> Service:
        settings = Settings(
            corpus_dir=faq.path,
            index_dir=tmp_path / "indexes",
            database_url=f"sqlite:///{tmp_path / 'faqbot.sqlite3'}",
            secret_key="a key for tests, of more than 32 characters",  # noqa: S106
            **choices,
        )
        assistant = Assistant.open(settings, progress=silent, embedder=embedder)
        return Service.open(settings, assistant)

    return opened


@pytest.fixture
def client(open_service: Callable[..., Service]) -> Iterator[TestClient]:
    """A reader of the console, before an application whose model counts letters."""
    app = create_app(open_service(LetterEmbedder()))
    app.dependency_overrides[logged_in] = lambda: Account("bob", "reader")
    with TestClient(app) as client:
        yield client


def answer(client: TestClient | httpx2.Client, question: str) -> dict[str, Any]:
    reply = client.post("/api/v1/chat", json={"question": question})
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return body


def served(client: TestClient | httpx2.Client) -> str:
    digest: str = client.get("/readyz").json()["corpus_digest"]
    return digest


def codes(client: TestClient) -> list[str]:
    reply = client.get("/readyz")
    assert reply.status_code == 200
    return [warning["code"] for warning in reply.json()["warnings"]]


@contextmanager
def asking(address: str, threads: int = 4) -> Iterator[list[dict[str, Any]]]:
    """Ask all the time, and collect the replies."""
    replies: list[dict[str, Any]] = []
    failures: list[BaseException] = []
    stop = threading.Event()

    def work(question: str) -> None:
        try:
            with httpx2.Client(base_url=address, timeout=PATIENCE_S) as client:
                while not stop.is_set():
                    replies.append(answer(client, question))
                    assert client.get("/questions").status_code == 200
        except BaseException as failure:
            failures.append(failure)

    workers = [
        threading.Thread(target=work, args=([BRIDGE, DOOR][number % 2].question,))
        for number in range(threads)
    ]
    for worker in workers:
        worker.start()
    try:
        yield replies
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert failures == []


def test_edits_are_served_under_load_and_no_request_fails(
    faq: CorpusFolder,
    open_service: Callable[..., Service],
    embedder: SentenceTransformerEmbedder,
) -> None:
    service = open_service(embedder)
    texts = {service.corpus.digest: BRIDGE.answer}
    with (
        served_here(service) as address,
        httpx2.Client(base_url=address, timeout=PATIENCE_S) as client,
        asking(address) as replies,
    ):
        for entries in ((CHEAPER, DOOR), (CHEAPER, DOOR, ROAD), (BRIDGE, ROAD)):
            digest = faq.write(*entries)
            texts[digest] = entries[0].answer
            eventually(lambda digest=digest: served(client) == digest)
            assert answer(client, BRIDGE.question)["answers"][0]["answer_text"] == texts[digest]
        assert answer(client, ROAD.question)["answers"][0]["entry_id"] == "F13"
        assert answer(client, DOOR.question)["status"] != "answered"
        kept = faq.file("F11").read_text(encoding="utf-8")
        faq.file("F11").write_text(kept.replace("theme: un", "theme: autre"), encoding="utf-8")
        eventually(lambda: "corpus_refused" in client.get("/readyz").text)
        assert served(client) == digest
        last = faq.write(CHEAPER, DOOR)
        texts[last] = CHEAPER.answer
        eventually(lambda: served(client) == last)
        assert "corpus_refused" not in client.get("/readyz").text
    # Each reply was made of one version from its beginning to its end.
    shown = [(reply["corpus_digest"], it) for reply in replies for it in reply["answers"]]
    bridges = {(digest, it["answer_text"]) for digest, it in shown if it["entry_id"] == "F11"}
    assert len(bridges) > 1
    assert bridges <= texts.items()


def test_a_corpus_with_problems_is_named_everywhere_until_it_is_mended(
    faq: CorpusFolder, client: TestClient
) -> None:
    digest = served(client)
    kept = faq.file("F12").read_text(encoding="utf-8")
    line = kept.splitlines().index("theme: un") + 1
    with capture_logs() as written:
        faq.file("F12").write_text(kept.replace("theme: un", "theme: autre"), encoding="utf-8")
        eventually(lambda: codes(client) == ["corpus_refused", "little_evidence"])
    (logged,) = (it for it in written if it["log_level"] == "warning")
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    for told in (logged, ready["warnings"][0]):
        assert told["problems"] == [
            f"entries/F12-essai.md:{line}: unknown theme 'autre' (known: un, deux)"
        ]
        assert "1 problem and is not served" in told["message"]
    assert 'faqbot_warnings{code="corpus_refused"} 1.0' in client.get("/metrics").text
    for page in ("/admin", "/admin/entries", "/admin/unanswered"):
        shown = client.get(page, headers={"accept": "text/html"}).text
        assert "Le corpus modifié comporte 1\u00a0erreur et n’est pas servi" in shown
        assert f"<code>entries/F12-essai.md</code>, ligne {line}" in shown
        assert "Ce corpus compte trop peu de formulations" in shown
    assert served(client) == digest
    assert answer(client, DOOR.question)["answers"][0]["answer_text"] == DOOR.answer

    faq.file("F12").write_text(kept.replace("Le gardien", "La gardienne"), encoding="utf-8")
    eventually(lambda: codes(client) == ["little_evidence"])
    assert answer(client, DOOR.question)["answers"][0]["answer_text"] == "La gardienne."
    assert 'faqbot_warnings{code="corpus_refused"} 0.0' in client.get("/metrics").text
    assert "n’est pas servi" not in client.get("/admin", headers={"accept": "text/html"}).text


def test_what_keeps_a_sound_corpus_from_being_served_is_told_and_can_be_mended(
    faq: CorpusFolder, client: TestClient, tmp_path: Path
) -> None:
    folder = tmp_path / "indexes"
    folder.rename(tmp_path / "away")
    folder.write_text("in the way", encoding="utf-8")
    faq.write(CHEAPER, DOOR)
    eventually(lambda: codes(client) == ["corpus_not_opened", "little_evidence"])
    assert answer(client, BRIDGE.question)["answers"][0]["answer_text"] == BRIDGE.answer
    folder.unlink()
    digest = faq.write(CHEAPER, DOOR)
    eventually(lambda: served(client) == digest)
    assert codes(client) == ["little_evidence"]


def test_editors_leave_files_beside_that_are_no_change(
    faq: CorpusFolder, client: TestClient
) -> None:
    (faq.path / "entries" / ".#F12-essai.md").symlink_to("somebody@host.1234")
    (faq.path / "entries" / "F12-essai.md~").write_text("before", encoding="utf-8")
    digest = faq.write(CHEAPER, DOOR)
    eventually(lambda: served(client) == digest)
    assert codes(client) == ["little_evidence"]


def test_every_page_tells_of_the_corpus_that_is_served_now(
    faq: CorpusFolder, client: TestClient
) -> None:
    assert ROAD.question not in client.get("/questions").text
    digest = faq.write(CHEAPER, DOOR, ROAD)
    eventually(lambda: served(client) == digest)
    assert ROAD.question in client.get("/questions").text
    assert client.get("/api/v1/faq").json()["entry_count"] == 3
    assert client.get("/api/v1/suggest", params={"q": "route"}).json()[0]["entry_id"] == "F13"
    assert ROAD.question in client.get("/admin/entries/F13", headers={"accept": "text/html"}).text


def test_without_following_a_signal_calls_for_the_change(
    faq: CorpusFolder, open_service: Callable[..., Service]
) -> None:
    app = create_app(open_service(LetterEmbedder(), reload="off"))

    async def called() -> None:
        async with app.router.lifespan_context(app):
            os.kill(os.getpid(), signal.SIGHUP)
            while app.state.services.service.corpus.digest != digest:
                await asyncio.sleep(0.02)

    digest = faq.write(CHEAPER, DOOR)
    asyncio.run(asyncio.wait_for(called(), PATIENCE_S))
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    """The folder of a model of one layer."""
    (tmp_path / "tiny.e5s1").write_bytes(tiny_model())
    (tmp_path / "model").mkdir()
    read = read_e5s1(tmp_path / "tiny.e5s1")
    write_sentence_transformer(read, tmp_path / "model", progress=lambda *_: None)
    return str(tmp_path / "model")


@contextmanager
def server(folder: Path, *, workers: int = 1, **choices: str) -> Iterator[tuple[int, Path]]:
    """Begin to serve, with processes that keep a log in a folder; give the parent's id and it."""
    folder.mkdir(exist_ok=True)
    settings = {"INDEX_DIR": str(folder / "indexes")} | choices
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "faqbot", "serve", "--port", "0", "--workers", str(workers)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=stderr,
            env=os.environ | {f"FAQBOT_{name}": value for name, value in settings.items()},  # noqa: TID251 - for a child process
        )
    try:
        yield process.pid, log
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def address_of(log: Path, workers: int = 1) -> str:
    """Wait until all of them serve."""
    eventually(lambda: len(events(log, "Application startup complete.")) == workers)
    (address,) = (it["address"] for it in events(log, "ready_to_serve"))
    return str(address)


def events(log: Path, name: str) -> list[dict[str, Any]]:
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    return [found for found in map(json.loads, lines) if found["event"] == name]


def test_two_workers_follow_by_themselves_and_when_called(
    faq: CorpusFolder, tmp_path: Path, sqlite_url: str
) -> None:
    # The model that ships is there in a moment: another one brings torch to each process.
    choices = {"CORPUS_DIR": str(faq.path), "DATABASE_URL": sqlite_url}
    with server(tmp_path, workers=2, **choices) as (parent, log):
        address = address_of(log, workers=2)
        digest = faq.write(CHEAPER, DOOR)
        eventually(lambda: len(events(log, "corpus_served")) == 2)
        assert {it["corpus_digest"] for it in events(log, "corpus_served")} == {digest[:12]}
        for _ in range(10):  # whichever process takes the connection
            with httpx2.Client(base_url=address, timeout=PATIENCE_S) as client:
                assert answer(client, BRIDGE.question)["corpus_digest"] == digest
        os.kill(parent, signal.SIGHUP)
        eventually(lambda: len(events(log, "corpus_served")) == 4)
        assert len(events(log, "Application startup complete.")) == 2, "no worker was replaced"
        figures = 'faqbot_http_requests_total{method="POST",route="/api/v1/chat",status="200"} 10.0'
        for _ in range(10):
            assert figures in httpx2.get(f"{address}/metrics", timeout=PATIENCE_S).text

        (faq.path / "corpus.yaml").write_text("[", encoding="utf-8")
        worker = re.search(r"Started server process \[(\d+)\]", log.read_text(encoding="utf-8"))
        assert worker
        os.kill(int(worker[1]), signal.SIGKILL)
        eventually(lambda: bool(events(log, "worker_not_started")))
        with httpx2.Client(base_url=address, timeout=PATIENCE_S) as client:
            assert answer(client, BRIDGE.question)["corpus_digest"] == digest
    assert len(events(log, "worker_not_started")) == 1
    assert "Traceback" not in log.read_text(encoding="utf-8")


def spoil(database: Database) -> str:
    """Make a release current that is not what its name says."""
    (good,) = [it for it in listed(database) if it["current"]]
    bad = {"digest": "0" * 64, "format": 1, "content": b"damaged"}
    kept = {name: good[name] for name in ("created_at", "corpus_digest", "entries")}
    with database.writing() as connection:
        connection.execute(insert(releases), kept | bad)
        number = connection.exec_driver_sql("SELECT max(number) FROM release_switches").scalar_one()
        switch = {"number": number + 1, "at": good["created_at"], "rollback": False}
        connection.execute(insert(release_switches), switch | {"digest": bad["digest"]})
    return "0" * 64


def test_two_replicas_take_up_releases_under_load_and_no_request_fails(
    faq: CorpusFolder, tmp_path: Path, tiny: str, postgres_url: str
) -> None:
    author = Settings(
        corpus_dir=faq.path,
        index_dir=tmp_path / "author",
        database_url=postgres_url,
        embedding_model=tiny,
    )
    choices = {
        "CORPUS_SOURCE": "database",
        "CORPUS_DIR": str(tmp_path / "nothing"),
        "DATABASE_URL": postgres_url,
        "EMBEDDING_MODEL": tiny,
    }
    texts = {read_corpus(faq.path).digest: BRIDGE.answer}
    with ExitStack() as stack:
        database = stack.enter_context(open_database(postgres_url))
        first = publish(database, author, progress=silent)
        replicas = [stack.enter_context(server(tmp_path / it, **choices)) for it in ("a", "b")]
        addresses = [address_of(log) for _, log in replicas]
        clients = [
            stack.enter_context(httpx2.Client(base_url=it, timeout=PATIENCE_S)) for it in addresses
        ]
        replies = [stack.enter_context(asking(it, threads=1)) for it in addresses]

        def told(name: str) -> list[Any]:
            return [client.get("/readyz").json()[name] for client in clients]

        def refusing() -> list[bool]:
            return ["corpus_not_opened" in str(warnings) for warnings in told("warnings")]

        assert told("release") == [first] * 2
        texts[faq.write(CHEAPER, DOOR)] = CHEAPER.answer
        second = publish(database, author, progress=silent)
        eventually(lambda: told("release") == [second] * 2)
        for client in clients:
            assert answer(client, BRIDGE.question)["answers"][0]["answer_text"] == CHEAPER.answer
        spoil(database)
        eventually(lambda: refusing() == [True] * 2)
        assert told("release") == [second] * 2
        assert roll_back(database) == second
        eventually(lambda: refusing() == [False] * 2)
        assert roll_back(database) == first
        eventually(lambda: told("release") == [first] * 2)
    for shown in replies:  # each of one version from its beginning to its end
        bridges = {
            (reply["corpus_digest"], it["answer_text"])
            for reply in shown
            for it in reply["answers"]
            if it["entry_id"] == "F11"
        }
        assert bridges == texts.items()


@pytest.fixture
def replica(
    faq: CorpusFolder, tmp_path: Path, database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, Callable[[], str]]]:
    """A reader of the console before a server that follows releases, and how to publish one."""
    monkeypatch.setattr("faqbot.assistant.load_embedder", lambda *_, **__: LetterEmbedder())
    author = Settings(corpus_dir=faq.path, index_dir=tmp_path / "author")
    its_own = {
        "corpus_source": "database",
        "index_dir": tmp_path / "indexes",
        "database_url": url,
        "secret_key": "a key for tests, of more than 32 characters",
    }
    publish(database, author, progress=silent)
    app = create_app(Service.start(Settings(**its_own), progress=silent))
    app.dependency_overrides[logged_in] = lambda: Account("bob", "reader")
    with TestClient(app) as client:
        yield client, lambda: publish(database, author, progress=silent)


def test_a_bad_release_is_told_everywhere_until_another_one_is_current(
    faq: CorpusFolder, replica: tuple[TestClient, Callable[[], str]], database: Database
) -> None:
    client, publish_again = replica
    digest = served(client)
    with capture_logs() as written:
        bad = spoil(database)
        eventually(lambda: codes(client) == ["corpus_not_opened", "little_evidence"])
    (logged,) = (it for it in written if it["event"] == "corpus_not_opened")
    assert str(logged["exc_info"]) == f"release {bad[:12]} is damaged in the database"
    advice = client.get("/readyz").json()["warnings"][0]["message"]
    assert "tried again every minute, and at once on SIGHUP" in advice
    assert "faqbot corpus rollback" in advice
    assert 'faqbot_warnings{code="corpus_not_opened"} 1.0' in client.get("/metrics").text
    shown = client.get("/admin", headers={"accept": "text/html"}).text
    assert "Le corpus modifié n’a pas pu être ouvert" in shown
    assert served(client) == digest
    assert answer(client, BRIDGE.question)["answers"][0]["answer_text"] == BRIDGE.answer
    settings = client.app.state.services.service.settings  # type: ignore[attr-defined]
    with TestClient(create_app(Service.start(settings, progress=silent))) as beginner:
        assert served(beginner) == digest
        eventually(lambda: codes(beginner) == ["corpus_not_opened", "little_evidence"])
    digest = faq.write(CHEAPER, DOOR)
    release = publish_again()
    eventually(lambda: client.get("/readyz").json()["release"] == release)
    assert codes(client) == ["little_evidence"]
    assert served(client) == digest


@pytest.mark.parametrize("failure", [StoreUnreachable("not now"), OSError("the disk is full")])
def test_a_release_that_cannot_be_opened_yet_is_opened_later(
    faq: CorpusFolder,
    replica: tuple[TestClient, Callable[[], str]],
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, publish_again = replica
    opened, failures = reloading.open_release, [failure]
    monkeypatch.setattr(reloading, "_AGAIN_S", 0.1)

    def out_of_reach(*given: Any, **more: Any) -> Assistant:
        if failures:
            raise failures.pop()
        return opened(*given, **more)

    monkeypatch.setattr(reloading, "open_release", out_of_reach)
    digest = faq.write(CHEAPER, DOOR)
    publish_again()
    eventually(lambda: served(client) == digest)
    assert failures == []
    assert codes(client) == ["little_evidence"]
