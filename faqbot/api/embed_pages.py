"""The pages that show the widget: ``/embed``, to be framed, and ``/demo``, as on a host's page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.middleware import EMBED_PATH, PAGE_POLICY
from faqbot.api.replies import html
from faqbot.api.services import CorpusDep, ServiceDep, address_of
from faqbot.api.snippets import CHOICES, Look, iframe, policy, unpinned

_TYPED = "require-trusted-types-for 'script'"
"""Text never becomes markup or code on these pages: the browser itself refuses."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get(EMBED_PATH)
def embed(request: Request, service: ServiceDep, corpus: CorpusDep) -> HTMLResponse:
    """Show the widget alone, for a frame on another site's page."""
    look = Look.of(request.query_params, corpus.theme_labels)
    ancestors = " ".join(("'self'", *service.settings.allowed_origins))
    headers = {
        "Content-Security-Policy": f"{PAGE_POLICY}; {_TYPED}; frame-ancestors {ancestors}",
        # A page that isolates itself frames only what isolates itself and agrees to be framed.
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    context = {
        "attributes": look.attributes | {"mode": "inline"},
        "lang": look.lang or "fr",
        "max_length": QUESTION_LIMIT,
    }
    return html(request, "embed.html", context, headers=headers)


@router.get("/demo")
def demo(request: Request, service: ServiceDep, corpus: CorpusDep) -> HTMLResponse:
    """Show the widget on a page of an invented host, with links to try its looks."""
    given = {"theme": "convergence", **request.query_params}
    look = Look.of(given, corpus.theme_labels)
    mode = look.mode or "both"
    public_url = service.settings.public_url
    endpoint = address_of(request)
    attributes = {name: value for name, value in look.attributes.items() if name != "mode"}
    kept = {name: value for name, value in given.items() if name in CHOICES}
    context = {
        "lang": look.lang or "fr",
        "scheme": look.color_scheme or "auto",
        "launcher": {"mode": "launcher", **attributes} if mode != "inline" else None,
        "inline": {**attributes, "mode": "inline"} if mode != "launcher" else None,
        "shown": {"mode": mode, **{name: _shown(look, name) for name in CHOICES if name != "mode"}},
        "kept": kept,
        "snippet": unpinned(endpoint, look),
        "frame": iframe(endpoint, look),
        "policy": "; ".join(policy(endpoint, framed=False)),
        # Where nobody said which address that is, the visitor's browser knows better.
        "guessed": None if public_url else endpoint,
    }
    headers = {"Content-Security-Policy": f"{PAGE_POLICY}; {_TYPED}; frame-ancestors 'none'"}
    return html(request, "demo.html", context, headers=headers)


def _shown(look: Look, name: str) -> str:
    value = look.attributes.get(name)
    return value or ("fr" if name == "lang" else CHOICES[name][0])
