"""Give a corpus to other tools, in forms that `importing` reads back without loss."""

from __future__ import annotations

from faqbot.corpus.entry import Corpus
from faqbot.corpus.exchange.contract import ExportFormat
from faqbot.corpus.exchange.csv_format import write_csv
from faqbot.corpus.exchange.faqpage_format import write_faqpage
from faqbot.corpus.exchange.jsonl_format import write_jsonl

__all__ = ["ExportFormat", "export_corpus"]


def export_corpus(corpus: Corpus, target_format: ExportFormat) -> str:
    """Write all entries of a corpus in an exchange format.

    Args:
        corpus: The FAQ.
        target_format: ``jsonl``, ``csv`` or ``faqpage`` (a whole HTML page).

    Returns:
        The text of the file. Importing it gives the same entries.
    """
    if target_format == "faqpage":
        return write_faqpage(corpus)
    return {"csv": write_csv, "jsonl": write_jsonl}[target_format](corpus.entries)
