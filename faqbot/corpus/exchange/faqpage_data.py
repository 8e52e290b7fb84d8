"""Entries in a form that search engines understand: schema.org FAQPage in JSON-LD.

schema.org has no word for some of what an entry holds, so its nearest ones are used: ``about`` with
``termCode`` for the theme, ``isBasedOn`` with ``lastReviewed`` for the source,
``creativeWorkStatus`` for verbatim or reworded. Exports are whole: they add ``alternateName`` for
the variants and, because HTML cannot be turned back into the very same Markdown, the answer's
source under ``encoding``.
"""

from __future__ import annotations

import html
import json
import re

from faqbot.corpus.entry import Corpus, Entry
from faqbot.corpus.markdown import to_html

MARKDOWN = "text/markdown"


def faqpage(corpus: Corpus, *, whole: bool) -> dict[str, object]:
    """Describe a corpus.

    Args:
        whole: With what is searched and not shown, so that an import gives the same entries.
    """
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "name": _line(corpus.title),
        "inLanguage": corpus.language,
        "publisher": {
            "@type": "Organization",
            "name": _line(corpus.publisher),
            "email": corpus.contact,
        },
        "mainEntity": [_question(entry, corpus, whole=whole) for entry in corpus.entries],
    }


def script_json(data: object) -> str:
    """Write JSON for a script element: without any ``<`` no text can close it."""
    return json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")


def _question(entry: Entry, corpus: Corpus, *, whole: bool) -> dict[str, object]:
    source = entry.provenance
    answer: dict[str, object] = {
        "@type": "Answer",
        "text": to_html(entry.answer),
        "creativeWorkStatus": source.kind,
    }
    question: dict[str, object] = {
        "@type": "Question",
        "identifier": entry.id,
        "name": _line(entry.question),
        "about": {
            "@type": "DefinedTerm",
            "termCode": entry.theme,
            "name": _line(corpus.theme_label(entry)),
        },
        "dateModified": entry.updated_on.isoformat(),
        "isBasedOn": {
            "@type": "WebPage",
            "name": _line(source.source_title),
            **({"url": source.source_url} if source.source_url else {}),
            "lastReviewed": source.checked_on.isoformat(),
        },
        "acceptedAnswer": answer,
    }
    if whole:
        question["alternateName"] = [_line(variant) for variant in entry.variants]
        answer["encoding"] = {
            "@type": "TextObject",
            "encodingFormat": MARKDOWN,
            "text": entry.answer,
        }
    return question


def _line(text: str) -> str:
    """Escape a plain text where it would be taken for HTML."""
    like_html = html.unescape(text) != text or re.search(r"</?[A-Za-z]|<!--", text)
    return html.escape(text, quote=False) if like_html else text
