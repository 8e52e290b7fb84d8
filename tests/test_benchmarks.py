"""The benchmarks run, and say what they could not measure. No figure is asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faqbot.settings import Settings

BENCHMARKS = Path(__file__).parent.parent / "eval" / "benchmarks"


@pytest.fixture(scope="module")
def written(
    settings: Settings, assistant: object, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A quick run of what is cheap, without peers."""
    del assistant  # opened, so that there is an index
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, str(BENCHMARKS / "bench.py"), "--quick", "--out", str(folder)]
    subprocess.run(
        [*command, "--peers", str(folder / "none"), "http", "stages", "growth"],
        check=True,
        env={**os.environ, "FAQBOT_INDEX_DIR": str(settings.index_dir)},  # noqa: TID251 - for a child process
    )
    return folder


@pytest.fixture(scope="module")
def results(written: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((written / "results.json").read_text(encoding="utf-8"))
    return found


def test_every_load_is_answered_by_every_system_that_runs(results: dict[str, Any]) -> None:
    rows = results["http"]["rows"]
    assert {(row["system"], row["questions"]) for row in rows} == {
        (name, kind) for name in ("faqbot", "floor") for kind in ("distinct", "zipf")
    }
    # Of several at once a busy machine refuses those that would wait too long.
    assert not any(row["failed"] for row in rows if row["at_once"] == 1)
    assert all(row["failed"] < row["asked"] for row in rows)
    assert all(row["asked"] >= row["at_once"] for row in rows)


def test_a_peer_that_does_not_run_is_named(results: dict[str, Any], written: Path) -> None:
    assert set(results["missing"]) == {"langchain", "haystack", "txtai"}
    assert "**haystack is missing:**" in (written / "results.md").read_text(encoding="utf-8")


def test_every_stage_of_a_question_is_found(results: dict[str, Any]) -> None:
    took = {row["stage"]: row["mean_ms"] for row in results["stages"]["rows"]}
    parts = [took[name] for name in took if name not in {"total", "wall"}]
    assert all(part > 0 for part in parts)
    assert sum(parts) == pytest.approx(took["total"])


def test_growth_tells_of_each_size(results: dict[str, Any]) -> None:
    rows = results["growth"]["rows"]
    assert not any("stopped" in row for row in rows)
    assert [row["passages"] for row in rows[1:]] == [1000, 10_000]
    assert all(row["recall_at_10"] >= 0.99 for row in rows)
    assert set(results["growth"]["exponents"]) >= {"rank_p50_ms", "search_p50_ms"}


def test_the_report_shows_its_figures(written: Path) -> None:
    text = (written / "results.md").read_text(encoding="utf-8")
    shown = {path.name for path in written.glob("*.svg")}
    assert shown == {"http.svg", "growth.svg"}
    assert all(f"({name})" in text for name in shown)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    code = (
        "from measuring import *\n"
        "try:\n    serving([__import__('sys').executable, '-c', '1/0'], {}).__enter__()\n"
        "except NotServing as error:\n    print(error)"
    )
    printed = subprocess.check_output(
        [sys.executable, "-c", code], text=True, cwd=tmp_path, env={"PYTHONPATH": str(BENCHMARKS)}
    )
    assert "did not start" in printed
    assert "ZeroDivisionError" in printed
