"""Releases: a checked corpus with its index and calibration, in the database that servers share.

A release is one compressed archive, named after its SHA-256 and never changed. The last line of a
history says which one is current, so going back is one line more. A server unpacks a release
beside its indexes and opens it as it opens folders: what another model or another version of
faqbot made of the corpus is not used, but made anew there.

Besides what they say, all functions raise `StoreUnavailable` when the database fails.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from filelock import FileLock
from sqlalchemy import Connection, func, insert, or_, select, update

from faqbot.assistant import Assistant, index_folder
from faqbot.corpus.reading import corpus_files, fingerprint
from faqbot.database.interface import Database
from faqbot.database.schema import release_switches, released_entries, releases
from faqbot.embedding.encoder import Embedder
from faqbot.errors import CorpusError, ReleaseError, StoreUnreachable
from faqbot.progress import Progress
from faqbot.settings import Settings

log = logging.getLogger(__name__)

FORMAT = 1
"""Of the archive, which holds the folders ``corpus/`` and ``indexes/NAME/``."""
LARGEST = 128 * 1024**2
"""In bytes, packed: some 90,000 passages. Who fetches it needs five times as much for a moment."""
_KEPT = 3
"""Releases that stay unpacked, those used last."""
_SWITCHES = select(release_switches.c.digest).order_by(release_switches.c.number.desc())


def publish(
    database: Database,
    settings: Settings,
    *,
    author: str | None = None,
    note: str | None = None,
    base: str | None = None,
    progress: Progress,
    embedder: Embedder | None = None,
) -> str:
    """Make the corpus folder, with index and calibration, the current release.

    Args:
        base: The release that it was made from, and that has to be current; None for any.
        embedder: The model that the settings name, if it has been loaded before.

    Returns:
        Its digest. What was published before, and is the same, stays as it was told then.

    Raises:
        CorpusError: The corpus has problems.
        ReleaseError: It changed meanwhile, is too large, or its base is not current.
        ModelUnavailable: The model cannot be fetched or loaded.
    """
    assistant = Assistant.open(settings, progress=progress, embedder=embedder)
    content = _packed(settings)
    if fingerprint(settings.corpus_dir) != assistant.source:
        msg = f"{settings.corpus_dir} was edited while it was read: publish it again"
        raise ReleaseError(msg)
    if len(content) > LARGEST:
        msg = f"{len(content):,} bytes are too many for a release, which may have {LARGEST:,}"
        raise ReleaseError(msg)
    digest = hashlib.sha256(content).hexdigest()
    told = {"created_at": datetime.now(UTC), "author": author, "note": note}
    made_of = {"corpus_digest": assistant.corpus.digest, "entries": len(assistant.corpus.entries)}
    packed = {"format": FORMAT, "content": content}
    is_damaged = or_(*(releases.c[name] != value for name, value in packed.items()))
    with database.writing(patient=True) as connection:
        _require_current(connection, base)
        damaged = connection.execute(select(is_damaged).filter_by(digest=digest)).scalar()
        if damaged is None:  # it is new
            connection.execute(insert(releases), {"digest": digest} | told | made_of | packed)
        elif damaged:
            connection.execute(update(releases).filter_by(digest=digest).values(packed))
        held = connection.execute(select(released_entries.c.entry_id)).scalars()
        if new := assistant.corpus.by_id.keys() - set(held):
            rows = [{"entry_id": entry_id} for entry_id in sorted(new)]
            connection.execute(insert(released_entries), rows)
        if digest != _current(connection):
            _switch(connection, digest, rollback=False)
    return digest


def roll_back(database: Database, wanted: str | None = None, *, base: str | None = None) -> str:
    """Make an earlier release current again.

    Args:
        wanted: The first digits of its digest; None for the one published before the current one.
            The current one itself is not meant.
        base: The release that has to be current; None for any.

    Raises:
        ReleaseError: There is not one such release, it is damaged, or its base is not current.
    """
    with database.writing(patient=True) as connection:
        _require_current(connection, base)
        current = _current(connection)
        published = list(connection.execute(_SWITCHES.filter_by(rollback=False)).scalars())
        if wanted is None:
            before = published[published.index(current) :] if current else []
            digest = _only([it for it in before if it != current][:1], "before the current one")
        else:
            digest = _named({*published} - {current}, wanted)
        _content(connection, digest)
        _switch(connection, digest, rollback=True)
    return digest


def listed(database: Database) -> list[dict[str, Any]]:
    """Read what is told of the releases, newest first, with their size in bytes."""
    told = (column for column in releases.c if column.name not in {"content", "format"})
    query = select(*told, func.length(releases.c.content).label("size"))
    with database.reading(patient=True) as connection:
        current = _current(connection)
        rows = connection.execute(query.order_by(releases.c.created_at.desc(), releases.c.digest))
        return [row._asdict() | {"current": row.digest == current} for row in rows]


def current_release(database: Database) -> str | None:
    """Read which release is current; None when there is none yet."""
    with database.reading() as connection:
        return _current(connection)


def release_before(database: Database, digest: str) -> str | None:
    """Read which release was current when another one was first published; None for the first."""
    switch = release_switches.c
    first = select(func.min(switch.number)).filter_by(digest=digest).scalar_subquery()
    with database.reading() as connection:
        return connection.execute(_SWITCHES.where(switch.number < first).limit(1)).scalar()


def texts(database: Database, wanted: str) -> dict[str, str]:
    """Read the files of the corpus of a release, by their paths in the corpus folder.

    Args:
        wanted: The first digits of its digest.

    Raises:
        ReleaseError: There is not one such release, or it is damaged.
    """
    with database.reading(patient=True) as connection:
        digests = connection.execute(select(releases.c.digest)).scalars()
        content = _content(connection, _named(digests, wanted))
    with ZipFile(io.BytesIO(content)) as archive:
        return {
            name.removeprefix("corpus/"): archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if name.startswith("corpus/")
        }


def unpack(database: Database, digest: str, folder: Path) -> None:
    """Put a release's folders ``corpus/`` and ``indexes/`` into a folder, if it is not there yet.

    Raises:
        ReleaseError: It is damaged, or of another format.
    """
    if folder.exists():
        return
    with database.reading(patient=True) as connection:
        content = _content(connection, digest)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as drafts:
        draft = Path(drafts) / folder.name
        with ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(draft)
        try:
            draft.rename(folder)
        except OSError:
            if not folder.exists():  # or else another worker was faster
                raise


def open_release(
    database: Database,
    digest: str,
    settings: Settings,
    *,
    progress: Progress,
    embedder: Embedder | None = None,
) -> Assistant:
    """Load a release, from the database unless it is unpacked already.

    Args:
        embedder: The model that the settings name, if it has been loaded before.

    Raises:
        ReleaseError: It is damaged, or of another format.
        CorpusError: This version of faqbot finds problems in its corpus.
        ModelUnavailable: The model cannot be fetched or loaded.
    """
    folder = _unpacked(settings) / digest
    unpack(database, digest, folder)
    os.utime(folder)
    for old in sorted(folder.parent.iterdir(), key=_used_at)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    its_own = {"corpus_dir": folder / "corpus", "index_dir": folder / "indexes"}
    try:
        opened = Assistant.open(
            settings.model_copy(update=its_own), progress=progress, embedder=embedder
        )
    except CorpusError:  # perhaps it was damaged here: it is fetched again the next time
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return replace(opened, source=digest)


def open_latest(database: Database, settings: Settings, *, progress: Progress) -> Assistant:
    """Load the current release or, when it cannot be served, the last one before that can.

    While the database is out of reach, what was unpacked before will do.

    Raises:
        ReleaseError: There is none.
        ModelUnavailable: The model cannot be fetched or loaded.
    """
    try:
        with database.reading() as connection:
            digests = list(dict.fromkeys(connection.execute(_SWITCHES).scalars()))
    except StoreUnreachable:
        folders = sorted(_unpacked(settings).glob("[!.]*"), key=_used_at, reverse=True)
        if not folders:
            raise
        digests = [folder.name for folder in folders]
    for digest in digests:
        try:
            return open_release(database, digest, settings, progress=progress)
        except (ReleaseError, CorpusError) as error:
            log.warning("release %s cannot be served: %s", digest[:12], error)
    msg = "the database holds no release that can be served. Run: faqbot corpus publish"
    raise ReleaseError(msg)


def _named(digests: Iterable[str], wanted: str) -> str:
    """Find the one release whose digest starts so; an empty text is the start of none."""
    found = [digest for digest in digests if wanted and digest.startswith(wanted)]
    return _only(found, f"starting with {wanted!r}")


def _only(found: Sequence[str], which: str) -> str:
    if len(found) != 1:
        msg = f"there are {len(found)} releases {which}: faqbot corpus releases lists them"
        raise ReleaseError(msg)
    return found[0]


def _current(connection: Connection) -> str | None:
    return connection.execute(_SWITCHES.limit(1)).scalar()


def _require_current(connection: Connection, base: str | None) -> None:
    if base is not None and base != _current(connection):
        msg = f"release {base[:12]} is not current any more: look at what has changed"
        raise ReleaseError(msg)


def _switch(connection: Connection, digest: str, *, rollback: bool) -> None:
    last = connection.execute(select(func.max(release_switches.c.number))).scalar() or 0
    switch = {"digest": digest, "at": datetime.now(UTC), "rollback": rollback}
    connection.execute(insert(release_switches), {"number": last + 1} | switch)


def _content(connection: Connection, digest: str) -> bytes:
    wanted = select(releases.c.format, releases.c.content).filter_by(digest=digest)
    found, content = connection.execute(wanted).one()
    if found != FORMAT:
        msg = f"release {digest[:12]} has format {found}, this faqbot reads format {FORMAT}"
        raise ReleaseError(msg)
    if hashlib.sha256(content).hexdigest() != digest:
        msg = f"release {digest[:12]} is damaged in the database"
        raise ReleaseError(msg)
    return bytes(content)


def _packed(settings: Settings) -> bytes:
    """Pack the corpus folder and its index; the same files always give the same bytes."""
    corpus, index = settings.corpus_dir, index_folder(settings)
    packed = io.BytesIO()
    with FileLock(index / ".lock"), ZipFile(packed, "w") as archive:
        named = {f"corpus/{it.relative_to(corpus)}": it for it in corpus_files(corpus)}
        made = (path for path in index.rglob("[!.]*") if path.is_file())
        named |= {f"indexes/{it.relative_to(settings.index_dir)}": it for it in made}
        for name, path in sorted(named.items()):
            archive.writestr(ZipInfo(name), path.read_bytes(), ZIP_DEFLATED)
    return packed.getvalue()


def _unpacked(settings: Settings) -> Path:
    return settings.index_dir / "releases"


def _used_at(folder: Path) -> float:
    return folder.stat().st_mtime if folder.exists() else 0.0  # another worker may tidy up
