"""Measure the service beside its peers, and how it grows: ``make bench``.

    python eval/benchmarks/bench.py [PART …] [--quick]

README.md, beside this file, says what each part measures. Writes results.json, after each part,
then results.md and its figures.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import report
import service
from measuring import machine
from service import Bench

from faqbot.cli.output import progress_on_stderr
from faqbot.files import write_atomically

HERE = Path(__file__).parent
_LIMIT_S = {100_000: 300}
"""Time that one size has, in seconds."""


def stages(bench: Bench) -> dict[str, Any]:
    """Take one question apart."""
    (found,), _ = _lines("stages.py", 50 if bench.quick else 500)
    return dict(found)


def growth(bench: Bench) -> dict[str, Any]:
    """Measure each size in a process of its own, and fit how time grows."""
    rows = []
    for entries in (0, 100, 1000) if bench.quick else (0, 100, 1000, 10_000, 100_000):
        bench.progress("Growing", len(rows), 5)
        found, why = _lines("growth.py", entries)
        rows.append({key: value for line in (*found, why) for key, value in line.items()})
    made = {"rank_p50_ms", "search_p50_ms"}
    points = {key: [(row["entries"], row[key]) for row in rows[1:] if key in row] for key in made}
    powers = {key: float(np.polyfit(*np.log(it).T, 1)[0]) for key, it in points.items() if it[1:]}
    return {"rows": rows, "exponents": powers}


def postgres(bench: Bench) -> dict[str, Any]:
    """Measure PostgreSQL at two sizes."""
    rows: list[dict[str, Any]] = []
    for place, entries in enumerate((100,) if bench.quick else (1000, 10_000)):
        bench.progress("Asking PostgreSQL", place, 2)
        found, why = _lines("postgres.py", entries)
        rows += [*found, {"search": "the rest", **why}] if why else found
    return {"rows": rows}


PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    it.__name__: it
    for it in (
        service.start,
        service.http,
        service.memory,
        service.build,
        stages,
        growth,
        postgres,
    )
}


def _lines(script: str, size: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Run a script that prints lines of JSON; what it printed, and why it did not finish, if so."""
    command, limit = [sys.executable, str(HERE / script), str(size)], _LIMIT_S.get(size, 180)
    variables = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # noqa: TID251 - as `faqbot` sets it
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as log:
        try:
            subprocess.run(
                command, stdout=printed, stderr=log, timeout=limit, check=True, env=variables
            )
            why = {}
        except subprocess.TimeoutExpired:
            why = {"stopped": f"not within {limit} s"}
        except subprocess.CalledProcessError as error:
            log.seek(0)
            why = {"stopped": f"exit code {error.returncode}: {log.read().strip()[-500:]}"}
        printed.seek(0)
        return [json.loads(line) for line in printed if line.endswith("\n")], why


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="see that all runs; figures are rough")
    parser.add_argument("--out", type=Path, default=Path("eval/reports/bench"))
    parser.add_argument("--peers", type=Path, default=Path("build/peers/bin/python"))
    given = parser.parse_args()
    if unknown := {*given.parts} - {*PARTS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))} (known: {', '.join(PARTS)})")
    for name in ("OMP_NUM_THREADS", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)  # noqa: TID251 - all start as they do where nobody set these
    given.out.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {"machine": machine(), "quick": given.quick, "missing": {}}
    with tempfile.TemporaryDirectory() as work, progress_on_stderr() as progress:
        bench = Bench(given.quick, progress, given.peers.absolute(), Path(work))
        for name in given.parts or PARTS:
            results |= {name: PARTS[name](bench), "missing": bench.missing}
            write_atomically(given.out / "results.json", json.dumps(results, indent=1) + "\n")
    for name, text in report.render(results).items():
        write_atomically(given.out / name, text)
    print(given.out / "results.md")


if __name__ == "__main__":
    main()
