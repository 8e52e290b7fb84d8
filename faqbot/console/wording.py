"""Every French text that the frame of the console, its login and its journal show.

Templates receive this module as ``c``. Typography as in `faqbot.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from faqbot.accounts.journal import COMMAND_LINE


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the menu."""

    key: str
    path: str
    label: str
    reviewers_only: bool = False


SECTIONS: Final = (
    Section("dashboard", "/admin", "Tableau de bord"),
    Section("entries", "/admin/entries", "Réponses"),
    Section("unanswered", "/admin/unanswered", "Questions sans réponse"),
    Section("review", "/admin/review", "Relecture", reviewers_only=True),
    Section("audit", "/admin/audit", "Journal", reviewers_only=True),
)

# --- Around every page ----------------------------------------------------------------------

CONSOLE: Final = "Console"
HOME_LABEL: Final = "Console de {title}, accueil"
NAV_LABEL: Final = "Menu de la console"
LOG_OUT: Final = "Se déconnecter"
LOGGED_IN_AS: Final = "Compte connecté\u00a0:"
ROLES: Final[Mapping[str, str]] = MappingProxyType({"reader": "Lecture", "reviewer": "Relecture"})
"""What each role is called."""
TO_THE_FAQ: Final = "Voir la page publique"
STAFF_ONLY: Final = "Réservé à l’équipe du support"
DEMONSTRATION: Final = (
    "Données de démonstration\u00a0: les dates, les avis et les commentaires sont inventés."
)
BACK_TO_CONSOLE: Final = "Revenir à la console"

# --- Filters --------------------------------------------------------------------------------

DATE_WRONG: Final = (
    "«\u00a0{value}\u00a0» n’est pas une date. Écrivez-la comme 2026-11-23 (année, mois, "
    "jour)\u00a0: elle n’a pas été prise en compte."
)
DATES_REVERSED: Final = (
    "La date de début vient après la date de fin\u00a0: les deux ont été échangées."
)

# --- Login ----------------------------------------------------------------------------------

LOGIN_TITLE: Final = "Connexion à la console"
LOGIN_LEAD: Final = "Réservée à l’équipe qui suit et améliore la FAQ."
LOGIN_NAME: Final = "Nom du compte"
LOGIN_PASSWORD: Final = "Mot de passe"  # noqa: S105 - a label
LOGIN_SUBMIT: Final = "Se connecter"
LOGIN_HELP: Final = (
    "Pas de compte, ou mot de passe oublié\u202f? Adressez-vous à la personne qui administre "
    "ce service."
)
LOGIN_WRONG: Final = "Le nom du compte ou le mot de passe est incorrect."
LOGIN_EXPIRED: Final = "Le formulaire a expiré. Saisissez de nouveau votre mot de passe."
LOGGED_OUT: Final = "Vous êtes déconnecté."

LOGIN_WITH: Final = "Se connecter avec {provider}"
LOGIN_OR: Final = "ou avec un mot de passe"
OPENID_FAILED: Final = "La connexion n’a pas abouti. Recommencez."
OPENID_NO_ACCESS: Final = (
    "Vous êtes bien identifié par {provider}, mais aucun accès à la console ne vous est ouvert. "
    "Adressez-vous à la personne qui administre ce service."
)
ENTERING_TITLE: Final = "Vous êtes connecté"
ENTERING_LINK: Final = "Continuer vers la console"

# --- Refusals -------------------------------------------------------------------------------

SESSION_ENDED_TITLE: Final = "Vous n’êtes plus connecté"
SESSION_ENDED: Final = (
    "Votre session a expiré\u00a0: rien n’a été enregistré. Connectez-vous, puis recommencez."
)
FORBIDDEN_TITLE: Final = "Accès réservé"
FORBIDDEN: Final = (
    "Votre compte permet de consulter, pas de décider. Cette page demande le rôle «\u00a0"
    "Relecture\u00a0»."
)
FORM_REFUSED_TITLE: Final = "Formulaire refusé"
FORM_REFUSED: Final = (
    "Ce formulaire ne vient pas d’une page ouverte dans votre session. Rouvrez la page, puis "
    "recommencez."
)

# --- Journal --------------------------------------------------------------------------------

AUDIT_TITLE: Final = "Journal"
AUDIT_LEAD: Final = (
    "Qui s’est connecté, qui a décidé, exporté ou modifié quoi. Ces lignes ne se modifient pas ; "
    "elles sont effacées au même âge que les questions."
)
AUDIT_CAPTION: Final = "Les plus récentes d’abord, heure de Paris"
AUDIT_AT: Final = "Date"
AUDIT_ACTOR: Final = "Compte"
AUDIT_ACTION: Final = "Action"
AUDIT_TARGET: Final = "Objet"
AUDIT_DETAILS_LABEL: Final = "Précisions"
AUDIT_SINCE: Final = "Du"
AUDIT_UNTIL: Final = "Au"
AUDIT_ALL: Final = "Tous"
AUDIT_ALL_ACTIONS: Final = "Toutes"
AUDIT_NOBODY: Final = "Non connecté"
AUDIT_COMMAND_LINE: Final = "Ligne de commande"
AUDIT_EMPTY: Final = "Aucune ligne ne correspond à ces critères."
FILTER: Final = "Filtrer"
FILTER_CLEAR: Final = "Tout afficher"
FILTER_LABEL: Final = "Filtrer le journal"
DOWNLOAD_CSV: Final = "Télécharger en CSV"
DOWNLOAD_JSONL: Final = "Télécharger en JSONL"

AUDIT_ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "login": "Connexion",
        "login.failed": "Connexion échouée",
        "login.refused": "Connexion refusée",
        "logout": "Déconnexion",
        "account.created": "Compte créé",
        "account.password": "Mot de passe changé",
        "account.role": "Rôle changé",
        "account.removed": "Compte supprimé",
        "decision": "Décision",
        "decision.undone": "Décision annulée",
        "decision.applied": "Décision appliquée",
        "export": "Export téléchargé",
    }
)
"""What each action of the audit log is called; another one is shown as it is."""
AUDIT_DETAILS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "role": "rôle",
        "by": "par",
        "decision": "décision",
        "comment": "commentaire",
        "questions": "questions",
        "entry": "fiche",
        "replaces": "remplace",
    }
)
"""What each detail of the audit log is called; another one is shown as it is."""


def audit_actor(actor: str | None) -> str:
    """Name who did something.

    Args:
        actor: As the audit log has it.

    Returns:
        The account, or a French word for what has none.
    """
    if actor is None:
        return AUDIT_NOBODY
    return AUDIT_COMMAND_LINE if actor == COMMAND_LINE else actor


def login_wait(seconds: int) -> str:
    """Say how long to wait after too many attempts.

    Args:
        seconds: How long.

    Returns:
        A sentence, in minutes rounded up.
    """
    minutes = -(-seconds // 60)
    noun = "minute" if minutes == 1 else "minutes"
    return f"Trop de tentatives de connexion. Réessayez dans {minutes}\u00a0{noun}."
