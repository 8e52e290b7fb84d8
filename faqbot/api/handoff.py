"""Handing a conversation over to a person by mail."""

from __future__ import annotations

from urllib.parse import quote

from faqbot import wording

_MAILTO_LIMIT = 1900
"""Characters: Windows hands mail programs addresses of 2,083 at most."""


def mailto(contact: str, text: str) -> str:
    """Address a message as a link; of one that is too long for mail programs the end is kept."""
    start = f"mailto:{quote(contact, safe='@')}?subject={quote(wording.HANDOFF_SUBJECT)}&body="
    while len(body := quote(text.replace("\n", "\r\n"), safe="")) > _MAILTO_LIMIT - len(start):
        text = "…" + text[len(text) // 10 + 2 :]
    return start + body
