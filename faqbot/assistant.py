"""The composition root: settings in, one object out that command line, API and evaluation ask.

What is measured is therefore what is served.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from filelock import FileLock

from faqbot import memory
from faqbot.answering.answer import Answer, Offer, compose, define, together
from faqbot.answering.asking import questions, readings
from faqbot.answering.calibration import (
    CalibratedRule,
    Calibration,
    Goals,
    calibrate,
    load_calibration,
    save_calibration,
)
from faqbot.answering.decision import DecisionRule, is_own_wording
from faqbot.answering.definitions import Definitions
from faqbot.answering.evidence import own_evidence
from faqbot.answering.small_talk import small_talk, strip_courtesies
from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.reading import Fingerprint, fingerprint, read_corpus
from faqbot.corpus.text import clean_input, fold, fold_space
from faqbot.database.records import Interaction, ShownEntry
from faqbot.embedding.encoder import Embedder, Prompts, SentenceTransformerEmbedder
from faqbot.embedding.fetching import fetch_default_model, fetch_sentence_transformer
from faqbot.embedding.onnx_encoder import OnnxEmbedder
from faqbot.embedding.receipt import DEFAULT_MODEL
from faqbot.embedding.reference import INTEGER, check_against_reference
from faqbot.errors import CalibrationMismatch, IndexMismatch, IndexMissing
from faqbot.files import folder_name
from faqbot.index.store import BuildReport, PassageIndex, build_index, is_of_model, load_index
from faqbot.notices import Notice, little_evidence
from faqbot.progress import Progress
from faqbot.retrieval.ranking import Ranking
from faqbot.retrieval.retriever import Retriever
from faqbot.retrieval.suggesting import Suggester
from faqbot.settings import Settings
from faqbot.vocabulary import Role
from faqbot.wording import REDACTION_MARKS

log = logging.getLogger(__name__)

_TYPED = range(2, 201)
"""Letters for which questions are suggested: more take longer to read, and complete nothing."""
_LIKELY = 0.15
"""Confidence from which one is suggested that does not hold what is typed."""
_MARK = re.compile("|".join(map(re.escape, REDACTION_MARKS.values())))
_NOBODY, _NEVER = UUID(int=0), datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions about one corpus with one model."""

    corpus: Corpus
    embedder: Embedder
    index: PassageIndex
    retriever: Retriever
    suggester: Suggester
    rule: DecisionRule
    definitions: Definitions
    warnings: tuple[Notice, ...] = ()
    """What is amiss with its answers."""
    source: Fingerprint | str | None = None
    """The corpus folder as it was when read, or the digest of a release; None for a corpus that was
    given."""

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        progress: Progress,
        embedder: Embedder | None = None,
    ) -> Assistant:
        """Load everything that answering needs, fetching and building what is missing.

        Args:
            embedder: The model that the settings name, if it has been loaded before.

        Returns:
            An assistant that has answered once already, so that the first user does not wait.

        Raises:
            CorpusError: The corpus has problems.
            ModelUnavailable: The model cannot be fetched or loaded.
        """
        source = fingerprint(settings.corpus_dir)  # before: what changes meanwhile is read again
        corpus = read_corpus(settings.corpus_dir)
        opened = cls.for_corpus(corpus, settings, progress=progress, embedder=embedder)
        return replace(opened, source=source)

    @classmethod
    def for_corpus(
        cls,
        corpus: Corpus,
        settings: Settings,
        *,
        progress: Progress,
        embedder: Embedder | None = None,
    ) -> Assistant:
        """Load everything that answering from a given corpus needs.

        Args:
            embedder: The model that the settings name, if it has been loaded before.

        Raises:
            ModelUnavailable: The model cannot be fetched or loaded.
        """
        embedder = embedder or load_embedder(settings, progress=progress)
        folder = index_folder(settings)
        index = _fresh_index(folder, corpus, embedder, progress)
        calibration = calibrated(folder, corpus, index, embedder, settings, progress=progress)
        assistant = cls(
            corpus,
            embedder,
            index,
            Retriever(corpus, index, embedder),
            Suggester(corpus),
            CalibratedRule(calibration),
            Definitions(corpus),
            doubts(calibration),
        )
        _tell(assistant.warnings)
        assistant.ask(corpus.title)
        memory.give_back()
        return assistant

    def ask(
        self, question: str, history: Sequence[str] = (), themes: Set[str] = frozenset()
    ) -> Answer:
        """Answer one question; that the FAQ does not hold the answer is an answer too.

        Args:
            question: As `clean_input` leaves it.
            history: Earlier questions of the same conversation, oldest first.
            themes: Ids of the themes to keep to; empty for all.
        """
        kind = small_talk(question, self.corpus.language)
        if kind and not self.definitions.named(question):
            return Answer(question, "no_answer", 0.0, (), (), small_talk=kind)
        asked = self.asked(question)
        parts = questions(asked)
        ranking, *others = self._rankings([asked, *map(self.asked, parts)], history)
        whole = self._one(question, ranking, themes)
        if ranking.question == asked and is_own_wording(ranking):
            return whole
        return together(whole, [self._one(*it, themes) for it in zip(parts, others, strict=True)])

    def _one(self, question: str, ranking: Ranking, themes: Set[str]) -> Answer:
        """Answer what is read as one question: by the glossary, if it asks for a meaning alone."""
        answer = self.decide(question, ranking, themes)
        meant = self.definitions.asked(question)
        if answer.status == "no_answer":
            meant = meant or self.definitions.named(question)
        if meant is None or is_own_wording(ranking):
            return answer
        if answer.status == "answered" and self.definitions.belongs_to(
            meant, answer.shown[0].entry
        ):
            return answer
        return define(meant, answer)

    def suggest(self, typed: str, limit: int, themes: Set[str] = frozenset()) -> list[Entry]:
        """Find questions of the FAQ while one is being typed.

        Args:
            typed: What stands in the question box, its last word perhaps unfinished.
            limit: How many at most.
            themes: Ids of the themes to keep to; empty for all.

        Returns:
            Entries that hold each word, and those that may answer whatever their words; most likely
            first.
        """
        if len(fold(typed)) not in _TYPED:
            return []
        held = {entry.id: entry for entry in self.suggester.matching(typed)}
        ranking = self.rank(clean_input(typed))
        found = [it.entry for it in ranking.candidates]
        confidences = self.rule.judge(ranking, len(found)).confidences
        likely = sum(confidence >= _LIKELY for confidence in confidences)
        ranked = {it.id: it for n, it in enumerate(found) if n < likely or it.id in held}
        both = (ranked | held).values()
        return [it for it in both if not themes or it.theme in themes][:limit]

    def rank(self, question: str, history: Sequence[str] = ()) -> Ranking:
        """Rank all entries for what a question says besides courtesies.

        Of a long message the sentences that ask are read by themselves, too, and the surest
        reading counts: what stands around them matches too much by accident.

        Args:
            question: As `clean_input` leaves it.
            history: Earlier questions of the same conversation, oldest first.
        """
        return self._rankings([self.asked(question)], history)[0]

    def asked(self, message: str) -> str:
        """Leave of a message what it asks: neither courtesies nor marks of what was redacted."""
        unmarked = fold_space(_MARK.sub(" ", message)) if "[" in message else message
        return strip_courtesies(unmarked or message, self.corpus.language)

    def _rankings(self, asked: Sequence[str], history: Sequence[str]) -> list[Ranking]:
        """Rank for what one message asks, of which the first stands behind others."""
        views = [*map(readings, asked)]
        texts = list(dict.fromkeys(chain.from_iterable(views)))
        before = [*map(self.asked, history)] if texts[0] == asked[0] else []
        ranked = dict(zip(texts, self.retriever.rank_each(texts, before), strict=True))
        return [
            max(map(ranked.__getitem__, one), key=self._confidence) if one[1:] else ranked[one[0]]
            for one in views
        ]

    def _confidence(self, ranking: Ranking) -> float:
        return next(iter(self.rule.judge(ranking, 1).confidences), 0.0)

    def decide(self, question: str, ranking: Ranking, themes: Set[str] = frozenset()) -> Answer:
        """Make an answer of the question's ranking.

        Args:
            themes: Ids of the themes to keep to; empty for all.
        """
        return compose(question, ranking, self.rule, themes)

    def without(self, entry_id: str) -> Assistant:
        """Make an assistant of the same FAQ that does not hold one of its entries."""
        corpus = self.corpus.without(entry_id)
        kept = (key for key, it in self.index.passages.items() if it.entry_id != entry_id)
        index = self.index.only([*kept])
        retriever = Retriever(corpus, index, self.embedder)
        return replace(self, corpus=corpus, index=index, retriever=retriever)

    def interaction(self, answer: Answer) -> Interaction:
        """Describe an answer for the record, with what produced it; but not who asked, and when."""
        return Interaction(
            id=_NOBODY,
            session_id=_NOBODY,
            asked_at=_NEVER,
            duration_ms=0,
            question=answer.question,
            status=answer.status,
            confidence=answer.confidence,
            corpus_digest=self.corpus.digest,
            model_id=self.embedder.model_id,
            model_digest=self.embedder.digest,
            shown=(
                *(_shown(offer, "answer") for offer in answer.shown),
                *(_shown(offer, "suggestion") for offer in answer.suggestions),
            ),
            small_talk=answer.small_talk,
            tentative=answer.tentative,
            handoff=None,
        )


