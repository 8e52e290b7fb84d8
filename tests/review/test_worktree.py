from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from faqbot.review.worktree import announce, split_of

LINES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(LINES, st.lists(LINES, max_size=3))
def test_a_question_falls_into_the_split_of_the_data_sets_rule(
    text: str, history: list[str]
) -> None:
    digest = hashlib.sha256("\n".join([*history, text]).encode()).digest()
    assert split_of(text, history) == ("test" if digest[0] % 2 else "dev")


def test_only_the_announced_number_changes() -> None:
    head = "# 58 entries\ntitle: 58\nannounced_entries:  58 # from the page\nthemes: []\n"
    changed = "# 58 entries\ntitle: 58\nannounced_entries:  60 # from the page\nthemes: []\n"
    assert announce(head, 60) == changed
