"""The HTML with which a page embeds the widget, and what the page's security policy must allow.

An endpoint is the address of the service, such as ``https://www.example.org/faq``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import TypeAlias
from urllib.parse import urlencode, urlsplit

from faqbot import wording
from faqbot.api.widget_files import ENTRY, PREFIX, Widget
from faqbot.corpus.entry import Corpus

CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": ("launcher", "inline"),
    "theme": ("neutral", "convergence", "dsfr"),
    "color-scheme": ("auto", "light", "dark"),
    "lang": ("fr", "en"),
}
"""Values of the element's attributes that have few; the first is the default, but for ``lang``,
which the page's own language decides."""


Look: TypeAlias = Mapping[str, str]
"""How an element is to look and what it is to offer: its attributes that differ from their
defaults."""


def look_of(given: Mapping[str, str], corpus: Corpus) -> Look:
    """Read a look as the element reads its attributes: what is invalid is left out.

    Args:
        given: Values by attribute.
        corpus: What the service answers from; its contact is shown until the service replies.
    """
    wanted = re.split(r"[\s,]+", given.get("theme-filter", ""))
    found = {
        name: given[name]
        for name, values in CHOICES.items()
        if given.get(name) in (values if name == "lang" else values[1:])
    }
    texts = {
        "theme-filter": " ".join(dict.fromkeys(it for it in wanted if it in corpus.theme_labels)),
        "heading": given.get("heading", "").strip()[:200],
        "contact": corpus.contact,
    }
    return found | {name: text for name, text in texts.items() if text}


def element(endpoint: str, look: Look) -> str:
    """Write the element, with a link for pages without JavaScript."""
    attributes = _attributes({"endpoint": endpoint, **look})
    link = wording.ASK_LINKS[look.get("lang", "fr")]
    return f'<faq-chat {attributes}><a href="{escape(endpoint)}/">{link}</a></faq-chat>'


def unpinned(endpoint: str, look: Look) -> str:
    """Write the short snippet, which always shows the service's current widget."""
    source = escape(f"{endpoint}{PREFIX}/{ENTRY}")
    return f'<script type="module" src="{source}"></script>\n{element(endpoint, look)}'


def pinned(endpoint: str, look: Look, widget: Widget) -> str:
    """Write the snippet that accepts these very modules and no others."""
    lines = []
    for module in widget.modules.values():
        address = {"crossorigin": "anonymous", "integrity": module.integrity}
        source = endpoint + widget.path_of(module)
        if module.name == ENTRY:
            script = _attributes({"type": "module", "src": source, **address})
        else:
            preload = _attributes({"rel": "modulepreload", "href": source, **address})
            lines.append(f"<link {preload}>")
    return "\n".join((*lines, f"<script {script}></script>", element(endpoint, look)))


def iframe(endpoint: str, look: Look) -> str:
    """Write the frame for pages that allow no script of others; it is always inline."""
    given = {name: value for name, value in look.items() if name not in {"mode", "contact"}}
    query = f"?{urlencode(given)}" if given else ""
    attributes = {
        "src": f"{endpoint}/embed{query}",
        "title": look.get("heading") or wording.ASK_LINKS[look.get("lang", "fr")],
        "width": "100%",
        "height": "640",
        "loading": "lazy",
        "allow": "clipboard-write",
        # The service's log names the page's origin when it is not allowed: it has to be told.
        "referrerpolicy": "strict-origin-when-cross-origin",
    }
    return f"<iframe {_attributes(attributes)}></iframe>"


def policy(endpoint: str, *, framed: bool) -> tuple[str, ...]:
    """Tell which directives the embedding page's Content-Security-Policy needs.

    Args:
        endpoint: Address of the service.
        framed: For the frame, instead of the element.
    """
    # A path without slash at its end would allow that address alone.
    source = f"{endpoint}/" if urlsplit(endpoint).path else endpoint
    if framed:
        return (f"frame-src {source}",)
    return (f"script-src {source}", f"connect-src {source}")


def _attributes(given: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in given.items())
