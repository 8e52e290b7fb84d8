"""Write entry files in one canonical form."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Mapping

from faqbot.corpus.entry import Entry
from faqbot.corpus.text import fold


def render_entry(entry: Entry) -> str:
    """Render an entry as the text of its file.

    Returns:
        YAML front matter, a blank line and the answer, ending with a newline. Reading it back
        gives the same entry.
    """
    front = dataclasses.asdict(entry) | {"variants": list(entry.variants)}
    answer = front.pop("answer").strip()
    for name in ("variants", "review_by"):
        if not front[name]:
            del front[name]
    return f"---\n{render_yaml(front)}---\n\n{answer}\n"


def render_yaml(data: Mapping[str, object]) -> str:
    """Render YAML in the layout of the corpus: block style, one value a line."""
    from ruamel.yaml import YAML  # needed when an entry is written, not to serve

    yaml = YAML()
    yaml.width = 10_000  # one wording a line: readable diffs
    yaml.indent(mapping=2, sequence=4, offset=2)
    # Otherwise one date object used twice would become an anchor and an alias.
    yaml.representer.ignore_aliases = lambda _data: True
    buffer = io.StringIO()
    yaml.dump(data, buffer)
    return buffer.getvalue()


def entry_file_name(entry: Entry) -> str:
    """Name an entry's file ``<ID>-<slug>.md``, from the first long words of its question."""
    words = [word for word in fold(entry.question).split() if re.fullmatch("[a-z0-9]{4,40}", word)]
    return f"{entry.id}-{'-'.join(words[:5]) or 'entree'}.md"
