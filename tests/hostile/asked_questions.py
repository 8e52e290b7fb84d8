"""Hooks of schemathesis: some questions get answers, whose ids lead to verdicts and choices."""

from __future__ import annotations

import itertools
from typing import Any

import schemathesis

# For valid requests: in the others, what is wrong with a body has to stay.
_QUESTIONS = itertools.cycle(("Combien vaut un pont ?", "pont", None))


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Put a question of the FAQ, or words of several entries, in the place of a drawn question."""
    if context.operation.path == "/api/v1/chat" and isinstance(body, dict):
        question = next(_QUESTIONS)
        if question and isinstance(body.get("question"), str):
            return {**body, "question": question, "themes": []}
    return body
