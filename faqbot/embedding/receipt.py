"""What a model folder that faqbot converted says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

DEFAULT_MODEL = "multilingual-e5-small"
RECEIPT = "faqbot-model.json"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which model lies in a converted folder, and what it was made of."""

    model: str
    digest: str
    """Changes whenever vectors would."""
    source: str
    source_sha256: str


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
