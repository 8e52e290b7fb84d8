"""Answers that were given before: what is asked again and again is not ranked again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence, Set
from dataclasses import dataclass

from faqbot.database.records import Interaction

MOST = 2000
"""Answers that are kept at hand; those asked for longest ago go first."""


@dataclass(slots=True)
class Known:
    """What a question is answered with whenever it is asked."""

    interaction: Interaction
    """As it is kept, but for who asked, when, and the question."""
    body: bytes | None = None
    """What the API sends of it, but for ids and question, once it has; None, too, for a question of
    which something is not kept."""


class KnownAnswers:
    """The answers of one assistant, which are always the same; another one begins anew.

    Nothing that a person wrote is kept: questions are told by their digests.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[bytes, Known] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, question: str, history: Sequence[str], themes: Set[str]) -> Known | None:
        """Find what a question was answered with, after the same ones and within the same themes.

        Args:
            question: Without secrets.
            history: Earlier questions of the conversation.
            themes: Ids.
        """
        key = _key(question, history, themes)
        with self._lock:
            if found := self._answers.get(key):
                self._answers.move_to_end(key)
        return found

    def keep(
        self, question: str, history: Sequence[str], themes: Set[str], answer: Interaction
    ) -> None:
        """Remember what a question is answered with."""
        with self._lock:
            self._answers[_key(question, history, themes)] = Known(answer)
            if len(self._answers) > MOST:
                self._answers.popitem(last=False)


def _key(question: str, history: Sequence[str], themes: Set[str]) -> bytes:
    text = json.dumps([question, *history, sorted(themes)])
    return hashlib.sha256(text.encode("utf-8")).digest()
