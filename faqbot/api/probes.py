"""What operators and their machines ask: is it alive, is it ready, how does it fare."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from faqbot.api.services import ServiceDep
from faqbot.errors import StoreUnavailable

router = APIRouter(tags=["Operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process lives."""
    # A coroutine: it waits for no thread.
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "The database is unavailable."}})
def readyz(service: ServiceDep) -> JSONResponse:
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
        service.store.check()
    except StoreUnavailable:
        return JSONResponse(state | {"status": "not ready", "database": "unavailable"}, 503)
    return JSONResponse(state)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(service: ServiceDep) -> Response:
    """Give figures in Prometheus' text format."""
    return PlainTextResponse(
        service.metrics.render(it.code for it in service.warnings),
        media_type="text/plain; version=0.0.4; charset=utf-8",
    )
