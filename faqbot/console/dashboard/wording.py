"""French texts of the dashboards that Python puts together, or that several templates share.

Templates receive this module as ``d``. Typography as in `faqbot.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from faqbot import french, wording
from faqbot.analytics.drift import SMALL, Drift
from faqbot.feedback.filters import BINS
from faqbot.vocabulary import Status

STATUSES: Final[Mapping[Status, str]] = {
    "answered": "Avec réponse",
    "clarify": "À préciser",
    "no_answer": "Sans réponse",
}
"""What became of questions."""
TENTATIVE: Final = "réponse probable"
"""What is said besides of a question whose first answer was shown at once, as likely."""
REASONS: Final[Mapping[str | None, str]] = dict[str | None, str](wording.REASONS.items()) | {
    None: "Sans motif"
}
"""Why an answer did not help, as users chose it."""
TOO_FEW: Final = "trop peu d’avis"

# --- Filters --------------------------------------------------------------------------------

LAST_WEEK: Final = "Semaine dernière"
LAST_DAYS: Final = "{days} derniers jours"
SINCE_START: Final = "Depuis le début"
TOO_LONG: Final = "La période est limitée à {years} ans\u00a0: la date de début a été ajustée."
THEME_UNKNOWN: Final = "Le thème «\u00a0{value}\u00a0» n’existe pas\u00a0: tous sont affichés."
VERSION_WRONG: Final = (
    "«\u00a0{value}\u00a0» n’est pas le début d’une empreinte de version (chiffres et lettres de "
    "a à f)\u00a0: toutes les versions sont affichées."
)
BY_WRONG: Final = (
    "Le regroupement «\u00a0{value}\u00a0» n’existe pas\u00a0: un regroupement automatique est "
    "appliqué."
)

# --- Dashboard ------------------------------------------------------------------------------

COVERAGE: Final = "Couverture"
SATISFACTION: Final = "Satisfaction"
ABANDONED: Final = "À préciser, sans suite"
_BEYOND_CHANCE = (
    "\u00a0: {} contre {} pendant la période précédente, un écart que le hasard n’explique pas."
)
SATISFACTION_FELL: Final = f"La satisfaction a baissé{_BEYOND_CHANCE}"
NO_ANSWER_ROSE: Final = f"La part des questions sans réponse a augmenté{_BEYOND_CHANCE}"
ABANDONED_ROSE: Final = f"Les demandes de précision restent plus souvent sans suite{_BEYOND_CHANCE}"
SATISFACTION_MEANING: Final = (
    "Part des avis qui disent «\u00a0oui, utile\u00a0». Seules les personnes qui donnent leur avis "
    "comptent\u00a0: ce n’est pas la part des personnes satisfaites."
)
VOLUME_CHART: Final = "Questions posées, selon ce qu’elles ont reçu"
COVERAGE_CHART: Final = "Couverture, avec son intervalle"
SATISFACTION_CHART: Final = "Satisfaction, avec son intervalle"
EXTREMES: Final = (
    "Au début {first}, à la fin {last}\u202f; au plus bas {lowest}, au plus haut {highest}."
)
EXTREMES_NONE: Final = "Aucune période ne compte assez de cas."

# --- Drift ----------------------------------------------------------------------------------

DRIFT_CHART: Final = "Répartition des questions selon la confiance"
REFERENCE: Final = "Période précédente"
THIS_PERIOD: Final = "Cette période"


def confidence_class(place: int) -> str:
    """Name a class of confidence, such as « de 10 % à 20 % »."""
    return f"de {french.percent(place / BINS)} à {french.percent((place + 1) / BINS)}"


def drift_sentence(drift: Drift) -> str:
    """Say what a drift means."""
    if drift.shift == "too_few":
        return (
            f"Trop peu de questions pour comparer\u00a0: il en faut au moins {SMALL} dans chaque "
            f"période, il y en a {french.integer(drift.reference_n)} et "
            f"{french.integer(drift.n)}."
        )
    if drift.shift == "none":
        return "Rien n’indique un changement\u00a0: un écart de cette taille peut venir du hasard."
    size = {
        "slight": "La répartition a légèrement changé, plus que ne l’explique le hasard, sans "
        "conséquence probable",
        "notable": "La répartition a nettement changé",
        "strong": "La répartition a fortement changé",
    }[drift.shift]
    way = "plus élevée" if drift.direction > 0 else "plus basse"
    points = french.count(round(abs(100 * drift.direction)), "point", "points")
    return f"{size}\u00a0: la confiance est en moyenne {way} de {points}."


# --- Entries --------------------------------------------------------------------------------

ORDER_WRONG: Final = (
    "Le tri «\u00a0{value}\u00a0» n’existe pas\u00a0: le tri par satisfaction est appliqué."
)
REMOVED_ENTRY: Final = "Fiche retirée de la FAQ"
ENTRY_UNKNOWN: Final = "Fiche inconnue"
ENTRY_UNKNOWN_HELP: Final = (
    "La FAQ ne contient pas de fiche «\u00a0{entry}\u00a0», et aucune question n’y a mené."
)

BETWEEN: Final[Mapping[str, str]] = {
    "close": "{first} et {other} proposées avec presque la même confiance",
    "chosen": "{first} venait en premier, l’utilisateur a choisi {other}",
    "reviewed": "{first} venait en premier, la relecture a retenu {other}",
    "evaluated": "évaluation\u00a0: {first} vient en premier, {other} est attendue",
}
"""Why a question falls between two entries."""

# --- Unanswered questions -------------------------------------------------------------------

STATUS_WRONG: Final = (
    "Le choix «\u00a0{value}\u00a0» n’existe pas\u00a0: les questions sans réponse sont affichées."
)
CLUSTER_SPARK: Final[Mapping[str, str]] = {
    "day": "Demandes par jour, du {first} au {last}\u00a0: {count} au plus en un jour.",
    "week": "Demandes par semaine, du {first} au {last}\u00a0: {count} au plus en une semaine.",
}


def votes(number: int) -> str:
    """Say how many verdicts there are, such as « n = 12 avis »."""
    return f"n\u00a0=\u00a0{french.integer(number)}\u00a0avis"


def of_questions(number: int) -> str:
    """Say of how many questions a share is, such as « n = 1 234 questions »."""
    return f"n\u00a0=\u00a0{french.count(number, 'question', 'questions')}"
