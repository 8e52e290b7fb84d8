from __future__ import annotations

import pytest

from tests.changes import FULL, SEARCHED, UNSEARCHED, Change


@pytest.mark.parametrize("change", UNSEARCHED)
def test_what_no_answer_depends_on_leaves_the_searched_digest(change: Change) -> None:
    changed = change(FULL)
    assert changed != FULL
    assert changed.searched_digest == FULL.searched_digest


@pytest.mark.parametrize("change", SEARCHED)
def test_what_answers_depend_on_changes_the_searched_digest(change: Change) -> None:
    assert change(FULL).searched_digest != FULL.searched_digest


def test_each_change_has_a_searched_digest_of_its_own() -> None:
    changes = [change.values[0] for change in SEARCHED]
    assert len({change(FULL).searched_digest for change in changes}) == len(changes)
