"""``faqbot corpus propose-wordings`` and ``propose-entry``: drafts that a person accepts."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel, ValidationError

from faqbot.cli.output import progress_on_stderr, stderr, stdout
from faqbot.corpus.exchange.import_planning import apply_plan, plan_import
from faqbot.corpus.exchange.import_reading import ImportDefaults, import_text
from faqbot.corpus.reading import entry_files, read_corpus
from faqbot.corpus.writing import render_entry
from faqbot.downloads import jsonl_lines
from faqbot.drafting import draft_entry, draft_wordings, open_model, sifted
from faqbot.errors import CorpusError, Problem, counted
from faqbot.evaluation.dataset import QUERIES
from faqbot.evaluation.near_copies import CorpusTexts, Questions
from faqbot.files import write_atomically
from faqbot.review.worktree import announce
from faqbot.settings import Settings

if TYPE_CHECKING:
    from faqbot.assistant import Assistant
    from faqbot.corpus.entry import Corpus, Entry

LEDGER = "drafted.jsonl"
"""Beside the entries: which accepted texts a model drafted, which one, and when."""
ModelName = Annotated[
    str | None, typer.Option("--model", help="As LangChain names it, such as openai:gpt-oss-20b.")
]
BaseUrl = Annotated[
    str | None, typer.Option(help="Of a server of your own, such as http://localhost:8080/v1.")
]
Out = Annotated[
    Path | None,
    typer.Option(dir_okay=False, help="Write drafts there to review later; ask nothing."),
]


class _Draft(BaseModel):
    """A line of what ``--out`` writes."""

    entry: str
    text: str
    model: str | None


def propose_wordings(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Of the entries.")],
    model: ModelName = None,
    base_url: BaseUrl = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many to ask for, an entry.")] = 20,
    out: Out = None,
    drafts: Annotated[
        Path | None,
        typer.Option("--from", exists=True, dir_okay=False, help="Review what --out has written."),
    ] = None,
    datasets: Annotated[
        Path, typer.Option(file_okay=False, help="Data sets whose questions none may give away.")
    ] = Path("eval/datasets"),
) -> None:
    """Have other ways to ask for entries drafted, and add those that you accept one by one."""
    folder, assistant = Settings.from_env().corpus_dir, _assistant()
    corpus = assistant.corpus
    entries = _named(corpus, ids, folder)
    records = _read(drafts) if drafts else []
    model = next((it.model for it in records), model)
    chat = None if drafts else open_model(model, base_url)
    held, evaluated, kept = CorpusTexts.of(corpus), _evaluated(datasets), []
    for entry in entries:
        if chat is None:
            texts = [it.text for it in records if it.entry == entry.id]
        else:
            texts = draft_wordings(chat, entry, corpus.language, count)
        offered = []
        for text, refusal, rival in sifted(texts, entry, assistant, held, evaluated):
            if refusal:
                stderr().print(f"refused: {text} ({refusal})")
            else:
                offered.append((text, rival))
        if out:
            kept += [_Draft(entry=entry.id, text=text, model=model) for text, _ in offered]
            continue
        stdout().print(f"\n{entry.id} · {entry.question}")
        accepted = tuple(text for text, rival in offered if _accepts(text, rival))
        if accepted:
            # Read again: somebody may have edited the entry while these were looked at.
            (now,) = _named(read_corpus(folder, check_count=False), [entry.id], folder)
            (path,) = entry_files(folder, entry.id)
            longer = dataclasses.replace(now, variants=(*now.variants, *accepted))
            write_atomically(path, render_entry(longer))
            _note(folder, entry.id, accepted, model)
        stdout().print(f"{len(accepted)} of {counted(len(texts), 'draft')} added to {entry.id}")
    if out:
        write_atomically(out, "".join(f"{it.model_dump_json()}\n" for it in kept))


def propose_entry(
    questions: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Unanswered ones, one a line.")
    ],
    facts: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Text that the answer is to say.")
    ],
    theme: Annotated[str, typer.Option(help="Id of its theme.")],
    source_title: Annotated[str, typer.Option(help="Of the page that the facts stand on.")],
    source_url: Annotated[str, typer.Option(help="Address of that page.")],
    model: ModelName = None,
    base_url: BaseUrl = None,
    out: Out = None,
) -> None:
    """Have an entry drafted that answers questions from a text, and add it if you accept it."""
    folder, assistant = Settings.from_env().corpus_dir, _assistant()
    asked = [line.strip() for line in questions.read_text("utf-8").splitlines() if line.strip()]
    for text in asked:
        answer = assistant.ask(text)
        if answer.status == "answered":
            stderr().print(f"{answer.shown[0].entry.id} answers already: {text}")
    language = assistant.corpus.language
    chat = open_model(model, base_url)
    question, text = draft_entry(chat, asked, facts.read_text("utf-8"), language)
    source = {"source_title": source_title, "source_url": source_url}
    values = {"question": question, "answer": text, "theme": theme, "provenance": source}
    draft = "".join(jsonl_lines([values]))
    if out:
        write_atomically(out, draft)
    plan = plan_import(import_text(draft, "draft", "jsonl", ImportDefaults()), folder)
    (planned,) = plan.entries
    stdout().print(f"{planned.entry.question}\n\n{planned.entry.answer}\n")
    if out or planned.action != "write" or not typer.confirm("accept?"):
        return
    apply_plan(plan, folder)
    head = folder / "corpus.yaml"
    write_atomically(head, announce(head.read_text("utf-8"), plan.entries_after))
    _note(folder, planned.entry.id, (planned.entry.question, planned.entry.answer), model)
    stdout().print(f"entry {planned.entry.id} added")


def _read(path: Path) -> list[_Draft]:
    lines = path.read_text("utf-8").split("\n")
    try:
        return [_Draft.model_validate_json(line) for line in lines if line]
    except ValidationError:
        message = "holds no drafts: give a file that --out has written"
        raise CorpusError([Problem(str(path), 0, message)]) from None


def _named(corpus: Corpus, ids: list[str], folder: Path) -> list[Entry]:
    if missing := [it for it in ids if it not in corpus.by_id]:
        raise CorpusError([Problem(str(folder), 0, f"holds no entry {it}") for it in missing])
    return [corpus.by_id[it] for it in dict.fromkeys(ids)]


def _accepts(text: str, rival: Entry | None) -> bool:
    told = f"  today first: {rival.id} · {rival.question}\n" if rival else ""
    return typer.confirm(f"{text}\n{told}  accept?")


def _assistant() -> Assistant:
    from faqbot.assistant import Assistant  # brings the model's libraries along

    with progress_on_stderr() as progress:
        return Assistant.open(Settings.from_env(), progress=progress)


def _evaluated(folder: Path) -> Questions:
    lines = (
        json.loads(line)
        for path in sorted(folder.glob(f"*/{QUERIES}"))
        for line in path.read_text("utf-8").split("\n")
        if line
    )
    return Questions((it["_id"], it["text"]) for it in lines)


def _note(folder: Path, entry_id: str, texts: tuple[str, ...], model: str | None) -> None:
    path, today = folder / LEDGER, datetime.now(UTC).date().isoformat()
    before = path.read_text("utf-8") if path.exists() else ""
    records = (
        {"entry": entry_id, "text": text, "model": model, "accepted_on": today} for text in texts
    )
    write_atomically(path, before + "".join(jsonl_lines(records)))
