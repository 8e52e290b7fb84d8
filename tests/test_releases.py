"""What is published is what is opened, on any server, and nothing else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from faqbot import releases
from faqbot.assistant import Assistant
from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from faqbot.editing.diffs import corpus_texts
from faqbot.errors import CorpusError, ReleaseError, StoreUnreachable
from faqbot.progress import silent
from faqbot.releases import (
    current_release,
    listed,
    open_latest,
    open_release,
    publish,
    release_before,
    roll_back,
)
from faqbot.settings import Settings
from tests.corpus_folder import CorpusFolder
from tests.fakes import LetterEmbedder
from tests.samples import entry

BRIDGE = entry("F11", "Combien vaut un pont ?", "Un pont vaut cher.", "prix du pont")
DOOR = entry("F12", "Qui garde la porte ?", "Le gardien.")
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[LetterEmbedder]:
    """The models that were loaded; each counts letters."""
    loaded: list[LetterEmbedder] = []

    def load(*_: object, **__: object) -> LetterEmbedder:
        loaded.append(LetterEmbedder())
        return loaded[-1]

    monkeypatch.setattr("faqbot.assistant.load_embedder", load)
    return loaded


@pytest.fixture
def faq(tmp_path: Path) -> CorpusFolder:
    return CorpusFolder(tmp_path / "corpus", BRIDGE, DOOR)


@pytest.fixture
def author(faq: CorpusFolder, tmp_path: Path, models: list[LetterEmbedder]) -> Settings:
    return Settings(corpus_dir=faq.path, index_dir=tmp_path / "author")


@pytest.fixture
def server(tmp_path: Path) -> Settings:
    """Of a server that has no corpus of its own."""
    return Settings(corpus_dir=tmp_path / "none", index_dir=tmp_path / "server")


@pytest.fixture
def published(database: Database, faq: CorpusFolder, author: Settings) -> Callable[..., str]:
    """Publish the same corpus with another answer; each keeps its index, which names its day."""

    def another(answer: str, **told: str) -> str:
        faq.write(replace(BRIDGE, answer=answer), DOOR)
        index = {"index_dir": author.index_dir / answer}
        return publish(database, author.model_copy(update=index), progress=silent, **told)

    return another


def answer(assistant: Assistant) -> str:
    return assistant.ask(BRIDGE.question).shown[0].entry.answer


def change(database: Database, statement: str, **values: Any) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement.format(**values))


def damage(database: Database, digest: str) -> None:
    empty = "''" if database.engine.dialect.name == "postgresql" else "X''"
    change(
        database, "UPDATE releases SET content = {to} WHERE digest = '{it}'", to=empty, it=digest
    )


def test_a_release_is_opened_as_it_was_published(
    database: Database,
    author: Settings,
    server: Settings,
    published: Callable[..., str],
    models: list[LetterEmbedder],
) -> None:
    digest = published("Un pont vaut peu.", author="Zoé", note="moins cher")
    assistant = open_latest(database, server, progress=silent)
    assert answer(assistant) == "Un pont vaut peu."
    assert assistant.source == digest == current_release(database)
    assert len(models[-1].embedded) == 1, "the index came along, and the model was tried with it"
    theirs, ours = (
        next(root.rglob("calibration.json")) for root in (author.index_dir, server.index_dir)
    )
    assert ours.read_bytes() == theirs.read_bytes()
    (told,) = listed(database)
    assert (told["author"], told["note"], told["current"]) == ("Zoé", "moins cher", True)
    assert (told["entries"], told["corpus_digest"]) == (2, assistant.corpus.digest)
    with database.reading() as connection:
        content = connection.exec_driver_sql("SELECT content FROM releases").scalar_one()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (told["size"], digest)


def test_what_another_model_or_version_made_is_made_anew(
    database: Database, author: Settings, server: Settings, published: Callable[..., str]
) -> None:
    digest = published("Un pont vaut peu.")
    other = LetterEmbedder(digest="letters-2")
    opened = open_release(database, digest, server, progress=silent, embedder=other)
    assert answer(opened) == "Un pont vaut peu."
    assert opened.index.manifest.model_digest == "letters-2"
    assert other.embedded != []


def test_the_same_is_kept_once_and_a_change_is_another_release(
    database: Database, published: Callable[..., str]
) -> None:
    first = published("Un pont vaut peu.")
    assert published("Un pont vaut peu.", note="déjà dit") == first
    assert [it["note"] for it in listed(database)] == [None]
    second = published("Un pont vaut cher.")
    assert [it["digest"] for it in listed(database)] == [second, first]
    assert current_release(database) == second


def test_a_corpus_with_problems_is_not_published(
    database: Database, faq: CorpusFolder, author: Settings
) -> None:
    faq.file("F12").write_text("no entry", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"F12-essai\.md:1: no front matter"):
        publish(database, author, progress=silent)
    assert listed(database) == []


def test_a_corpus_that_changes_meanwhile_is_not_published(
    database: Database, faq: CorpusFolder, author: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = releases._packed

    def edited(settings: Settings) -> bytes:
        faq.write(BRIDGE)
        return packed(settings)

    monkeypatch.setattr(releases, "_packed", edited)
    with pytest.raises(ReleaseError, match="was edited while it was read"):
        publish(database, author, progress=silent)
    assert listed(database) == []


def test_too_large_a_release_is_refused(
    database: Database, author: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "LARGEST", 1000)
    with pytest.raises(ReleaseError, match="too many for a release, which may have 1,000"):
        publish(database, author, progress=silent)


def test_rolling_back_goes_one_publication_back_each_time(
    database: Database, published: Callable[..., str]
) -> None:
    first, second, third = (published(f"{word}.") for word in ("Un", "Deux", "Trois"))
    assert roll_back(database) == second == current_release(database)
    assert roll_back(database) == first == current_release(database)
    with pytest.raises(ReleaseError, match="there are 0 releases before the current one: faqbot"):
        roll_back(database)
    assert roll_back(database, third[:8]) == third == current_release(database)
    # What is published again stands where it was published last.
    assert published("Un.") == first
    assert roll_back(database) == third


def test_a_release_is_compared_with_the_one_that_it_was_published_instead_of(
    database: Database, published: Callable[..., str]
) -> None:
    """That is not always the one made before it, and what comes later changes nothing."""
    first, second = published("Un."), published("Deux.")
    roll_back(database)
    third = published("Trois.")
    assert published("Un.") == first
    roll_back(database, second)
    before = [release_before(database, it) for it in (first, second, third, "none")]
    assert before == [None, first, first, None]


def test_rolling_back_needs_one_release_that_is_there(
    database: Database, published: Callable[..., str]
) -> None:
    with pytest.raises(ReleaseError, match="there are 0 releases before the current one"):
        roll_back(database)
    current = published("Un.")
    published("Deux.")
    assert roll_back(database) == current
    for wanted in ("nothing", current, ""):
        with pytest.raises(ReleaseError, match=f"there are 0 releases starting with '{wanted}'"):
            roll_back(database, wanted)


def test_a_damaged_release_is_refused_until_it_is_published_again(
    database: Database, server: Settings, published: Callable[..., str]
) -> None:
    first, second = published("Un."), published("Deux.")
    damage(database, first)
    for work in (
        lambda: open_release(database, first, server, progress=silent),
        lambda: roll_back(database),
    ):
        with pytest.raises(ReleaseError, match=f"{first[:12]} is damaged"):
            work()
    assert current_release(database) == second
    assert published("Un.") == first
    assert answer(open_latest(database, server, progress=silent)) == "Un."


def test_what_is_kept_already_is_not_written_again(
    database: Database, published: Callable[..., str]
) -> None:
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            written.append(statement)

    digest = published("Un.")
    event.listen(database.engine, "after_cursor_execute", note)
    assert published("Un.") == digest
    assert written == []


def test_a_release_of_another_format_is_refused(
    database: Database, server: Settings, published: Callable[..., str]
) -> None:
    digest = published("Un.")
    change(database, "UPDATE releases SET format = 9")
    with pytest.raises(ReleaseError, match="has format 9, this faqbot reads format 1"):
        open_release(database, digest, server, progress=silent)


def test_a_server_that_starts_takes_the_last_release_that_can_be_served(
    database: Database, server: Settings, published: Callable[..., str]
) -> None:
    with pytest.raises(ReleaseError, match="no release that can be served"):
        open_latest(database, server, progress=silent)
    published("Un.")
    second = published("Deux.")
    damage(database, second)
    assert answer(open_latest(database, server, progress=silent)) == "Un."


def test_a_server_starts_without_its_database_with_what_it_had(
    database: Database, server: Settings, published: Callable[..., str]
) -> None:
    with open_database(NOWHERE) as nothing:
        with pytest.raises(StoreUnreachable):
            open_latest(nothing, server, progress=silent)
        for number, word in enumerate(("Un.", "Deux.")):
            digest = published(word)
            open_release(database, digest, server, progress=silent)
            os.utime(server.index_dir / "releases" / digest, (number, number))
        assert answer(open_latest(nothing, server, progress=silent)) == "Deux."


def test_what_was_damaged_where_it_was_unpacked_is_fetched_again(
    database: Database, server: Settings, published: Callable[..., str]
) -> None:
    digest = published("Un.")
    open_release(database, digest, server, progress=silent)
    (unpacked,) = server.index_dir.rglob("F11-*.md")
    unpacked.write_bytes(b"")
    with pytest.raises(CorpusError):
        open_release(database, digest, server, progress=silent)
    assert answer(open_release(database, digest, server, progress=silent)) == "Un."


def test_three_releases_stay_unpacked(
    database: Database, server: Settings, published: Callable[..., str]
) -> None:
    digests = [published(f"{word}.") for word in ("Un", "Deux", "Trois", "Quatre")]
    for number, digest in enumerate(digests):
        open_release(database, digest, server, progress=silent)
        os.utime(server.index_dir / "releases" / digest, (number, number))
    kept = {folder.name for folder in (server.index_dir / "releases").iterdir()}
    assert kept == set(digests[1:])


def test_a_release_is_refused_whose_base_is_not_current_any_more(
    database: Database, faq: CorpusFolder, author: Settings, published: Callable[..., str]
) -> None:
    first, second = published("Un pont vaut peu."), published("Un pont vaut trop.")
    with pytest.raises(ReleaseError, match=f"release {first[:12]} is not current any more"):
        published("Un pont vaut tout.", base=first)
    assert current_release(database) == second
    assert published("Un pont vaut tout.", base=second) == current_release(database)


def test_the_files_of_a_release_are_those_of_the_folder(
    database: Database, faq: CorpusFolder, published: Callable[..., str]
) -> None:
    digest = published("Un pont vaut peu.")
    assert releases.texts(database, digest[:9]) == corpus_texts(faq.path)
    with pytest.raises(ReleaseError, match="there are 0 releases starting with 'zz'"):
        releases.texts(database, "zz")
