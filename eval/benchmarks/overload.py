"""How a server fares at twice what it can do: ``python eval/benchmarks/overload.py``, a minute.

Asks by a clock, whether or not replies come: 128 clients, each with one connection. Beside them one
client asks for ``/healthz``, and in the end 300 ask and hang up.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from load import _request, ask
from measuring import Server, percentile, serving
from service import _FAQBOT, all_questions, unrepeated

CLIENTS, SECONDS, HUNG_UP = 128, 10.0, 300
_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


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


async def _overload(server: Server, questions: Iterator[str], per_s: float) -> None:
    started, chat, health = time.perf_counter(), [], []
    ends = started + SECONDS
    due = itertools.takewhile(
        lambda at: at < ends, (started + n / per_s for n in itertools.count())
    )
    probes = itertools.takewhile(
        lambda at: at < ends, (started + n / 20 for n in itertools.count())
    )
    clients = [_client(server.port, due, map(_request, questions), chat) for _ in range(CLIENTS)]
    probing = _client(server.port, probes, itertools.repeat(_HEALTH), health)
    await asyncio.gather(*clients, probing)
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


def main() -> None:
    """Start a server, ask and print figures."""
    questions = unrepeated(all_questions())
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "faqbot.sqlite3"
        with serving(
            [*_FAQBOT, "serve"], {"FAQBOT_DATABASE_URL": f"sqlite:///{database}"}
        ) as server:
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
