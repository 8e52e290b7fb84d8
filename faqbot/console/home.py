"""The console's first page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faqbot.console.access import ReaderDep
from faqbot.console.pages import render_console

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/admin")
def home(request: Request, account: ReaderDep) -> HTMLResponse:
    """Show where to go from here."""
    return render_console(request, "console/home.html", {}, account, "dashboard")
