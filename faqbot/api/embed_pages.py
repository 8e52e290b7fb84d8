"""The pages that show the widget: ``/embed``, to be framed, and ``/demo``, as on a host's page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.api.contract import QUESTION_LIMIT
from faqbot.api.observing import PAGE_POLICY
from faqbot.api.origins import EMBED_PATH
from faqbot.api.service import ServiceDep
from faqbot.api.snippets import Look
from faqbot.api.templates import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get(EMBED_PATH)
def embed(request: Request, service: ServiceDep) -> HTMLResponse:
    """Show the widget alone, for a frame on another site's page."""
    look = Look.of(request.query_params, service.assistant.corpus.theme_labels)
    ancestors = " ".join(("'self'", *service.settings.allowed_origins))
    headers = {
        "Content-Security-Policy": f"{PAGE_POLICY}; require-trusted-types-for 'script'; "
        f"frame-ancestors {ancestors}",
        # A page that isolates itself frames only what isolates itself and agrees to be framed.
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    context = {
        "attributes": look.attributes | {"mode": "inline"},
        "lang": look.lang or "fr",
        "max_length": QUESTION_LIMIT,
    }
    return HTMLResponse(render(request, "embed.html", context), headers=headers)
