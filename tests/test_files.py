from __future__ import annotations

from pathlib import Path

import pytest

from faqbot.files import write_atomically


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("ancien", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "nouveau, puis un caractère impossible : \ud800")
    assert [child.name for child in tmp_path.iterdir()] == ["a.md"]
    assert path.read_text(encoding="utf-8") == "ancien"


def test_what_cannot_be_written_is_named_and_not_the_draft_of_it(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.md"
    with pytest.raises(FileNotFoundError) as caught:
        write_atomically(path, "é")
    assert caught.value.filename == str(path)


def test_a_written_file_is_readable_by_others_and_keeps_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    write_atomically(path, "é\n")
    assert path.read_bytes() == b"\xc3\xa9\n"
    assert path.stat().st_mode & 0o777 == 0o644
