"""Whether the pages that answers come from still say what they said when they were read.

What each page said is noted in ``sources.yaml`` beside the entries, as a digest of its text.
Nothing is fetched unless somebody asks for it.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from urllib import request
from urllib.parse import quote

from faqbot.corpus.entry import Source
from faqbot.corpus.exchange.markdown_conversion import parse_html
from faqbot.corpus.reading import SOURCES_FILE
from faqbot.corpus.text import fold_space
from faqbot.corpus.writing import render_yaml
from faqbot.errors import PageUnavailable
from faqbot.files import write_atomically

LARGEST = 4 * 1024**2
"""Most bytes of a page that are read."""
_TIMEOUT_S = 20.0
_UNSEEN = ("script", "style", "template", "noscript", "svg", "iframe", "nav", "footer")


def look_again(url: str, noted: Source | None, today: date, *, allow_private: bool) -> Source:
    """Fetch a page and compare it with what is noted; one that was never fetched becomes known.

    Args:
        allow_private: Whether it may come from an address that is not of the public internet.

    Raises:
        PageUnavailable: It cannot be had within bounds; the text says why.
    """
    digest = f"sha256:{hashlib.sha256(_text(url, allow_private)).hexdigest()[:16]}"
    noted = noted or Source(url=url, digest=digest, fetched_on=today)
    changed_on = noted.changed_on if noted.digest == digest else today
    return replace(noted, digest=digest, fetched_on=today, changed_on=changed_on)


def write_sources(folder: Path, noted: Iterable[Source]) -> None:
    """Note in a corpus folder what pages say."""
    records = {}
    for source in noted:
        values = {name: value for name, value in asdict(source).items() if value}
        records[values.pop("url")] = values
    write_atomically(folder / SOURCES_FILE, render_yaml(records))


def _text(url: str, allow_private: bool) -> bytes:
    """Fetch the text that a page's readers see, or the whole of what is no text."""
    agent = f"faqbot/{version('faqbot')} (looks whether a cited page has changed)"
    address = quote(url, safe=string.punctuation)
    asked = request.Request(address, headers={"User-Agent": agent})  # noqa: S310 - no handler of files
    try:
        with _opener(allow_private).open(asked, timeout=_TIMEOUT_S) as response:
            content: bytes = response.read(LARGEST + 1)
            kind = response.headers.get_content_type()
            charset = response.headers.get_content_charset("utf-8")
        if len(content) > LARGEST:
            msg = f"more than {LARGEST:,} bytes"
            raise PageUnavailable(msg)
        text = content.decode(charset, "replace") if kind.startswith("text/") else None
    except (OSError, HTTPException, ValueError, LookupError) as error:
        raise PageUnavailable(str(error) or type(error).__name__) from error
    if text is None:
        return content
    if kind == "text/html":
        soup = parse_html(text)
        for unseen in soup(_UNSEEN):
            unseen.decompose()
        text = (soup.find("main") or soup.find("body") or soup).get_text(" ")
    return fold_space(text).encode()


def _opener(allow_private: bool) -> request.OpenerDirector:
    web = (
        (request.HTTPHandler, request.HTTPSHandler)
        if allow_private
        else (_PublicHttp, _PublicHttps)
    )
    answers = (_FewRedirects, request.HTTPErrorProcessor, request.HTTPDefaultErrorHandler)
    opener = request.OpenerDirector()
    for handler in (*web, *answers, request.ProxyHandler, request.UnknownHandler):
        opener.add_handler(handler())
    return opener


class _FewRedirects(request.HTTPRedirectHandler):
    max_redirections = 5


class _PublicHttp(request.HTTPHandler):
    def http_open(self, req: request.Request) -> HTTPResponse:
        return self.do_open(_PublicConnection, req)


class _PublicHttps(request.HTTPSHandler):
    def https_open(self, req: request.Request) -> HTTPResponse:
        return self.do_open(_PublicSecureConnection, req)


class _PublicConnection(HTTPConnection):
    """Refuses a peer inside our own networks, whatever name it was found by, before it is asked."""

    def connect(self) -> None:
        super().connect()
        if not ip_address(self.sock.getpeername()[0]).is_global:
            self.close()
            msg = f"{self.host} is not on the public internet: allow it with --allow-private"
            raise OSError(msg)


class _PublicSecureConnection(_PublicConnection, HTTPSConnection):
    pass
