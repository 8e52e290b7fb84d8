"""What a model folder that faqbot made says of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

DEFAULT_MODEL = "multilingual-e5-small"
RECEIPT = "faqbot-model.json"
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.model"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which model lies in a converted folder, and what it was made of."""

    model: str
    digest: str
    """Changes whenever vectors would."""
    source: str
    source_sha256: str
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file of the folder; empty in folders of former versions."""


def read_receipt(folder: Path) -> Receipt | None:
    """Read the receipt of a model folder; None when faqbot did not make the folder."""
    try:
        return Receipt(**json.loads((folder / RECEIPT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Write the receipt of a converted folder."""
    text = json.dumps(asdict(receipt), indent=2) + "\n"
    (folder / RECEIPT).write_text(text, encoding="utf-8")


def is_intact(folder: Path) -> bool:
    """Tell whether a folder has a receipt, and every file is as it says."""
    receipt = read_receipt(folder) if folder.is_dir() else None
    return receipt is not None and all(
        (folder / name).is_file() and _sha256(folder / name) == digest
        for name, digest in receipt.files.items()
    )


def digests_of(folder: Path) -> dict[str, str]:
    """Compute the SHA-256 of the files of a folder, the receipt left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECEIPT)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in paths}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
