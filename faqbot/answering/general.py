"""What is known of FAQs in general: the start of every calibration, and all of it without evidence.

It is one readable file (``general.json``), fitted across several FAQs by ``eval/general/fit.py``.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from math import log
from typing import Final

from pydantic import Field

from faqbot.answering.logistic import Frozen, Model

USUAL: Final = 40
"""Entries that the model takes for granted."""
FEWEST: Final = 8
"""Entries of the smallest FAQ it was fitted on: fewer say no more."""


class General(Frozen):
    """What is known of FAQs in general: the start of every calibration."""

    about: str
    """What it was fitted on, and how it does on FAQs it has not seen."""
    model: Model
    by_size: float = Field(le=0)
    """What the log odds gain when an FAQ has e times as many entries: the more there are, the
    likelier it is that another one is meant."""
    answer_at: float
    tentative_at: float
    clarify_at: float

    def of(self, entries: int) -> Model:
        """Give the model for an FAQ with so many entries."""
        return self.model.scaled(1.0, self.by_size * log(max(FEWEST, entries) / USUAL))


@lru_cache(maxsize=1)
def general() -> General:
    """Read the general model that faqbot brings along."""
    text = files("faqbot.answering").joinpath("general.json").read_text(encoding="utf-8")
    return General.model_validate_json(text)
