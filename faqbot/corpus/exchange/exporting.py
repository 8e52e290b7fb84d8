"""Give a corpus to other tools, in forms that an import reads back without loss."""

from __future__ import annotations

from faqbot.corpus.entry import Corpus
from faqbot.corpus.exchange.csv_format import write_csv
from faqbot.corpus.exchange.faqpage_format import write_faqpage
from faqbot.corpus.exchange.jsonl_format import write_jsonl
from faqbot.corpus.exchange.raw_entries import ExportFormat


def export_corpus(corpus: Corpus, target_format: ExportFormat) -> str:
    """Write all entries of a corpus in an exchange format.

    Importing the text gives the same entries; see `csv_format` for what that means in spreadsheets.
    """
    if target_format == "faqpage":
        return write_faqpage(corpus)
    return {"csv": write_csv, "jsonl": write_jsonl}[target_format](corpus.entries)
