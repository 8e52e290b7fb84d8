"""Everything that can go wrong on purpose, grouped by what the caller can do about it.

"The FAQ does not hold the answer" is not an error: it is an `Answer` with status ``no_answer``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def counted(number: int, noun: str) -> str:
    """Write how many there are of something that has a regular plural, such as « 2 entries »."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


class FaqbotError(Exception):
    """Base of all errors that faqbot raises; the message says what to do next."""


class SettingsError(FaqbotError):
    """A setting is missing or malformed: correct the environment variable it names."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One defect of a file: where it stands, what is wrong and how to mend it."""

    file: str
    line: int
    """1-based; 0 when the defect belongs to the file or the folder as a whole."""
    message: str

    def __str__(self) -> str:
        """Return the usual ``file:line: message`` form that editors can jump to."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class CorpusError(FaqbotError):
    """The corpus, or a file to import, has defects: correct the files that the problems name."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = counted(len(self.problems), "problem")
        super().__init__("\n".join([f"{count}:", *map(str, self.problems)]))


class ModelUnavailable(FaqbotError):
    """The embedding model cannot be fetched, converted or loaded."""


class IndexMissing(FaqbotError):
    """There is no index yet: build it."""


class IndexMismatch(FaqbotError):
    """The index was built from another corpus, model or format: build it again."""


class CalibrationMismatch(FaqbotError):
    """There is no calibration, or of another corpus, model or version: it is learned anew."""


class StoreUnavailable(FaqbotError):
    """The database cannot be opened, migrated or written."""


class ReleaseError(FaqbotError):
    """A release of the corpus cannot be published, found or served."""


class WidgetMissing(FaqbotError):
    """The widget's files are not where they belong: install faqbot again."""


class StoreUnreachable(StoreUnavailable):
    """The database server does not answer for now; the same may succeed later."""


class MoveFailed(FaqbotError):
    """A database was not moved to another one; the source is as it was."""


class UnknownAnswer(FaqbotError):
    """A verdict names an interaction, or an entry, that was not shown."""


class UnknownChoice(FaqbotError):
    """A choice names an interaction, or an entry, that was not offered to choose from."""


class NotDelivered(FaqbotError):
    """A tool of the operator's did not take a message that was posted to it."""


class PageUnavailable(FaqbotError):
    """A page that an entry cites cannot be fetched."""


class AlreadyDecided(FaqbotError):
    """Someone else has decided, changed or applied this meanwhile: look at it again."""


class DraftConflict(FaqbotError):
    """Someone else has changed, published or discarded this draft meanwhile: look at it again."""


class AccountError(FaqbotError):
    """An account of the console cannot be made, found or changed as asked."""


class EvaluationError(FaqbotError):
    """A run, a comparison or a report cannot be made of what was given."""


class GateFailed(FaqbotError):
    """A system got worse than a comparison allows."""