def _shown(offer: Offer, role: Role) -> ShownEntry:
    return ShownEntry(
        entry_id=offer.entry.id,
        rank=offer.rank,
        role=role,
        score=offer.score,
        confidence=offer.confidence,
        highlights=offer.highlights,
        text_digest=offer.entry.text_digest,
        asserted=offer.asserted,
    )


def load_embedder(
    settings: Settings, *, progress: Progress
) -> OnnxEmbedder | SentenceTransformerEmbedder:
    """Load the embedding model that the settings name: the default one without torch.

    Raises:
        ModelUnavailable: It cannot be fetched or loaded.
    """
    prompts = Prompts(settings.query_prompt, settings.passage_prompt)
    if settings.embedding_model != DEFAULT_MODEL:
        return SentenceTransformerEmbedder(settings.embedding_model, prompts=prompts)
    folder = fetch_default_model(settings.cache_dir, progress=progress)
    embedder = OnnxEmbedder(folder, prompts=prompts, threads=settings.embedding_threads)
    if prompts == Prompts():  # the stored vectors are of the model's own
        check_against_reference(embedder, least=INTEGER)
    return embedder


def sentence_transformer(settings: Settings, *, progress: Progress) -> str | Path:
    """Find the embedding model that the settings name for sentence-transformers.

    Returns:
        A folder, or the id of a model.

    Raises:
        ModelUnavailable: The default one cannot be fetched.
    """
    if settings.embedding_model == DEFAULT_MODEL:
        return fetch_sentence_transformer(settings.cache_dir, progress=progress)
    return settings.embedding_model


