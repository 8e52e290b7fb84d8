"""Adapt the embedding model to the corpus, and see what that does to entries it did not learn."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from faqbot.assistant import model_path
from faqbot.corpus.markdown import blocks
from faqbot.corpus.reading import read_corpus
from faqbot.embedding.adapting import adapt, leave_one_out
from faqbot.errors import SettingsError
from faqbot.progress import Progress
from faqbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How an adapted model does on entries that it was not adapted to."""

    held_out: tuple[str, ...]
    before: float
    """Share of their wordings whose nearest other wording is of the same entry."""
    after: float


def adapt_model(
    settings: Settings, out: Path, *, epochs: int, hold_out: int, seed: int, progress: Progress
) -> Adaptation | None:
    """Fine-tune the embedding model on the corpus's own wordings.

    Args:
        settings: Which model, and where things are.
        out: The folder to write; must not exist.
        epochs: How often each wording is seen.
        hold_out: How many entries to keep aside.
        seed: Of everything random.
        progress: Told about the steps done.

    Returns:
        What the held-out entries say; None when none was kept aside.

    Raises:
        SettingsError: The folder exists, or too many entries are held out.
        CorpusError: The corpus has problems.
        ModelUnavailable: The model cannot be loaded, or training needs what is not installed.
    """
    if out.exists():
        msg = f"{out} exists already: name a folder that does not"
        raise SettingsError(msg)
    corpus = read_corpus(settings.corpus_dir)
    if hold_out > len(corpus.entries) // 2:
        msg = f"{hold_out} of {len(corpus.entries)} entries held out leave too few to learn from"
        raise SettingsError(msg)
    base = model_path(settings, progress=progress)
    wordings = {entry.id: (entry.question, *entry.variants) for entry in corpus.entries}
    answers = {entry.id: blocks(entry.answer) for entry in corpus.entries}
    chance = random.Random(seed)  # noqa: S311 - no secret
    held_out = set(chance.sample(sorted(wordings), hold_out))
    learned = {key: texts for key, texts in wordings.items() if key not in held_out}
    adapt(base, learned, answers, out, epochs=epochs, seed=seed, progress=progress)
    if not held_out:
        return None
    return Adaptation(
        tuple(sorted(held_out)),
        before=leave_one_out(base, wordings, held_out),
        after=leave_one_out(out, wordings, held_out),
    )
