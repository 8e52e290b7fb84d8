"""Write ``requirements-serve.txt``: what serving takes, at the versions of ``constraints.txt``.

Beside each stand the SHA-256 of the wheels that pip takes for it on this kind of machine (Linux,
x86-64): no other file is installed. torch is not among them, whose CPU build has other digests than
the one that PyPI serves.

usage, in the development environment: ``python deploy/requirements.py``
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TARGET = Path(__file__).with_name("requirements-serve.txt")
EXTRAS = ("oidc", "postgresql")
LEFT_OUT = {"ir-measures", "langchain", "langchain-core", "sentence-transformers", "transformers"}
"""What evaluation, LangChain and models other than the default one take, torch above all."""
PYTHONS = ("3.11.14", "3.12.12", "3.13.9")
HEADER = """\
# What `faqbot serve` takes, without torch: install with --no-deps --require-hashes, then faqbot.
# Made with: python deploy/requirements.py
"""


def serving() -> list[str]:
    """List the packages with their versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    direct = [*project["dependencies"], *(line for name in EXTRAS for line in extras[name])]
    pins = {
        canonicalize_name(line.partition("==")[0]): line
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if re.match(r"\w", line)
    }
    return [pins[name] for name in sorted(_closure(direct))]


def hashed(pins: Sequence[str]) -> str:
    """Write packages with the digests of their wheels, as pip reads them."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps"]
    pip += ["--quiet", "--report", "-", "--only-binary", ":all:"]
    for version in PYTHONS:
        printed = subprocess.check_output([*pip, "--python-version", version, *pins])  # noqa: S603
        for item in json.loads(printed)["install"]:
            digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
            found[canonicalize_name(item["metadata"]["name"])].add(digest)
    lines = []
    for pin in pins:
        digests = sorted(found[canonicalize_name(pin.partition("==")[0])])
        lines.append(" \\\n    ".join([pin, *(f"--hash=sha256:{it}" for it in digests)]))
    return HEADER + "\n".join(lines) + "\n"


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
    TARGET.write_text(hashed(serving()), "utf-8")
