"""What whoever runs or edits the FAQ must know while it goes on being served.

A notice is told in four places and worded once, here: the log, ``/readyz``, ``/metrics`` (by its
code) and a banner on every page of the console. It lasts as long as what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faqbot import wording
from faqbot.errors import Problem, counted
from faqbot.vocabulary import NoticeCode

_MOST = 5
"""Problems that are told one by one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One state that somebody should mend."""

    code: NoticeCode
    message: str
    """A sentence for operators: what is wrong, and what to do."""
    french: str
    """The same for the console."""
    problems: tuple[Problem, ...] = ()
    """Where it is wrong, when files are; the first ones only."""

    def details(self) -> dict[str, object]:
        """Return what logs and ``/readyz`` say besides the code, as values that JSON can hold."""
        return {"message": self.message, "problems": [str(problem) for problem in self.problems]}


def corpus_refused(problems: Sequence[Problem]) -> Notice:
    """Tell that the corpus folder or the release holds something that cannot be served."""
    count = counted(len(problems), "problem")
    message = (
        f"the changed corpus has {count} and is not served: the former one is, until they are "
        "mended. Run: faqbot corpus check, or for a release: faqbot corpus rollback"
    )
    return Notice(
        "corpus_refused", message, wording.corpus_refused(len(problems)), tuple(problems[:_MOST])
    )


def corpus_not_opened() -> Notice:
    """Tell that a changed corpus is in order, and something else kept it from being served."""
    message = (
        "the changed corpus could not be opened, and the former one is served. Mend what the log "
        "names: it is tried again every minute, and at once on SIGHUP (with FAQBOT_RELOAD=off only "
        "then); or of releases, publish another or run: faqbot corpus rollback"
    )
    return Notice("corpus_not_opened", message, wording.CORPUS_NOT_OPENED)


def little_evidence(evidence: Mapping[str, int]) -> Notice:
    """Tell that the FAQ says too little of its own questions for a bound of its own.

    Args:
        evidence: Questions by kind.
    """
    counted = ", ".join(f"{count} of kind {kind!r}" for kind, count in evidence.items() if count)
    message = (
        f"too few wordings to show how seldom answers are wrong ({counted or 'none'}): confidence "
        "follows other FAQs, which promises less. Add other ways to ask (variants), or labelled "
        "questions (labelled.jsonl)"
    )
    return Notice("little_evidence", message, wording.LITTLE_EVIDENCE)
