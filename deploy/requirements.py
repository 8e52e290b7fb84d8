"""Write ``requirements-serve.txt``: what serving takes, at the versions of ``constraints.txt``.

usage, in the development environment: ``python deploy/requirements.py``
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TARGET = Path(__file__).with_name("requirements-serve.txt")
EXTRAS = ("oidc", "postgresql")
LEFT_OUT = {"ir-measures", "langchain-core", "sentence-transformers", "transformers"}
"""What evaluation, LangChain and models other than the default one take, torch above all."""
HEADER = """\
# What `faqbot serve` takes, without torch: install with --no-deps, then faqbot itself.
# Made with: python deploy/requirements.py
"""


def serving() -> str:
    """List the packages with their versions, as pip reads them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    direct = [*project["dependencies"], *(line for name in EXTRAS for line in extras[name])]
    pins = {
        canonicalize_name(line.partition("==")[0]): line
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if re.match(r"\w", line)
    }
    return HEADER + "".join(f"{pins[name]}\n" for name in sorted(_closure(direct)))


def _closure(lines: Iterable[str]) -> set[str]:
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in lines]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras}:
            if name in LEFT_OUT or (name, extra) in found:
                continue
            found.add((name, extra))
            needed = map(Requirement, requires(name) or ())
            waiting += [
                it for it in needed if not it.marker or it.marker.evaluate({"extra": extra})
            ]
    return {name for name, _ in found}


if __name__ == "__main__":
    TARGET.write_text(serving(), "utf-8")
