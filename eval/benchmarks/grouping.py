"""How well unanswered questions are grouped: B³ precision and recall, on the dev split alone.

The groups that are known: labelled questions (the dev split) by the entry that answers them, and
examples of subjects out of scope by their subject. Half of the subjects are taken out of the FAQ,
as if nobody had thought of them; an example never votes for its own subject by itself. Nothing is
embedded: the index holds all vectors. Run from the root: ``python eval/benchmarks/grouping.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from faqbot.analytics.clustering import cluster
from faqbot.assistant import Assistant
from faqbot.feedback.unanswered import OpenQuestion
from faqbot.progress import silent
from faqbot.retrieval.retriever import Retriever
from faqbot.settings import Settings

EACH = 330
"""Questions of each kind: so many as the console groups at once, about a thousand in all."""
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def b_cubed(found: Sequence[object], known: Sequence[object]) -> tuple[float, float]:
    """Precision and recall of groups, averaged over questions (Bagga and Baldwin, 1998)."""
    both, ours, theirs = Counter(zip(found, known, strict=True)), Counter(found), Counter(known)
    pairs = list(zip(found, known, strict=True))
    precision = sum(both[pair] / ours[pair[0]] for pair in pairs) / len(pairs)
    return precision, sum(both[pair] / theirs[pair[1]] for pair in pairs) / len(pairs)


def main() -> None:
    """Draw questions, group them, and print how well."""
    assistant = Assistant.open(Settings.from_env(), progress=silent)
    corpus, index, rng = assistant.corpus, assistant.index, np.random.default_rng(0)
    subjects = [it for it in corpus.out_of_scope if not it.id.startswith("autour-")]
    unknown = {it.id for it in rng.permutation(np.array(subjects, dtype=object))[::2]}
    owners = {text.text: min(text.entries) for text in corpus.labelled if text.entries}
    examples = {text: it.id for it in subjects for text in it.examples}
    kinds = [
        list(owners),
        [text for text, owner in examples.items() if owner not in unknown],
        [text for text, owner in examples.items() if owner in unknown],
    ]
    drawn = [str(text) for kind in kinds for text in rng.choice(kind, EACH, replace=False)]
    known = [owners.get(text) or examples[text] for text in drawn]
    rows = {it.text: key for key, it in index.passages.items() if it.asked}
    vectors = index.vectors.matrix(index.vectors.rows([rows[text] for text in drawn]))
    asked = [OpenQuestion(text, 1, NOW, ()) for text in drawn]

    kept = [
        key
        for key, it in index.passages.items()
        if it.entry_id not in unknown and it.text not in set(drawn)
    ]
    others = tuple(it for it in corpus.out_of_scope if it.id not in unknown)
    rest = replace(corpus, out_of_scope=others)
    retriever = Retriever(rest, index.only(kept), assistant.embedder)
    groups = cluster(asked, retriever.placed(vectors))
    place = {it.text: number for number, group in enumerate(groups) for it in group.questions}
    found = [place[text] for text in drawn]
    answerable = np.repeat([True, False, False], EACH)
    mixed = sum(len({text in owners for text in (q.text for q in g.questions)}) > 1 for g in groups)
    for name, which in (("all", answerable | True), ("answerable", answerable)):
        chosen = np.flatnonzero(which)
        precision, recall = b_cubed([found[i] for i in chosen], [known[i] for i in chosen])
        print(f"{name}: {len(chosen)} questions, P {precision:.2f}, R {recall:.2f}")
    print(f"{len(groups)} groups, {mixed} of both kinds")


if __name__ == "__main__":
    main()
