"""Indexes on disk: ``indexes/<name>/`` with a FAISS file, tokens, passages and a manifest.

Data files are named after their content and the manifest is replaced last, in one step. A reader
therefore sees the old index or the new one, and a build that is interrupted changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from filelock import FileLock
from pydantic import TypeAdapter

from faqbot.corpus.entry import Corpus
from faqbot.embedding.embedded import TOKEN, Embedded, Tokens, Vectors, tokens_of
from faqbot.embedding.encoder import Embedder
from faqbot.errors import FaqbotError, IndexMismatch, IndexMissing
from faqbot.files import naming, write_atomically
from faqbot.index.passages import Passage, PassageKind, passages_of
from faqbot.index.vectors import VectorIndex
from faqbot.progress import Progress

_Key: TypeAlias = tuple[bool, bool, str]
"""Whether a text is embedded as a question, whether its tokens are kept, and the text."""

FORMAT = 8
MANIFEST = "manifest.json"
_ALIKE = 0.997
"""Least cosine of a vector with the same one, computed again: room for another processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an index was made of, and with what."""

    format: int
    searched_digest: str
    """Of the corpus."""
    model_id: str
    model_digest: str
    dimension: int
    entries: int
    passages: dict[str, int]
    """Number of passages by kind."""
    versions: dict[str, str]
    built_at: str
    """ISO 8601, UTC."""
    vectors_file: str
    tokens_file: str
    passages_file: str


@dataclass(frozen=True, slots=True)
class PassageIndex:
    """A loaded index: passages by id, their vectors and tokens, and the manifest."""

    passages: dict[str, Passage]
    vectors: VectorIndex
    tokens: Tokens
    """Of the passages in the order of the vectors, mapped into memory; sentences have none."""
    sizes: npt.NDArray[np.int64]
    """How many each passage has."""
    manifest: Manifest

    @property
    def embedded(self) -> Embedded:
        """All passages in the order of the vectors, which are copied."""
        return Embedded(self.vectors.matrix(), self.tokens, self.sizes)

    def only(self, ids: Sequence[str]) -> PassageIndex:
        """Copy some passages into an index of their own, in the order of the ids."""
        rows = self.vectors.rows(ids)
        return PassageIndex(
            {key: self.passages[key] for key in ids},
            VectorIndex(ids, self.vectors.matrix(rows)),
            tokens_of(self.tokens, self.sizes, rows),
            self.sizes[rows],
            self.manifest,
        )


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    index: PassageIndex
    embedded: int
    """Passages that had to be embedded."""
    reused: int
    """Passages whose vectors were taken over from the former index."""


def build_index(
    folder: Path, corpus: Corpus, embedder: Embedder, *, progress: Progress
) -> BuildReport:
    """Build or refresh an index, embedding only passages that are new.

    Args:
        folder: ``indexes/<name>``; made if missing. A second process waits for the first.
        corpus: What to index.
        embedder: With which model.
        progress: Told about passages embedded.

    Returns:
        The index that now stands in the folder, and the work it took.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        passages = passages_of(corpus, window=embedder.window, count_tokens=embedder.count_tokens)
        known = _reusable(folder, embedder)
        found, new = _embedded(passages, known, embedder, progress)
        vectors = VectorIndex([passage.id for passage in passages], found.vectors)
        manifest = _write(folder, corpus, embedder, passages, vectors, found)
        return BuildReport(_read(folder, manifest), new, len(passages) - new)


def load_index(folder: Path, *, searched_digest: str, model_digest: str) -> PassageIndex:
    """Load an index, refusing one that was made of something else.

    Args:
        folder: ``indexes/<name>``.
        searched_digest: Of the corpus to be served.
        model_digest: Digest of the model that will embed questions.

    Raises:
        IndexMissing: There is none.
        IndexMismatch: Format, corpus or model differ, or a file is damaged.
    """
    manifest = read_manifest(folder)
    for what, found, wanted in (
        ("another version of the corpus", manifest.searched_digest, searched_digest),
        (f"another model ({manifest.model_id})", manifest.model_digest, model_digest),
    ):
        if found != wanted:
            msg = f"the index in {folder} was built from {what}. Run: faqbot index build"
            raise IndexMismatch(msg)
    return _read(folder, manifest)


def read_manifest(folder: Path) -> Manifest:
    """Read what the index in a folder says of itself.

    Raises:
        IndexMissing: There is none.
        IndexMismatch: It cannot be understood, or is of another format.
    """
    path = folder / MANIFEST
    with _refused_if_damaged(path):
        content = TypeAdapter(dict[str, Any]).validate_json(path.read_bytes())
        if content.get("format") != FORMAT:
            msg = (
                f"{path} has format {content.get('format')}, this faqbot reads format {FORMAT}. "
                "Run: faqbot index build"
            )
            raise IndexMismatch(msg)
        return TypeAdapter(Manifest).validate_python(content)


def is_of_model(index: PassageIndex, embedder: Embedder) -> bool:
    """Embed one passage anew, and tell whether the index holds that vector."""
    for passage in islice(index.passages.values(), 1):
        found = embedder.embed([passage.text], asked=passage.asked).vectors[0]
        return bool(found @ index.vectors.matrix(np.array([0]))[0] >= _ALIKE)
    return True


@contextmanager
def _refused_if_damaged(path: Path) -> Iterator[None]:
    """Say what to do about a file that cannot be read, whichever library finds out."""
    try:
        yield
    except FileNotFoundError:
        msg = f"there is no index in {path.parent}. Run: faqbot index build"
        raise IndexMissing(msg) from None
    except FaqbotError:
        raise
    except Exception as error:
        reason = (str(error) or repr(error)).splitlines()[0]
        msg = f"{path} is damaged ({reason}). Run: faqbot index build"
        raise IndexMismatch(msg) from error


