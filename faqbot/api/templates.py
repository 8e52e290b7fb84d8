"""Jinja2 templates and static files under ``web/``, with versioned addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response
from starlette.types import Scope

from faqbot import french, wording
from faqbot.api.handoff import mailto
from faqbot.corpus.entry import Corpus

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


class Templates:
    """The templates of one ``web/`` folder.

    Args:
        web: The folder.
        root: The path under which browsers find the service; empty at the root.
        documented: Whether there is a page that describes the API.
    """

    def __init__(self, web: Path, root: str, *, documented: bool) -> None:
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
        self._environment.globals |= shared | {"documented": documented, "mailto": mailto}

    def render(self, name: str, corpus: Corpus, context: Mapping[str, Any]) -> str:
        """Render a template to HTML.

        Args:
            name: File name.
            corpus: The FAQ that the page is about, which it calls ``faq``; on an element with its
                words, ``{{ spoken }}`` says in which language these are, where that is not French.
            context: Its other variables.
        """
        spoken = "" if corpus.language == "fr" else Markup(' lang="{}"').format(corpus.language)
        known = {"faq": corpus, "spoken": spoken}
        return self._environment.get_template(name).render({**known, **context})

    def _address(self, name: str) -> str:
        path = self._static / name
        return f"{self._root}/static/{name}?{_version(path, path.stat().st_mtime_ns)}"


class VersionedFiles(StaticFiles):
    """Static files: kept for ever under the address of their content, else checked again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file."""
        response = await super().get_response(path, scope)
        # During an update a page of one version may ask a server of another.
        full, status = self.lookup_path(path)
        version = _version(Path(full), status.st_mtime_ns) if status else None
        asked = scope.get("query_string", b"").decode("latin-1")
        response.headers["Cache-Control"] = FOREVER if asked == version else REVALIDATE
        # A sandboxed frame is of no origin, and the page in it isolates itself.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


@lru_cache
def _version(path: Path, changed: int) -> str:
    del changed  # another time is another content
    return f"v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
