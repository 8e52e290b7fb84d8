"""Every French text of the dashboards: titles, explanations, table headings, empty states.

Templates receive this module as ``d``. Typography as in `faqbot.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from faqbot import french
from faqbot.analytics.drift import SMALL, Drift
from faqbot.analytics.proportions import MINIMUM
from faqbot.vocabulary import Status

# --- Around every dashboard -----------------------------------------------------------------

STATUSES: Final[Mapping[Status, str]] = MappingProxyType(
    {"answered": "Répondues", "clarify": "À préciser", "no_answer": "Sans réponse"}
)
"""What became of questions, in the plural."""
STATUS: Final[Mapping[Status, str]] = MappingProxyType(
    {"answered": "Répondue", "clarify": "À préciser", "no_answer": "Sans réponse"}
)
"""What became of one question."""
REASONS: Final[Mapping[str | None, str]] = MappingProxyType(
    {
        "incorrect": "Erreur",
        "incomplete": "Incomplète",
        "outdated": "Plus à jour",
        "off_topic": "Hors sujet",
        "other": "Autre",
        None: "Sans motif",
    }
)
"""Why an answer did not help, in short."""
SEE_DATA: Final = "Voir les données"
EXPORT: Final = "Exporter"
EXPORT_LABEL: Final = "Exporter «\u00a0{table}\u00a0» en {form}"
FORMATS: Final = (("csv", "CSV"), ("jsonl", "JSONL"))
TABLE_LABEL: Final = "Tableau\u00a0: {caption}"
NONE_YET: Final = "Aucune question n’a encore été posée."
NONE_HERE: Final = "Aucune question sur cette période avec ces filtres."
NONE_HELP: Final = "Élargissez la période ou retirez un filtre."
TOO_FEW: Final = "trop peu d’avis"
TOO_FEW_LONG: Final = f"Trop peu d’avis pour un pourcentage (moins de {MINIMUM})."
NO_VOTE: Final = "aucun avis"
INTERVALS: Final = (
    "Les intervalles à 95\u00a0% (Wilson) disent entre quelles valeurs la proportion se situe "
    "vraisemblablement, compte tenu du nombre de cas (n)\u00a0: plus n est petit, plus ils sont "
    "larges. Deux valeurs dont les intervalles se recouvrent largement ne se distinguent pas."
)

# --- Filters --------------------------------------------------------------------------------

FILTERS: Final = "Filtres"
FROM: Final = "Du"
TO: Final = "Au"
THEME: Final = "Thème"
ALL_THEMES: Final = "Tous les thèmes"
VERSION: Final = "Version de la FAQ"
ALL_VERSIONS: Final = "Toutes les versions"
BY: Final = "Regrouper par"
GRANULARITIES: Final[Mapping[str, str]] = MappingProxyType(
    {"": "Automatique", "day": "Jour", "week": "Semaine", "month": "Mois"}
)
APPLY: Final = "Appliquer"
CLEAR: Final = "Effacer les filtres"
PRESETS: Final = "Périodes courantes"
LAST_DAYS: Final = "{days} derniers jours"
SINCE_START: Final = "Depuis le début"
TOO_LONG: Final = "La période est limitée à {years} ans\u00a0: son début a été rapproché."
THEME_UNKNOWN: Final = "Le thème «\u00a0{value}\u00a0» n’existe pas\u00a0: tous sont affichés."
VERSION_WRONG: Final = (
    "«\u00a0{value}\u00a0» n’est pas le début d’une empreinte de version (chiffres et lettres de "
    "a à f)\u00a0: toutes les versions sont affichées."
)
BY_WRONG: Final = "Le regroupement «\u00a0{value}\u00a0» n’existe pas\u00a0: il a été choisi seul."
THEME_RULE: Final = (
    "Avec un thème, une question compte si la première réponse trouvée en fait partie\u202f; un "
    "avis compte si la réponse jugée en fait partie."
)

# --- Dashboard ------------------------------------------------------------------------------

DASHBOARD_TITLE: Final = "Tableau de bord"
DASHBOARD_LEAD: Final = "Du {first} au {last}, par {granularity}."
BY_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"day": "jour", "week": "semaine", "month": "mois"}
)
KEY_FIGURES: Final = "Chiffres clés"
EVOLUTION: Final = "Évolution"
QUESTIONS: Final = "Questions"
SESSIONS: Final = "Conversations"
SMALL_TALK: Final = "Politesses"
COVERAGE: Final = "Couverture"
NO_ANSWER: Final = "Sans réponse"
SATISFACTION: Final = "Satisfaction"
BEFORE: Final = "Période précédente\u00a0: {value}"
QUESTIONS_MEANING: Final = (
    "Messages qui demandent quelque chose\u00a0; les politesses («\u00a0bonjour\u00a0», "
    "«\u00a0merci\u00a0») sont comptées à part."
)
COVERAGE_MEANING: Final = (
    "Part des questions auxquelles une réponse a été affirmée. Les autres ont reçu un choix de "
    "réponses ou aucune."
)
NO_ANSWER_MEANING: Final = "Part des questions pour lesquelles la FAQ n’a rien proposé."
SATISFACTION_MEANING: Final = (
    "Part des avis qui disent «\u00a0oui, utile\u00a0». Seules les personnes qui votent "
    "comptent\u00a0: ce n’est pas la part des personnes satisfaites."
)
VOLUME_CHART: Final = "Questions posées, selon ce qu’elles ont reçu"
COVERAGE_CHART: Final = "Couverture, avec son intervalle"
SATISFACTION_CHART: Final = "Satisfaction, avec son intervalle"
WEAK_POINTS: Final = (
    f"Un point creux repose sur moins de {MINIMUM} cas\u00a0: il est montré, pas interprété."
)
EXTREMES: Final = (
    "Au début {first}, à la fin {last}\u00a0; au plus bas {lowest}, au plus haut {highest}."
)
EXTREMES_NONE: Final = "Aucune période ne compte assez de cas."
PERIOD: Final = "Période"
SHARE: Final = "Part"
INTERVAL: Final = "Intervalle à 95\u00a0%"
NOT_USEFUL: Final = "Pas utiles"
VOTES: Final = "Avis"
REASONS_TITLE: Final = "Avis négatifs par motif"
REASON: Final = "Motif"
COUNT: Final = "Nombre"
REASONS_EMPTY: Final = "Aucun avis négatif sur cette période."
VERSIONS_TITLE: Final = "Versions de la FAQ"
VERSIONS_MEANING: Final = (
    "Chaque modification du corpus change son empreinte. Les dates sont celles des questions "
    "auxquelles cette version a répondu, toutes périodes confondues."
)
DIGEST: Final = "Empreinte"
FIRST: Final = "Première question"
LAST: Final = "Dernière question"
CURRENT: Final = "en service"

# --- Drift ----------------------------------------------------------------------------------

DRIFT_TITLE: Final = "Dérive de la confiance"
DRIFT_CHART: Final = "Répartition des questions selon la confiance"
DRIFT_MEANING: Final = (
    "La confiance est la probabilité estimée que la première réponse convienne. Si sa répartition "
    "s’écarte de celle de la période précédente, les questions ont changé, ou la FAQ, ou le "
    "modèle\u00a0: ce n’est pas en soi une baisse de qualité."
)
CLASS: Final = "Confiance"
CLASS_NAME: Final = "de {low} à {high}"
REFERENCE: Final = "Période précédente"
THIS_PERIOD: Final = "Cette période"
DRIFT_FIGURES: Final = (
    "Indice de stabilité (IPS)\u00a0: {psi}, contre {by_chance} au plus par hasard. Distance de "
    "Kolmogorov-Smirnov\u00a0: {distance}, contre {distance_by_chance}. Questions comparées\u00a0: "
    "{reference_n} et {n}."
)


def drift_sentence(drift: Drift) -> str:
    """Say what a drift means.

    Args:
        drift: The drift.

    Returns:
        A sentence.
    """
    if drift.shift == "too_few":
        return (
            f"Trop peu de questions pour comparer\u00a0: il en faut au moins {SMALL} dans chaque "
            f"période, il y en a {french.integer(drift.reference_n)} et "
            f"{french.integer(drift.n)}."
        )
    if drift.shift == "none":
        return "Rien n’indique un changement\u00a0: un écart de cette taille peut venir du hasard."
    size = {
        "slight": "La répartition a un peu bougé, plus que par hasard mais sans conséquence "
        "attendue",
        "notable": "La répartition a nettement changé",
        "strong": "La répartition a fortement changé",
    }[drift.shift]
    way = "plus élevée" if drift.direction > 0 else "plus basse"
    points = french.decimal(abs(100 * drift.direction), 0)
    return f"{size}\u00a0: la confiance est en moyenne {way} de {points}\u00a0points."


# --- Entries --------------------------------------------------------------------------------

ENTRIES_TITLE: Final = "Réponses"
ENTRIES_LEAD: Final = "Comment chaque réponse est trouvée, choisie et jugée."
ORDER: Final = "Trier par"
ORDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "satisfaction": "Satisfaction, la plus basse d’abord",
        "not_useful": "Avis négatifs",
        "shown": "Affichages",
        "entry": "Identifiant",
    }
)
ORDER_WRONG: Final = "Le tri «\u00a0{value}\u00a0» n’existe pas\u00a0: il se fait par satisfaction."
RANKED_CAPTION: Final = "Réponses qui ont reçu assez d’avis"
RANKED_MEANING: Final = (
    "Classées par le haut de l’intervalle\u00a0: en tête viennent celles dont on est sûr qu’elles "
    "déçoivent, et non celles qui ont eu un seul avis malheureux."
)
ALL_CAPTION: Final = "Toutes les réponses"
TOO_FEW_CAPTION: Final = f"Réponses qui ont reçu moins de {MINIMUM} avis"
TOO_FEW_MEANING: Final = (
    "Trop peu d’avis pour les classer\u00a0: elles sont rangées par identifiant."
)
NEVER_CAPTION: Final = "Réponses jamais affichées"
NEVER_MEANING: Final = (
    "Personne n’a posé ces questions, ou bien une autre réponse est trouvée à leur place."
)
RANKED_EMPTY: Final = f"Aucune réponse n’a encore reçu {MINIMUM} avis sur cette période."
ENTRY: Final = "Réponse"
SHOWN: Final = "Affichée"
SHOWN_FIRST: Final = "En premier"
CHOSEN: Final = "Choisie"
SUGGESTED: Final = "Suggérée"
COMMENTS: Final = "Commentaires"
REMOVED_ENTRY: Final = "Fiche retirée de la FAQ"
BACK_TO_ENTRIES: Final = "Toutes les réponses"
SEE_ENTRY: Final = "Lire la fiche publique"
ENTRY_UNKNOWN: Final = "Fiche inconnue"
ENTRY_UNKNOWN_HELP: Final = (
    "La FAQ ne contient pas de fiche «\u00a0{entry}\u00a0», et aucune question n’y a mené."
)
COMMENTS_EMPTY: Final = "Aucun commentaire sur cette réponse pendant cette période."
LED_TITLE: Final = "Questions qui y ont mené"
LED_MEANING: Final = (
    "Toutes les questions pour lesquelles cette réponse a été affichée, les plus récentes d’abord."
)
LED_EMPTY: Final = "Aucune question n’a mené à cette réponse pendant cette période."
ASKED_ON: Final = "Date"
QUESTION: Final = "Question"
RECEIVED: Final = "Statut"
RANK: Final = "Rang"
CONFIDENCE: Final = "Confiance"
VERDICT: Final = "Avis"
VERDICTS: Final[Mapping[bool | None, str]] = MappingProxyType(
    {True: "Utile", False: "Pas utile", None: french.NOTHING}
)
ENTRY_FIGURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "shown": "Nombre de fois où elle faisait partie des réponses affichées.",
        "first": "Nombre de fois où elle était la première.",
        "chosen": "Nombre de fois où elle a été choisie parmi plusieurs.",
        "suggested": "Nombre de fois où elle n’était que suggérée ensuite.",
    }
)

# --- Unanswered questions -------------------------------------------------------------------

UNANSWERED_TITLE: Final = "Questions sans réponse"
UNANSWERED_LEAD: Final = (
    "Ce à quoi la FAQ n’a pas su répondre, regroupé par sens. Les groupes les plus demandés "
    "viennent d’abord\u00a0: ce sont les fiches à écrire, ou les formulations à ajouter."
)
STATUS_LABEL: Final = "Questions"
STATUS_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {"no_answer": "Sans réponse", "clarify": "À préciser", "both": "Les deux"}
)
STATUS_WRONG: Final = (
    "Le choix «\u00a0{value}\u00a0» n’existe pas\u00a0: les questions sans réponse sont affichées."
)
UNANSWERED_EMPTY: Final = "Toutes les questions de cette période ont reçu une réponse."
CLUSTERS_CUT: Final = (
    "Seules les {limit} formulations les plus fréquentes sur {wordings} sont regroupées. "
    "L’export les contient toutes\u00a0; une période plus courte permet de les regrouper."
)
CLUSTERS_MEANING: Final = (
    "Les regroupements sont calculés par le modèle de la FAQ et restent approximatifs\u00a0: deux "
    "questions voisines peuvent être séparées, deux questions différentes réunies."
)
CLUSTER_SPARK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": "Demandes par jour, du {first} au {last}\u00a0: {count} au plus en un jour.",
        "week": "Demandes par semaine, du {first} au {last}\u00a0: {count} au plus en une semaine.",
    }
)
CLUSTER_LAST: Final = "dernière le {moment}"
EXAMPLES: Final = "Exemples"
ALL_WORDINGS: Final = "Voir les {count} formulations"
WORDING: Final = "Formulation"
TIMES: Final = "Demandes"
SINGLES: Final = "dont {count} posées une seule fois et sans voisine"
GROUPING_TITLE: Final = "Regroupement en cours"
GROUPING: Final = (
    "{done} formulations lues sur {total}. Cela prend quelques secondes la première fois, puis "
    "le résultat est gardé."
)
REFRESH: Final = "Actualiser"


def asked(number: int) -> str:
    """Say how often something was asked.

    Args:
        number: How often.

    Returns:
        Such as « 12 demandes ».
    """
    return french.count(number, "demande", "demandes")


def wordings(number: int) -> str:
    """Say how many wordings there are.

    Args:
        number: How many.

    Returns:
        Such as « 3 formulations ».
    """
    return french.count(number, "formulation", "formulations")


def groups(number: int) -> str:
    """Say how many groups there are.

    Args:
        number: How many.

    Returns:
        Such as « 3 groupes ».
    """
    return french.count(number, "groupe", "groupes")


def votes(number: int) -> str:
    """Say how many verdicts there are.

    Args:
        number: How many.

    Returns:
        Such as « n = 12 avis ».
    """
    return f"n\u00a0=\u00a0{french.integer(number)}\u00a0avis"


def of_questions(number: int) -> str:
    """Say of how many questions a share is.

    Args:
        number: How many.

    Returns:
        Such as « n = 1 234 questions ».
    """
    return f"n\u00a0=\u00a0{french.count(number, 'question', 'questions')}"
