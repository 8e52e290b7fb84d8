"""Fine-tune the embedding model on a corpus's own wordings, and look at entries it did not learn.

Low-rank adaptation (Hu et al., arXiv:2106.09685) of the upper layers, with the other texts of a
batch as negatives (van den Oord et al., arXiv:1807.03748); no batch holds an entry twice. Only the
upper layers learn, so the lower half needs no backward pass, which is what makes a CPU enough.
``eval/README.md`` says what it brought: nothing once fused, for a corpus with many wordings.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from datasets import Dataset
from peft import LoraConfig
from peft.tuners.tuners_utils import BaseTunerLayer
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from faqbot.assistant import sentence_transformer
from faqbot.corpus.markdown import blocks
from faqbot.corpus.reading import read_corpus
from faqbot.embedding.encoder import load_sentence_transformer
from faqbot.progress import silent
from faqbot.settings import Settings

BATCH = 29
"""Entries in a batch: half of an FAQ of 58, so that most rivals meet."""
WINDOW = 48
"""Tokens read of a text while learning: what a wording has; more costs time in proportion."""
RANK = 8
"""Rank of the learned matrices."""
LEARNING_LAYERS = 6
"""Uppermost layers that learn."""


def training_pairs(
    wordings: Mapping[str, Sequence[str]], answers: Mapping[str, Sequence[str]], seed: int
) -> list[tuple[str, str, str]]:
    """Pair every wording with another one of its entry, or in a third of cases with its answer.

    Returns:
        (entry id, wording, other text); entries with a single text give none.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    pairs = []
    for entry_id, texts in wordings.items():
        for place, anchor in enumerate(texts):
            others, pieces = [*texts[:place], *texts[place + 1 :]], answers[entry_id]
            pool = pieces if pieces and (not others or chance.random() < 1 / 3) else others
            if pool:
                pairs.append((entry_id, anchor, chance.choice(pool)))
    return pairs


def batches(labels: Sequence[str], seed: int) -> Iterator[list[int]]:
    """Group rows so that no batch holds a label twice; rows that would be alone are left out."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    left: dict[str, list[int]] = defaultdict(list)
    for row in chance.sample(range(len(labels)), len(labels)):
        left[labels[row]].append(row)
    while len(left) > 1:
        # The fullest first, so that all labels run out together.
        fullest = sorted(left, key=lambda label: (-len(left[label]), chance.random()))
        yield [left[label].pop() for label in fullest[:BATCH]]
        left = {label: rows for label, rows in left.items() if rows}


def train(
    model: SentenceTransformer, pairs: Sequence[tuple[str, str, str]], epochs: int, seed: int
) -> None:
    """Let a model learn the pairs; what it learned is merged into its weights."""
    labels = [label for label, _, _ in pairs]

    class Batches(DefaultBatchSampler):
        round = 0

        def __iter__(self) -> Iterator[list[int]]:
            self.round += 1
            return batches(labels, seed + self.round)

        def __len__(self) -> int:
            return sum(1 for _ in batches(labels, seed))

    layers = model[0].auto_model.config.num_hidden_layers
    learning = "|".join(str(layer) for layer in range(max(0, layers - LEARNING_LAYERS), layers))
    model.add_adapter(
        LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=RANK,
            lora_alpha=2 * RANK,
            lora_dropout=0.1,
            target_modules=rf".*layer\.({learning})\..*(query|key|value|dense)",
        )
    )
    passage_prompt = model.prompts.get("passage", model.prompts.get("document", ""))
    with tempfile.TemporaryDirectory() as work:
        arguments = SentenceTransformerTrainingArguments(
            output_dir=work,
            num_train_epochs=epochs,
            per_device_train_batch_size=BATCH,
            learning_rate=1e-3,
            warmup_steps=20,
            lr_scheduler_type="cosine",
            batch_sampler=Batches,
            prompts={"anchor": model.prompts.get("query", ""), "positive": passage_prompt},
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            use_cpu=True,
            seed=seed,
        )
        texts = {"anchor": [it for _, it, _ in pairs], "positive": [it for _, _, it in pairs]}
        SentenceTransformerTrainer(
            model=model,
            args=arguments,
            train_dataset=Dataset.from_dict(texts),
            loss=MultipleNegativesRankingLoss(model, scale=20.0),
        ).train()
    merge(model)


def merge(model: SentenceTransformer) -> None:
    """Write the learned matrices into the weights: an ordinary model remains."""
    inner = model[0].auto_model
    for name, module in list(inner.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge()
            inner.set_submodule(name, module.get_base_layer())
    inner._hf_peft_config_loaded = False


def leave_one_out(
    model: SentenceTransformer, wordings: Mapping[str, Sequence[str]], asked: set[str]
) -> float:
    """Ask the wordings of some entries one by one.

    Returns:
        Share in [0, 1] whose nearest other wording, among all entries', is of the same entry.
    """
    texts = [text for found in wordings.values() for text in found]
    labels = [entry_id for entry_id, found in wordings.items() for _ in found]
    prompt = model.prompts.get("query", "")
    vectors = model.encode(texts, prompt=prompt, normalize_embeddings=True)
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -np.inf)
    nearest = similarities.argmax(axis=1)
    hits = [labels[near] == own for near, own in zip(nearest, labels, strict=True) if own in asked]
    return float(np.mean(hits))


def main() -> None:
    """Adapt the model that the settings name, and write it as a sentence-transformers folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the adapted model")
    parser.add_argument("--epochs", type=int, default=2, help="how often each wording is seen")
    parser.add_argument("--hold-out", type=int, default=12, help="entries kept aside, 1 or more")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    settings = Settings.from_env()
    entries = read_corpus(settings.corpus_dir).entries
    wordings = {entry.id: entry.wordings for entry in entries}
    answers = {entry.id: blocks(entry.answer) for entry in entries}
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    held_out = set(chance.sample(sorted(wordings), options.hold_out))
    learned = {key: texts for key, texts in wordings.items() if key not in held_out}

    model = load_sentence_transformer(sentence_transformer(settings, progress=silent))
    before = leave_one_out(model, wordings, held_out)
    window, model.max_seq_length = model.max_seq_length, WINDOW
    train(model, training_pairs(learned, answers, options.seed), options.epochs, options.seed)
    model.max_seq_length = window
    model.save_pretrained(str(options.out), create_model_card=False)
    after = leave_one_out(model, wordings, held_out)
    print(f"held out: {', '.join(sorted(held_out))}")
    print(f"nearest other wording is of the same entry: {before:.3f} before, {after:.3f} after")


if __name__ == "__main__":
    main()
