"""What all exchange formats have in common: raw entries, and the names of their parts.

A format's reader only finds entries and their line; whether they are valid is decided once, in
`import_reading`, for all formats.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from faqbot.corpus.entry import Entry, Provenance
from faqbot.corpus.text import fold

ExportFormat: TypeAlias = Literal["jsonl", "csv", "faqpage"]
ImportFormat: TypeAlias = Literal["page-text", "csv", "jsonl", "faqpage"]

Report: TypeAlias = Callable[[int, str], None]
"""Takes a problem: the 1-based line of the source (0: the whole of it) and the message."""

SOURCE_KEYS = tuple(field.name for field in dataclasses.fields(Provenance))
"""The parts of a provenance, in the order in which they are written."""

_ENTRY_KEYS = tuple(field.name for field in dataclasses.fields(Entry))
_OTHER_NAMES = {"reponse": "answer", "variantes": "variants", "variant": "variants"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One question / réponse as its source gives it, before any check."""

    line: int
    values: Mapping[str, object]
    """By the keys of an entry; a key that the source does not give is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """All that a source gives."""

    entries: tuple[RawEntry, ...] = ()
    announced: int | None = None
    """How many entries the source says it has; ``None`` when it does not say."""
    ignored: tuple[str, ...] = ()
    """Names of columns or keys that nobody reads."""
    theme_labels: Mapping[str, str] = field(default_factory=dict)


def entry_key(name: str) -> str | None:
    """Recognise the name of a column or key, in English or French, whatever its case.

    Returns:
        The key of an entry or of a provenance; ``None`` for an unknown name.
    """
    words = fold(name)
    # « provenance.source_url » and « source url » are the same column.
    inner = words.removeprefix("provenance ")
    key = _OTHER_NAMES.get(inner, inner).replace(" ", "_")
    return key if key in _ENTRY_KEYS or key in SOURCE_KEYS else None


def facts(entry: Entry) -> dict[str, object]:
    """Lay the parts of an entry side by side, those of its provenance among them."""
    parts = dataclasses.asdict(entry)
    source: dict[str, object] = parts.pop("provenance")
    return parts | source
