"""What the API says of itself is true: schemathesis asks what that allows, and what it forbids."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from faqbot.api.service import Service
from faqbot.settings import Settings
from tests.api.small import small_assistant
from tests.browser.serving import served_here
from tests.conftest import ROOT
from tests.hostile.damage import CASES
from tests.samples_of_use import fared, figures

COMMON = ("--checks=all", "--seed=1", "--suppress-health-check=all")  # slow is not wrong
ALL = ("--max-examples", str(CASES // 4))
LINKED = (
    *("--phases", "stateful", "--mode", "positive", "--max-examples", str(CASES // 2)),
    *("--include-path-regex", "chat|feedback|choice|session"),
)
ANSWERED = {"SCHEMATHESIS_HOOKS": "tests.hostile.asked_questions", "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    ("options", "hooks"), [(ALL, {}), (LINKED, ANSWERED)], ids=["all", "by links"]
)
def test_every_reply_is_as_described(
    tmp_path: Path, options: tuple[str, ...], hooks: dict[str, str]
) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # noqa: TID251 - a child's
    command = shutil.which("st", path=path)
    assert command, "schemathesis is missing: pip install '.[dev]'"
    service = Service.open(
        Settings(database_url=f"sqlite:///{tmp_path / 'faqbot.db'}"), small_assistant(tmp_path)
    )
    with served_here(service) as address:
        done = subprocess.run(
            [command, "run", f"{address}/openapi.json", *COMMON, *options],
            cwd=tmp_path,
            env=os.environ | hooks,  # noqa: TID251 - for a child process
            capture_output=True,
            text=True,
            check=False,
        )
        stats, chosen = figures(service.store), sum(it.chosen for it in fared(service.store))
    assert done.returncode == 0, done.stdout
    assert options is ALL or (stats.useful + stats.not_useful > 0 and chosen > 0)
