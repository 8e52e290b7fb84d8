"""What was loaded is kept, and what it took to load it is not."""

from __future__ import annotations

import gc
import mmap
import re
import weakref
from pathlib import Path

import pytest

from faqbot import memory

maps = pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="there is no /proc")


def resident_kb(file: Path) -> int:
    smaps = Path("/proc/self/smaps").read_text(errors="replace")
    found = re.search(rf"{re.escape(str(file))}\n(?:.*\n)*?Rss: +(\d+) kB", smaps)
    assert found is not None
    return int(found[1])


@maps
def test_a_file_that_was_read_once_is_not_resident_and_can_be_read_again(tmp_path: Path) -> None:
    file = tmp_path / "vectors"
    file.write_bytes(b"a" * 2**20)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as read:
        assert read[:].count(b"a") == 2**20
        assert resident_kb(file) == 1024
        memory.give_back()
        assert resident_kb(file) == 0
        assert read[:].count(b"a") == 2**20


def test_garbage_is_not_kept_with_what_was_loaded() -> None:
    class Loaded:
        itself: Loaded

    loaded = Loaded()
    loaded.itself = loaded
    found = weakref.ref(loaded)
    del loaded
    try:
        memory.settle()
    finally:
        gc.unfreeze()
    assert found() is None
