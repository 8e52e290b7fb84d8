"""Pages that entries cite are fetched when asked for, within bounds, and compared by their text."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from faqbot.cli import main
from faqbot.cli import sources as command
from faqbot.corpus import sources
from faqbot.corpus.checks import reviews_due
from faqbot.corpus.entry import Entry
from faqbot.corpus.reading import read_corpus
from faqbot.corpus.sources import look_again
from faqbot.errors import CorpusError, PageUnavailable
from tests.corpus_folder import CorpusFolder
from tests.samples import entry

HTML = "text/html; charset=utf-8"
Captured = pytest.CaptureFixture[str]


def digest_of(url: str, *, allow_private: bool = True) -> str:
    return look_again(url, None, date.today(), allow_private=allow_private).digest


@dataclass
class Site:
    """Serves pages, and notes who asked for which."""

    pages: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    """By path: status, content type (of a redirection: where to) and content."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and user agent."""
    port: int = 0

    def shows(self, path: str, html: str) -> None:
        self.pages[path] = (200, HTML, html.encode())

    def digest(self, path: str, *, allow_private: bool = True) -> str:
        return digest_of(f"http://127.0.0.1:{self.port}{path}", allow_private=allow_private)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(command, "_PAUSE_S", 0)
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers["User-Agent"]))
            status, kind, content = site.pages.get(self.path, (404, HTML, b"Rien"))
            self.send_response(status)
            self.send_header("Location" if 300 <= status < 400 else "Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cite(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., CorpusFolder]:
    """Make a corpus whose entries cite pages of the site, which has a name in it."""
    ask = socket.getaddrinfo

    def resolve(host: str, *given: Any, **more: Any) -> Any:
        return ask("127.0.0.1" if host == "www.example.org" else host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    folder = CorpusFolder(tmp_path / "corpus")
    monkeypatch.setenv("FAQBOT_CORPUS_DIR", str(folder.path))
    monkeypatch.setenv("COLUMNS", "300")

    def write(*paths: str, read_on: date) -> CorpusFolder:
        folder.write(*(cites(site, n, path, read_on) for n, path in enumerate(paths, start=1)))
        return folder

    return write


def cites(site: Site, number: int, path: str, read_on: date) -> Entry:
    one = entry(f"F{number}1", f"Question {number} ?")
    url = f"http://www.example.org:{site.port}{path}"
    return replace(one, provenance=replace(one.provenance, source_url=url, checked_on=read_on))


def check(capsys: Captured, *options: str) -> tuple[int, list[dict[str, Any]]]:
    code = main(["corpus", "sources", "check", "--json", *options])
    return code, json.loads(capsys.readouterr().out)


YESTERDAY = date.today() - timedelta(days=1)
FETCH = ("--fetch", "--allow-private")


def test_a_changed_page_flags_who_cites_it_until_it_is_read_again_or_accepted(
    cite: Callable[..., CorpusFolder], site: Site, capsys: Captured
) -> None:
    long = f"/b?{'c' * 200}=é"
    folder = cite("/a#un", "/a#deux", long, read_on=YESTERDAY)
    unfetched = read_corpus(folder.path)
    site.shows("/a", "<p>Le pont vaut cher.</p>")
    site.shows(long.replace("é", "%C3%A9"), "<p>Autre chose.</p>")

    code, rows = check(capsys)
    assert (code, [row["fetched_on"] for row in rows]) == (0, [None, None])
    assert not site.asked
    code, rows = check(capsys, *FETCH)
    assert (code, len(site.asked)) == (0, 2)
    assert all(agent.startswith("faqbot/") for _, agent in site.asked)
    assert rows[0]["entries"] == ["F11", "F21"]
    assert rows[0]["fetched_on"] == date.today().isoformat()

    site.shows("/a", "<p>Le pont ne vaut rien.</p>")
    assert check(capsys)[0] == 0
    for options in (FETCH, (), FETCH):  # it stays changed, however often it is fetched
        code, rows = check(capsys, *options)
        assert (code, [row["changed_entries"] for row in rows]) == (1, [["F11", "F21"], []])
    changed = read_corpus(folder.path)
    assert changed.digest == unfetched.digest
    due = reviews_due(changed, date.today())
    assert [(it.entry.id, it.by) for it in due] == [("F11", None), ("F21", None)]
    assert main(["corpus", "check", "--fast"]) == 0
    assert (
        f"F11: to be read again, its source changed: seen {date.today()}" in capsys.readouterr().out
    )
    assert main(["corpus", "sources", "check"]) == 1
    assert re.search(r"/a .*F11 F21 +F11 F21", capsys.readouterr().out)

    folder.write(
        cites(site, 1, "/a#un", date.today()),
        cites(site, 2, "/a#deux", YESTERDAY),
    )
    code, rows = check(capsys)
    assert (code, rows[0]["changed_entries"]) == (1, ["F21"])
    code, rows = check(capsys, "--save")
    assert (code, rows[0]["changed_entries"]) == (0, [])
    assert check(capsys)[0] == 0
    (source,) = read_corpus(folder.path).sources  # the other one is not cited any more
    assert source.url.endswith("/a")


def test_what_is_overdue_is_told_by_either_date(
    cite: Callable[..., CorpusFolder], site: Site, capsys: Captured
) -> None:
    old = date.today() - timedelta(days=31)
    folder = cite("/a", "/a", "/b", read_on=old)
    late = replace(cites(site, 2, "/a", date.today()), review_by=YESTERDAY)
    folder.write(cites(site, 1, "/a", old), late, cites(site, 3, "/b", date.today()))
    code, rows = check(capsys)
    assert (code, [row["overdue_entries"] for row in rows]) == (0, [["F21"], []])
    code, rows = check(capsys, "--max-age", "30")
    assert (code, [row["overdue_entries"] for row in rows]) == (0, [["F11", "F21"], []])
    assert rows[0]["checked_on"] == old.isoformat()


def test_a_page_that_cannot_be_had_is_told_and_what_is_noted_stays(
    cite: Callable[..., CorpusFolder], site: Site, capsys: Captured
) -> None:
    folder = cite("/a", read_on=YESTERDAY)
    site.shows("/a", "<p>Le pont vaut cher.</p>")
    check(capsys, *FETCH)
    noted = (folder.path / "sources.yaml").read_text("utf-8")
    del site.pages["/a"]
    code, (row,) = check(capsys, *FETCH)
    assert (code, row["failure"]) == (1, "HTTP Error 404: Not Found")
    assert (folder.path / "sources.yaml").read_text("utf-8") == noted


def test_only_what_readers_see_counts(site: Site) -> None:
    site.shows("/a", "<script>1</script><nav>A</nav><p class=a>Le  pont</p><footer>2026</footer>")
    site.shows("/b", "<script>2</script><nav>B</nav><p class=b>Le\n<b>pont</b></p>")
    site.shows("/c", "<p>Le tunnel</p>")
    site.shows("/d", "<p>Le tunnel</p><main>Le pont</main>")
    assert site.digest("/a") == site.digest("/b") == site.digest("/d") != site.digest("/c")
    site.pages |= {
        "/e": (200, "application/pdf", b"%PDF 1"),
        "/f": (200, "application/pdf", b"%PDF 2"),
        "/g": (200, "text/html; charset=latin-1", "<p>é</p>".encode("latin-1")),
        "/h": (200, HTML, "<p>é</p>".encode()),
        "/i": (200, "text/html; charset=nothing", b"<p>e</p>"),
    }
    assert site.digest("/e") != site.digest("/f")
    assert site.digest("/g") == site.digest("/h")
    with pytest.raises(PageUnavailable, match="nothing"):
        site.digest("/i")


def test_fetching_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.shows("/there", "<p>Le pont</p>")
    site.pages |= {f"/{n}": (302, f"/{n + 1}", b"") for n in range(9)}
    site.pages |= {
        "/one": (302, "/there", b""),
        "/file": (302, "file:///etc/passwd", b""),
        "/ftp": (302, f"ftp://127.0.0.1:{site.port}/there", b""),
    }
    assert site.digest("/one") == site.digest("/there")
    before = len(site.asked)
    for path in ("/0", "/file", "/ftp"):
        with pytest.raises(PageUnavailable):
            site.digest(path)
    assert len(site.asked) - before <= 9
    monkeypatch.setattr(sources, "LARGEST", 5)
    with pytest.raises(PageUnavailable, match="more than 5 bytes"):
        site.digest("/there")
    with pytest.raises(PageUnavailable):
        digest_of("http://127.0.0.1:9/")


def test_pages_of_private_networks_are_not_asked_for_whatever_their_name(
    site: Site, cite: Callable[..., CorpusFolder]
) -> None:
    site.shows("/a", "<p>Le pont</p>")
    assert site.digest("/a")
    before = len(site.asked)
    for host in ("127.0.0.1", "www.example.org", "[::ffff:127.0.0.1]"):
        with pytest.raises(PageUnavailable, match="--allow-private"):
            digest_of(f"http://{host}:{site.port}/a", allow_private=False)
    with pytest.raises(PageUnavailable):
        digest_of(f"https://127.0.0.1:{site.port}/a", allow_private=False)
    assert len(site.asked) == before


def test_a_damaged_note_is_named_with_its_line(tmp_path: Path) -> None:
    folder = CorpusFolder(tmp_path / "corpus", entry("F11", "Quoi ?"))
    noted = "https://www.example.org/:\n  digest: a\n  fetched_on: hier\n"
    (folder.path / "sources.yaml").write_text(noted, "utf-8")
    with pytest.raises(CorpusError, match=r"sources\.yaml:3"):
        read_corpus(folder.path)
