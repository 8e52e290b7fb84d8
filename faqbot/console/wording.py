"""Every French text that the frame of the console, its login and its journal show.

Templates receive this module as ``c``. Typography as in `faqbot.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from faqbot.wording import french_date


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


def french_moment(moment: datetime) -> str:
    """Write a date and time in full, in the time zone of the server.

    Args:
        moment: An aware time.

    Returns:
        For example « 23 novembre 2026 à 14 h 05 », without a break inside date or time.
    """
    local = moment.astimezone()
    return f"{french_date(local.date())} à {local:%H}\u00a0h\u00a0{local:%M}"
