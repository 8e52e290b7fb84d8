"""Answers that were given before: what is asked again and again is not ranked again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from faqbot.answering.answer import Answer

MOST = 2000
"""Answers that are kept at hand; those asked for longest ago go first."""


class KnownAnswers:
    """The answers of one assistant, which are always the same; another one begins anew.

    Nothing that a person wrote is kept: questions are told by their digests.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self,
        question: str,
        history: Sequence[str],
        themes: Set[str],
        ask: Callable[[str, Sequence[str], Set[str]], Answer],
    ) -> tuple[Answer, bool]:
        """Find the answer, or ask for it.

        Returns:
            The answer, without its ranking, and whether it was known.
        """
        text = json.dumps([question, *history, sorted(themes)])
        key = hashlib.sha256(text.encode("utf-8")).digest()
        with self._lock:
            if known := self._answers.get(key):
                self._answers.move_to_end(key)
        if known:
            return replace(known, question=question), True
        answer = replace(ask(question, history, themes), ranking=None)
        with self._lock:
            self._answers[key] = replace(answer, question="")
            if len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return answer, False
