"""Where the processor time of one question goes, from the request's body to the reply's.

    python eval/benchmarks/stages.py [QUESTIONS]

The application is called as a server would, without one. Each stage is made of functions of faqbot,
or of FastAPI, that are timed where they stand: processor time of the thread, less that of stages
within it. One that has been moved is an error here. Prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from functools import wraps
from http import HTTPStatus
from pkgutil import resolve_name
from statistics import fmean
from typing import Any

from load import PATH
from measuring import spread
from service import all_questions
from starlette.types import ASGIApp

from faqbot.api.log_format import configure_logging
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.progress import silent
from faqbot.settings import Settings

STAGES = {
    "embed": ["faqbot.embedding.encoder:PromptedEmbedder.embed_queries"],
    "search": [
        "faqbot.retrieval.lexicon:Lexicon.match",
        "faqbot.retrieval.dense:DenseIndex.compare",
    ],
    "fuse": ["faqbot.retrieval.retriever:fuse", "faqbot.retrieval.retriever:Retriever.rank"],
    "judge": ["faqbot.answering.calibration:CalibratedRule.judge"],
    "highlight": ["faqbot.answering.answer:marks"],
    "redact": ["faqbot.privacy.redaction:Redactor.__call__"],
    "store": ["faqbot.feedback.store:FeedbackStore.record"],
    "render": [
        "faqbot.api.presenter:TurnView.of",
        "fastapi._compat.v2:ModelField.serialize",
        "fastapi._compat.v2:ModelField.serialize_json",
    ],
    "validate": ["fastapi._compat.v2:ModelField.validate"],
}
"""Validation is of the question; that of the reply is rendering."""
_UNCOUNTED = 20
"""First questions, which find nothing warm."""


class Stages:
    """Adds up what each stage took of one question, in milliseconds."""

    def __init__(self) -> None:
        self.took = defaultdict[str, float](float)
        self._local = threading.local()
        for stage, functions in STAGES.items():
            for path in functions:
                self._time(stage, path)

    def _time(self, stage: str, path: str) -> None:
        owner, _, name = path.replace(":", ".").rpartition(".")
        place = resolve_name(owner)
        found = vars(place)[name]
        function = found.__func__ if isinstance(found, classmethod) else found

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes
            outer, self._local.within = getattr(self._local, "within", 0.0), 0.0
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                whole = time.thread_time() - started
                reply = kwargs.get("loc") == ("response",)
                self.took["render" if reply else stage] += (whole - self._local.within) * 1000
                self._local.within = outer + whole

        setattr(place, name, classmethod(timed) if isinstance(found, classmethod) else timed)


async def measure(count: int) -> dict[str, Any]:
    """Ask the application, and sum each stage up."""
    settings, stages, found = Settings.from_env(), Stages(), []
    configure_logging(settings.log_level)
    with tempfile.TemporaryDirectory() as folder:
        apart = settings.model_copy(update={"database_url": f"sqlite:///{folder}/faqbot.sqlite3"})
        app = create_app(Service.open(apart, Assistant.open(settings, progress=silent)))
        async with app.router.lifespan_context(app):
            for question in all_questions()[: count + _UNCOUNTED]:
                stages.took.clear()
                cpu, wall = time.process_time(), time.perf_counter()
                await _post(app, json.dumps({"question": question}).encode())
                total, wall = time.process_time() - cpu, time.perf_counter() - wall
                rest = total * 1000 - sum(stages.took.values())
                found.append(
                    {**stages.took, "rest": rest, "total": total * 1000, "wall": wall * 1000}
                )
    columns = {
        name: [row.get(name, 0.0) for row in found[_UNCOUNTED:]]
        for name in (*STAGES, "rest", "total", "wall")
    }
    rows = [{"stage": name, "mean": fmean(it), **spread(it)} for name, it in columns.items()]
    return {"questions": count, "rows": rows}


async def _post(app: ASGIApp, body: bytes) -> None:
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": headers,
    }
    scope |= {"http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1), "root_path": ""}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:  # noqa: ANN401 - of any kind
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != HTTPStatus.OK:
        raise SystemExit(f"status {sent[0]['status']}: {sent[1:]}")


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int([*sys.argv, "500"][1])))))
