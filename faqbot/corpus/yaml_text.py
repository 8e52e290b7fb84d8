"""YAML as the corpus uses it: keys and values with their lines, and none of the rest of YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionStartEvent, ScalarEvent

# Wherever an anchor, an alias, a tag or a merge key can start; an & within an address is none.
_PERHAPS_SPECIAL = re.compile(r"(?:\A|[\s\[\]{},:?\-\"'\ufeff])[&!*]|<<")


class NotMapping(Exception):
    """A text is no YAML, or holds something else than keys and values."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        """0-based."""
        super().__init__(message)


class _Constructor(RoundTripConstructor):
    """Leaves dates as they are written, so that a bad one is reported at its own line."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def load_mapping(text: str) -> CommentedMap:
    """Load keys and values.

    Args:
        text: YAML.

    Returns:
        The keys and values, which know their lines; dates are left as text.

    Raises:
        NotMapping: It is not that; the error has the line.
    """
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        special = _first_special(text)
        data = yaml.load(text) if special is None else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        msg = f"not valid YAML: {error.problem or error.context}"
        raise NotMapping(mark.line if mark else 0, msg) from error
    except (YAMLError, ValueError, TypeError) as error:  # a forbidden character, a list as a key
        line = text.count("\n", 0, getattr(error, "position", 0))
        msg = f"not valid YAML: {str(error).splitlines()[0]}"
        raise NotMapping(line, msg) from error
    if special is not None:
        msg = "YAML tags, merge keys and anchors of lists are not allowed: write the text itself"
        raise NotMapping(special, msg)
    if not isinstance(data, CommentedMap):
        msg = "expected keys and values"
        raise NotMapping(0, msg)
    return data


def key_lines(data: CommentedMap, *, first_line: int = 1) -> dict[tuple[str | int, ...], int]:
    """Locate every key and list item.

    Args:
        data: As loaded by `load_mapping`.
        first_line: The 1-based line on which the YAML starts in its file.

    Returns:
        Their 1-based lines by their path in the data.
    """
    lines: dict[tuple[str | int, ...], int] = {}

    def visit(node: object, path: tuple[str | int, ...]) -> None:
        locate: Callable[[Any], tuple[int, int]]
        if isinstance(node, CommentedMap):
            children, locate = list(node.items()), node.lc.key
        elif isinstance(node, list) and hasattr(node, "lc"):
            children, locate = list(enumerate(node)), node.lc.item
        else:
            return
        for key, child in children:
            lines[(*path, key)] = int(locate(key)[0]) + first_line
            visit(child, (*path, key))

    visit(data, ())
    return lines


def plain(node: object) -> Any:  # noqa: ANN401 - YAML holds anything
    """Drop all that is known of lines and comments.

    Args:
        node: Any part of what `load_mapping` gives.

    Returns:
        The same in plain dictionaries and lists.
    """
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return node


def _first_special(text: str) -> int | None:
    """Return the 0-based line of the first use of YAML that a corpus has no need for.

    Such uses can make a small file expand without end, and crash the library when malformed.
    """
    if not _PERHAPS_SPECIAL.search(text):
        return None  # parsing every file twice would nearly double the time to read a corpus
    for event in YAML(typ="rt").parse(text):
        anchored = getattr(event, "anchor", None) and isinstance(event, CollectionStartEvent)
        merge = isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None
        if anchored or merge or getattr(event, "tag", None):
            return int(event.start_mark.line)
    return None
