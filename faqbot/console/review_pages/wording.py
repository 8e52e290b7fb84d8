"""French texts of the review pages that Python needs, or that several templates share.

Templates receive this module as ``w``. Typography as in `faqbot.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SIGNALS: Final[Mapping[str, str]] = {
    "negative_vote": "Avis négatif",
    "unanswered": "Sans réponse",
    "choice": "Choix après précision",
}
KINDS: Final[Mapping[str, str]] = {
    "right_entry": "Une fiche y répond",
    "missing_entry": "Il manque une fiche",
    "wrong_entry": "Une fiche est à corriger",
    "out_of_scope": "Hors du périmètre",
    "ignored": "Rien à en tirer",
}
"""What each kind of decision is called."""
USES: Final[Mapping[str, str]] = {
    "query": "une question d’évaluation",
    "variant": "une formulation de la fiche",
}
"""What a question becomes."""
ERRORS: Final[Mapping[str, str]] = {
    "decided": (
        "Une décision a été enregistrée entre-temps par {place}. Votre saisie est gardée "
        "ci-dessous\u00a0: l’enregistrer de nouveau remplacera cette décision."
    ),
    "changed": (
        "Le groupe ou sa décision a changé entre-temps. Votre saisie est gardée ci-dessous\u00a0: "
        "vérifiez-la, puis enregistrez-la de nouveau."
    ),
    "no_kind": "Choisissez ce qu’il faut en faire.",
    "no_question": "Retenez au moins une question.",
    "no_text": "Écrivez le texte de la question retenue, ou décochez-la.",
    "is_wording": (
        "Ce texte est déjà une formulation de {place}\u00a0: il ne peut pas servir de nouveau. "
        "Choisissez une autre décision, ou changez le texte."
    ),
    "no_entry": "Choisissez une fiche de la liste.",
    "no_use": "Dites ce que la question devient.",
    "no_note": "Dites ce qu’il faut corriger.",
    "unknown_subject": "Choisissez un sujet de la liste.",
    "empty": "Ce champ est obligatoire.",
    "too_long": "Ce texte est trop long\u00a0: {limit} caractères au plus.",
    "asked_already": "La FAQ contient déjà cette question, mot pour mot.",
    "unknown_theme": "Choisissez un thème de la liste.",
    "bad_address": "Écrivez une adresse complète, qui commence par https://.",
    "bad_date": "Écrivez une date passée ou celle d’aujourd’hui.",
    "bad_markdown": (
        "La réponse contient du HTML, une adresse incomplète ou un caractère invisible."
    ),
}
REFUSALS: Final[Mapping[str, str]] = {
    "is_wording": "le texte est déjà une formulation de {place}",
    "near_copy": (
        "le texte et {place} ont presque les mêmes mots\u00a0: l’évaluation n’y gagnerait rien"
    ),
    "is_query": "le texte est déjà la question d’évaluation {place}",
    "unknown_entry": "la fiche {place} n’existe pas dans la version à modifier",
    "unknown_subject": "le sujet {place} n’existe pas dans la version à modifier",
    "bad_draft": "le brouillon n’est pas valable ({place})",
}


def refusal(stored: str) -> str:
    """Say why a decision could not be applied; what is stored is a code and a place."""
    code, _, place = stored.partition(" ")
    reason = REFUSALS.get(code, "{place}").format(place=place or code)
    return f"Refusée\u00a0: {reason}."
