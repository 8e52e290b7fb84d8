"""French texts of the console's frame, login and journal that do not stand in their templates.

Templates receive this module as ``c``. Typography as in `faqbot.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from faqbot import french
from faqbot.accounts.journal import COMMAND_LINE
from faqbot.accounts.passwords import MINIMUM_LENGTH
from faqbot.vocabulary import AccountRole


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the menu."""

    key: str
    path: str
    label: str
    role: AccountRole = "reader"
    """The least that sees it."""
    editing_only: bool = False


SECTIONS: Final = (
    Section("dashboard", "/admin", "Tableau de bord"),
    Section("entries", "/admin/entries", "Fiches"),
    Section("unanswered", "/admin/unanswered", "Questions sans réponse"),
    Section("why", "/admin/why", "Pourquoi cette réponse\u202f?"),
    Section("review", "/admin/review", "Relecture", role="reviewer"),
    Section("drafts", "/admin/drafts", "Rédaction", role="reviewer", editing_only=True),
    Section("audit", "/admin/audit", "Journal", role="reviewer"),
    Section("accounts", "/admin/accounts", "Comptes", role="admin"),
)

ROLES: Final[Mapping[str, str]] = {
    "reader": "Consultation",
    "reviewer": "Relecture",
    "publisher": "Publication",
    "admin": "Administration",
}
"""What each role is called."""

# --- Forms ----------------------------------------------------------------------------------

FIELDS: Final[Mapping[str, str]] = {
    "draft-question": "Question affichée",
    "draft-variants": "Autres formulations, une par ligne",
    "draft-answer": "Réponse",
    "draft-theme": "Thème",
    "draft-source_title": "Titre de la source",
    "draft-source_url": "Adresse de la source",
    "draft-checked_on": "Source consultée le",
    "draft-review_by": "À relire avant le (facultatif)",
    "draft-reason": "Raison du changement",
    "right_entry": "Fiche qui répond",
    "wrong_entry": "Fiche à corriger",
    "note": "Ce qu’il faut corriger",
    "question": "Question",
    "earlier": "Questions précédentes de la conversation",
    "name": "Nom du compte",
    "subject": "Identifiant ou sujet",
}
"""What the fields are called that a person fills in; a refusal shows them, and no other field."""


def field_label(name: str) -> str | None:
    """Name a field that a person fills in; None for a password, a token, or what is not seen."""
    return "Question à retenir" if name.startswith("wording-") else FIELDS.get(name)


# --- Filters --------------------------------------------------------------------------------

DATE_WRONG: Final = (
    "«\u00a0{value}\u00a0» n’est pas une date et n’a pas été pris en compte. Écrivez la date au "
    "format AAAA-MM-JJ."
)
DATES_REVERSED: Final = (
    "La date de début vient après la date de fin\u00a0: les deux ont été échangées."
)

# --- Login ----------------------------------------------------------------------------------

LOGIN_WRONG: Final = "Le nom du compte ou le mot de passe est incorrect."
LOGIN_EXPIRED: Final = "Le formulaire a expiré. Saisissez de nouveau votre mot de passe."
LOGGED_OUT: Final = "Déconnexion effectuée."
OPENID_FAILED: Final = "La connexion n’a pas abouti. Veuillez réessayer."
OPENID_NO_ACCESS: Final = (
    "Votre identité est confirmée par {provider}, mais aucun accès à la console ne vous est "
    "ouvert. Adressez-vous à la personne qui administre ce service."
)

# --- Refusals -------------------------------------------------------------------------------

