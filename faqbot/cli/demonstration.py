"""``faqbot demo-data``: a database of invented use, for showing the console."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from platformdirs import user_data_path

from faqbot.cli.output import progress_on_stderr, stdout
from faqbot.settings import Settings

if TYPE_CHECKING:
    from faqbot.analytics.demonstration import Template
    from faqbot.assistant import Assistant
    from faqbot.evaluation.dataset import Query
    from faqbot.progress import Progress

_SMALL_TALK = ("Bonjour", "merci beaucoup !", "Tu es un robot ?", "au revoir")
_OPEN_SHARE = 0.22
"""Of the questions, about how many the FAQ does not answer."""


def demo_data(
    database_url: Annotated[
        str | None,
        typer.Option(help="Database to fill; default: a file of its own in the data folder."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=1100, help="How many days of use.")] = 120,
    per_day: Annotated[float, typer.Option(min=1, help="Questions a working day, about.")] = 60,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; default: yesterday.")
    ] = None,
    distinct: Annotated[int, typer.Option(min=10, help="Different questions.")] = 600,
    dataset: Annotated[
        Path, typer.Option(file_okay=False, help="Questions to draw from, dev split.")
    ] = Path("eval/datasets/edc-psc"),
    seed: Annotated[int, typer.Option(min=0, help="Other seeds tell other stories.")] = 1,
) -> None:
    """Fill a separate database with clearly marked synthetic use, to show the console with."""
    from faqbot.analytics.demonstration import Story, invent
    from faqbot.analytics.periods import day_of
    from faqbot.assistant import Assistant
    from faqbot.corpus.reading import read_corpus
    from faqbot.database.engines import prepared_database
    from faqbot.evaluation.dataset import read_dataset
    from faqbot.feedback.demonstration import fill_for_demonstration

    settings = Settings.from_env()
    read = read_dataset(dataset, "dev", set(read_corpus(settings.corpus_dir).by_id))
    url = database_url or f"sqlite:///{user_data_path('faqbot') / 'demonstration.sqlite3'}"
    story = Story(
        days=days,
        # Of today, some would lie in the future.
        last_day=until.date() if until else day_of(datetime.now(UTC)) - timedelta(days=1),
        per_day=per_day,
        seed=seed,
    )
    with prepared_database(url) as database:
        with database.writing() as connection:
            fill_for_demonstration(connection, ())  # refuses before the long work
        with progress_on_stderr() as progress:
            assistant = Assistant.open(settings, progress=progress)
            queries = _drawn(read.queries, distinct, seed)
            questions = list(_templates(assistant, queries, read.qrels, progress))
            courtesies = [_template(assistant, text, ()) for text in _SMALL_TALK]
        with database.writing() as connection:
            written = fill_for_demonstration(connection, invent(questions, courtesies, story))
    stdout().print(f"{written} synthetic interactions written", markup=False)
    stdout().print(f"show them with FAQBOT_DATABASE_URL={url} faqbot serve", markup=False)


def _drawn(queries: Iterable[Query], distinct: int, seed: int) -> list[Query]:
    import numpy as np

    alone = [query for query in queries if not query.history]
    order = np.random.default_rng(seed).permutation(len(alone)).tolist()
    drawn = [alone[place] for place in order]
    refused = [query for query in drawn if not query.answerable][: round(distinct * _OPEN_SHARE)]
    others = [query for query in drawn if query.answerable][: distinct - len(refused)]
    kept = {query.id for query in (*refused, *others)}
    return [query for query in drawn if query.id in kept]


def _templates(
    assistant: Assistant,
    queries: list[Query],
    qrels: Mapping[str, Mapping[str, int]],
    progress: Progress,
) -> Iterator[Template]:
    for done, query in enumerate(queries, start=1):
        yield _template(assistant, query.text, qrels[query.id])
        progress("Answering", done, len(queries))


def _template(assistant: Assistant, text: str, right: Iterable[str]) -> Template:
    from faqbot.analytics.demonstration import Template

    interaction = assistant.interaction(
        assistant.ask(text),
        identifier=UUID(int=0),
        session_id=UUID(int=0),
        asked_at=datetime.fromtimestamp(0, UTC),
        duration_ms=0,
    )
    return Template(interaction, frozenset(right))
