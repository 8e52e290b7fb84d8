"""The commands of deploy/README.md bring back what was kept, from a backup of a running service."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pgserver
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from faqbot.accounts.passwords import Passwords
from faqbot.accounts.store import AccountStore, StoredAccount
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.feedback.store import FeedbackStore
from faqbot.settings import Settings
from tests.api.small import small_assistant
from tests.console.conftest import KEY, PASSWORD, log_in
from tests.database.test_durability import ROOT, start, voted
from tests.postgres import Postgres
from tests.samples_of_use import NOON

SECTION = (ROOT / "deploy" / "README.md").read_text("utf-8").split("## Backup and restore")[1]
COMMANDS = re.findall(r"^\$ (.+)$", SECTION.partition("\n## ")[0], re.MULTILINE)
BINARIES = Path(pgserver.__file__).with_name("pginstall") / "bin"


def run(documented: str, folder: Path, *, names: dict[str, str], **environment: str) -> None:
    """Run the documented command that begins so, with other names."""
    (command,) = (it for it in COMMANDS if it.startswith(documented))
    for name, other in names.items():
        assert name in command
        command = command.replace(name, other)
    words = shlex.split(command.replace("faqbot feedback", f"{sys.executable} -m faqbot feedback"))
    path = os.pathsep.join((str(BINARIES), os.environ["PATH"]))  # noqa: TID251 - for a child process
    variables = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)} | environment  # noqa: TID251
    subprocess.run(words, cwd=folder, env=variables, check=True)


def of_owner(postgres: Postgres, name: str) -> str:
    return make_url(postgres.url(name)).set(username="faqbot").render_as_string()


@pytest.fixture
def owned(postgres: Postgres) -> Iterator[Postgres]:
    """A server with a role and a database as README has them made."""
    postgres.execute("CREATE ROLE faqbot LOGIN")
    postgres.execute("CREATE DATABASE faqbot OWNER faqbot")
    yield postgres
    for name in ("faqbot", "restored"):
        postgres.drop(postgres.url(name))
    postgres.execute("DROP ROLE faqbot")


def drill(url: str, back_up: Callable[[], None], restore: Callable[[], str], folder: Path) -> None:
    with FeedbackStore.open(url) as store:
        hashed = Passwords().hash(PASSWORD)
        AccountStore(store.database).create(
            StoredAccount(name="alice", role="reviewer", password_hash=hashed, created_at=NOON)
        )
    with start("voter", url) as process:
        assert process.stdout is not None
        acknowledged = {UUID(process.stdout.readline().strip()) for _ in range(20)}
        back_up()
        process.send_signal(signal.SIGKILL)
        meanwhile = process.stdout.readlines()
    assert meanwhile
    restored = restore()
    kept = voted(restored)
    assert acknowledged <= kept
    settings = Settings(database_url=restored, secret_key=KEY)
    with TestClient(create_app(Service.open(settings, small_assistant(folder)))) as client:
        chat = {"question": "Combien vaut un pont ?"}
        assert client.post("/api/v1/chat", json=chat).json()["recorded"] is True
        assert log_in(client, "alice").status_code == 200
        days = {"from": NOON.date(), "to": NOON.date()}
        table = client.get("/admin/export/entries.csv", params=days).content.decode("utf-8-sig")
        useless = {row["entry_id"]: row["not_useful"] for row in csv.DictReader(table.splitlines())}
        assert useless["S01"] == str(len(kept))


def test_sqlite(sqlite_url: str, path: Path, tmp_path: Path) -> None:
    copy, place = tmp_path / "copy.db", tmp_path / "elsewhere" / "faqbot.db"

    def restore() -> str:
        assert copy.stat().st_mode & 0o077 == 0
        place.parent.mkdir()
        shutil.copy(copy, place)
        return f"sqlite:///{place}"

    names = {"/var/lib/faqbot/faqbot.sqlite3": str(path), "faqbot-copy.sqlite3": copy.name}
    drill(sqlite_url, lambda: run("faqbot feedback", tmp_path, names=names), restore, tmp_path)


def test_postgresql(owned: Postgres, tmp_path: Path) -> None:
    host = str(make_url(owned.url("faqbot")).query["host"])
    server = {"names": {}, "PGHOST": host, "PGUSER": "postgres"}

    def restore() -> str:
        run("createdb", tmp_path, **server)
        run("pg_restore", tmp_path, **server)
        return of_owner(owned, "restored")

    url = of_owner(owned, "faqbot")
    drill(url, lambda: run("pg_dump", tmp_path, **server), restore, tmp_path)
