"""Adapt the embedding model to a corpus: contrastive fine-tuning on its own wordings.

Low-rank adaptation (Hu et al., arXiv:2106.09685) of the upper layers, with the other texts of a
batch as negatives (van den Oord et al., arXiv:1807.03748). No batch holds an entry twice, and each
is filled with entries that the model finds alike: these are the hard negatives. Only the upper
layers learn, so the lower half needs no backward pass, which is what makes a CPU enough.
"""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from faqbot.embedding.encoder import Vectors, load_sentence_transformer
from faqbot.errors import ModelUnavailable
from faqbot.progress import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 29
"""Entries in a batch: half of an FAQ of 58, so that most rivals meet."""
SEEDS = 8
"""Entries that a batch starts from; their neighbours fill it."""
WINDOW = 48
"""Tokens read of a text while learning: what a wording has; more costs time in proportion."""
RANK = 8
"""Rank of the learned matrices."""
LEARNING_RATE = 1e-3
LEARNING_LAYERS = 6
"""Uppermost layers that learn."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A wording, and another text of the same entry."""

    entry_id: str
    anchor: str
    positive: str


def training_pairs(
    wordings: Mapping[str, Sequence[str]], answers: Mapping[str, Sequence[str]], *, seed: int
) -> list[Pair]:
    """Pair every wording with another wording of its entry, or with a piece of its answer.

    Args:
        wordings: Question and variants by entry.
        answers: Pieces of the answer by entry.
        seed: Of the choice.

    Returns:
        One pair a wording, in the order of entries; entries with a single text give none.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    pairs = []
    for entry_id, texts in wordings.items():
        for place, anchor in enumerate(texts):
            others = [*texts[:place], *texts[place + 1 :]]
            pieces = list(answers.get(entry_id, ()))
            pool = pieces if pieces and (not others or chance.random() < 1 / 3) else others
            if pool:
                pairs.append(Pair(entry_id, anchor, chance.choice(pool)))
    return pairs


def hard_batches(
    labels: Sequence[str],
    neighbours: Mapping[str, Sequence[str]],
    *,
    size: int,
    seed: int,
) -> Iterator[list[int]]:
    """Group rows into batches in which every label is another, filled with neighbouring labels.

    Args:
        labels: The entry of each row.
        neighbours: For each entry the others, nearest first.
        size: Rows in a batch at most.
        seed: Of the order.

    Yields:
        Row numbers; each row once, but for last rows that would be alone in their batch.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    left: dict[str, list[int]] = defaultdict(list)
    for row in chance.sample(range(len(labels)), len(labels)):
        left[labels[row]].append(row)
    while len(left) > 1:
        # The fullest first, so that all labels run out together.
        fullest = sorted(left, key=lambda label: (-len(left[label]), chance.random()))
        chosen = dict.fromkeys(fullest[:SEEDS])
        for label in fullest[:SEEDS]:
            chosen |= dict.fromkeys([near for near in neighbours[label] if near in left][:3])
        batch = [*chosen, *(label for label in fullest if label not in chosen)][:size]
        yield [left[label].pop() for label in batch]
        left = defaultdict(list, {label: rows for label, rows in left.items() if rows})


def adapt(
    model: str | Path,
    wordings: Mapping[str, Sequence[str]],
    answers: Mapping[str, Sequence[str]],
    out: Path,
    *,
    epochs: int,
    seed: int,
    progress: Progress,
) -> None:
    """Fine-tune a model and write it as a sentence-transformers folder.

    Args:
        model: The model to start from.
        wordings: Question and variants by entry.
        answers: Pieces of the answer by entry.
        out: The folder to write; must not exist.
        epochs: How often each wording is seen.
        seed: Of everything random.
        progress: Told about the number of steps done.

    Raises:
        ModelUnavailable: The model cannot be loaded, or what training needs is not installed.
    """
    training = _training_library()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as work:
        student = load_sentence_transformer(model)
        pairs = training_pairs(wordings, answers, seed=seed)
        neighbours = _neighbours(student, wordings)
        window, student.max_seq_length = student.max_seq_length, WINDOW
        _train(training, student, pairs, neighbours, Path(work), epochs, seed, progress)
        student.max_seq_length = window
        _merge(student)
        # Written beside and renamed: whoever looks finds the whole model or none.
        student.save_pretrained(str(Path(work, "model")), create_model_card=False)
        Path(work, "model").replace(out)


