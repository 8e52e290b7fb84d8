"""What operators and their machines ask: is it alive, is it ready, how does it fare."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from faqbot.api.failures import RETRY_AFTER_S, Failure, Kind
from faqbot.api.services import ServiceDep
from faqbot.errors import StoreUnavailable

router = APIRouter(tags=["Operations"])
_threads = ThreadPoolExecutor(2, "probe")
"""Those of requests may all be taken, by pages and questions."""


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process lives."""
    # A coroutine: it waits for no thread.
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "The database is unavailable."}})
async def readyz(service: ServiceDep) -> JSONResponse:
    """Say whether index and database are usable."""
    # The index is in memory from start to end: a process without one never listens.
    state: dict[str, Any] = {
        "status": "ready",
        "index": "ok",
        "database": "ok",
        "entries": str(len(service.corpus.entries)),
        "corpus_digest": service.corpus.digest,
        "release": service.release,
        "model": service.assistant.embedder.model_id,
        # It goes on answering with them: somebody should look, no balancer should turn away.
        "warnings": [{"code": it.code, **it.details()} for it in service.warnings],
    }
    try:
        await asyncio.get_running_loop().run_in_executor(_threads, service.store.check)
    except StoreUnavailable:
        state |= {"status": "not ready", "database": "unavailable"}
        return JSONResponse(state, 503, {"Retry-After": RETRY_AFTER_S})
    return JSONResponse(state)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={401: {"description": "A token is asked for, and was not sent."}},
)
async def metrics(request: Request, service: ServiceDep) -> Response:
    """Give figures in Prometheus' text format; with `FAQBOT_METRICS_TOKEN`, to its bearer only."""
    if token := service.settings.metrics_token:
        wanted = f"Bearer {token.get_secret_value()}"
        if not compare_digest(wanted.encode(), request.headers.get("authorization", "").encode()):
            raise Failure(Kind.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    render, warnings = service.metrics.render, [it.code for it in service.warnings]
    figures = await asyncio.get_running_loop().run_in_executor(_threads, render, warnings)
    return PlainTextResponse(figures, media_type="text/plain; version=0.0.4; charset=utf-8")
