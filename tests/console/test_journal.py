"""The journal shows, filters, pages and exports what was done."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from faqbot.accounts.journal import COMMAND_LINE, Journal, JournalFilter
from faqbot.console.journal import PAGE_SIZE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_newest_line_comes_first_and_in_french(reviewer: TestClient, journal: Journal) -> None:
    journal.record("alice", "decision", "question-7", {"decision": "ignored", "n": 3}, at=NOON)
    journal.record(COMMAND_LINE, "account.created", "eve", {"role": "reader"}, at=NOON)
    journal.record(None, "login.failed", at=NOON + timedelta(hours=1))
    page = reviewer.get("/admin/audit").text
    lines = [row[1:] for row in cells(page)]
    assert lines[0] == ["alice", "Connexion", "", ""]  # who opened the page
    assert lines[1] == ["Sans compte", "Connexion échouée", "", ""]
    assert sorted(lines[2:]) == [
        ["Ligne de commande", "Compte créé", "eve", "rôle\u00a0: Consultation"],
        ["alice", "Décision", "question-7", "décision\u00a0: Rien à en tirer, n\u00a0: 3"],
    ]
    assert "4\u00a0lignes" in page
    assert 'datetime="2026-11-23T12:00:00+00:00"' in page


def test_what_stands_in_the_log_is_text(reviewer: TestClient, journal: Journal) -> None:
    journal.record("alice", "<b>x</b>", "<script>", {"<i>": "<img src=x>"}, at=NOON)
    page = reviewer.get("/admin/audit").text
    assert "<script>" not in page
    assert "<img src=x>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_filters_are_taken_together(reviewer: TestClient, journal: Journal) -> None:
    for day in range(4):
        journal.record("bob", "export", f"day{day}", at=NOON + timedelta(days=day))
        journal.record("eve", "export", f"eve{day}", at=NOON + timedelta(days=day))
    query = {"actor": "bob", "action": "export", "since": "2026-11-24", "until": "2026-11-25"}
    page = reviewer.get("/admin/audit", params=query).text
    assert [row[3] for row in cells(page)] == ["day2", "day1"]
    assert "/admin/audit.csv?actor=bob&amp;action=export&amp;since=2026-11-24" in page
    nothing = reviewer.get("/admin/audit", params=query | {"action": "decision"})
    assert "Aucune ligne ne correspond à ces critères." in nothing.text
    assert nothing.status_code == 200
    everything = reviewer.get("/admin/audit?actor=&action=&since=&until=").text
    assert "9\u00a0lignes" in everything


def test_every_line_is_on_one_page(reviewer: TestClient, journal: Journal) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        journal.record("bob", "export", f"n{number}", at=NOON + timedelta(seconds=number))
    seen: list[str] = []
    address = "/admin/audit?actor=bob"
    for place in (1, 2, 3):
        page = reviewer.get(address).text
        assert f"Page {place} sur 3" in page
        seen += [row[3] for row in cells(page)]
        following = re.search(r'href="([^"]+)" rel="next"', page)
        assert (following is None) == (place == 3)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"n{number}" for number in reversed(range(2 * PAGE_SIZE + 1))]
    assert 'rel="prev"' in reviewer.get("/admin/audit?actor=bob&page=99").text


def test_days_and_hours_are_those_of_paris_wherever_the_server_stands(
    reviewer: TestClient, journal: Journal, server_in_utc: None
) -> None:
    journal.record("bob", "export", "late", at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    page = reviewer.get("/admin/audit?actor=bob&since=2026-07-02").text
    assert cells(page)[0][0] == "02/07/2026 à 0\u00a0h\u00a030"
    assert "heure de Paris" in page
    assert cells(reviewer.get("/admin/audit?actor=bob&until=2026-07-01").text) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=hier", "«\u00a0hier\u00a0» n’est pas une date"),
        ("until=2026-13-01", "«\u00a02026-13-01\u00a0» n’est pas une date"),
        ("since=0001-01-01", "n’est pas une date"),
        ("since=2026-11-24&until=2026-11-23", "ont été échangées"),
    ],
)
def test_days_that_make_no_sense_are_named_on_the_page(
    reviewer: TestClient, journal: Journal, query: str, said: str
) -> None:
    journal.record("bob", "export", "kept", at=NOON)
    reply = reviewer.get(f"/admin/audit?actor=bob&{query}")
    assert reply.status_code == 422
    assert said in reply.text
    assert [row[3] for row in cells(reply.text)] == ["kept"]


@pytest.mark.parametrize("query", ["page=0", "page=x"])
def test_a_malformed_filter_is_refused_in_french(reviewer: TestClient, query: str) -> None:
    reply = reviewer.get(f"/admin/audit?{query}")
    assert reply.status_code == 422
    assert "<h1>Demande incomplète</h1>" in reply.text


def test_a_french_spreadsheet_reads_what_the_page_says(
    reviewer: TestClient, journal: Journal
) -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    journal.record(COMMAND_LINE, "account.created", "eve", {"role": "reader"}, at=at)
    table = reviewer.get(f"/admin/audit.csv?locale=fr&actor={COMMAND_LINE}").text
    assert table.splitlines()[1:] == [
        "02/07/2026 00:30:00;Ligne de commande;Compte créé;eve;rôle\u00a0: Consultation"
    ]
    lines = reviewer.get(f"/admin/audit.jsonl?locale=fr&actor={COMMAND_LINE}").text
    assert json.loads(lines)["details"] == {"role": "reader"}


def test_exports_hold_everything_and_are_written_down(
    reviewer: TestClient, journal: Journal
) -> None:
    for number in range(1_203):  # more than one batch, and more than any page
        journal.record("bob", "decision", f"=n{number}", {"n": number}, at=NOON)
    table = reviewer.get("/admin/audit.csv?actor=bob")
    assert table.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 1_203
    assert {row["target"] for row in rows} == {f"'=n{number}" for number in range(1_203)}
    assert json.loads(rows[0]["details"]).keys() == {"n"}
    assert table.headers["content-disposition"] == 'attachment; filename="faqbot-audit.csv"'
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    reply = reviewer.get("/admin/audit.jsonl")
    assert reply.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    lines = [json.loads(line) for line in reply.text.splitlines()]
    assert lines[1]["details"].keys() == {"n"}
    assert len(lines) == 1_203 + 1 + 2  # the login, and both exports
    assert {line["target"] for line in journal_lines(journal, "export")} == {
        "audit.csv",
        "audit.jsonl",
    }


def journal_lines(journal: Journal, action: str) -> list[dict[str, object]]:
    return [{"target": line.target} for line in journal.all(JournalFilter(action=action))]


@pytest.mark.parametrize("path", ["/admin/audit.csv", "/admin/audit.jsonl"])
def test_readers_do_not_export_the_journal(reader: TestClient, journal: Journal, path: str) -> None:
    assert reader.get(path).status_code == 403
    assert journal_lines(journal, "export") == []


def test_there_is_no_other_form_of_export(reviewer: TestClient) -> None:
    assert reviewer.get("/admin/audit.xml").status_code == 422


def test_a_file_is_refused_whose_days_make_no_sense(reviewer: TestClient) -> None:
    """A page shows a hint beside everything; a file would hold everything and say nothing."""
    for path in ("/admin/audit.csv?since=hier", "/admin/export/periods.csv?from=hier"):
        refused = reviewer.get(path)
        assert refused.status_code == 422
        assert "«\u00a0hier\u00a0» n’est pas une date" in refused.text
