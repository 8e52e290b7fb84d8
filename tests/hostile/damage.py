"""What disks, editors and other programs do to files."""

from __future__ import annotations

import os
import random
from pathlib import Path

CASES = int(os.environ.get("HOSTILE_CASES", "60"))  # noqa: TID251 - a choice of who runs the tests

OTHERS = (b"", b'{"format":' * 100_000, b"[1, 2]", b"null", b"\xff\xfe noise")
"""What may stand in the place of a file."""


def damage(folder: Path, seed: int) -> str:
    """Damage one file of a folder, the same one in the same way for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - it has to come out alike
    files = sorted(it for it in folder.rglob("*") if it.is_file() and it.name[0] != ".")
    path, kind = chance.choice(files), chance.choice(("bits", "cut", "gone", "other", "swapped"))
    content = bytearray(path.read_bytes())
    if kind == "bits":
        for _ in range(chance.choice((1, 9))):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del content[chance.randrange(len(content)) :]
    elif kind == "other":
        content = bytearray(chance.choice(OTHERS))
    elif kind == "swapped":
        content = bytearray(chance.choice(files).read_bytes())
    path.unlink()
    if kind != "gone":
        path.write_bytes(content)
    return f"{path.relative_to(folder)}, {kind}"
