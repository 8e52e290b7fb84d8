from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, inspect, select

from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from faqbot.database.migrating import alembic_config
from faqbot.database.schema import (
    interactions,
    metadata,
    released_entries,
    releases,
    shown_entries,
    verdicts,
)
from faqbot.errors import StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import NOON, SESSION, interaction


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine


def definitions(engine: Engine) -> dict[str, list[str]]:
    """What the engine wrote down about each table and index, in any order."""
    return _in_sqlite(engine) if engine.dialect.name == "sqlite" else _in_postgresql(engine)


def _in_postgresql(engine: Engine) -> dict[str, list[str]]:
    found = defaultdict(list)
    with engine.connect() as connection:
        for table, definition in connection.exec_driver_sql(_POSTGRESQL_DEFINITIONS):
            found[table].append(definition)
    return {table: sorted(parts) for table, parts in found.items()}


_POSTGRESQL_DEFINITIONS = """
SELECT table_name, concat_ws(' ', column_name, data_type, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def _in_sqlite(engine: Engine) -> dict[str, list[str]]:
    # A check that was added with its column stands beside it, and otherwise at the end.
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master"
            " WHERE sql NOT NULL AND tbl_name != 'alembic_version'"
        )
        return {name: sorted(parts_of(" ".join(sql.split()))) for name, sql in rows}


def parts_of(sql: str) -> list[str]:
    """Cut a definition at the commas between columns and constraints, and before constraints."""
    start, end = sql.index("("), sql.rindex(")")
    outside_parentheses = r"(?![^()]*\))"
    between = rf",{outside_parentheses}|\s(?=CONSTRAINT\s)"
    return [
        sql[:start].replace('"', ""),  # as SQLite writes the name of a table that was made anew
        *(part.strip() for part in re.split(between, sql[start + 1 : end]) if part),
    ]


def test_migrations_produce_the_metadata(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_produce_the_checks_too_which_alembic_does_not_compare(engine: Engine) -> None:
    migrated = definitions(engine)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert definitions(engine) == migrated


def test_migrations_form_one_line_in_the_order_of_their_files() -> None:
    scripts = list(ScriptDirectory.from_config(alembic_config()).walk_revisions())
    names = [Path(script.path).name[:4] for script in scripts]
    assert names == [script.revision for script in scripts] == sorted(names, reverse=True)
    assert [script.down_revision for script in scripts] == [*names[1:], None]


def test_what_the_first_version_stored_is_kept(empty_url: str, path: Path) -> None:
    path.parent.mkdir()
    asked = interaction()
    about = {"interaction_id": asked.id}
    given = {"entry_id": "S01", "useful": True, "created_at": NOON, "updated_at": NOON}
    kept = asdict(asked)
    rows = {
        interactions: [kept],
        shown_entries: [about | it for it in kept["shown"]],
        verdicts: [about | given],
    }
    engine = open_database(empty_url).engine
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        for table, filled in rows.items():
            there = {column["name"] for column in inspect(connection).get_columns(table.name)}
            own = [{name: row[name] for name in row.keys() & there} for row in filled]
            connection.execute(insert(table), own)
    engine.dispose()
    with FeedbackStore.open(empty_url) as store:
        (exchange,) = store.conversation(SESSION)
    assert exchange.interaction == asked
    assert [verdict.useful for verdict in exchange.verdicts] == [True]


def test_the_entries_of_earlier_releases_are_read_from_them(empty_url: str, path: Path) -> None:
    path.parent.mkdir()
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in ("corpus/corpus.yaml", "corpus/entries/F62-b.md", "corpus/entries/F11-a.md"):
            archive.writestr(name, "")
    told = {"format": 1, "created_at": NOON, "corpus_digest": "c", "entries": 2}
    engine = open_database(empty_url).engine
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0012")
        for content in (packed.getvalue(), b"damaged"):
            row = told | {"digest": content.hex(), "content": content}
            connection.execute(insert(releases).values(row))
        command.upgrade(alembic_config(connection), "head")
        found = connection.execute(select(released_entries.c.entry_id)).scalars()
        assert {*found} == {"F11", "F62"}
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str, path: Path) -> None:
    path.parent.mkdir()
    engine = open_database(empty_url).engine
    with engine.begin() as connection:
        # The last table of the migration is taken.
        connection.exec_driver_sql("CREATE TABLE verdicts (id INTEGER)")
    with pytest.raises(StoreUnavailable, match=r'(table|relation) "?verdicts"? already exists'):
        FeedbackStore.open(empty_url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["verdicts"]
    engine.dispose()


def test_the_scripts_are_part_of_the_package() -> None:
    folder = files("faqbot.database") / "migrations"
    assert (folder / "env.py").is_file()
    assert (folder / "script.py.mako").is_file()
    assert (folder / "versions" / "0001_initial.py").is_file()
    assert (folder / "versions" / "0002_choices.py").is_file()


def test_what_is_stored_is_kept_when_opened_again(url: str) -> None:
    asked = interaction()
    with FeedbackStore.open(url) as store:
        store.record(asked)
    with FeedbackStore.open(url) as store:
        found = store.exchange(asked.id)
    assert found is not None
    assert found.interaction == asked


def test_a_database_of_a_newer_faqbot_is_refused_and_left_alone(engine: Engine, url: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreUnavailable, match=r"'0999' of a newer faqbot.*: upgrade faqbot, or"):
        FeedbackStore.open(url)
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    assert version == "0999"
