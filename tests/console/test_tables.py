"""What an exported table looks like in a spreadsheet that runs in French."""

from __future__ import annotations

from datetime import UTC, date, datetime

from faqbot.console.tables import FRENCH
from faqbot.downloads import csv_lines


def test_a_table_for_a_french_spreadsheet() -> None:
    row = {
        "status": "no_answer",
        "rank": 3,
        "confidence": 2 / 3,
        "period_start": date(2026, 3, 1),
        "at": datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
        "question": "a;b",
        "chosen": True,
        "comment": "=1+1",
    }
    header, line = csv_lines([row], [*row], FRENCH)
    assert header == (
        "\ufeffStatut;Rang;Confiance;Début de la période;Date;Question;Choisie;Commentaire\r\n"
    )
    assert line == ('Sans réponse;3;0,667;01/03/2026;02/07/2026 00:30:00;"a;b";oui;\'=1+1\r\n')
