"""The ``faqbot`` command: serving, asking, and the groups of sub-commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from faqbot.cli import admin, corpus, evaluation, feedback, index, model, widget
from faqbot.cli.asking import as_api, print_answer
from faqbot.cli.demonstration import demo_data
from faqbot.cli.output import print_json, progress_on_stderr, stderr
from faqbot.cli.serving import serve_forever
from faqbot.corpus.text import clean_input
from faqbot.errors import FaqbotError, SettingsError
from faqbot.settings import Settings

app = typer.Typer(
    help="A chatbot that answers with an FAQ's own words, and says when it cannot.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(index.app, name="index")
app.add_typer(model.app, name="model")
app.add_typer(corpus.app, name="corpus")
app.add_typer(evaluation.app, name="eval")
app.add_typer(feedback.app, name="feedback")
app.add_typer(widget.app, name="widget")
app.add_typer(admin.app, name="admin")
app.command("demo-data")(demo_data)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
) -> None:
    """Serve the chat page and the API; fetch the model and build the index when needed."""
    serve_forever(Settings.from_env(), host=host, port=port, workers=workers)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes; - reads stdin.")],
    json: Annotated[bool, typer.Option("--json", help="Print what the API would return.")] = False,
) -> None:
    """Answer one question in the terminal; nothing is recorded."""
    text = clean_input(sys.stdin.read() if question == "-" else question)
    if not text:
        msg = "the question is empty: write it in quotes after faqbot ask"
        raise SettingsError(msg)
    from faqbot.assistant import Assistant  # loads the model's libraries

    with progress_on_stderr() as progress:
        assistant = Assistant.open(Settings.from_env(), progress=progress)
    answer = assistant.ask(text)
    if json:
        print_json(as_api(assistant, answer))
    else:
        print_answer(answer, assistant.corpus)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: Its words, without the program's name; default: those of the process.

    Returns:
        The exit code: 0 on success only.
    """
    try:
        app(args=list(argv) if argv is not None else None, prog_name="faqbot")
    except SystemExit as stop:
        return int(stop.code or 0) if isinstance(stop.code, int | None) else 1
    except FaqbotError as error:
        stderr().print(f"error: {error}", markup=False, style="red")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        sys.stderr.close()
        return 1
    return 0
