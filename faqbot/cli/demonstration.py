"""``faqbot demo-data``: a database of invented use, for showing the console."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from faqbot.cli.output import progress_on_stderr, stdout
from faqbot.errors import counted
from faqbot.settings import Settings


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
        Path | None,
        typer.Option(
            file_okay=False,
            help="Questions to draw from, dev split; default: those that the corpus holds.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Other seeds tell other stories.")] = 1,
) -> None:
    """Fill a separate database with clearly marked synthetic use, to show the console with."""
    from faqbot.analytics.periods import day_of
    from faqbot.assistant import Assistant
    from faqbot.corpus.reading import read_corpus
    from faqbot.database.engines import prepared_database
    from faqbot.demonstration import ask, fill, invent, questions_of
    from faqbot.evaluation.dataset import read_dataset

    settings = Settings.from_env()
    corpus = read_corpus(settings.corpus_dir)
    asked = questions_of(corpus)
    if dataset:
        read = read_dataset(dataset, "dev", set(corpus.answers))
        asked = [(it.text, (*read.qrels[it.id],)) for it in read.queries if not it.history]
    url = database_url or f"sqlite:///{user_data_path('faqbot') / 'demonstration.sqlite3'}"
    # Of today, some would lie in the future.
    last_day = until.date() if until else day_of(datetime.now(UTC)) - timedelta(days=1)
    with prepared_database(url) as database:
        with database.writing() as connection:
            fill(connection, ())  # refuses before the long work
        with progress_on_stderr() as progress:
            assistant = Assistant.open(settings, progress=progress)
            questions, small_talk = ask(assistant, asked, distinct, seed, progress)
        told = invent(
            questions, small_talk, days=days, last_day=last_day, per_day=per_day, seed=seed
        )
        with database.writing() as connection:
            written = fill(connection, told)
    stdout().print(f"{counted(written, 'synthetic interaction')} written")
    stdout().print(f"show them with FAQBOT_DATABASE_URL={url} faqbot serve")