def _read(folder: Path, manifest: Manifest) -> PassageIndex:
    with _refused_if_damaged(folder / MANIFEST):  # all others are what their names say
        return _read_files(folder, manifest)


def _read_files(folder: Path, manifest: Manifest) -> PassageIndex:
    _checked(folder / manifest.vectors_file).close()
    with _checked(folder / manifest.passages_file) as lines:
        # Not `json.loads`: pydantic keeps what repeats, as kinds and ids of entries, once.
        read = map(TypeAdapter(Passage).validate_json, lines)
        passages = {passage.id: passage for passage in read}
    vectors = VectorIndex.load(folder / manifest.vectors_file, [*passages])
    with _checked(folder / manifest.tokens_file) as file:
        sizes = np.load(file, allow_pickle=False)
        shape = (int(sizes.sum()),)
        tokens = np.asarray(np.memmap(file, TOKEN, "r", offset=file.tell(), shape=shape))
    if len(sizes) != len(passages):
        msg = f"{manifest.tokens_file} is of other passages"
        raise ValueError(msg)
    return PassageIndex(passages, vectors, tokens, sizes, manifest)


def _checked(path: Path) -> BinaryIO:
    """Open a file whose content is what its name says."""
    with suppress(FileNotFoundError):  # perhaps this very moment: another process builds anew
        file = path.open("rb")
        if hashlib.file_digest(file, "sha256").hexdigest()[:16] in path.name:
            file.seek(0)
            return file
        file.close()
    msg = f"{path} is missing or damaged. Run: faqbot index build"
    raise IndexMismatch(msg)


def _write(
    folder: Path,
    corpus: Corpus,
    embedder: Embedder,
    passages: Sequence[Passage],
    vectors: VectorIndex,
    embedded: Embedded,
) -> Manifest:
    lines = "".join(json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in passages)
    passages_file = f"passages-{_digest(lines.encode('utf-8'))}.jsonl"
    write_atomically(folder / passages_file, lines)
    vectors.save(folder / ".vectors.faiss")
    vectors_file = _named_after_content(folder / ".vectors.faiss")
    draft, sizes = folder / ".tokens.npy", BytesIO()
    np.save(sizes, embedded.sizes)
    with naming(draft), draft.open("wb") as file:  # not by NumPy, whose errors say no reason
        file.write(sizes.getbuffer())
        file.write(embedded.tokens.data)  # from here on as they are, to be mapped into memory
    tokens_file = _named_after_content(draft)
    kinds = [passage.kind for passage in passages]
    manifest = Manifest(
        format=FORMAT,
        searched_digest=corpus.searched_digest,
        model_id=embedder.model_id,
        model_digest=embedder.digest,
        dimension=embedder.dimension,
        entries=len(corpus.entries),
        passages={kind: kinds.count(kind) for kind in get_args(PassageKind)},
        versions={name: version(name) for name in ("faqbot", "faiss-cpu", "numpy")},
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        vectors_file=vectors_file,
        tokens_file=tokens_file,
        passages_file=passages_file,
    )
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    write_atomically(folder / MANIFEST, text)
    for pattern in ("vectors-*.faiss", "tokens-*", "passages-*.jsonl"):
        for path in folder.glob(pattern):
            if path.name not in {vectors_file, tokens_file, passages_file}:
                path.unlink()
    return manifest


def _named_after_content(draft: Path) -> str:
    """Rename ``.kind.suffix`` to ``kind-digest.suffix``, and say so."""
    name = f"{draft.stem[1:]}-{_digest(draft.read_bytes())}{draft.suffix}"
    draft.replace(draft.with_name(name))
    return name


def _reusable(folder: Path, embedder: Embedder) -> dict[_Key, tuple[Vectors, Tokens]]:
    """Return what the former index holds; nothing if it is of another model."""
    try:
        manifest = read_manifest(folder)
        if manifest.model_digest != embedder.digest:
            return {}
        former = _read(folder, manifest)
        if not is_of_model(former, embedder):
            return {}
    except (IndexMissing, IndexMismatch):
        return {}  # it is about to be replaced: whatever is wrong with it is mended by that
    keys = [_key(former.passages[identifier]) for identifier in former.vectors.ids]
    return dict(zip(keys, _each(former.embedded), strict=True))


def _embedded(
    passages: Sequence[Passage],
    known: dict[_Key, tuple[Vectors, Tokens]],
    embedder: Embedder,
    progress: Progress,
) -> tuple[Embedded, int]:
    """Put together what is known and what has to be embedded, and count the latter."""
    new = {_key(passage) for passage in passages} - known.keys()
    found = dict(known)
    for asked in (True, False):
        keys = sorted(key for key in new if key[0] == asked)
        made = embedder.embed([text for *_, text in keys], asked=asked, progress=progress)
        for key, (vector, tokens) in zip(keys, _each(made), strict=True):
            found[key] = vector, tokens if key[1] else tokens[:0]
    rows = [found[_key(passage)] for passage in passages]
    matrix = np.array([vector for vector, _ in rows], dtype=np.float32)
    embedded = Embedded.of(
        matrix.reshape(len(passages), embedder.dimension), [tokens for _, tokens in rows]
    )
    return embedded, sum(_key(passage) in new for passage in passages)


def _each(embedded: Embedded) -> Iterator[tuple[Vectors, Tokens]]:
    return zip(embedded.vectors, embedded.split(), strict=True)


def _key(passage: Passage) -> _Key:
    return passage.asked, passage.kind != "sentence", passage.text


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
