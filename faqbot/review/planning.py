"""Turn decisions into changes of the corpus and of a data set, and refuse what would spoil them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from faqbot.corpus.entry import Entry, Provenance
from faqbot.corpus.markdown import to_text
from faqbot.corpus.rules import ProvenanceFields, answer_defects, check_fields
from faqbot.corpus.text import fold_space, wording_key
from faqbot.corpus.typography import typographic
from faqbot.corpus.writing import entry_file_name, render_entry, render_yaml
from faqbot.corpus.yaml_text import load_mapping
from faqbot.evaluation.near_copies import CorpusTexts, Questions
from faqbot.review.decisions import (
    Decision,
    Draft,
    Ignored,
    MissingEntry,
    OutOfScope,
    RightEntry,
    Use,
    WrongEntry,
    decode,
)
from faqbot.review.store import DecidedQuestion, StoredDecision
from faqbot.review.worktree import CORPUS, LEDGER, TO_DO, WorkingTree, announce, split_of

SLICE = "feedback"
DRAFT_PREFIX = "F"
"""First letter of the ids of entries that are reworded."""
TO_DO_HEAD = (
    "# To mend\n\n"
    "Written by `faqbot feedback apply` from what reviewers decided. Delete a line once it is "
    "done.\n"
)
RefusalCode: TypeAlias = Literal[
    "is_wording", "near_copy", "is_query", "unknown_entry", "unknown_subject", "bad_draft"
]


class Refusal(NamedTuple):
    """Why a text, or a whole decision, was not applied."""

    code: RefusalCode
    """``is_wording``: the corpus holds the text already. ``near_copy``: nearly so, or a question
    of the data set nearly copies it. ``is_query``: it is an evaluation question already."""
    place: str
    """Where: the id of an entry, of a subject or of a query; for a draft, what is wrong."""

    def __str__(self) -> str:
        """Return the form in which it is stored."""
        return f"{self.code} {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one decision."""

    decision: StoredDecision
    changes: tuple[tuple[str, str], ...]
    """File, relative to the working tree, and what is added to it."""
    already: tuple[str, ...]
    """What was there before."""
    refused: tuple[tuple[str, Refusal], ...]
    """Text and reason."""

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing at all came of the decision; None when it is applied."""
        return self.refused[0][1] if self.refused and not self.changes + self.already else None


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


class Planner:
    """Collects the changes of one decision after the other in a working tree.

    Args:
        tree: The tree; its ``changed`` texts grow, no file is touched.
    """

    def __init__(self, tree: WorkingTree) -> None:
        self._tree = tree
        self._entries = dict(tree.corpus.by_id)
        self._paths = dict(tree.entries)
        self._subjects = {subject.id for subject in tree.corpus.out_of_scope}
        self._texts = CorpusTexts.of(tree.corpus)
        self._questions = Questions((query.id, query.text) for query in tree.queries)
        self._queries = {_query_key(it.text, it.history): it.id for it in tree.queries}
        self._answers = dict(tree.answers)
        self._changes: list[tuple[str, str]] = []
        self._already: list[str] = []
        self._refused: list[tuple[str, Refusal]] = []

    def plan(self, stored: StoredDecision) -> Outcome:
        """Find what a decision changes.

        Args:
            stored: The decision, not applied yet.

        Returns:
            The outcome; the tree holds the new texts.
        """
        self._changes, self._already, self._refused = [], [], []
        decision = decode(stored)
        if str(stored.id) in self._tree.applied:
            self._already.append("written by an earlier run")
        else:
            try:
                self._follow(decision, stored)
            except _Refused as error:
                self._refused.append((stored.questions[-1].wording, error.refusal))
        if self._changes:
            self._tree.append_json(LEDGER, _ledger_line(stored, self._changes))
        return Outcome(
            decision=stored,
            changes=tuple(self._changes),
            already=tuple(self._already),
            refused=tuple(self._refused),
        )

    def _follow(self, decision: Decision, stored: StoredDecision) -> None:
        match decision:
            case Ignored():
                self._already.append("nothing to write")
            case RightEntry(entry_id, use):
                self._use(stored, self._entry(entry_id).id, use)
            case MissingEntry(draft, use):
                entry_id = self._draft(draft, stored)
                if use:
                    self._use(stored, entry_id, use)
            case WrongEntry(entry_id, note):
                self._to_do(self._entry(entry_id), note, stored)
            case OutOfScope(None):
                self._use(stored, None, "query")
            case OutOfScope(str(subject)):
                self._require_subject(subject)
                self._each(stored, lambda question: self._example(question.wording, subject))

    def _entry(self, entry_id: str) -> Entry:
        if entry_id not in self._entries:
            raise _Refused(Refusal("unknown_entry", entry_id))
        return self._entries[entry_id]

    def _require_subject(self, subject: str) -> None:
        if subject not in self._subjects:
            raise _Refused(Refusal("unknown_subject", subject))

    def _use(self, stored: StoredDecision, entry_id: str | None, use: Use) -> None:
        if use == "variant":
            self._each(stored, lambda question: self._variant(question.wording, str(entry_id)))
        else:
            self._each(stored, lambda question: self._query(question, entry_id, stored))

    def _each(self, stored: StoredDecision, add: Callable[[DecidedQuestion], None]) -> None:
        for question in stored.questions:
            try:
                add(question)
            except _Refused as error:
                self._refused.append((question.wording, error.refusal))

    def _query(
        self, question: DecidedQuestion, entry_id: str | None, stored: StoredDecision
    ) -> None:
        text, history = question.wording, question.history
        known = self._queries.get(_query_key(text, history))
        if known:
            right = {entry_id} if entry_id else set()
            if right <= self._answers[known] and bool(right) == bool(self._answers[known]):
                self._already.append(f"query {known}")
                return
            raise _Refused(Refusal("is_query", known))
        if place := self._texts.place_of(text):
            raise _Refused(Refusal("is_wording", place))
        if copied := self._texts.near_copy(text):
            raise _Refused(Refusal("near_copy", copied[0]))
        identifier = f"{SLICE}-{question.key.interaction_id.hex[:12]}"
        if identifier in self._answers:  # the same question under another signal, reworded
            raise _Refused(Refusal("is_query", identifier))
        metadata: dict[str, object] = {"slice": SLICE, "answerable": entry_id is not None}
        if history:
            metadata["history"] = list(history)
        metadata["origin"] = _origin(question, stored)
        split, folder = split_of(text, history), self._tree.dataset
        record = {"_id": identifier, "text": text, "metadata": metadata}
        self._tree.append_json(folder / "queries.jsonl", record)
        qrels = folder / "qrels" / f"{split}.tsv"
        self._tree.append(qrels, f"{identifier}\t{entry_id or '-'}\t{1 if entry_id else 0}")
        self._note(folder / "queries.jsonl", f"query {identifier}: {text}")
        self._note(qrels, f"{identifier} {entry_id or 'has no answer'}")
        self._queries[_query_key(text, history)] = identifier
        self._answers[identifier] = frozenset({entry_id} if entry_id else ())
        self._questions.add(identifier, text)

    def _variant(self, text: str, entry_id: str) -> None:
        if not self._enters_corpus(text, entry_id):
            return
        entry = self._entries[entry_id]
        self._put(dataclasses.replace(entry, variants=(*entry.variants, fold_space(text))))
        self._note(self._paths[entry_id], f"variant: {text}")

    def _example(self, text: str, subject: str) -> None:
        if not self._enters_corpus(text, subject):
            return
        path = CORPUS / "out-of-scope.yaml"
        old = self._tree.text(path)
        self._tree.changed[path] = _with_example(old, subject, fold_space(text))
        self._note(path, f"example of {subject}: {text}")

    def _enters_corpus(self, text: str, place: str) -> bool:
        """Tell whether a text is new, and take it up; refuse it where it would spoil the data."""
        found = self._texts.place_of(text)
        if found == place:
            self._already.append(f"wording of {place}")
            return False
        if found:
            raise _Refused(Refusal("is_wording", found))
        self._refuse_leaks(text)
        self._texts.add_wording(text, place)
        return True

    def _refuse_leaks(self, text: str) -> None:
        if query := self._questions.same(text):
            raise _Refused(Refusal("is_query", query))
        if query := self._questions.copied_by(text):
            raise _Refused(Refusal("near_copy", query))

    def _draft(self, draft: Draft, stored: StoredDecision) -> str:
        question, answer = (
            typographic(fold_space(draft.question)),
            typographic(draft.answer.strip()),
        )
        found = self._texts.place_of(question)
        if found in self._entries and self._entries[found].answer == answer:
            self._already.append(f"entry {found}")
            return found
        if found:
            raise _Refused(Refusal("is_wording", found))
        _check_draft(draft, {theme.id for theme in self._tree.corpus.themes})
        plain = to_text(answer)
        for text in (question, plain):
            self._refuse_leaks(text)
        numbers = [int(name[1:]) for name in self._entries if name[0] == DRAFT_PREFIX]
        entry_id = f"{DRAFT_PREFIX}{max([*numbers, 0]) + 1:02d}"
        entry = Entry(
            id=entry_id,
            question=question,
            answer=answer,
            variants=(),
            theme=draft.theme,
            provenance=Provenance(
                kind="reworded",
                source_title=fold_space(draft.source_title),
                source_url=draft.source_url,
                checked_on=draft.checked_on,
            ),
            updated_on=stored.decided_at.date(),
        )
        self._paths[entry_id] = CORPUS / "entries" / entry_file_name(entry)
        self._put(entry)
        self._texts.add_wording(question, entry_id)
        self._texts.add_answer(plain, entry_id)
        self._note(self._paths[entry_id], f"new entry: {question}")
        head, count = CORPUS / "corpus.yaml", len(self._entries)
        self._tree.changed[head] = announce(self._tree.text(head), count)
        self._note(head, f"announced_entries: {count - 1} → {count}")
        return entry_id

    def _to_do(self, entry: Entry, note: str, stored: StoredDecision) -> None:
        question = stored.questions[0]
        origin = _origin(question, stored)
        line = (
            f"- [ ] **{entry.id}** {fold_space(note)} (« {fold_space(question.wording)} », "
            f"asked on {origin['asked_on']}; {stored.reviewer}, {stored.decided_at:%Y-%m-%d}, "
            f"decision {stored.id})"
        )
        if not self._tree.text(TO_DO):
            self._tree.append(TO_DO, TO_DO_HEAD)
        self._tree.append(TO_DO, line)
        self._note(TO_DO, f"{entry.id}: {fold_space(note)}")

    def _put(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self._tree.changed[self._paths[entry.id]] = render_entry(entry)

    def _note(self, path: Path, what: str) -> None:
        self._changes.append((path.as_posix(), what))


def _check_draft(draft: Draft, themes: set[str]) -> None:
    """Check again what the form has checked: the working tree may be of another version."""
    if draft.theme not in themes:
        raise _Refused(Refusal("bad_draft", f"unknown theme {draft.theme}"))
    provenance = {
        "kind": "reworded",
        "source_title": draft.source_title,
        "source_url": draft.source_url,
        "checked_on": draft.checked_on,
    }
    messages = [defect.message for defect in check_fields(ProvenanceFields, provenance)[1]]
    messages += [message for _, message in answer_defects(draft.answer)]
    if messages:
        raise _Refused(Refusal("bad_draft", "; ".join(messages)))


def _query_key(text: str, history: Iterable[str]) -> tuple[str, ...]:
    return tuple(wording_key(line) for line in (*history, text))


def _origin(question: DecidedQuestion, stored: StoredDecision) -> Mapping[str, str]:
    asked_at = question.asked_at or stored.decided_at
    return {
        "interaction": str(question.key.interaction_id),
        "signal": question.key.signal,
        "asked_on": asked_at.date().isoformat(),
        "decision": str(stored.id),
        "reviewer": stored.reviewer,
        "decided_at": stored.decided_at.isoformat(timespec="seconds"),
    }


def _ledger_line(
    stored: StoredDecision, changes: Iterable[tuple[str, str]]
) -> Mapping[str, object]:
    return {
        "decision": str(stored.id),
        "kind": stored.kind,
        "reviewer": stored.reviewer,
        "decided_at": stored.decided_at.isoformat(timespec="seconds"),
        "questions": [
            {key: _origin(question, stored)[key] for key in ("interaction", "signal", "asked_on")}
            for question in stored.questions
        ],
        "files": sorted({file for file, _ in changes}),
    }


def _with_example(text: str, subject: str, example: str) -> str:
    """Add an example behind the last one of a subject, and change nothing else."""
    places = load_mapping(text).lines
    last = max(line for place, line in places.items() if place[:2] == (subject, "examples"))
    lines = text.splitlines(keepends=True)
    indent = lines[last - 1].partition("-")[0]
    item = render_yaml({"examples": [example]}).partition("- ")[2]
    return "".join([*lines[:last], f"{indent}- {item}", *lines[last:]])
