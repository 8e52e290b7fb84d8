"""Where the processor time of one question goes, from the request's body to the reply's.

    python eval/benchmarks/stages.py [QUESTIONS]

The server runs in a thread of this process and is asked one question at a time. Each stage is made
of functions of faqbot, or of FastAPI, that are timed where they stand: processor time of their
thread, less that of stages within. One that has been moved is an error here. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from functools import wraps
from pkgutil import resolve_name
from statistics import fmean
from typing import Any

import uvicorn
from load import ask
from service import all_questions

from faqbot.api.log_format import configure_logging
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.assistant import Assistant
from faqbot.progress import silent
from faqbot.settings import Settings

STAGES = {
    "embed": [
        "faqbot.embedding.encoder:PromptedEmbedder.embed",
        "faqbot.embedding.onnx_encoder:OnnxEmbedder._run",  # in threads of its own, of several
    ],
    "search": [
        "faqbot.retrieval.lexicon:Lexicon.search",
        "faqbot.retrieval.lexicon:Lexicon.match",
        "faqbot.retrieval.dense:DenseIndex.compare",
    ],
    "tokens": ["faqbot.retrieval.late_interaction:TokenIndex.compare"],
    "fuse": ["faqbot.retrieval.retriever:fuse", "faqbot.retrieval.retriever:Retriever.rank_each"],
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


def timing() -> dict[str, float]:
    """Wrap the functions of all stages.

    Returns:
        Seconds by stage, which grow as they are called, whichever thread does.
    """
    took, local = defaultdict[str, float](float), threading.local()

    def wrap(stage: str, path: str) -> None:
        owner, _, name = path.replace(":", ".").rpartition(".")
        place = resolve_name(owner)
        found = vars(place)[name]
        function = found.__func__ if isinstance(found, classmethod) else found

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes
            outer, local.within = getattr(local, "within", 0.0), 0.0
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                whole = time.thread_time() - started
                reply = kwargs.get("loc") == ("response",)
                took["render" if reply else stage] += whole - local.within
                local.within = outer + whole

        setattr(place, name, classmethod(timed) if isinstance(found, classmethod) else timed)

    for stage, paths in STAGES.items():
        for path in paths:
            wrap(stage, path)
    return took


def main(count: int) -> None:
    """Ask, and print what each stage took of a question on average."""
    settings, took = Settings.from_env(), timing()
    configure_logging(settings.log_level)
    with tempfile.TemporaryDirectory() as folder:
        apart = settings.model_copy(update={"database_url": f"sqlite:///{folder}/faqbot.sqlite3"})
        app = create_app(Service.open(apart, Assistant.open(settings, progress=silent)))
        config = uvicorn.Config(app, port=0, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port, questions = server.servers[0].sockets[0].getsockname()[1], all_questions()
        ask(port, questions[-_UNCOUNTED:], at_once=1)
        took.clear()
        found = ask(port, questions[:count], at_once=1)
        server.should_exit = True
        thread.join()
    parts = {name: took[name] * 1000 / count for name in STAGES}
    total = found.client_cpu_s * 1000 / count  # of the process, so the server's too
    parts |= {
        "rest": total - sum(parts.values()),
        "total": total,
        "wall": fmean(found.latencies_ms),
    }
    rows = [{"stage": name, "mean_ms": value} for name, value in parts.items()]
    print(json.dumps({"questions": count, "failed": found.failed, "rows": rows}))


if __name__ == "__main__":
    main(int([*sys.argv, "500"][1]))
