"""Runs faqbot with what ``deploy/requirements-serve.txt`` lists, and nothing else to import.

usage: python -m tests.browser.lean serve …
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).parents[2] / "deploy" / "requirements-serve.txt"


class Listed(MetaPathFinder):
    """Hides modules of distributions that are not listed."""

    def __init__(self) -> None:
        lines = REQUIREMENTS.read_text("utf-8").splitlines()
        listed = {canonicalize_name(it.partition("==")[0]) for it in lines if "==" in it}
        listed.add("faqbot")
        self._hidden = {
            module
            for module, owners in packages_distributions().items()
            if not listed & set(map(canonicalize_name, owners))
        }

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in self._hidden:
            msg = f"{fullname} is of no package that requirements-serve.txt lists"
            raise ModuleNotFoundError(msg, name=fullname)


if __name__ == "__main__":
    sys.meta_path.insert(0, Listed())
    from faqbot.cli import main

    sys.exit(main())
