"""Exported tables for spreadsheets that run in French: their columns, codes, numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from faqbot.analytics.periods import ZONE
from faqbot.console.dashboard.wording import ABANDONED, COVERAGE, REASONS, SATISFACTION, STATUSES
from faqbot.downloads import Dialect, cell

_COLUMNS: Final[Mapping[str, str]] = {
    "answered": STATUSES["answered"],
    "clarify": STATUSES["clarify"],
    "no_answer": STATUSES["no_answer"],
    "period_start": "Début de la période",
    "period": "Période",
    "questions": "Questions",
    "questions_before": "Questions de la période précédente",
    "sessions": "Conversations",
    "small_talk": "Politesses",
    "coverage": COVERAGE,
    "satisfaction": SATISFACTION,
    "useful": "Utiles",
    "not_useful": "Pas utiles",
    "tentative": "Réponse probable",
    "handoff": "Transmise au support",
    "handoffs": "Transmises au support",
    "abandoned": ABANDONED,
    "reason": "Motif",
    "confidence": "Confiance",
    "confidence_from": "Confiance, à partir de",
    "confidence_to": "Confiance, jusqu’à",
    "corpus_digest": "Version de la FAQ",
    "first_asked_at": "Première question",
    "last_asked_at": "Dernière question",
    "asked_at": "Date de la question",
    "interaction_id": "Identifiant de la question",
    "entry_id": "Fiche",
    "question": "Question",
    "theme": "Identifiant du thème",
    "theme_label": "Thème",
    "shown": "Affichée",
    "shown_first": "En premier",
    "suggested": "Suggérée",
    "chosen": "Choisie",
    "comments": "Commentaires",
    "comment": "Commentaire",
    "status": "Statut",
    "rank": "Rang",
    "group": "Groupe",
    "group_label": "Question type du groupe",
    "group_asked": "Demandes du groupe",
    "asked": "Demandes",
    "at": "Date",
    "actor": "Compte",
    "action": "Action",
    "target": "Objet",
    "details": "Précisions",
}
_ENDS: Final = {
    "_low": "bas de l’intervalle à 95\u00a0%",
    "_high": "haut de l’intervalle à 95\u00a0%",
    "_n": "nombre de cas",
}
_VALUES: Final[Mapping[str, Mapping[Any, str]]] = {
    "status": STATUSES,
    "reason": REASONS,
    "period": {"day": "jour", "week": "semaine", "month": "mois"},
}


def _heading(column: str) -> str:
    """Name a column; one that nobody named keeps its own name."""
    for end, said in _ENDS.items():
        if (start := column.removesuffix(end)) in _COLUMNS and start != column:
            return f"{_COLUMNS[start]}, {said}"
    if (reason := column.removeprefix("not_useful_")) in REASONS:
        return f"Pas utiles, {REASONS[reason].lower()}"
    if (place := column.removeprefix("confidence_")).isdigit():
        return f"Confiance de {10 * int(place)} à {10 * int(place) + 10}\u00a0%"
    return _COLUMNS.get(column, column)


def _cell(column: str, value: object) -> object:
    """Put a code into words; write numbers, with three decimals, and times as in France."""
    if value is None or isinstance(value, str):
        return cell(column, _VALUES.get(column, {}).get(value, value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%d/%m/%Y %H:%M:%S}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else cell(column, value)


FRENCH: Final = Dialect(";", _heading, _cell)