SESSION_ENDED_TITLE: Final = "Session terminée"
SESSION_ENDED: Final = (
    "Votre session a expiré\u00a0: rien n’a été enregistré. Connectez-vous, puis recommencez."
)
FORBIDDEN_TITLE: Final = "Accès réservé"
FORBIDDEN: Final[Mapping[str, str]] = {
    "reviewer": (
        "Votre compte permet de consulter, pas de décider. Cette page exige le rôle «\u00a0"
        "{role}\u00a0»."
    ),
    "publisher": "Seul un compte qui a le rôle «\u00a0{role}\u00a0» peut publier.",
    "admin": "Seul un compte qui a le rôle «\u00a0{role}\u00a0» peut gérer les accès.",
}
"""By the role that is missing."""
FORM_REFUSED_TITLE: Final = "Formulaire refusé"
FORM_REFUSED: Final = (
    "Ce formulaire ne vient pas d’une page ouverte dans votre session. Rouvrez la page, puis "
    "recommencez."
)
FORM_OUTDATED_TITLE: Final = "Décision impossible"
FORM_OUTDATED: Final = (
    "La question a été effacée entre-temps, ou une autre décision est déjà appliquée\u00a0: rien "
    "n’a été enregistré."
)

# --- Accounts -------------------------------------------------------------------------------

ROLE_MEANINGS: Final[Mapping[str, str]] = {
    "reader": "voit les tableaux de bord",
    "reviewer": "décide aussi en relecture et rédige des brouillons",
    "publisher": "publie aussi les brouillons des autres",
    "admin": "donne et retire aussi les accès",
}
ACCOUNT_FAULTS: Final[Mapping[str, str]] = {
    "name": (
        "Ce nom ne convient pas\u00a0: écrivez-le sans espace, en 100 caractères au plus, "
        "comme une adresse e-mail."
    ),
    "taken": "Un compte porte déjà ce nom, ou cet identifiant chez le fournisseur d’identité.",
    "not_changed": (
        "Rien n’a été changé\u00a0: ce compte n’existe plus, ou c’est le vôtre, qu’un autre "
        "compte d’administration peut changer."
    ),
}
ACCOUNT_CHANGES: Final[Mapping[str, str]] = {
    "created": "Compte {name} créé.",
    "password": "{name} doit se connecter avec un nouveau mot de passe.",
    "role": "Le rôle de {name} a changé, dès maintenant.",
    "removed": "L’accès de {name} est retiré, ses sessions sont closes.",
}
PASSWORD_WRONG: Final = "Le mot de passe actuel est incorrect."  # noqa: S105
PASSWORDS_DIFFER: Final = "Les deux nouveaux mots de passe ne sont pas les mêmes."
PASSWORD_WEAK: Final = (
    f"Choisissez un mot de passe d’au moins {MINIMUM_LENGTH} caractères, qui ne soit pas une suite "
    "ni une répétition."
)
PASSWORD_SAME: Final = "Choisissez un mot de passe différent de l’actuel."  # noqa: S105

# --- Journal --------------------------------------------------------------------------------

JOURNAL_ACTIONS: Final[Mapping[str, str]] = {
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
    "draft.saved": "Brouillon enregistré",
    "draft.discarded": "Brouillon abandonné",
    "release.published": "Version publiée",
    "release.rollback": "Version rétablie",
}
"""What each action of the audit log is called; another one is shown as it is."""
JOURNAL_DETAILS: Final[Mapping[str, str]] = {
    "role": "rôle",
    "by": "par",
    "decision": "décision",
    "filters": "filtres",
    "questions": "questions",
    "entry": "fiche",
    "replaces": "remplace",
    "authors": "rédaction",
}
"""What each detail of the audit log is called; another one is shown as it is."""


def journal_actor(actor: str | None) -> str:
    """Name who did something: an account, or a French word for what has none."""
    if actor is None:
        return "Sans compte"
    return "Ligne de commande" if actor == COMMAND_LINE else actor


def login_wait(seconds: int) -> str:
    """Say how long to wait after too many attempts, in minutes rounded up."""
    minutes = french.count(-(-seconds // 60), "minute", "minutes")
    return f"Trop de tentatives de connexion. Réessayez dans {minutes}."
