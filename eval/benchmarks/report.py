"""Results as Markdown, with figures as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment

_HEADINGS = {
    "start": "Cold start",
    "http": "One question over HTTP",
    "memory": "Memory of one worker",
    "build": "Index and edits",
    "stages": "Where the processor time of one question goes",
    "growth": "Growth",
    "postgres": "PostgreSQL beside memory",
}
_FIGURE = Environment(autoescape=True, trim_blocks=True).from_string(
    Path(__file__).with_name("figure.svg.jinja").read_text("utf-8")
)


def render(results: Mapping[str, Any]) -> dict[str, str]:
    """Write results.md and the figures that it shows, by name of file."""
    about, files = results["machine"], dict(_figures(results))
    lines = [
        "# Benchmarks" + (": a quick run, to see that all works" if results["quick"] else ""),
        "\n`make bench` wrote this; `eval/benchmarks/README.md` says what each figure means.\n",
        "{date}, {cores} cores of {processor}, {memory_gb} GB, {system}, Python {python}, commit "
        "{commit}; load average before: {load_before:.2f}. ".format(**about)
        + ", ".join(f"{name} {found}" for name, found in about["versions"].items()),
    ]
    for name, why in results["missing"].items():
        lines += [f"\n**{name} is missing:** `{' '.join(why.split())[-400:]}`"]
    for part, heading in _HEADINGS.items():
        if part in results:
            found = results[part]
            lines += [f"\n## {heading}\n", *_table(found["rows"])]
            for key in ("reply_bytes", "resident_mb", "exponents"):
                if key in found:
                    lines += [f"\n{_name(key)}: {_cell(found[key])}"]
            lines += [f"\n![{heading}]({part}.svg)"] * (f"{part}.svg" in files)
    return {"results.md": "\n".join(lines).rstrip() + "\n"} | files


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    keys = [*dict.fromkeys(key for row in rows for key in row)]
    sides = [
        "---" if any(isinstance(row.get(key), str) for row in rows) else "---:" for key in keys
    ]
    cells = [[_cell(row.get(key)) for key in keys] for row in rows]
    return [f"| {' | '.join(line)} |" for line in (map(_name, keys), sides, *cells)]


def _name(key: str) -> str:
    units = {"cpu": "CPU", "_ms": " ms", "_mb": " MB", "_s": " s", "_at_": "@", "_": " "}
    for part, said in units.items():
        key = key.replace(part, said)
    return key


def _cell(value: Any) -> str:  # noqa: ANN401 - text, number, or numbers of rounds or of systems
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{_name(name)} {_cell(it)}" for name, it in value.items())
    if isinstance(value, list):
        return f"{_cell(median(value))} ({_cell(min(value))} to {_cell(max(value))})"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else " ".join(value.split()).replace("|", "\\|")


def _figures(results: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Draw what has a shape: times over concurrency, and over entries."""
    if "http" in results:
        rows = [row for row in results["http"]["rows"] if row["questions"] == "distinct"]
        lines = {
            name: [(row["at_once"], row["p50_ms"]) for row in rows if row["system"] == name]
            for name in dict.fromkeys(row["system"] for row in rows)
        }
        yield "http.svg", _logarithmic("Median ms by distinct questions at once", lines)
    if "growth" in results:
        keys = ("rank_p50_ms", "rank_p95_ms", "search_p50_ms", "search_p95_ms", "resident_mb")
        rows = results["growth"]["rows"][1:]  # entries of this FAQ have more passages
        lines = {_name(key): [(it["entries"], it[key]) for it in rows if key in it] for key in keys}
        yield "growth.svg", _logarithmic("Milliseconds and megabytes by entries", lines)


def _logarithmic(title: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    powers = {name: [(log10(x), log10(y)) for x, y in line] for name, line in lines.items()}
    across, up = (
        (low := floor(min(values)), max(ceil(max(values)), low + 1))
        for values in zip(*(point for line in powers.values() for point in line), strict=True)
    )
    return _FIGURE.render(title=title, across=across, up=up, lines=powers) + "\n"
