"""What the log looks like: JSON for machines, plain lines for a terminal."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logging(level: str) -> None:
    """Send structured logs to stderr.

    Args:
        level: Least severe level written: debug, info, warning or error.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering = _rendering(terminal=sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # markdown-it writes a line for each rule that it tries on each line of each answer.
    for library in ("alembic", "markdown_it", "sentence_transformers", "transformers"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # Its access log would name clients and addresses; ours does not.
    logging.getLogger("uvicorn.access").disabled = True
    # Lines of ours are written at once: by way of `logging` each takes twice as long.
    structlog.configure(
        processors=[*shared, *rendering],
        logger_factory=_Named,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


class _Named:
    """Writes lines to stderr, and has the name that they show."""

    def __init__(self, name: str) -> None:
        self.name = name

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = msg


def _rendering(*, terminal: bool) -> tuple[structlog.typing.Processor, ...]:
    # The default formatters print local variables: what people typed, that is.
    if terminal:
        return (structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),)
    return (
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    )
