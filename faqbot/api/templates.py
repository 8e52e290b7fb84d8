"""Jinja2 templates and static files under ``web/``, with versioned addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.types import Scope

from faqbot import french, wording
from faqbot.corpus.entry import Corpus

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


class Templates:
    """The templates of one ``web/`` folder.

    Args:
        web: The folder.
        root: The path under which browsers find the service; empty at the root.
    """

    def __init__(self, web: Path, root: str) -> None:
        self._static = web / "static"
        self._root = root
        self._environment = Environment(
            loader=FileSystemLoader(web / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        shared = {"t": wording, "f": french, "static": cache(self._address), "root": root}
        self._environment.globals |= shared

    def render(self, name: str, corpus: Corpus, context: Mapping[str, Any]) -> str:
        """Render a template to HTML.

        Args:
            name: File name.
            corpus: The FAQ that the page is about; ``page`` holds what every page shows of it.
            context: Its other variables.
        """
        page = {
            "title": corpus.title,
            "publisher": corpus.publisher,
            "notice": corpus.notice,
            "contact": corpus.contact,
            "entry_count": len(corpus.entries),
        }
        return self._environment.get_template(name).render({"page": page, **context})

    def _address(self, name: str) -> str:
        digest = hashlib.sha256((self._static / name).read_bytes()).hexdigest()[:12]
        return f"{self._root}/static/{name}?v={digest}"


class VersionedFiles(StaticFiles):
    """Static files: kept for ever under a versioned address, checked again under a bare one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file."""
        response = await super().get_response(path, scope)
        versioned = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = FOREVER if versioned else REVALIDATE
        return response
