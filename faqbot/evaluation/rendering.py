"""Write a report: one HTML page that fetches nothing, and the same as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdownify import markdownify

from faqbot.evaluation import wording
from faqbot.evaluation.measures import SLICE_MEASURES
from faqbot.evaluation.published import PUBLISHED, read_published
from faqbot.evaluation.report import RunReport, make_report
from faqbot.evaluation.run_files import BASELINE, read_folder, read_run
from faqbot.evaluation.runs import Run
from faqbot.files import write_atomically

REPORTS = Path("eval/reports")


@dataclass(frozen=True, slots=True)
class Written:
    """Where a report went."""

    html: Path
    markdown: Path
    note: str | None
    """What the reader of stderr should know."""


def write_report(
    folder: Path, *, baseline: Path | None = None, published: Path | None = None
) -> Written:
    """Report on the runs of a folder: ``eval/reports/<dataset>-<split>.html`` and ``.md``.

    Args:
        folder: What ``faqbot eval run`` wrote.
        baseline: The run to compare with; default: ``eval/baseline.json``, left out when it is
            missing or of other data.
        published: Figures of others, as `Figure` has them; default:
            ``eval/published/<dataset>.json``, if there is one.

    Raises:
        EvaluationError: A file is missing or malformed.
    """
    runs = read_folder(folder)
    reference, note = _baseline(baseline, runs[0])
    usual = PUBLISHED / f"{runs[0].dataset}.json"
    found = published or (usual if usual.is_file() else None)
    report = make_report(
        runs,
        baseline=reference,
        published=read_published(found) if found else (),
    )
    name = f"{runs[0].dataset}-{runs[0].split}"
    REPORTS.mkdir(parents=True, exist_ok=True)
    written = Written(REPORTS / f"{name}.html", REPORTS / f"{name}.md", note)
    write_atomically(written.html, render_html(report))
    write_atomically(written.markdown, render_markdown(report))
    return written


def render_html(report: RunReport) -> str:
    """Render a report as a page: HTML 5 with inline styles and SVG; it fetches nothing."""
    return _environment().get_template("report.html").render(report=report)


def render_markdown(report: RunReport) -> str:
    """Render a report as Markdown: what the page says, without figures."""
    page = BeautifulSoup(render_html(report), "html.parser")
    for element in page.select("head, nav, .tiles, figure + details summary, figure, footer"):
        element.decompose()
    for text in page.find_all(string=True):
        if type(text) is NavigableString and not text.find_parent("code"):
            text.replace_with(re.sub(r"([\\`*_<>|]|\](?=\())", r"\\\1", text))
    # What the style sheet sets apart.
    for aside in page.select("small.lines"):
        aside.replace_with(f" ({aside.get_text(' ', strip=True)}) ")
    for entry in page.select(".entry + .entry"):
        entry.insert_before("; ")
    for entry in page.select(".is-right"):
        entry.append(" (right)")
    for summary in page("summary"):
        summary.name = "h3"
    written = markdownify(
        str(page),
        heading_style="atx",
        bullets="-",
        escape_asterisks=False,
        escape_underscores=False,
    )
    return re.sub(r"\n{3,}", "\n\n", written).strip() + "\n"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("faqbot.evaluation", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["SLICE_MEASURES"] = SLICE_MEASURES
    for word in (
        *(wording.number, wording.value, wording.with_interval, wording.difference),
        *(wording.asked, wording.p_value, wording.tally),
    ):
        environment.filters[word.__name__] = word
    return environment


def _baseline(path: Path | None, run: Run) -> tuple[Run | None, str | None]:
    if path is not None:
        return read_run(path), None
    if not BASELINE.is_file():
        return None, None
    found = read_run(BASELINE)
    if found.dataset_digest != run.dataset_digest:
        return None, f"{BASELINE} is of other data than these runs, so it is left out"
    return found, None
