"""Entries as a web page with `faqpage_data` inside; `/questions` is the one that people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import get_args

from faqbot.corpus.entry import Corpus
from faqbot.corpus.exchange.faqpage_data import MARKDOWN, faqpage, script_json
from faqbot.corpus.exchange.json_ld import Node, as_list, is_a, read_nodes, resolve
from faqbot.corpus.exchange.markdown_conversion import answer_to_markdown, html_to_line
from faqbot.corpus.exchange.raw_entries import RawEntry, RawPage, Report
from faqbot.corpus.rules import ENTRY_ID
from faqbot.corpus.text import fold_space
from faqbot.vocabulary import ProvenanceKind


def read_faqpage(text: str, report: Report) -> RawPage:
    r"""Read every FAQPage of an HTML page, or of a bare JSON-LD file, with ``\n`` line ends."""
    nodes = read_nodes(text, report)
    pages = [node for node in nodes or () if is_a(node, "FAQPage")]
    if nodes is not None and not pages:
        report(0, "no schema.org FAQPage in JSON-LD found in the page")
    by_id = {str(node["@id"]): node for node in nodes or () if "@id" in node and len(node) > 1}
    entries = []
    labels: dict[str, str] = {}
    for page in pages:
        for item in as_list(page.get("mainEntity")):
            question = resolve(item, by_id)
            if question is None or not is_a(question, "Question"):
                report(page.line, "mainEntity must hold nothing but Question objects")
                continue
            entry = _read_question(question, by_id, labels, report)
            if entry is not None:
                entries.append(entry)
    return RawPage(entries=tuple(entries), theme_labels=labels)


def write_faqpage(corpus: Corpus) -> str:
    """Write an HTML page that shows nothing and holds everything."""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(corpus.language)}">\n<meta charset="utf-8">\n'
        f"<title>{escape(corpus.title)}</title>\n"
        f'<script type="application/ld+json">\n{script_json(faqpage(corpus, whole=True))}\n'
        "</script>\n</html>\n"
    )


def _read_question(
    question: Node, by_id: Mapping[str, Node], labels: dict[str, str], report: Report
) -> RawEntry | None:
    name = question.get("name") or question.get("text")
    answers = [resolve(item, by_id) for item in as_list(question.get("acceptedAnswer"))]
    text = _answer_text(answers[0]) if len(answers) == 1 else None
    if not isinstance(name, str):
        report(question.line, "the question has no name")
    if text is None:
        report(question.line, "the question needs one acceptedAnswer with a text")
    if not isinstance(name, str) or text is None:
        return None
    values: dict[str, object] = {
        "question": html_to_line(name),
        "answer": text,
        "variants": [_plain(variant) for variant in as_list(question.get("alternateName"))],
    }
    values |= _read_optional(question, labels)
    source = _read_source(question.get("isBasedOn"))
    status = answers[0] and answers[0].get("creativeWorkStatus")
    if status in get_args(ProvenanceKind):
        source["kind"] = status
    if source:
        values["provenance"] = source
    return RawEntry(line=question.line, values=values)


def _read_optional(question: Node, labels: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    identifier = question.get("identifier")
    # Other people's identifiers have other forms; they are no ids of this corpus.
    if isinstance(identifier, str) and re.fullmatch(ENTRY_ID, identifier):
        values["id"] = identifier
    about = question.get("about")
    if isinstance(about, Node) and isinstance(about.get("termCode"), str):
        theme = str(about["termCode"])
        values["theme"] = theme
        label = about.get("name")
        labels.setdefault(
            theme, fold_space(html_to_line(label)) if isinstance(label, str) else theme
        )
    if "dateModified" in question:
        values["updated_on"] = str(question["dateModified"]).partition("T")[0]
    return values


def _answer_text(answer: Node | None) -> str | None:
    if answer is None:
        return None
    encoding = answer.get("encoding")
    if isinstance(encoding, Node) and encoding.get("encodingFormat") == MARKDOWN:
        source = encoding.get("text")
        if isinstance(source, str):
            return source
    text = answer.get("text")
    return answer_to_markdown(text) if isinstance(text, str) else None


def _read_source(source: object) -> dict[str, object]:
    if isinstance(source, str):
        return {"source_url": source}
    if not isinstance(source, Node):
        return {}
    names = {"source_title": "name", "source_url": "url", "checked_on": "lastReviewed"}
    return {key: _plain(source[name]) for key, name in names.items() if name in source}


def _plain(value: object) -> object:
    return html_to_line(value) if isinstance(value, str) else value
