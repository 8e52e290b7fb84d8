"""How a server fares at twice what it can do: ``python eval/benchmarks/overload.py``, a minute.

Asks by a clock, whether or not replies come: 128 clients, each with one connection. Beside them one
client asks for ``/healthz``, and in the end 300 ask and hang up.

``--steady MINUTES`` asks for as long at four fifths of what it can do, of all that visitors ask
for, and prints every half minute what that costs: it should level out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import uvloop
from load import PATH, _ask, _request, ask, post
from measuring import Server, percentile, serving
from service import _FAQBOT, POPULAR, all_questions, popular, unrepeated

CLIENTS, SECONDS, HUNG_UP = 128, 10.0, 300
EVERY_S = 30.0
"""Between two lines of a steady load."""


async def _reply(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
    return int(head[9:12])


async def _client(
    port: int, due: Iterator[float], requests: Iterator[bytes], found: list[tuple[int, float]]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for at in due:
        await asyncio.sleep(at - time.perf_counter())
        started = time.perf_counter()
        writer.write(next(requests))
        found.append((await _reply(reader), (time.perf_counter() - started) * 1000))
    writer.close()


def _due(per_s: float, seconds: float) -> Iterator[float]:
    started = time.perf_counter()
    times = (started + n / per_s for n in itertools.count())
    return itertools.takewhile(lambda at: at < started + seconds, times)


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


async def _overload(server: Server, questions: Iterator[str], per_s: float) -> None:
    chat: list[tuple[int, float]] = []
    health: list[tuple[int, float]] = []
    due, requests = _due(per_s, SECONDS), map(_request, questions)
    clients = [_client(server.port, due, requests, chat) for _ in range(CLIENTS)]
    probes = itertools.repeat(_get("/healthz"))
    await asyncio.gather(*clients, _client(server.port, _due(20, SECONDS), probes, health))
    answered = [ms for status, ms in chat if status == 200]
    print(
        f"asked {len(chat) / SECONDS:.0f} a second; {dict(Counter(status for status, _ in chat))}"
    )
    print(
        f"answered: p50 {percentile(answered, 0.5):.0f} ms, p99 {percentile(answered, 0.99):.0f} ms"
    )
    refused = [ms for status, ms in chat if status == 503]
    print(f"refused: p99 {percentile(refused, 0.99):.0f} ms" if refused else "none refused")
    times = [ms for _, ms in health]
    print(f"/healthz: p50 {percentile(times, 0.5):.0f} ms, p99 {percentile(times, 0.99):.0f} ms")


async def _hang_up(server: Server, questions: Iterator[str]) -> None:
    for question in itertools.islice(questions, HUNG_UP):
        _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(_request(question))
        writer.close()


def _mixed(server: Server, questions: Sequence[str]) -> Iterator[bytes]:
    """Draw what visitors send: questions new and known, suggestions, pages, and verdicts."""
    chance, turns = random.Random(0), []
    for question in questions[:100]:
        body = json.dumps({"question": question}).encode()
        asked = Request(server.address + PATH, body, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=60) as reply:
            turns.append(json.load(reply))
    shown = [(it["interaction_id"], it["answers"][0]["entry_id"]) for it in turns if it["answers"]]
    new, known = unrepeated(questions[POPULAR:]), popular(questions[:POPULAR], 0)

    def vote() -> bytes:
        interaction, entry = chance.choice(shown)
        useful = chance.random() < 0.5
        verdict = {"interaction_id": interaction, "entry_id": entry, "useful": useful}
        return post("/api/v1/feedback", verdict)

    kinds = {
        lambda: _request(next(new)): 5,
        lambda: _request(next(known)): 2,
        lambda: _get(f"/api/v1/suggest?q={quote(next(known)[:12])}"): 2,
        lambda: _get(chance.choice(("/", "/questions", f"/?session={turns[0]['session_id']}"))): 1,
        vote: 1,
    }
    while True:
        yield chance.choices([*kinds], [*kinds.values()])[0]()


async def _steady(server: Server, requests: Iterator[bytes], per_s: float, minutes: float) -> None:
    found: list[tuple[int, float]] = []
    due = _due(per_s, minutes * 60)
    asking = [asyncio.ensure_future(_client(server.port, due, requests, found)) for _ in range(32)]
    started = before = time.perf_counter()
    print("| minute | a second | other than 2xx | p50 ms | p99 ms | resident MB | descriptors |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    while not all(it.done() for it in asking):
        await asyncio.wait(asking, timeout=EVERY_S)
        these, times = found[:], [ms for _, ms in found]
        found.clear()
        if these:
            now, odd = time.perf_counter(), [it for it, _ in these if it > 299]
            print(
                f"| {(now - started) / 60:.1f} | {len(these) / (now - before):.0f} "
                f"| {dict(Counter(odd)) or 0} "
                f"| {percentile(times, 0.5):.1f} | {percentile(times, 0.99):.0f} "
                f"| {server.resident_mb():.0f} | {server.descriptors()} |",
                flush=True,
            )
            before = now
    await asyncio.gather(*asking)


def main() -> None:
    """Start a server, ask and print figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steady", type=float, metavar="MINUTES")
    minutes = parser.parse_args().steady
    questions = unrepeated(all_questions())
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "faqbot.sqlite3"
        with serving(
            [*_FAQBOT, "serve"], {"FAQBOT_DATABASE_URL": f"sqlite:///{database}"}
        ) as server:
            if minutes:
                mixed = _mixed(server, all_questions())
                able = uvloop.run(_ask(server.port, mixed, 8, 10))
                per_s = 0.8 * len(able.latencies_ms) / able.seconds
                print(f"8 clients: {per_s / 0.8:.0f} a second; from now on {per_s:.0f}")
                asyncio.run(_steady(server, mixed, per_s, minutes))
                return
            known = ask(server.port, questions, at_once=8, seconds=5)
            per_s = len(known.latencies_ms) / known.seconds
            print(f"8 clients: {per_s:.0f} a second")
            asyncio.run(_overload(server, questions, 2 * per_s))
            with contextlib.closing(sqlite3.connect(database)) as connection:
                count = "SELECT count(*) FROM interactions"
                before = connection.execute(count).fetchone()[0]
                asyncio.run(_hang_up(server, questions))
                time.sleep(3)
                after = connection.execute(count).fetchone()[0]
            print(f"of {HUNG_UP} questions whose clients hung up, {after - before} were answered")


if __name__ == "__main__":
    main()
