"""Placeholders for what an import cannot know; `checks` warns as long as they stand."""

from __future__ import annotations

import re

PROVISIONAL_QUESTION = "Question à rédiger ({id})"
"""A page's text can lose the questions; the id keeps the placeholders apart."""

PROVISIONAL_CONTACT = "contact@example.org"

_QUESTION = re.compile(re.escape(PROVISIONAL_QUESTION).replace(r"\{id\}", r"[A-Z][0-9]{2,4}"))


def provisional_question(entry_id: str) -> str:
    """Word a question that no other entry has, for an entry whose question is unknown."""
    return PROVISIONAL_QUESTION.format(id=entry_id)


def is_provisional_question(question: str) -> bool:
    """Tell whether somebody has yet to write the question."""
    return _QUESTION.fullmatch(question) is not None
