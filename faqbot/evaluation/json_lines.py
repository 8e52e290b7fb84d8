"""Files of JSON lines that people write, read into records with all their problems."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from faqbot.errors import Problem

_ModelT = TypeVar("_ModelT", bound=BaseModel)


def records(
    path: Path, model: type[_ModelT], noun: str, problems: list[Problem]
) -> Iterator[tuple[int, _ModelT]]:
    """Yield what a file holds, with the numbers of the lines; other lines become problems.

    Args:
        noun: What a line is, with its article.
        problems: Gets what is wrong.
    """
    for number, line in enumerate(lines(path, problems), start=1):
        try:
            if line.strip():
                yield number, model.model_validate_json(without_halves(line))
        except ValueError as error:
            problems.append(Problem(path.name, number, f"not {noun}: {reason(error)}"))


def lines(path: Path, problems: list[Problem], name: str = "") -> list[str]:
    """Read the lines of a file; none where it cannot be read, which becomes a problem.

    Args:
        name: What problems call the file, if not by its name alone.
    """
    name = name or path.name
    try:
        # Not splitlines(): a text may hold line separators that JSON leaves as they are.
        return path.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
    except FileNotFoundError:
        others = sorted(other.stem for other in path.parent.glob("*.tsv"))
        hint = f" (there is: {', '.join(others)})" if others else ""
        problems.append(Problem(name, 0, f"the file is missing: {path}{hint}"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(name, 0, f"cannot be read: {error}"))
    return []


def reason(error: ValueError) -> str:
    """Say what is wrong first, and where."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), message)))


def without_halves(line: str) -> bytes:
    """Put question marks for halves of characters (lone surrogates), which no file can hold."""
    return json.dumps(json.loads(line), ensure_ascii=False).encode("utf-8", "replace")
