"""Find the objects of JSON-LD, with their lines, in a web page or in a bare JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from faqbot.corpus.exchange.markdown_conversion import parse_html
from faqbot.corpus.exchange.raw_entries import Report


class Node(dict[str, object]):
    """A JSON object that knows the line on which it starts."""

    line = 0


def read_nodes(text: str, report: Report) -> list[Node] | None:
    r"""Read all objects of all JSON-LD in a text with ``\n`` line ends.

    Returns:
        Every object at whatever depth, in document order, or ``None`` when a part is not JSON.
    """
    nodes: list[Node] = []
    valid = True
    bare = text.lstrip().startswith(("{", "["))
    for line, script in [(1, text)] if bare else _scripts(text):
        try:
            nodes.extend(_walk(_load(script, line)))
        except json.JSONDecodeError as error:
            report(line + error.lineno - 1, f"not valid JSON: {error.msg}")
            valid = False
        except (ValueError, RecursionError) as error:
            report(line, f"not valid JSON: {error}")
            valid = False
    return nodes if valid else None


def is_a(node: Node, name: str) -> bool:
    """Tell whether an object has a type of schema.org, given without prefix."""
    # Also written as "schema:FAQPage", "https://schema.org/FAQPage", or in a list.
    return any(re.split(r"[:/#]", str(kind))[-1] == name for kind in as_list(node.get("@type")))


def as_list(value: object) -> list[object]:
    """Read a value that may be one, several, or None when its key is absent."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def resolve(item: object, by_id: Mapping[str, Node]) -> Node | None:
    """Return an object, or the one elsewhere in the file that it refers to; None for no object.

    Args:
        by_id: The objects of the file by their ``@id``.
    """
    if not isinstance(item, Node):
        return None
    return by_id.get(str(item.get("@id")), item)


def _scripts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line on which each JSON-LD script's content starts, and the content."""
    soup = parse_html(text)
    end = 0
    for script in soup.find_all("script", type=re.compile(r"^\s*application/ld\+json", re.I)):
        content = str(script.string or "")
        # The parser gives the line of the tag, which may stand above its content.
        tag = sum(len(line) + 1 for line in text.split("\n")[: (script.sourceline or 1) - 1])
        start = text.find(content, max(tag, end))
        end = start + len(content)
        yield text.count("\n", 0, start) + 1, content


def _load(text: str, first_line: int) -> object:
    # json calls the hook when an object closes, so the lines are wanted in that order.
    lines = iter(_object_lines(text, first_line))

    def located(pairs: Iterable[tuple[str, object]]) -> Node:
        node = Node(pairs)
        node.line = next(lines)
        return node

    return json.loads(text, object_pairs_hook=located)


def _object_lines(text: str, first_line: int) -> list[int]:
    """Return the line on which each object opens, in the order in which the objects close."""
    line = first_line
    opened: list[int] = []
    closed: list[int] = []
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}\n]', text):
        if token.group() == "\n":
            line += 1
        elif token.group() == "{":
            opened.append(line)
        elif token.group() == "}" and opened:
            closed.append(opened.pop())
    return closed


def _walk(root: object) -> Iterator[Node]:
    # Not recursive: a page may nest deeper than the interpreter's stack.
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Node):
            yield value
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
