"""The routes of the widget's modules."""

from __future__ import annotations

import re

import structlog
from fastapi import APIRouter, Request, Response, status

from faqbot.api.failures import Failure, Kind
from faqbot.api.services import ServicesDep
from faqbot.api.templates import FOREVER, REVALIDATE
from faqbot.api.widget_files import ENTRY, PREFIX, Module

log = structlog.get_logger(__name__)

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.api_route(f"/{ENTRY}", methods=["GET", "HEAD"])
def entry(request: Request, services: ServicesDep) -> Response:
    """Serve the module that leads to the current version."""
    return _reply(request, services.widget.entry, REVALIDATE)


@router.api_route("/{digest}/{name}", methods=["GET", "HEAD"])
def module(request: Request, services: ServicesDep, digest: str, name: str) -> Response:
    """Serve a module of the current version."""
    widget = services.widget
    if digest == widget.digest and name in widget.modules:
        return _reply(request, widget.modules[name], FOREVER)
    if (
        digest != widget.digest
        and re.fullmatch(r"[0-9a-f]{16}", digest)
        and services.log_throttle.allows(f"widget {digest}")
    ):
        log.warning(
            "widget_outdated",
            digest=digest,
            current=widget.digest,
            advice="a page still embeds the widget by the snippet of an earlier version: print it "
            "again with faqbot widget snippet and replace it there",
        )
    raise Failure(Kind.NOT_FOUND)


def _reply(request: Request, found: Module, cache: str) -> Response:
    headers = {
        "Cache-Control": cache,
        "ETag": found.etag,
        "Vary": "Accept-Encoding",
        # Also a page that isolates itself (COEP) may load them; CORS still says which pages.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    known = request.headers.get("if-none-match", "")
    if found.etag in (tag.strip() for tag in known.split(",")) or known == "*":
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    content = found.content
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"], content = "gzip", found.compressed
    return Response(content, headers=headers, media_type="text/javascript")


def _takes_gzip(accepted: str) -> bool:
    for offer in accepted.lower().split(","):
        coding, _, parameter = offer.partition(";")
        if coding.strip() == "gzip":
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameter)
    return False
