"""What an edit of the corpus changes: seconds until it answers again, and answers elsewhere.

    python eval/benchmarks/edits.py [--split test]

Each edit is made in memory, on the served corpus: one word of an answer, a variant, an entry more,
an entry less. The single-turn questions of the split about other entries, and those that no entry
answers, are asked before and after; printed is how many change their status (or are shown as
likely when they were not).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from faqbot.assistant import Assistant
from faqbot.corpus.entry import Corpus, Entry
from faqbot.evaluation.dataset import Dataset, read_dataset
from faqbot.progress import silent
from faqbot.settings import Settings

DATASET = Path("eval/datasets/edc-psc")


def edits(corpus: Corpus) -> Mapping[str, tuple[str, Corpus]]:
    """Name each edit, with the entry that it is about and the corpus after it."""
    entry = corpus.by_id["F15"]
    word = replace(entry, answer=entry.answer.replace("Convergence", "CONVERGENCE", 1))
    variant = replace(
        entry, variants=(*entry.variants, "à qui demander de l’aide sur la plateforme")
    )
    new = replace(
        entry,
        id="F99",
        question="La plateforme Convergence propose-t-elle un mode sombre ?",
        variants=("Peut-on mettre Convergence en mode sombre ?", "thème sombre convergence"),
        answer="Oui, dans les préférences du compte.",
    )

    def with_(changed: Entry) -> Corpus:
        entries = (changed if it.id == changed.id else it for it in corpus.entries)
        return replace(corpus, entries=tuple(entries))

    return {
        "one word of an answer": ("F15", with_(word)),
        "a variant more": ("F15", with_(variant)),
        "an entry more": (
            "F99",
            replace(
                corpus, entries=(*corpus.entries, new), announced_entries=len(corpus.entries) + 1
            ),
        ),
        "an entry less": (
            "F15",
            replace(corpus.without("F15"), announced_entries=len(corpus.entries) - 1),
        ),
    }


def main() -> None:
    """Make the edits one by one, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    split = parser.parse_args().split
    settings = Settings.from_env()
    before = Assistant.open(settings, progress=silent)
    dataset = read_dataset(DATASET, split, before.corpus.answers.keys())
    asked = statuses(before, dataset)
    print("| edit | answers again after | questions | change status |")
    print("| --- | ---: | ---: | ---: |")
    for name, (entry_id, corpus) in edits(before.corpus).items():
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(settings.index_dir, folder, dirs_exist_ok=True)
            apart = settings.model_copy(update={"index_dir": Path(folder)})
            started = perf_counter()
            after = Assistant.for_corpus(corpus, apart, progress=silent, embedder=before.embedder)
            seconds = perf_counter() - started
        others = {key for key in asked if entry_id not in dataset.qrels[key]}
        now = statuses(after, dataset)
        changed = sum(asked[key] != now[key] for key in others)
        share = changed / len(others)
        print(f"| {name} | {seconds:.1f} s | {len(others)} | {changed} ({share:.2%}) |", flush=True)


def statuses(assistant: Assistant, dataset: Dataset) -> dict[str, tuple[str, bool]]:
    """Ask every question that needs no history."""
    alone = [query for query in dataset.queries if not query.history]
    answers = {query.id: assistant.ask(query.text) for query in alone}
    return {key: (answer.status, answer.tentative) for key, answer in answers.items()}


if __name__ == "__main__":
    main()