def _train(
    training: Any,  # noqa: ANN401 - of `_training_library`
    student: SentenceTransformer,
    pairs: Sequence[Pair],
    neighbours: Mapping[str, Sequence[str]],
    work: Path,
    epochs: int,
    seed: int,
    progress: Progress,
) -> None:
    labels = [pair.entry_id for pair in pairs]

    class Batches(training.DefaultBatchSampler):  # type: ignore[misc]
        round = 0

        def __iter__(self) -> Iterator[list[int]]:
            self.round += 1
            return hard_batches(labels, neighbours, size=BATCH, seed=seed + self.round)

        def __len__(self) -> int:
            return sum(1 for _ in hard_batches(labels, neighbours, size=BATCH, seed=seed))

    class Report(training.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ANN401
            del args, control, kwargs
            progress("Adapting the model", int(state.global_step), int(state.max_steps))

    layers = int(_transformer(student).config.num_hidden_layers)
    learning = "|".join(str(layer) for layer in range(max(0, layers - LEARNING_LAYERS), layers))
    student.add_adapter(
        training.LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=RANK,
            lora_alpha=2 * RANK,
            lora_dropout=0.1,
            target_modules=rf".*layer\.({learning})\..*(query|key|value|dense)",
        )
    )
    prompts = student.prompts
    passage_prompt = prompts.get("passage", prompts.get("document", ""))
    arguments = training.SentenceTransformerTrainingArguments(
        output_dir=str(work / "training"),
        num_train_epochs=epochs,
        per_device_train_batch_size=BATCH,
        learning_rate=LEARNING_RATE,
        warmup_steps=20,
        lr_scheduler_type="cosine",
        batch_sampler=Batches,
        prompts={"anchor": prompts.get("query", ""), "positive": passage_prompt},
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        use_cpu=True,
        disable_tqdm=True,
        seed=seed,
    )
    texts = {
        "anchor": [pair.anchor for pair in pairs],
        "positive": [pair.positive for pair in pairs],
    }
    training.SentenceTransformerTrainer(
        model=student,
        args=arguments,
        train_dataset=training.Dataset.from_dict(texts),
        loss=training.MultipleNegativesRankingLoss(student, scale=20.0),
        callbacks=[Report()],
    ).train()


def leave_one_out(
    model: str | Path, wordings: Mapping[str, Sequence[str]], asked: set[str]
) -> float:
    """Measure whether a model finds wordings of some entries by the other wordings.

    Args:
        model: The model.
        wordings: Question and variants by entry, of all entries.
        asked: The entries whose wordings are asked one by one.

    Returns:
        Share in [0, 1] whose nearest other wording, among all entries', is of the same entry.
    """
    vectors, labels = _vectors(load_sentence_transformer(model), wordings)
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -np.inf)
    nearest = similarities.argmax(axis=1)
    hits = [labels[near] == own for near, own in zip(nearest, labels, strict=True) if own in asked]
    return float(np.mean(hits))


def _vectors(
    model: SentenceTransformer, wordings: Mapping[str, Sequence[str]]
) -> tuple[Vectors, list[str]]:
    texts = [text for found in wordings.values() for text in found]
    labels = [entry_id for entry_id, found in wordings.items() for _ in found]
    vectors = model.encode(
        texts,
        prompt=model.prompts.get("query", ""),
        normalize_embeddings=True,
        show_progress_bar=False,
        convert_to_numpy=True,
    )
    return np.asarray(vectors, dtype=np.float32), labels


def _neighbours(
    model: SentenceTransformer, wordings: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    vectors, labels = _vectors(model, wordings)
    ids = list(wordings)
    means = np.array([vectors[[label == own for label in labels]].mean(axis=0) for own in ids])
    means -= means.mean(axis=0)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    means /= np.where(norms == 0, 1, norms)
    order = np.argsort(-(means @ means.T), axis=1, kind="stable")
    return {
        own: [ids[place] for place in row if ids[place] != own]
        for own, row in zip(ids, order, strict=True)
    }


def _transformer(model: SentenceTransformer) -> Any:  # noqa: ANN401 - of whatever architecture
    return model[0].auto_model


def _merge(model: SentenceTransformer) -> None:
    """Write the learned matrices into the weights: an ordinary model remains."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    inner = _transformer(model)
    for name, module in list(inner.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge()
            parent = inner.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], module.get_base_layer())
    inner._hf_peft_config_loaded = False


def _training_library() -> Any:  # noqa: ANN401 - a handful of names of optional libraries
    from types import SimpleNamespace

    try:
        from datasets import Dataset
        from peft import LoraConfig
        from sentence_transformers import (
            SentenceTransformerTrainer,
            SentenceTransformerTrainingArguments,
        )
        from sentence_transformers.base.sampler import DefaultBatchSampler
        from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
        from transformers import TrainerCallback
    except ImportError as error:
        msg = f"{error.name} is not installed: adapting a model needs pip install 'faqbot[adapt]'"
        raise ModelUnavailable(msg) from error
    return SimpleNamespace(
        Dataset=Dataset,
        DefaultBatchSampler=DefaultBatchSampler,
        LoraConfig=LoraConfig,
        MultipleNegativesRankingLoss=MultipleNegativesRankingLoss,
        SentenceTransformerTrainer=SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments=SentenceTransformerTrainingArguments,
        TrainerCallback=TrainerCallback,
    )
