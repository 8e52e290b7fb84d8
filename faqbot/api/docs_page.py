"""The page that describes the HTTP API: Swagger UI, whose files fastapi-swagger brings along."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from faqbot.api.middleware import PAGE_POLICY
from faqbot.api.replies import html

# It draws its icons from data: addresses.
_POLICY = PAGE_POLICY.replace("img-src", "img-src data:") + "; frame-ancestors 'none'"
_router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def add_docs(app: FastAPI) -> None:
    """Add the page and its files."""
    app.include_router(_router)
    files = StaticFiles(packages=[("fastapi_swagger", "resources")])
    app.mount("/swagger", files, name="swagger")


@_router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Show the description of the API."""
    return html(request, "docs.html", {}, headers={"Content-Security-Policy": _POLICY})
