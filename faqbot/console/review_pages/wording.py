"""Every French text of the review pages. Typography as in `faqbot.wording`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from faqbot.french import count

TITLE: Final = "Relecture"
LEAD: Final = (
    "Décidez de ce que chaque signalement doit changer. Rien n’est modifié ici\u00a0: les "
    "décisions sont écrites dans la FAQ et ses jeux d’évaluation par «\u00a0faqbot feedback "
    "apply\u00a0», puis relues avant publication. Un vote ne change jamais une réponse à lui seul."
)

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "todo": "À traiter",
        "decided": "Décidées",
        "refused": "Refusées",
        "applied": "Appliquées",
    }
)
STATES_LABEL: Final = "État"
SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "negative_vote": "Avis négatif",
        "unanswered": "Sans réponse",
        "choice": "Choix après précision",
    }
)
FILTER_LABEL: Final = "Filtrer la file"
SIGNAL: Final = "Signalement"
ALL_SIGNALS: Final = "Tous"
ENTRY: Final = "Fiche"
ALL_ENTRIES: Final = "Toutes"
SINCE: Final = "Du"
UNTIL: Final = "Au"
FILTER: Final = "Filtrer"
CLEAR: Final = "Tout afficher"
GROUPING: Final = (
    "Le regroupement des questions sans réponse est en cours\u00a0: elles sont montrées une à une. "
    "Rechargez la page dans quelques instants."
)

EMPTY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "todo": "Rien à traiter\u00a0: tous les signalements ont reçu une décision.",
        "decided": "Aucune décision n’attend d’être appliquée.",
        "refused": "Aucune décision n’a été refusée.",
        "applied": "Aucune décision n’a encore été appliquée.",
    }
)
EMPTY_FILTERED: Final = "Rien ne correspond à ces critères."
DECIDE: Final = "Décider"
CHANGE: Final = "Modifier"
UNDO: Final = "Annuler la décision"
DECIDED_BY: Final = "{reviewer}, {moment}"
APPLIED_ON: Final = "Appliquée le {moment}"

# --- One item -------------------------------------------------------------------------------

BACK: Final = "Revenir à la file"
SKIP_TO_DECISION: Final = "Aller à la décision"
ASKED_ON: Final = "Posée le {moment}"
EARLIER: Final = "Plus tôt dans la conversation"
EARLIER_ALONE: Final = "C’est la première question de la conversation."
SHOWN: Final = "Ce que l’utilisateur a vu"
SHOWN_NOTHING: Final = "Aucune réponse ni question proche n’a été proposée."
SHOWN_FOR: Final = "Pour la question la plus récente du groupe."
RANK: Final = "Rang"
CONFIDENCE: Final = "Confiance"
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {"answer": "Réponse", "suggestion": "Question proche", "option": "Choix proposé"}
)
VOTED_DOWN: Final = "jugée inutile"
VOTED_UP: Final = "jugée utile"
CHOSEN: Final = "choisie"
GONE: Final = "Fiche retirée depuis"
VOTE: Final = "Avis de l’utilisateur"
NO_REASON: Final = "Motif non précisé"
NO_COMMENT: Final = "Sans commentaire."
CHOICE: Final = "Choix de l’utilisateur"

# --- The decision ---------------------------------------------------------------------------

DECISION: Final = "Votre décision"
DECISION_SO_FAR: Final = "Décision enregistrée"
DECISION_FINAL: Final = "Cette décision est appliquée\u00a0: elle ne peut plus être modifiée."
QUESTIONS_LEGEND: Final = "Questions concernées"
QUESTIONS_HINT: Final = (
    "Décochez celles qui parlent d’autre chose\u00a0: elles resteront dans la file. Corrigez un "
    "texte s’il contient encore une donnée personnelle."
)
QUESTION_HINT: Final = "Corrigez-la si elle contient encore une donnée personnelle."
QUESTION_LABEL: Final = "Question à retenir"
QUESTION_TAKE: Final = "Retenir «\u00a0{text}\u00a0»"
QUESTION_TEXT: Final = "Texte à retenir pour «\u00a0{text}\u00a0»"
TIMES: Final = "posée {count} fois"
HISTORY: Final = "Elle ne se comprend qu’avec les questions qui la précèdent"
HISTORY_HINT: Final = "Elles seront alors jointes à la question d’évaluation."
KIND_LEGEND: Final = "Que faut-il en faire\u202f?"
KINDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "right_entry": (
            "Une fiche y répond",
            "La FAQ a la bonne réponse, mais ne l’a pas trouvée ou pas assez sûrement.",
        ),
        "missing_entry": (
            "Il manque une fiche",
            "La FAQ devrait y répondre\u00a0: rédigez un brouillon.",
        ),
        "wrong_entry": (
            "Une fiche est à corriger",
            "Elle est fausse, incomplète ou n’est plus à jour.",
        ),
        "out_of_scope": (
            "Hors du périmètre",
            "La FAQ n’a pas à y répondre et doit continuer à le dire.",
        ),
        "ignored": (
            "Rien à en tirer",
            "Message indésirable, essai, vote par erreur.",
        ),
    }
)
"""Each kind of decision, and what it means."""
RIGHT_ENTRY: Final = "Fiche qui répond"
WRONG_ENTRY: Final = "Fiche à corriger"
CHOOSE_ENTRY: Final = "Choisissez une fiche"
SUGGESTED: Final = "Montrées à l’utilisateur"
USE_LEGEND: Final = "La question devient"
USE_DRAFT_LEGEND: Final = "Les questions deviennent"
USES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "query": (
            "une question d’évaluation",
            "Elle mesure la FAQ sans l’aider à répondre\u00a0: à préférer.",
        ),
        "variant": (
            "une formulation de la fiche",
            "Elle aide à répondre, et ne peut plus servir à mesurer.",
        ),
        "": ("rien", "Seul le brouillon est créé."),
    }
)
USES_DRAFT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "rien de plus",
        "query": "des questions d’évaluation",
        "variant": "des formulations de la nouvelle fiche",
    }
)
DRAFT_QUESTION: Final = "Question affichée"
DRAFT_ANSWER: Final = "Réponse"
DRAFT_ANSWER_HINT: Final = (
    "En Markdown\u00a0: paragraphes séparés par une ligne vide, «\u00a0- \u00a0» devant chaque "
    "élément d’une liste, **gras**. Pas de HTML."
)
DRAFT_THEME: Final = "Thème"
CHOOSE_THEME: Final = "Choisissez un thème"
DRAFT_SOURCE_TITLE: Final = "Titre de la source"
DRAFT_SOURCE_URL: Final = "Adresse de la source"
DRAFT_CHECKED_ON: Final = "Source consultée le"
DRAFT_NOTE: Final = (
    "La fiche sera signalée comme reformulée d’après cette source\u00a0: c’est ce que verra "
    "l’utilisateur."
)
NOTE: Final = "Ce qu’il faut corriger"
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "right_entry": RIGHT_ENTRY,
        "wrong_entry": WRONG_ENTRY,
        "note": NOTE,
        "draft-question": DRAFT_QUESTION,
        "draft-answer": DRAFT_ANSWER,
        "draft-theme": DRAFT_THEME,
        "draft-source_title": DRAFT_SOURCE_TITLE,
        "draft-source_url": DRAFT_SOURCE_URL,
        "draft-checked_on": DRAFT_CHECKED_ON,
    }
)
"""What fields are called in the list of what is wrong."""
SUBJECT: Final = "Ce que la question devient"
SUBJECT_NONE: Final = "Une question d’évaluation qui doit rester sans réponse"
SUBJECT_GROUP: Final = "Un exemple d’un sujet hors périmètre"
SUBJECT_AROUND: Final = "Un exemple autour d’une fiche"
SAVE: Final = "Enregistrer et passer à la suite"
SAVE_CHANGE: Final = "Enregistrer la modification"
SKIP: Final = "Passer sans décider"

# --- What comes of it -----------------------------------------------------------------------

SAVED: Final = "Décision enregistrée\u00a0: {kind}."
UNDONE: Final = "Décision annulée\u00a0: la question est revenue dans la file."
CONFLICT: Final = (
    "Quelqu’un d’autre a décidé entre-temps, ou la question a été effacée\u00a0: votre saisie n’a "
    "pas été enregistrée. Voici où en est la file."
)
ERRORS_TITLE: Final = "La décision n’est pas enregistrée"
ERRORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no_kind": "Choisissez ce qu’il faut en faire.",
        "no_question": "Retenez au moins une question.",
        "no_text": "Écrivez le texte de la question retenue, ou décochez-la.",
        "text_too_long": "Ce texte est trop long\u00a0: {limit} caractères au plus.",
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
)
REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "is_wording": "le texte est déjà une formulation de {place}",
        "near_copy": (
            "le texte et {place} ont presque les mêmes mots\u00a0: l’évaluation n’y gagnerait rien"
        ),
        "is_query": "le texte est déjà la question d’évaluation {place}",
        "unknown_entry": "la fiche {place} n’existe pas dans la version à modifier",
        "unknown_subject": "le sujet {place} n’existe pas dans la version à modifier",
        "bad_draft": "le brouillon n’est pas valable ({place})",
    }
)


def refusal(stored: str) -> str:
    """Say why a decision could not be applied.

    Args:
        stored: The stored form: a code and a place.

    Returns:
        A sentence.
    """
    code, _, place = stored.partition(" ")
    reason = REFUSALS.get(code, "{place}").format(place=place or code)
    return f"Refusée\u00a0: {reason}."


def questions(number: int) -> str:
    """Count questions.

    Args:
        number: How many.

    Returns:
        For example « 12 questions ».
    """
    return count(number, "question", "questions")


def items(number: int) -> str:
    """Count what stands in a list.

    Args:
        number: How many.

    Returns:
        For example « 3 résultats ».
    """
    return count(number, "résultat", "résultats")


def more(number: int) -> str:
    """Say how many wordings are not shown.

    Args:
        number: How many.

    Returns:
        A sentence.
    """
    if number == 1:
        return "Une autre formulation restera dans la file."
    return f"{number}\u00a0autres formulations resteront dans la file."
