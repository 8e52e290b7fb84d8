"""The pages that show the widget: ``/embed``, to be framed, and ``/demo``, as on a host's page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.middleware import EMBED_PATH, PAGE_POLICY
from faqbot.api.replies import html
from faqbot.api.services import ServiceDep, address_of
from faqbot.api.snippets import CHOICES, iframe, look_of, policy, unpinned

_TYPED = "require-trusted-types-for 'script'"
"""Text never becomes markup or code on these pages: the browser itself refuses."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get(EMBED_PATH)
def embed(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show the widget alone, for a frame on another site's page."""
    look = look_of(request.query_params, service.corpus)
    ancestors = " ".join(("'self'", *service.settings.allowed_origins))
    headers = {
        "Content-Security-Policy": f"{PAGE_POLICY}; {_TYPED}; frame-ancestors {ancestors}",
        # A page that isolates itself frames only what isolates itself and agrees to be framed.
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    context = {
        "attributes": {**look, "mode": "inline"},
        "lang": look.get("lang", "fr"),
        "max_length": QUESTION_LIMIT,
    }
    return html(request, "embed.html", context, headers=headers)


@router.get("/demo")
def demo(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show the widget on a page of an invented host, with links to try its looks."""
    given = {"theme": "convergence", **request.query_params}
    look = look_of(given, service.corpus)
    mode = given["mode"] if given.get("mode") in CHOICES["mode"] else "both"
    endpoint = address_of(request)
    context = {
        "lang": look.get("lang", "fr"),
        "scheme": look.get("color-scheme", "auto"),
        "launcher": {**look, "mode": "launcher"} if mode != "inline" else None,
        "inline": {**look, "mode": "inline"} if mode != "launcher" else None,
        "shown": {name: values[0] for name, values in CHOICES.items()} | {**look, "mode": mode},
        "kept": {name: value for name, value in given.items() if name in CHOICES},
        "snippet": unpinned(endpoint, look),
        "frame": iframe(endpoint, look),
        "policy": "; ".join(policy(endpoint, framed=False)),
        # Where nobody said which address that is, the visitor's browser knows better.
        "guessed": None if service.settings.public_url else endpoint,
    }
    headers = {"Content-Security-Policy": f"{PAGE_POLICY}; {_TYPED}; frame-ancestors 'none'"}
    return html(request, "demo.html", context, headers=headers)
