"""What the service costs beside its peers: starting, answering over HTTP, memory, an edit."""

from __future__ import annotations

import itertools
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from load import PATH, ask
from measuring import NotServing, Server, serving, spread

from faqbot.assistant import index_folder, sentence_transformer
from faqbot.corpus.markdown import to_text
from faqbot.corpus.reading import read_corpus
from faqbot.progress import Progress
from faqbot.settings import Settings

PEERS = ("langchain", "haystack", "txtai")
SYSTEMS = ("faqbot", *PEERS, "floor")
AT_ONCE = (1, 8, 32)
POPULAR = 200
"""Questions of the Zipf load (exponent 1)."""
_FAQBOT = (sys.executable, "-m", "faqbot")
_SERVE = str(Path(__file__).parent / "peers" / "serve.py")


@dataclass(slots=True)
class Bench:
    """What all parts need."""

    quick: bool
    progress: Progress
    peers_python: Path
    work: Path
    """A folder that is removed in the end."""
    settings: Settings = field(default_factory=Settings.from_env)
    missing: dict[str, str] = field(default_factory=dict)
    """Peers that do not run, and why."""

    def enter(self, stack: ExitStack, name: str, reply_bytes: int = 4000) -> Server | None:
        """Start a system, with a database of its own; None, and a note why, if it does not run."""
        if name in self.missing:
            return None
        try:
            if name == "faqbot":
                return stack.enter_context(faqbot(self.work))
            if name == "floor":
                command = [sys.executable, _SERVE, name, str(reply_bytes)]
                return stack.enter_context(serving(command, {}))
            return stack.enter_context(self._peer(name))
        except NotServing as error:
            if name not in PEERS:
                raise
            self.missing[name] = str(error)
            return None

    def _peer(self, name: str) -> AbstractContextManager[Server]:
        if not self.peers_python.is_file():
            msg = f"there is no {self.peers_python}: make bench installs it"
            raise NotServing(msg)
        entries = read_corpus(self.settings.corpus_dir).entries
        texts = [{"id": it.id, "text": f"{it.question}\n{to_text(it.answer)}"} for it in entries]
        path = self.work / "entries.json"
        path.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        model = sentence_transformer(self.settings, progress=self.progress)
        command = [str(self.peers_python), _SERVE, name, str(path), str(model)]
        return serving(command, {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"})


def faqbot(
    work: Path, environment: Mapping[str, str] | None = None
) -> AbstractContextManager[Server]:
    """Start faqbot as a user does, with a new database in a folder."""
    database = f"sqlite:///{tempfile.mkdtemp(dir=work)}/faqbot.sqlite3"
    return serving([*_FAQBOT, "serve"], {**(environment or {}), "FAQBOT_DATABASE_URL": database})


def all_questions() -> list[str]:
    """Read the questions of our data sets that need no history, in random order."""
    paths = sorted(Path("eval/datasets").glob("edc-psc*/queries.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.open(encoding="utf-8")]
    found = sorted({it["text"] for it in rows if not it["metadata"].get("history")})
    random.Random(0).shuffle(found)
    return found


def start(bench: Bench) -> dict[str, Any]:
    """Start each system again and again, in turns; the first time compiles, and does not count."""
    found: dict[str, list[dict[str, float]]] = {}
    todo = [*itertools.product(range(1 if bench.quick else 4), SYSTEMS)]
    for place, (number, name) in enumerate(todo):
        bench.progress("Starting systems in turns", place, len(todo))
        with ExitStack() as stack:
            if (server := bench.enter(stack, name)) and (number or bench.quick):
                cost = {"cpu_s": server.cpu_s(), "resident_mb": server.resident_mb()}
                found.setdefault(name, []).append({"ready_s": server.ready_s, **cost})
    rows = [
        {"system": name, **{key: median(it[key] for it in runs) for key in runs[0]}}
        for name, runs in found.items()
    ]
    return {"rows": rows, "runs": found}


def http(bench: Bench) -> dict[str, Any]:
    """Ask all systems over HTTP in turns: each load, each concurrency, round by round."""
    rounds, seconds, known = (1, 0.5, 20) if bench.quick else (3, 3.0, POPULAR)
    questions, cells, servers, reply_bytes = all_questions(), [], {}, 0
    with ExitStack() as stack:
        for name in SYSTEMS:
            bench.progress("Starting all systems", len(servers), len(SYSTEMS))
            if server := bench.enter(stack, name, reply_bytes):
                # Each popular question once, whatever a system may remember of it.
                found = ask(server.port, questions[:known], at_once=8)
                servers[name] = server
                reply_bytes = reply_bytes or round(found.reply_bytes / len(found.latencies_ms))
        distinct = {name: unrepeated(questions[POPULAR:]) for name in servers}
        todo = [*itertools.product(range(rounds), ("distinct", "zipf"), AT_ONCE)]
        for place, (number, kind, at_once) in enumerate(todo):
            bench.progress("Asking over HTTP", place, len(todo))
            # Every other round the other way round: who comes behind whom must not matter.
            for name in [*servers][:: -1 if number % 2 else 1]:
                these = distinct[name] if kind == "distinct" else popular(questions[:known], number)
                load = {"questions": kind, "at_once": at_once, "system": name}
                cells.append(load | _asked(servers[name], these, at_once, seconds))
        resident = {name: server.resident_mb() for name, server in servers.items()}
    rows = _pooled(cells)
    return {"reply_bytes": reply_bytes, "resident_mb": resident, "rows": rows, "cells": cells}


def _asked(
    server: Server, questions: Iterator[str], at_once: int, seconds: float
) -> dict[str, Any]:
    cpu = server.cpu_s()
    found = ask(server.port, questions, at_once=at_once, seconds=seconds)
    count = len(found.latencies_ms)
    return {
        "asked": count,
        "failed": found.failed,
        "latencies_ms": found.latencies_ms,
        "per_s": count / found.seconds,
        "cpu_ms": (server.cpu_s() - cpu) / count * 1000,
        "client_busy": found.client_cpu_s / found.seconds,
    }


def _pooled(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pool the rounds of each load, and pair faqbot with each system round by round."""
    groups: dict[tuple[str, int, str], list[dict[str, Any]]] = {}
    for cell in cells:
        groups.setdefault((cell["questions"], cell["at_once"], cell["system"]), []).append(cell)
    rows = []
    for (kind, at_once, name), rounds in groups.items():
        pairs = [*zip(groups[kind, at_once, "faqbot"], rounds, strict=True)]
        rows.append(
            {"questions": kind, "at_once": at_once, "system": name}
            | {key: sum(it[key] for it in rounds) for key in ("asked", "failed")}
            | spread([ms for it in rounds for ms in it.pop("latencies_ms")])
            | {key: median(it[key] for it in rounds) for key in ("per_s", "cpu_ms", "client_busy")}
            | {f"{key}_ratio": [a[key] / b[key] for a, b in pairs] for key in ("per_s", "cpu_ms")}
        )
    return rows


def memory(bench: Bench) -> dict[str, Any]:
    """Watch the memory of one worker while it answers 10,000 distinct questions."""
    steps = (0, 50, 100, 200) if bench.quick else (0, 100, 1000, 2000, 5000, 10_000)
    questions, rows = unrepeated(all_questions()), []
    with faqbot(bench.work) as server:
        for before, after in itertools.pairwise((0, *steps)):
            bench.progress("Asking, and watching memory", before, steps[-1])
            ask(server.port, itertools.islice(questions, after - before), at_once=8)
            taken = {"resident_mb": server.resident_mb(), "own_mb": server.own_mb()}
            rows.append({"questions": after, **taken})
    return {"rows": rows}


def build(bench: Bench) -> dict[str, Any]:
    """Build an index from nothing, after an edit, and see how soon a server answers by an edit."""
    corpus, indexes = bench.work / "corpus", bench.work / "indexes"
    shutil.copytree(bench.settings.corpus_dir, corpus)
    (edited,) = corpus.glob("entries/F15-*.md")
    environment = {"FAQBOT_CORPUS_DIR": str(corpus), "FAQBOT_INDEX_DIR": str(indexes)}
    rows: list[dict[str, Any]] = []

    def edit() -> None:
        text = edited.read_text(encoding="utf-8")
        edited.write_text(f"{text.rstrip()}\n\nUne phrase de plus.\n", encoding="utf-8")

    def built(what: str) -> None:
        bench.progress("Building and editing", len(rows), 4)
        started, cpu = time.perf_counter(), _children_s()
        with (bench.work / "build.log").open("w") as log:
            command = ["env", *(f"{key}={value}" for key, value in environment.items()), *_FAQBOT]
            subprocess.run([*command, "index", "build"], stdout=log, stderr=log, check=True)
        took = {"wall_s": time.perf_counter() - started, "cpu_s": _children_s() - cpu}
        rows.append({"what": what, **took})

    if bench.quick:
        served = index_folder(bench.settings)
        shutil.copytree(served, indexes / served.name)
    else:
        built("from nothing")
    built("nothing changed")
    edit()
    built("a sentence more")
    with faqbot(bench.work, environment) as server:
        before, started, cpu = _digest(server), time.perf_counter(), server.cpu_s()
        edit()
        while _digest(server) == before:
            time.sleep(0.1)
        took = {"wall_s": time.perf_counter() - started, "cpu_s": server.cpu_s() - cpu}
        rows.append({"what": "a sentence more, until a server answers by it", **took})
    return {"rows": rows}


def unrepeated(questions: Sequence[str]) -> Iterator[str]:
    """Go through questions; from the second time on, each gets a number to be another one."""
    for number in itertools.count():
        yield from (f"{it} (cas {number})" if number else it for it in questions)


def popular(questions: Sequence[str], seed: int) -> Iterator[str]:
    """Draw questions by Zipf's law: the n-th as often as 1/n."""
    chance, weights = random.Random(seed), [1 / rank for rank in range(1, len(questions) + 1)]
    while True:
        yield from chance.choices(questions, weights, k=1000)


def _children_s() -> float:
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def _digest(server: Server) -> str:
    body = json.dumps({"question": "Qui contacter ?"}).encode()
    asked = Request(server.address + PATH, body, {"Content-Type": "application/json"})
    with urlopen(asked, timeout=60) as reply:
        return str(json.load(reply)["corpus_digest"])
