"""Turn decisions into changes of the corpus and of a data set, and refuse what would spoil them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from faqbot.analytics.periods import day_of
from faqbot.corpus.entry import Entry, Provenance
from faqbot.corpus.markdown import to_text
from faqbot.corpus.rules import answer_defects, check_fields
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
from faqbot.review.drafts import next_entry_id
from faqbot.review.store import DecidedQuestion, StoredDecision
from faqbot.review.worktree import CORPUS, LEDGER, TO_DO, WorkingTree, announce, split_of

SLICE = "feedback"
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


@dataclass(slots=True)
class PlannedDecision:
    """What becomes of one decision."""

    decision: StoredDecision
    changes: list[tuple[str, str]] = field(default_factory=list)
    """File, relative to the working tree, and what is added to it."""
    already: list[str] = field(default_factory=list)
    """What was there before."""
    refused: list[tuple[str, Refusal]] = field(default_factory=list)
    """Text and reason."""

    def note(self, path: Path, what: str) -> None:
        """Keep what is added to a file."""
        self.changes.append((path.as_posix(), what))

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing at all came of the decision; None when it is applied."""
        return None if self.changes or self.already or not self.refused else self.refused[0][1]


class Planner:
    """Collects the changes of one decision after the other in a working tree.

    Args:
        tree: The tree; its ``changed`` texts grow, no file is touched.
        known: Ids that no new entry is given.
    """

    def __init__(self, tree: WorkingTree, known: Collection[str]) -> None:
        self._tree = tree
        self._known = known
        self._entries = dict(tree.corpus.by_id)
        self._paths = dict(tree.entries)
        self._subjects = {subject.id for subject in tree.corpus.out_of_scope}
        self._texts = CorpusTexts.of(tree.corpus)
        self._questions = Questions((query.id, query.text) for query in tree.queries)
        self._queries = {_query_key(it.text, it.history): it.id for it in tree.queries}
        self._answers = dict(tree.answers)

    def plan(self, stored: StoredDecision) -> PlannedDecision:
        """Find what a decision changes that is not applied yet; the tree holds the new texts."""
        planned = PlannedDecision(stored)
        decision = decode(stored)
        if str(stored.id) in self._tree.applied:
            planned.already.append("written by an earlier run")
        elif refusal := self._unknown(decision) or self._follow(decision, planned):
            planned.refused.append((stored.questions[-1].wording, refusal))
        if planned.changes:
            self._tree.append_json(LEDGER, _ledger_line(planned))
        return planned

    def _unknown(self, decision: Decision) -> Refusal | None:
        match decision:
            case RightEntry(entry_id) | WrongEntry(entry_id) if entry_id not in self._entries:
                return Refusal("unknown_entry", entry_id)
            case OutOfScope(str(subject)) if subject not in self._subjects:
                return Refusal("unknown_subject", subject)
        return None

    def _follow(self, decision: Decision, planned: PlannedDecision) -> Refusal | None:
        match decision:
            case Ignored():
                planned.already.append("nothing to write")
            case RightEntry(entry_id, use):
                self._use(planned, entry_id, use)
            case MissingEntry(draft, use):
                return self._add_entry(draft, use, planned)
            case WrongEntry(entry_id, note):
                self._to_do(entry_id, fold_space(note), planned)
            case OutOfScope(subject):
                self._use(planned, subject, "variant" if subject else "query")
        return None

    def _use(self, planned: PlannedDecision, place: str | None, use: Use) -> None:
        """Use each question of a decision for an entry, for a subject, or as one without answer."""
        for question in planned.decision.questions:
            if use == "query" or place is None:
                refusal = self._add_query(question, place, planned)
            else:
                refusal = self._add_wording(question.wording, place, planned)
            if refusal:
                planned.refused.append((question.wording, refusal))

    def _add_query(
        self, question: DecidedQuestion, entry_id: str | None, planned: PlannedDecision
    ) -> Refusal | None:
        text, history = question.wording, question.history
        right = frozenset({entry_id} if entry_id else ())
        if known := self._queries.get(_query_key(text, history)):
            if right <= self._answers[known] and bool(right) == bool(self._answers[known]):
                planned.already.append(f"query {known}")
                return None
            return Refusal("is_query", known)
        if place := self._texts.place_of(text):
            return Refusal("is_wording", place)
        if copied := self._texts.near_copy(text):
            return Refusal("near_copy", copied[0])
        identifier = f"{SLICE}-{question.key.interaction_id.hex[:12]}"
        if identifier in self._answers:  # the same question under another signal, reworded
            return Refusal("is_query", identifier)
        self._write_query(identifier, question, entry_id, planned)
        self._queries[_query_key(text, history)] = identifier
        self._answers[identifier] = right
        self._questions.add(identifier, text)
        return None

    def _write_query(
        self,
        identifier: str,
        question: DecidedQuestion,
        entry_id: str | None,
        planned: PlannedDecision,
    ) -> None:
        text, history = question.wording, question.history
        metadata: dict[str, object] = {"slice": SLICE, "answerable": entry_id is not None}
        if history:
            metadata["history"] = list(history)
        metadata["origin"] = _origin(question, planned.decision) | _decided(planned.decision)
        queries = self._tree.dataset / "queries.jsonl"
        qrels = self._tree.dataset / "qrels" / f"{split_of(text, history)}.tsv"
        self._tree.append_json(queries, {"_id": identifier, "text": text, "metadata": metadata})
        self._tree.append(qrels, f"{identifier}\t{entry_id or '-'}\t{1 if entry_id else 0}")
        planned.note(queries, f"query {identifier}: {text}")
        planned.note(qrels, f"{identifier} {entry_id or 'has no answer'}")

    def _add_wording(self, text: str, place: str, planned: PlannedDecision) -> Refusal | None:
        """Make a text a variant of an entry, or an example of a subject."""
        found = self._texts.place_of(text)
        if found == place:
            planned.already.append(f"wording of {place}")
            return None
        if refusal := Refusal("is_wording", found) if found else self._leak(text):
            return refusal
        self._texts.add_wording(text, place)
        if place in self._entries:
            entry = self._entries[place]
            self._put(dataclasses.replace(entry, variants=(*entry.variants, fold_space(text))))
            planned.note(self._paths[place], f"variant: {text}")
        else:
            path = CORPUS / "out-of-scope.yaml"
            self._tree.changed[path] = _with_example(self._tree.text(path), place, fold_space(text))
            planned.note(path, f"example of {place}: {text}")
        return None

    def _leak(self, text: str) -> Refusal | None:
        """Say which evaluation question a text of the corpus would spoil."""
        if query := self._questions.same(text):
            return Refusal("is_query", query)
        if query := self._questions.copied_by(text):
            return Refusal("near_copy", query)
        return None

    def _add_entry(self, draft: Draft, use: Use | None, planned: PlannedDecision) -> Refusal | None:
        language = self._tree.corpus.language
        question = typographic(fold_space(draft.question), language)
        answer = typographic(draft.answer.strip(), language)
        entry_id = self._texts.place_of(question)
        if entry_id in self._entries and self._entries[entry_id].answer == answer:
            planned.already.append(f"entry {entry_id}")
        elif entry_id:
            return Refusal("is_wording", entry_id)
        elif refusal := (
            self._bad_draft(draft) or self._leak(question) or self._leak(to_text(answer))
        ):
            return refusal
        else:
            entry_id = self._write_entry(draft, question, answer, planned)
        if use:
            self._use(planned, entry_id, use)
        return None

    def _bad_draft(self, draft: Draft) -> Refusal | None:
        """Check again what the form has checked: the working tree may be of another version."""
        if draft.theme not in self._tree.corpus.theme_labels:
            return Refusal("bad_draft", f"unknown theme {draft.theme}")
        read = {name: getattr(draft, name) for name in ("source_title", "source_url", "checked_on")}
        defects = check_fields(Provenance, read | {"kind": "reworded"})[1]
        messages = [defect.message for defect in defects]
        messages += [message for _, message in answer_defects(draft.answer)]
        return Refusal("bad_draft", "; ".join(messages)) if messages else None

    def _write_entry(
        self, draft: Draft, question: str, answer: str, planned: PlannedDecision
    ) -> str:
        entry_id = next_entry_id(self._entries, self._known)
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
            updated_on=day_of(planned.decision.decided_at),
        )
        self._paths[entry_id] = CORPUS / "entries" / entry_file_name(entry)
        self._put(entry)
        self._texts.add_wording(question, entry_id)
        self._texts.add_answer(to_text(answer), entry_id)
        planned.note(self._paths[entry_id], f"new entry: {question}")
        head, count = CORPUS / "corpus.yaml", len(self._entries)
        announced = announce(self._tree.text(head), count)
        if announced != self._tree.text(head):
            self._tree.changed[head] = announced
            planned.note(head, f"announced_entries: {count - 1} → {count}")
        return entry_id

    def _to_do(self, entry_id: str, note: str, planned: PlannedDecision) -> None:
        stored, question = planned.decision, planned.decision.questions[0]
        asked_on = _origin(question, stored)["asked_on"]
        line = (
            f"- [ ] **{entry_id}** {note} (« {fold_space(question.wording)} », "
            f"asked on {asked_on}; {stored.reviewer}, {stored.decided_at:%Y-%m-%d}, "
            f"decision {stored.id})"
        )
        if not self._tree.text(TO_DO):
            self._tree.append(TO_DO, TO_DO_HEAD)
        self._tree.append(TO_DO, line)
        planned.note(TO_DO, f"{entry_id}: {note}")

    def _put(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self._tree.changed[self._paths[entry.id]] = render_entry(entry)


def _query_key(text: str, history: Iterable[str]) -> tuple[str, ...]:
    return tuple(wording_key(line) for line in (*history, text))


def _ledger_line(planned: PlannedDecision) -> dict[str, object]:
    stored = planned.decision
    return {
        "decision": str(stored.id),
        "kind": stored.kind,
        **_decided(stored),
        "questions": [_origin(question, stored) for question in stored.questions],
        "files": sorted({file for file, _ in planned.changes}),
    }


def _origin(question: DecidedQuestion, stored: StoredDecision) -> dict[str, str]:
    return {
        "interaction": str(question.key.interaction_id),
        "signal": question.key.signal,
        "asked_on": day_of(question.asked_at or stored.decided_at).isoformat(),
    }


def _decided(stored: StoredDecision) -> dict[str, str]:
    return {
        "decision": str(stored.id),
        "reviewer": stored.reviewer,
        "decided_at": stored.decided_at.isoformat(timespec="seconds"),
    }


def _with_example(text: str, subject: str, example: str) -> str:
    """Add an example behind the last one of a subject, and change nothing else."""
    places = load_mapping(text).lines
    last = max(line for place, line in places.items() if place[:2] == (subject, "examples"))
    lines = text.splitlines(keepends=True)
    indent = lines[last - 1].partition("-")[0]
    item = render_yaml({"examples": [example]}).partition("- ")[2]
    return "".join([*lines[:last], f"{indent}- {item}", *lines[last:]])
