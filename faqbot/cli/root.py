"""The ``faqbot`` command: which words it knows, and where each one's code stands."""

from __future__ import annotations

import errno
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

_NO_ROOM = "make room there, or choose another place"
_NO_RIGHT = "let faqbot read and write there, or choose another place"
_NO_PLACE = "make the folder that is missing, or choose another place"
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _NO_ROOM),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _NO_RIGHT),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.EEXIST), _NO_PLACE),
    **dict.fromkeys((errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP), "choose another place"),
    errno.EIO: "look after the disk, or choose another place",
}
"""What to do about a file or folder, by what the system said; any other error is one of ours."""


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
    except OSError as error:
        return _refused(error)
    return 0


def _refused(error: OSError) -> int:
    """Say what the system refused, where, and what to do."""
    if isinstance(error, BrokenPipeError):  # the reader of a pipe went away, as `head` does
        sys.stderr.close()
        return 1
    if error.errno not in _REMEDIES:
        raise error
    place = f"{error.filename}: " if error.filename else ""  # stdout has no name
    say = f"error: {place}{error.strerror}: {_REMEDIES[error.errno]}"
    stderr().print(say, style="red")
    return 1


def _not_loaded() -> None:
    raise AssertionError