def index_folder(settings: Settings) -> Path:
    """Name the folder of the index: one for each model, so that switching back costs nothing."""
    name = settings.embedding_model.rstrip("/").rsplit("/", maxsplit=1)[-1]
    return settings.index_dir / folder_name(name)


def refresh_index(settings: Settings, *, progress: Progress) -> BuildReport:
    """Build the index, or bring it up to date.

    Raises:
        CorpusError: The corpus has problems.
        ModelUnavailable: The model cannot be fetched or loaded.
    """
    corpus = read_corpus(settings.corpus_dir)
    embedder, folder = load_embedder(settings, progress=progress), index_folder(settings)
    report = build_index(folder, corpus, embedder, progress=progress)
    _tell(doubts(calibrated(folder, corpus, report.index, embedder, settings, progress=progress)))
    return report


def _tell(notices: Sequence[Notice]) -> None:
    for notice in notices:
        log.warning("%s: %s", notice.code, notice.message)


def doubts(calibration: Calibration) -> tuple[Notice, ...]:
    """Say what is amiss with answers whose confidence was learned so."""
    return () if calibration.bound.attained else (little_evidence(calibration.evidence),)


def known_calibration(
    folder: Path, corpus: Corpus, embedder: Embedder, settings: Settings
) -> Calibration:
    """Load the calibration that stands beside an index.

    Raises:
        CalibrationMismatch: None was learned from this corpus, with this model and these settings.
    """
    return load_calibration(folder, **_learned_for(corpus, embedder, settings))


def calibrated(
    folder: Path,
    corpus: Corpus,
    index: PassageIndex,
    embedder: Embedder,
    settings: Settings,
    *,
    progress: Progress,
) -> Calibration:
    """Load the calibration that stands beside an index, or learn it and put it there."""
    load = partial(known_calibration, folder, corpus, embedder, settings)
    try:
        return load()
    except CalibrationMismatch as error:
        log.info("calibrating: %s", error)
    with FileLock(folder / ".calibrating"):  # of several workers one learns, the others wait
        with suppress(CalibrationMismatch):
            return load()
        evidence = own_evidence(corpus, index, embedder, progress=progress)
        made = calibrate(evidence, len(corpus.entries), **_learned_for(corpus, embedder, settings))
        save_calibration(folder, made.calibration)
    return made.calibration


def _learned_for(corpus: Corpus, embedder: Embedder, settings: Settings) -> dict[str, Any]:
    return {
        "searched_digest": corpus.searched_digest,
        "model_digest": embedder.digest,
        "goals": Goals(outside=settings.outside_share),
    }


def _fresh_index(
    folder: Path, corpus: Corpus, embedder: Embedder, progress: Progress
) -> PassageIndex:
    digests = {"searched_digest": corpus.searched_digest, "model_digest": embedder.digest}
    with suppress(IndexMissing, IndexMismatch):
        index = load_index(folder, **digests)
        if is_of_model(index, embedder):
            return index
    return build_index(folder, corpus, embedder, progress=progress).index
