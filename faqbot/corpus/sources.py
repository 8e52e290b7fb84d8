"""Whether the pages that answers come from still say what they said when they were read.

What each page said is noted in ``sources.yaml`` beside the entries, as a digest of its text.
Nothing is fetched unless somebody asks for it.
"""

from __future__ import annotations

import hashlib
import string
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from faqbot.corpus.entry import Corpus, Entry, Source
from faqbot.corpus.exchange.markdown_conversion import parse_html
from faqbot.corpus.reading import SOURCES_FILE
from faqbot.corpus.text import fold_space
from faqbot.corpus.writing import render_yaml
from faqbot.errors import PageUnavailable
from faqbot.files import write_atomically
from faqbot.progress import Progress

LARGEST = 4 * 1024**2
"""Most bytes of a page that are read."""
_TIMEOUT_S, _WHOLE_S = 20.0, 60.0
"""How long to wait for a part of a page, and for all of it."""
_REDIRECTS = 5
_PAUSE_S = 1.0
"""Between two pages: nobody's server is to notice."""
_UNSEEN = ("script", "style", "template", "noscript", "svg", "iframe", "nav", "footer")


@dataclass(frozen=True, slots=True)
class Cited:
    """A page, with the entries that name it as their source."""

    url: str
    """Without fragment."""
    entries: list[Entry] = field(default_factory=list)
    noted: Source | None = None
    """What is noted of it; None: it was never fetched."""
    failure: str | None = None
    """Why it could not be fetched now."""

    @property
    def changed(self) -> list[Entry]:
        """The entries that were not read again since it says something else."""
        return [it for it in self.entries if self.noted and self.noted.is_newer_than(it)]


def cited(corpus: Corpus) -> list[Cited]:
    """Collect the pages that entries name, by address."""
    noted = {source.url: source for source in corpus.sources}
    found: dict[str, Cited] = {}
    for entry in corpus.entries:
        if page := entry.provenance.page:
            found.setdefault(page, Cited(page, noted=noted.get(page))).entries.append(entry)
    return [found[page] for page in sorted(found)]


def fetched(page: Cited, today: date, *, allow_private: bool) -> Cited:
    """Fetch a page and compare it with what is noted; one that was never fetched becomes known.

    Args:
        allow_private: Whether it may come from an address that is not of the public internet.
    """
    try:
        digest = text_digest(page.url, allow_private=allow_private)
    except PageUnavailable as error:
        return replace(page, failure=str(error))
    before = page.noted or Source(url=page.url, digest=digest, fetched_on=today)
    changed_on = before.changed_on if before.digest == digest else today
    seen = replace(before, digest=digest, fetched_on=today, changed_on=changed_on)
    return replace(page, noted=seen)


def fetch_all(
    pages: list[Cited], today: date, *, allow_private: bool, progress: Progress
) -> list[Cited]:
    """Fetch pages, one after the other and with pauses."""
    found = []
    for number, page in enumerate(pages):
        progress("Fetching sources", number, len(pages))
        time.sleep(_PAUSE_S if number else 0)
        found.append(fetched(page, today, allow_private=allow_private))
    return found


def accepted(page: Cited) -> Cited:
    """Take what a page says now as what it is to say."""
    return replace(page, noted=page.noted and replace(page.noted, changed_on=None))


def write_sources(folder: Path, pages: list[Cited]) -> None:
    """Note what pages say in a corpus folder; what no entry names any more is forgotten."""
    noted: Mapping[str, Mapping[str, Any]] = {
        page.url: {name: it for name, it in asdict(page.noted).items() if it and name != "url"}
        for page in pages
        if page.noted
    }
    write_atomically(folder / SOURCES_FILE, render_yaml(noted))


def text_digest(url: str, *, allow_private: bool) -> str:
    """Fetch a page and digest the text that its readers see, or the whole of what is no text.

    Raises:
        PageUnavailable: It cannot be had within bounds; the text says why.
    """
    agent = f"faqbot/{version('faqbot')} (looks whether a cited page has changed)"
    address = quote(url, safe=string.punctuation)
    request = Request(address, headers={"User-Agent": agent})  # noqa: S310 - the opener knows no file
    try:
        with _opener(allow_private=allow_private).open(request, timeout=_TIMEOUT_S) as response:
            content = _content(response)
            kind = response.headers.get_content_type()
            charset = response.headers.get_content_charset("utf-8")
            text = content.decode(charset, "replace") if kind.startswith("text/") else None
    except (OSError, HTTPException, ValueError, LookupError) as error:
        raise PageUnavailable(str(error) or type(error).__name__) from error
    if text is not None:
        content = (_visible(text) if kind == "text/html" else fold_space(text)).encode()
    return f"sha256:{hashlib.sha256(content).hexdigest()[:16]}"


def _content(response: HTTPResponse) -> bytes:
    content, until = b"", time.monotonic() + _WHOLE_S
    while part := response.read1(65_536):
        content += part
        if len(content) > LARGEST:
            msg = f"more than {LARGEST:,} bytes"
            raise PageUnavailable(msg)
        if time.monotonic() > until:
            msg = f"not complete after {_WHOLE_S:.0f} seconds"
            raise PageUnavailable(msg)
    return content


def _visible(html: str) -> str:
    soup = parse_html(html)
    for unseen in soup(_UNSEEN):
        unseen.decompose()
    place = soup.find("main") or soup.find("body") or soup
    return fold_space(place.get_text(" "))


def _opener(*, allow_private: bool) -> OpenerDirector:
    opener = OpenerDirector()
    web = (HTTPHandler(), HTTPSHandler()) if allow_private else (_PublicHttp(), _PublicHttps())
    others = (ProxyHandler(), UnknownHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor())
    for handler in (*web, *others, _FewRedirects()):
        opener.add_handler(handler)
    return opener


class _FewRedirects(HTTPRedirectHandler):
    max_redirections = _REDIRECTS


class _PublicConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _require_public(self)


class _PublicSecureConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _require_public(self)


class _PublicHttp(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PublicConnection, req)


class _PublicHttps(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PublicSecureConnection, req)


def _require_public(connection: HTTPConnection) -> None:
    """Refuse a peer inside our own networks, whatever name it was found by, before it is asked."""
    peer = connection.sock.getpeername()[0]
    if not ip_address(peer).is_global:
        connection.close()
        msg = f"{connection.host} is not on the public internet: allow it with --allow-private"
        raise OSError(msg)
