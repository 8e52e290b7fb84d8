"""YAML as the corpus uses it: keys and values with their lines, and none of the rest of YAML.

PyYAML's C parser composes nodes, which know their lines, and this module reads plain values off
them: thirty times faster than a round-trip library for a corpus of thousands of wordings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys and 0-based positions, from the outside in."""

# Wherever an anchor, an alias, a tag or a merge key can start; an & within an address is none.
_PERHAPS_SPECIAL = re.compile(r"(?:\A|[\s\[\]{},:?\-\"'\ufeff])[&!*]|<<")
# YAML 1.2's core schema: « no » and « on » are words. Dates stay text, so that a bad one is
# reported at its own line.
_SCALARS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"|~|null|Null|NULL"), lambda _text: None),
    (re.compile(r"true|True|TRUE"), lambda _text: True),
    (re.compile(r"false|False|FALSE"), lambda _text: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)


class NotMapping(Exception):
    """A text is no YAML, or holds something else than keys and values."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        """0-based."""
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Keys and values with their lines."""

    values: dict[str, Any]
    lines: dict[Place, int]
    """The 1-based line in the file of every key and list item."""


def load_mapping(text: str, *, first_line: int = 1) -> YamlMapping:
    """Load keys and values.

    Args:
        first_line: The 1-based line on which the YAML starts in its file.

    Returns:
        The keys and values in plain dictionaries and lists; dates are left as text.

    Raises:
        NotMapping: It is not that; the error has the line, counted from 0 in the text.
    """
    try:
        special = _first_special(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader) if special is None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        msg = f"not valid YAML: {error.problem or error.context}"
        raise NotMapping(mark.line if mark else 0, msg) from error
    except RecursionError as error:
        raise NotMapping(0, "not valid YAML: nested too deeply") from error
    except yaml.reader.ReaderError as error:
        line = text.encode("utf-8")[: error.position].count(b"\n")
        raise NotMapping(line, "not valid YAML: unacceptable character") from error
    if special is not None:
        msg = "YAML tags, merge keys and anchors of lists are not allowed: write the text itself"
        raise NotMapping(special, msg)
    if not isinstance(root, MappingNode):
        msg = "not valid YAML: expected keys and values"
        raise NotMapping(root.start_mark.line if root else 0, msg)
    lines: dict[Place, int] = {}
    values = _mapping(root, (), lines, first_line)
    return YamlMapping(values, lines)


def nested_lines(lines: Mapping[Place, int]) -> dict[str, dict[Place, int]]:
    """Return for each outer key the lines of what stands below it, by their place there."""
    grouped: dict[str, dict[Place, int]] = {}
    for place, line in lines.items():
        below = grouped.setdefault(str(place[0]), {})
        if len(place) > 1:
            below[place[1:]] = line
    return grouped


def _value(node: Node, place: Place, lines: dict[Place, int], first_line: int) -> Any:  # noqa: ANN401
    if isinstance(node, MappingNode):
        return _mapping(node, place, lines, first_line)
    if isinstance(node, SequenceNode):
        for position, child in enumerate(node.value):
            lines[(*place, position)] = child.start_mark.line + first_line
        return [
            _value(child, (*place, position), lines, first_line)
            for position, child in enumerate(node.value)
        ]
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _mapping(
    node: MappingNode, place: Place, lines: dict[Place, int], first_line: int
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line
        if not isinstance(key_node, ScalarNode):
            raise NotMapping(line, "not valid YAML: a list or mapping as a key")
        key = str(key_node.value)
        if key in values:
            raise NotMapping(line, f"not valid YAML: found duplicate key {key!r}")
        lines[(*place, key)] = line + first_line
        values[key] = _value(child, (*place, key), lines, first_line)
    return values


def _scalar(node: ScalarNode) -> Any:  # noqa: ANN401 - YAML holds anything
    if not node.style:  # written without quotes
        for pattern, read in _SCALARS:
            if pattern.fullmatch(node.value):
                return read(node.value)
    return node.value


def _first_special(text: str) -> int | None:
    """Return the 0-based line of the first use of YAML that a corpus has no need for.

    Such uses can make a small file expand without end.
    """
    if not _PERHAPS_SPECIAL.search(text):
        return None
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchored = getattr(event, "anchor", None) and isinstance(event, yaml.CollectionStartEvent)
        merge = isinstance(event, yaml.ScalarEvent) and not event.style and event.value == "<<"
        if anchored or merge or getattr(event, "tag", None):
            return event.start_mark.line if event.start_mark else 0
    return None
