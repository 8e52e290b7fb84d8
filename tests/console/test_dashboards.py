from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from faqbot.accounts.journal import Journal, JournalFilter
from faqbot.api.service import Service
from faqbot.application import create_app
from faqbot.console.access import Account, logged_in
from faqbot.console.dashboard.exports import TABLES
from faqbot.console.days import today
from faqbot.corpus.entry import Source
from faqbot.demonstration import DEMO_MODEL
from faqbot.settings import Settings
from tests.console.conftest import KEY
from tests.console.filling import FORMULA, LONG, MARKUP, fill
from tests.fakes import mute_assistant, our_corpus
from tests.samples_of_use import interaction
from tests.samples_of_use import shown as entry_shown

PAGES = ("/admin", "/admin/entries", "/admin/entries/S05", "/admin/unanswered")


@contextmanager
def console(folder: Path) -> Iterator[tuple[TestClient, Service]]:
    """Open a console on a new database, as bob, who may look; logging in is tested elsewhere."""
    settings = Settings(database_url=f"sqlite:///{folder / 'faqbot.db'}", secret_key=KEY)
    service = Service.open(settings, mute_assistant())
    app = create_app(service)
    app.dependency_overrides[logged_in] = lambda: Account("bob", "reader")
    headers = {"accept": "text/html"}
    yield TestClient(app, raise_server_exceptions=False, headers=headers), service
    service.store.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[tuple[TestClient, Service]]:
    """A console before an empty database, and what it serves with."""
    with console(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A console before a database with questions, which no test changes."""
    with console(tmp_path_factory.mktemp("filled")) as (client, service):
        fill(service.store)
        yield client


def text(client: TestClient, address: str, status: int = 200) -> str:
    reply = client.get(address)
    assert reply.status_code == status
    # No-break spaces are checked where numbers are written, not here.
    return reply.text.replace("\u202f", " ").replace("\u00a0", " ").replace("&#39;", "'")


@pytest.mark.parametrize("page", [*PAGES, "/admin/export/periods.csv"])
def test_dashboards_are_for_accounts_only(client: TestClient, page: str) -> None:
    reply = client.get(page)
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/admin/login?next=")


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_database_is_said_to_be_empty(
    reader: tuple[TestClient, Service], page: str
) -> None:
    shown = text(reader[0], page)
    assert re.search(r"Aucun(e question| avis| commentaire)", shown)
    assert "nan" not in shown.lower().split()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_needs_scripts_or_inline_styles(filled: TestClient, page: str) -> None:
    shown = text(filled, page)
    assert "<script" not in shown
    tags = re.findall(r"<[a-z][^>]*>", shown)
    assert not [tag for tag in tags if re.search(r"\s(style|on[a-z]+)=", tag)]


def test_the_dashboard_shows_shares_with_their_n_and_interval(filled: TestClient) -> None:
    shown = text(filled, "/admin")
    assert "10 conversations, 1 politesse" in shown
    assert "33 %" in shown  # ten of thirty questions answered
    assert "de 19 % à 51 %, n = 30 questions" in shown
    assert "de 35 % à 85 %, n = 11 avis" in shown
    assert "Trop peu de questions pour comparer" in shown


def test_what_got_worse_beyond_chance_is_said_first(reader: tuple[TestClient, Service]) -> None:
    client, service = reader
    now = datetime.now(UTC)
    for age in (2, 40):
        for number in range(40):
            useful, answered = age == 40 or number < 10, age == 40 or number < 20
            asked = interaction(
                asked_at=now - timedelta(days=age), status="answered" if answered else "no_answer"
            )
            service.store.record(asked)
            service.store.vote(asked.id, "S01", useful=useful, reason=None, comment=None, at=now)
    shown = text(client, "/admin")
    assert "La satisfaction a baissé : 25 % (de 14 % à 40 %) contre 100 %" in shown
    assert "La part des questions sans réponse a augmenté : 50 %" in shown
    assert shown.index("a baissé") < shown.index('<form class="filters')
    assert "n’explique pas" not in text(client, "/admin?from=2020-01-01&to=2020-03-31")


def test_the_last_calendar_week_is_one_press_away(filled: TestClient) -> None:
    (first, last) = re.search(  # type: ignore[union-attr]
        r'from=([-\d]+)&amp;to=([-\d]+)">Semaine dernière', text(filled, "/admin")
    ).groups()
    monday = date.fromisoformat(first)
    assert (monday.weekday(), date.fromisoformat(last) - monday) == (0, timedelta(days=6))
    assert timedelta(days=7) <= today() - monday <= timedelta(days=13)


def test_the_assumed_share_outside_stands_beside_the_live_one(filled: TestClient) -> None:
    page = filled.get("/admin").text
    assert "Sans réponse" in page
    assert "suppose que 10\u00a0% des questions n’ont pas de réponse" in page


def test_every_chart_has_a_title_a_description_and_its_data(filled: TestClient) -> None:
    shown = text(filled, "/admin")
    charts = re.findall(r'<svg class="chart__.*?</svg>', shown, re.DOTALL)
    assert len(charts) == 4
    for chart in charts:
        title, description = re.search(r'aria-labelledby="(\S+) (\S+)"', chart).groups()  # type: ignore[union-attr]
        assert re.search(rf'<title id="{title}">[^<]+</title>', chart)
        assert re.search(rf'<desc id="{description}">[^<]+</desc>', chart)
    identifiers = re.findall(r'\sid="([^"]+)"', shown)
    assert len(identifiers) == len(set(identifiers))
    assert shown.count("Voir les données") == 4
    shares = r"<title>[^<]+ – \d+\s% \(de \d+\s% à \d+\s%\), \d+ sur \d+</title>"
    assert re.search(shares, shown)


def test_a_theme_narrows_everything_down(filled: TestClient) -> None:
    theme = our_corpus().by_id["S05"].theme
    shown = text(filled, f"/admin?theme={theme}")
    votes = 11 if our_corpus().by_id["F11"].theme == theme else 10
    assert "10 conversations" in shown
    assert f"n = {votes} avis" in shown
    assert "n = 10 questions" in shown or "n = 20 questions" in shown


def test_a_version_of_the_corpus_can_be_chosen(filled: TestClient) -> None:
    shown = text(filled, "/admin?corpus=abababababab")
    assert "n = 5 questions" in shown
    assert '<option value="abababababab" selected>' in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=hier", "« hier » n’est pas une date"),
        ("to=2026-13-01", "« 2026-13-01 » n’est pas une date"),
        ("to=9999-12-31", "n’est pas une date"),
        ("from=2026-11-23&to=2026-11-01", "ont été échangées"),
        ("from=2001-01-01&to=2026-01-01", "limitée à 5 ans"),
        ("theme=rien", "Le thème « rien » n’existe pas"),
        ("corpus=xyz", "« xyz » n’est pas le début d’une empreinte"),
        ("by=hour", "Le regroupement « hour » n’existe pas"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_named(
    filled: TestClient, query: str, said: str
) -> None:
    shown = text(filled, f"/admin?{query}", 422)
    assert said in shown
    assert "<h1>Tableau de bord</h1>" in shown


def test_filters_of_other_pages_are_explained_too(filled: TestClient) -> None:
    assert "Le tri « x » n’existe pas" in text(filled, "/admin/entries?order=x", 422)
    assert "Le choix « x » n’existe pas" in text(filled, "/admin/unanswered?status=x", 422)


def test_entries_with_few_verdicts_stand_apart(filled: TestClient) -> None:
    shown = text(filled, "/admin/entries")
    ranked, rest = shown.split('id="peu"')
    few, never = rest.split('id="jamais"')
    assert "/admin/entries/S05" in ranked
    assert "/admin/entries/F11" not in ranked
    assert "/admin/entries/F11" in few
    assert "trop peu d’avis" in few
    assert "/admin/entries/S02?" in never
    by_shown = text(filled, "/admin/entries?order=shown")
    assert by_shown.index("/admin/entries/F11") < by_shown.index("/admin/entries/S05")


def test_entries_to_be_read_again_are_listed_the_overdue_ones_first(
    reader: tuple[TestClient, Service],
) -> None:
    client, service = reader
    assert 'id="relire"' not in text(client, "/admin/entries")
    soon = today() + timedelta(days=10)
    dated = {"S02": soon, "F11": date(2026, 1, 31)}
    entries = tuple(replace(it, review_by=dated.get(it.id)) for it in our_corpus().entries)
    only = next(it for it in entries if it.id == "F13").provenance
    day = only.checked_on + timedelta(days=1)
    changed = Source(url=only.page, digest="new", fetched_on=day, changed_on=day)
    service.assistant.corpus = replace(our_corpus(), entries=entries, sources=(changed,))  # type: ignore[misc]
    due = text(client, "/admin/entries").split('id="relire"')[1]
    assert due.index("/admin/entries/F11") < due.index("en retard, avant le 31 janvier 2026")
    assert due.index("31 janvier 2026") < due.index("/admin/entries/S02")
    assert due.count("en retard") == 1
    assert due.index("/admin/entries/F13") < due.index("source modifiée") < due.index(only.page)
    assert due.count("source modifiée") == 1


def test_an_entry_shows_its_comments_and_questions_whole(filled: TestClient) -> None:
    shown = text(filled, "/admin/entries/S05")
    assert LONG.strip() in shown
    assert "&lt;img src=x onerror=alert(1)&gt; &amp;" in shown
    assert MARKUP not in shown
    assert "70 %" in shown
    assert "Elle n’est plus à jour" in shown
    assert "n = 10 avis" in shown


def test_what_was_shown_as_likely_is_told_apart(filled: TestClient) -> None:
    assert text(filled, "/admin/entries/F11").count("À préciser · réponse probable") == 1
    assert "réponse probable" not in text(filled, "/admin/entries/S01")
    shown = text(filled, "/admin")
    assert "dont réponse probable" in shown
    exported = filled.get("/admin/export/periods.jsonl").text.splitlines()
    assert sum(json.loads(line)["tentative"] for line in exported) == 1


def test_what_went_to_a_person_is_told_and_counted(
    reader: tuple[TestClient, Service],
) -> None:
    client, service = reader
    asked = interaction(asked_at=datetime.now(UTC), question="Qui répond ?")
    service.store.record(asked)
    assert "transmise au support" not in text(client, "/admin/entries/S01")
    service.store.hand_over(asked.id, "form")
    assert "transmise au support" in text(client, "/admin/entries/S01")
    assert "1 transmise au support" in text(client, "/admin").replace("\u00a0", " ")
    for table, found in (("periods", 1), ("entry-questions", "form")):
        rows = client.get(f"/admin/export/{table}.jsonl").text.splitlines()
        values = [json.loads(row) for row in rows]
        assert found in {row.get("handoffs", row.get("handoff")) for row in values}


def test_long_lists_come_in_pages(reader: tuple[TestClient, Service]) -> None:
    client, service = reader
    for number in range(26):
        asked = interaction(question=f"Q{number}", asked_at=datetime.now(UTC))
        service.store.record(asked)
    assert "Page 1 sur 2" in text(client, "/admin/entries/S01")
    assert "Page 2 sur 2" in text(client, "/admin/entries/S01?page=2")
    assert "Page 2 sur 2" in text(client, "/admin/entries/S01?page=99")


def test_an_unknown_entry_is_said_to_be_unknown(filled: TestClient) -> None:
    shown = text(filled, "/admin/entries/Z99", 404)
    assert "Fiche inconnue" in shown


def test_an_entry_that_left_the_faq_keeps_its_figures(
    reader: tuple[TestClient, Service],
) -> None:
    client, service = reader
    service.store.record(interaction(shown=(entry_shown("X99"),), asked_at=datetime.now(UTC)))
    assert "Fiche retirée de la FAQ" in text(client, "/admin/entries/X99")
    assert "Fiche retirée de la FAQ" in text(client, "/admin/entries")


def wait_for_groups(client: TestClient, address: str) -> str:
    for _ in range(40):
        shown = text(client, address)
        if "Regroupement en cours" not in shown:
            return shown
    pytest.fail("the groups are never ready")


def test_unanswered_questions_are_grouped_the_most_asked_first(filled: TestClient) -> None:
    shown = wait_for_groups(filled, "/admin/unanswered")
    counts = [int(found) for found in re.findall(r'figures__value">(\d+)</p>', shown)]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == 10
    assert "10 demandes, 3 formulations" in shown
    both = wait_for_groups(filled, "/admin/unanswered?status=both")
    assert ">certificat</h3>" in both
    assert ">certificat</h3>" not in shown


@pytest.mark.parametrize("table", TABLES)
def test_every_table_exports_the_same_rows_in_both_formats(filled: TestClient, table: str) -> None:
    as_csv = filled.get(f"/admin/export/{table}.csv")
    as_lines = filled.get(f"/admin/export/{table}.jsonl")
    assert as_csv.status_code == as_lines.status_code == 200
    assert re.fullmatch(
        rf'attachment; filename="faqbot-{table}-[-\d]+\.csv"', as_csv.headers["content-disposition"]
    )
    assert as_csv.content.startswith(b"\xef\xbb\xbf")
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert as_lines.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig"), newline="")))
    lines = [json.loads(line) for line in as_lines.text.splitlines()]
    assert rows
    assert len(rows) == len(lines)
    assert list(rows[0]) == list(TABLES[table][0]) == list(lines[0])


@pytest.mark.parametrize("table", TABLES)
def test_every_table_exports_for_a_french_spreadsheet(filled: TestClient, table: str) -> None:
    reply = filled.get(f"/admin/export/{table}.csv?locale=fr").content
    assert reply.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(io.StringIO(reply.decode("utf-8-sig"), newline=""), delimiter=";")
    headings, *lines = rows
    assert len(headings) == len(set(headings)) == len(TABLES[table].columns)
    assert not [it for it in headings if "_" in it or it in TABLES[table].columns]
    assert lines
    numbers = [cell for line in lines for cell in line if re.fullmatch(r"-?\d+[.,]\d+", cell)]
    assert not [cell for cell in numbers if "." in cell or len(cell.split(",")[1]) > 3]


def test_one_reason_has_one_name(filled: TestClient) -> None:
    said = "Elle n’est plus à jour"
    assert said in text(filled, "/admin")
    assert said in text(filled, "/admin/entries/S05")
    assert said in filled.get("/admin/export/comments.csv?locale=fr").text


def test_an_export_is_whole_and_harmless_in_a_spreadsheet(filled: TestClient) -> None:
    reply = filled.get("/admin/export/entry-questions.csv?entry=S05").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(reply, newline="")))
    assert len(rows) == 10
    assert rows[0]["question"] == LONG
    assert rows[1]["comment"] == f"'{FORMULA}"
    lines = filled.get("/admin/export/comments.jsonl").text.splitlines()
    assert [json.loads(line)["comment"] for line in lines] == [MARKUP, FORMULA]


def test_an_export_names_themes_as_the_pages_do(filled: TestClient) -> None:
    theme = our_corpus().by_id["S05"].theme
    said = our_corpus().theme_labels[theme]
    plain = filled.get("/admin/export/entries.csv").content.decode("utf-8-sig")
    french = filled.get("/admin/export/entries.csv?locale=fr").content.decode("utf-8-sig")
    lines = filled.get("/admin/export/entries.jsonl").text.splitlines()
    tables = (
        (csv.DictReader(io.StringIO(plain, newline="")), "entry_id", "theme_label"),
        (csv.DictReader(io.StringIO(french, newline=""), delimiter=";"), "Fiche", "Thème"),
        ([json.loads(line) for line in lines], "entry_id", "theme_label"),
    )
    for rows, entry_id, label in tables:
        assert [row[label] for row in rows if row[entry_id] == "S05"] == [said]
    assert {json.loads(line)["theme"] for line in lines} >= {theme}


def test_an_export_is_noted_in_the_journal(reader: tuple[TestClient, Service]) -> None:
    client, service = reader
    client.get("/admin/export/entries.csv?theme=")
    (line,) = Journal(service.database).page(JournalFilter(action="export"), offset=0, limit=10)
    assert (line.actor, line.target) == ("bob", "entries.csv")


@pytest.mark.parametrize("asked", ["from=x", "status=x"])
def test_an_export_of_what_was_not_understood_is_refused(
    reader: tuple[TestClient, Service], asked: str
) -> None:
    client, service = reader
    assert client.get(f"/admin/export/unanswered.csv?{asked}").status_code == 422
    assert not Journal(service.database).page(JournalFilter(action="export"), offset=0, limit=10)


@pytest.mark.parametrize("name", ["nothing.csv", "entries.xlsx", "../secret.csv"])
def test_an_unknown_export_does_not_exist(filled: TestClient, name: str) -> None:
    assert filled.get(f"/admin/export/{name}").status_code == 404


def test_invented_records_are_announced_on_every_page(
    reader: tuple[TestClient, Service],
) -> None:
    client, service = reader
    assert "Données de démonstration" not in text(client, "/admin")
    service.store.record(interaction(model_id=DEMO_MODEL))
    for page in PAGES:
        assert "Données de démonstration" in text(client, page)
