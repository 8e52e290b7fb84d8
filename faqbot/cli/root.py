"""The ``faqbot`` command: which words it knows, and where each one's code stands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from faqbot.cli.output import replace_unprintable, stderr
from faqbot.errors import FaqbotError

COMMANDS = {
    "init": ("starting:init", "Start another FAQ in a folder of its own."),
    "serve": ("serving:serve", "Serve the chat page and the API; fetch and build what is missing."),
    "ask": ("asking:ask", "Answer one question in the terminal; nothing is recorded."),
    "index": ("index:app", "Build and inspect the search index."),
    "model": ("model:app", "Fetch and inspect the embedding model."),
    "corpus": ("corpus:app", "Check, count, import, export and publish entries."),
    "eval": ("evaluation:app", "Measure, compare and calibrate on labelled questions."),
    "feedback": ("feedback:app", "Read, export, erase and move feedback."),
    "widget": ("widget:app", "The chat widget for other sites' pages."),
    "admin": ("admin:app", "Manage the accounts of the console."),
    "mcp": ("mcp:mcp", "Offer the FAQ to language models as tools (MCP)."),
    "demo-data": ("demonstration:demo_data", "Fill a database with invented use."),
}
"""Command or group of commands: its module and name there, and what it does."""


def app_for(*wanted: str) -> typer.Typer:
    """Build the command line, of which only the wanted commands can be run.

    The others are listed and nothing of theirs is imported, so that ``faqbot --help`` need not
    wait for a model's libraries.
    """
    app = typer.Typer(
        help="A chatbot that answers with an FAQ's own words, and says when it cannot.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    for name, (place, summary) in COMMANDS.items():
        module, _, attribute = place.partition(":")
        if name not in wanted:
            app.command(name, help=summary)(_not_loaded)
            continue
        part = getattr(import_module(f"faqbot.cli.{module}"), attribute)
        if isinstance(part, typer.Typer):
            app.add_typer(part, name=name, help=summary)
        else:
            app.command(name)(part)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: Its words, without the program's name; default: those of the process.

    Returns:
        The exit code: 0 on success only.
    """
    # Threads of one product of small matrices wait for one another, busily: with others at work
    # beside them they take five times the processor time, and twice as long. Before numpy comes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - the library's own setting
    words = list(sys.argv[1:] if argv is None else argv)
    replace_unprintable()
    try:
        app_for(*words[:1])(args=words, prog_name="faqbot")
    except SystemExit as stop:
        return int(stop.code or 0) if isinstance(stop.code, int | None) else 1
    except FaqbotError as error:
        stderr().print(f"error: {error}", style="red")
        return 1
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("faqbot"):
            raise
        package = "'faqbot[mcp]'" if error.name.startswith("mcp") else "faqbot"
        say = f"error: this takes {error.name}, which is not installed here: pip install {package}"
        stderr().print(say, style="red")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        sys.stderr.close()
        return 1
    return 0


def _not_loaded() -> None:
    raise AssertionError
