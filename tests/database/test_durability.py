"""What is acknowledged stays, whoever else writes and however the process ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from faqbot.errors import StoreUnavailable, StoreUnreachable
from faqbot.feedback.store import FeedbackStore
from tests.postgres import Postgres
from tests.samples_of_use import MINUTE, NOON, fared, figures, interaction

ROOT = Path(__file__).parents[2]


def start(module: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.database.{module}", url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def eventually(work: Callable[[], object]) -> None:
    """Try until the outage is over."""
    while True:
        try:
            work()
        except StoreUnavailable:
            time.sleep(0.1)
        else:
            return


def voted(url: str) -> set[UUID]:
    with FeedbackStore.open(url) as store:
        return {UUID(str(row["interaction_id"])) for row in store.export_rows()}


def chosen(url: str) -> set[UUID]:
    with FeedbackStore.open(url) as store:
        rows = store.export_rows()
        return {UUID(str(row["interaction_id"])) for row in rows if row["chosen"]}


def at_once(count: int, work: Callable[[int], bool]) -> Sequence[bool]:
    """Run the same work in many threads that all start together."""
    barrier = threading.Barrier(count)

    def run(number: int) -> bool:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.parametrize("votes", [1, 40])
def test_kill_9_of_the_voter_loses_no_acknowledged_vote_or_choice(url: str, votes: int) -> None:
    with start("voter", url) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(votes)]
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.readlines()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    # The last line may be cut by the kill; a whole one is an acknowledgement.
    whole = {UUID(line.strip()) for line in acknowledged if line.endswith("\n")}
    assert len(whole) >= votes
    assert whole <= voted(url)
    assert whole <= chosen(url)


@pytest.fixture
def asynchronous_url(postgres: Postgres, postgres_url: str) -> Iterator[str]:
    """A database whose server acknowledges commits before they are written, unless told not to."""
    postgres.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
    postgres.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
    postgres.execute("ALTER SYSTEM SET synchronous_commit = off")
    postgres.execute("SELECT pg_reload_conf()")
    yield postgres_url
    postgres.execute("ALTER SYSTEM RESET wal_writer_delay")
    postgres.execute("ALTER SYSTEM RESET wal_writer_flush_after")
    postgres.execute("ALTER SYSTEM RESET synchronous_commit")
    postgres.execute("SELECT pg_reload_conf()")


@pytest.mark.parametrize("victim", ["one process", "all processes"])
def test_kill_9_of_postgresql_loses_no_acknowledged_vote(
    postgres: Postgres, asynchronous_url: str, victim: str
) -> None:
    with start("voter", asynchronous_url) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(5)]
        if victim == "one process":
            postgres.kill_backend(asynchronous_url)
        else:
            postgres.crash()
        # The voter is refused its next vote, and ends.
        acknowledged += process.stdout.readlines()
        _, refusal = process.communicate()
    assert "StoreUn" in refusal
    if victim == "all processes":
        postgres.start()
    whole = {UUID(line.strip()) for line in acknowledged if line.endswith("\n")}
    assert len(whole) >= 5
    assert whole <= voted(asynchronous_url)
    assert whole <= chosen(asynchronous_url)


def test_a_store_goes_on_when_postgresql_comes_back(postgres: Postgres, postgres_url: str) -> None:
    with FeedbackStore.open(postgres_url) as store:
        before, after = interaction(), interaction()
        store.record(before)
        postgres.crash()
        for _ in range(3):
            with pytest.raises(StoreUnreachable, match="check that the server runs"):
                store.check()
        postgres.start()
        eventually(lambda: store.record(after))
        store.check()
        assert store.exchange(before.id) is not None
        assert store.exchange(after.id) is not None


def test_a_lost_connection_costs_one_vote_at_most(postgres: Postgres, postgres_url: str) -> None:
    with FeedbackStore.open(postgres_url) as store:
        asked = interaction()
        store.record(asked)
        for _ in range(3):
            postgres.execute(
                f"SELECT pg_terminate_backend({postgres.backends(postgres_url)[0]}, 5000)"
            )
            # Noticed before the vote is sent: the person notices nothing.
            store.vote(asked.id, "S01", useful=True, reason=None, comment=None, at=NOON)


def test_a_full_disk_is_reported_and_loses_no_acknowledged_vote(sqlite_url: str) -> None:
    with start("filler", sqlite_url) as process:
        acknowledged, refusal = process.communicate()
    assert process.returncode == 0
    assert "check the disk and the free space on it" in refusal
    assert acknowledged
    assert {UUID(line) for line in acknowledged.split()} == voted(sqlite_url)


def test_sixteen_threads_that_vote_on_one_answer_leave_one_verdict(store: FeedbackStore) -> None:
    asked = interaction()
    store.record(asked)

    def vote(number: int) -> bool:
        return store.vote(
            asked.id,
            "S01",
            useful=number % 2 == 0,
            reason=None,
            comment=f"voix {number}",
            at=NOON + number * MINUTE,
        )

    created = at_once(16, vote)
    assert sum(created) == 1
    exchange = store.exchange(asked.id)
    assert exchange is not None
    (verdict,) = exchange.verdicts
    # All of it from one vote, and born with the one that was told so.
    assert verdict.comment is not None
    last = int(verdict.comment.removeprefix("voix "))
    assert verdict.useful == (last % 2 == 0)
    assert verdict.updated_at == NOON + last * MINUTE
    assert verdict.created_at == NOON + created.index(True) * MINUTE


def test_sixteen_threads_that_choose_leave_one_choice(store: FeedbackStore) -> None:
    asked = interaction(status="clarify")
    store.record(asked)
    created = at_once(16, lambda n: store.choose(asked.id, ("S01", "S02")[n % 2], at=NOON))
    assert sum(created) == 1
    assert sum(it.chosen for it in fared(store)) == 1


def test_threads_that_ask_vote_and_count_do_not_disturb_each_other(store: FeedbackStore) -> None:
    def work(number: int) -> bool:
        for _ in range(10):
            asked = interaction()
            store.record(asked)
            store.vote(
                asked.id, "S01", useful=True, reason=None, comment=None, at=NOON + number * MINUTE
            )
            stats = figures(store)
            assert stats.useful <= stats.questions
        return True

    assert all(at_once(16, work))
    assert figures(store).useful == 160


def test_processes_that_vote_together_lose_nothing(url: str, store: FeedbackStore) -> None:
    processes = [start("voter", url) for _ in range(3)]
    acknowledged = []
    for process in processes:
        assert process.stdout is not None
        acknowledged += [process.stdout.readline() for _ in range(20)]
    for process in processes:
        process.kill()
        process.communicate()
    assert {UUID(line.strip()) for line in acknowledged} <= voted(url)
    store.check()


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    processes = [start("opener", empty_url) for _ in range(6)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 6, errors


def test_threads_may_open_different_databases_together(tmp_path: Path) -> None:
    def work(number: int) -> bool:
        with FeedbackStore.open(f"sqlite:///{tmp_path}/{number}.db") as store:
            store.record(interaction())
            return figures(store).questions == 1

    assert all(at_once(8, work))
