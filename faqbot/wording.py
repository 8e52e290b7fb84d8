"""Every French text that an end user reads: on the page, in an API error, in the terminal.

Templates receive this module as ``t``; the page's scripts find their few words in ``data-``
attributes that the templates fill from here. A word in braces is filled with `str.format`.

Typography: apostrophe ’ (U+2019), no-break space U+00A0 before « : » and inside « », narrow
no-break space U+202F before « ; », « ? » and « ! ». Both are written as escapes, because nobody
can see the difference in an editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# --- Errors: `detail` of the API, message of the error page ---------------------------------

QUESTION_EMPTY: Final = "Écrivez votre question avant de l’envoyer."
QUESTION_TOO_LONG: Final = (
    "Votre question est trop longue\u00a0: {limit} caractères au plus. "
    "Raccourcissez-la, puis renvoyez-la."
)
COMMENT_TOO_LONG: Final = (
    "Votre commentaire est trop long\u00a0: {limit} caractères au plus. "
    "Raccourcissez-le, puis renvoyez-le."
)
BODY_TOO_LARGE: Final = "La demande est trop volumineuse pour être traitée."
REQUEST_INVALID: Final = "La demande est incomplète ou mal formée."
RATE_LIMITED: Final = (
    "Vous avez posé beaucoup de questions en peu de temps. Réessayez dans {seconds}\u00a0s."
)
NOT_FOUND: Final = "Cette page n’existe pas ou n’existe plus."
ENTRY_UNKNOWN: Final = "La FAQ ne contient pas de fiche portant cet identifiant."
THEME_UNKNOWN: Final = "La FAQ n’a pas ce thème. Identifiants connus\u00a0: {themes}."
CHOICE_UNKNOWN: Final = (
    "Ce choix ne peut pas être enregistré\u00a0: cette réponse n’a pas été proposée."
)
ANSWER_UNKNOWN: Final = (
    "Cet avis ne peut pas être enregistré\u00a0: la réponse concernée n’a pas été affichée."
)
STORE_UNAVAILABLE: Final = (
    "L’enregistrement est momentanément impossible. Réessayez dans quelques instants."
)
FEEDBACK_UNAVAILABLE: Final = (
    "Avis momentanément indisponible\u00a0: cette réponse ne peut pas être évaluée pour l’instant."
)
"""Instead of the question whether an answer was useful, when a vote could not be kept."""
CONVERSATION_UNAVAILABLE: Final = (
    "Votre conversation ne peut pas être affichée pour l’instant. "
    "Vous pouvez tout de même poser une question."
)
INTERNAL_ERROR: Final = (
    "Une erreur inattendue s’est produite de notre côté. Réessayez dans quelques instants."
)
METHOD_NOT_ALLOWED: Final = "Cette adresse n’accepte pas ce type de demande."

NETWORK_ERROR: Final = (
    "Le service ne répond pas. Vérifiez votre connexion, puis réessayez\u00a0: "
    "votre texte est conservé."
)
"""Shown by the page's script when no reply came at all."""

ERROR_TITLES: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "Demande mal formée",
        404: "Page introuvable",
        405: "Demande non acceptée",
        413: "Demande trop volumineuse",
        422: "Demande incomplète",
        429: "Trop de questions à la fois",
        500: "Erreur inattendue",
        503: "Service momentanément indisponible",
    }
)
"""Heading of the error page by HTTP status."""
ERROR_TITLE_DEFAULT: Final = "La demande n’a pas abouti"
"""Heading of the error page for every other status."""
ERROR_STATUS: Final = "Erreur {status}"
RETRY: Final = "Réessayer"

# --- Around every page ----------------------------------------------------------------------

SKIP_TO_CONTENT: Final = "Aller au contenu"
SKIP_TO_QUESTION: Final = "Aller à la zone de question"
NAV_LABEL: Final = "Menu principal"
NAV_ASK: Final = "Poser une question"
ASK_LINKS: Final[Mapping[str, str]] = MappingProxyType({"fr": NAV_ASK, "en": "Ask a question"})
"""What a page that embeds the chat shows without JavaScript, by language."""
EMBED_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fr": "Votre question (réponse dans un nouvel onglet)",
        "en": "Your question (answered in a new tab)",
    }
)
EMBED_SUBMITS: Final[Mapping[str, str]] = MappingProxyType({"fr": "Envoyer", "en": "Send"})
"""The form that stands in for the widget in a frame without JavaScript, by language."""
DEMO_CONTROLS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = MappingProxyType(
    {
        "mode": (
            "Présentation",
            {"both": "Les deux", "launcher": "Bouton", "inline": "Dans la page"},
        ),
        "theme": ("Apparence", {"convergence": "Convergence", "neutral": "Neutre"}),
        "color-scheme": (
            "Couleurs",
            {"auto": "Automatiques", "light": "Claires", "dark": "Sombres"},
        ),
        "lang": ("Langue", {"fr": "Français", "en": "Anglais"}),
    }
)
"""What the demonstration page lets choose: name and values, by attribute of the widget."""
NAV_QUESTIONS: Final = "Toutes les questions"
HOME_LABEL: Final = "{title}, accueil"
FOOTER_PUBLISHER: Final = "Éditeur de la FAQ\u00a0: {publisher}"
FOOTER_CONTACT: Final = "Contact\u00a0:"
FOOTER_QUESTIONS: Final = "Les {count} questions de la FAQ"
PRIVACY_TITLE: Final = "Confidentialité"
FOOTER_API: Final = "Documentation de l’API"
BACK_TO_CHAT: Final = "Revenir à la page d’accueil"

# --- The chat page, before the first question -----------------------------------------------

WELCOME_TITLE: Final = "Posez votre question"
WELCOME_LEAD: Final = (
    "Écrivez-la avec vos mots. Nous cherchons, parmi les {count} questions de la FAQ, "
    "celle qui y répond."
)
WELCOME_POINTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Les mots de la FAQ",
        "Chaque réponse est affichée mot pour mot, avec sa source. "
        "Rien n’est rédigé automatiquement.",
    ),
    (
        "Pas de réponse inventée",
        "Quand la FAQ ne contient pas la réponse, nous vous le disons "
        "et vous indiquons à qui vous adresser.",
    ),
    (
        "Aucune donnée personnelle",
        "N’en écrivez pas dans vos questions\u00a0: elles sont enregistrées pour améliorer la FAQ, "
        "sans compte ni adresse IP.",
    ),
)
"""What a newcomer should know: title and explanation of each point."""
EXAMPLES_TITLE: Final = "Par exemple"

# --- The question box -----------------------------------------------------------------------

ASK_LABEL: Final = "Votre question"
ASK_SUBMIT: Final = "Envoyer"
ASK_PRIVACY: Final = "N’indiquez aucune donnée personnelle."
ASK_KEYS: Final = "Entrée pour envoyer, Maj\u00a0+\u00a0Entrée pour aller à la ligne."
"""Only true, and only shown, when the script runs."""
COUNTER: Final = "{count}\u00a0/\u00a0{limit} caractères"
COUNTER_FULL: Final = "Limite de {limit} caractères atteinte"
SEARCHING: Final = "Recherche en cours…"

# --- The conversation -----------------------------------------------------------------------

CONVERSATION_TITLE: Final = "Votre conversation"
CONVERSATION_DATA: Final = "Mes données"
CONVERSATION_NEW: Final = "Nouvelle conversation"
YOU_ASKED: Final = "Vous avez demandé\u00a0:"
FROM_THE_FAQ: Final = "Dans la FAQ"
ENTRY_LINK: Final = "Fiche {entry_id}"
OTHER_ANSWERS: Final = "Autres réponses possibles"
DID_YOU_MEAN: Final = "Vouliez-vous dire…\u202f?"
DID_YOU_MEAN_LEAD: Final = (
    "Plusieurs réponses de la FAQ se rapprochent de votre question. "
    "Choisissez celle qui lui correspond."
)
NOT_WHAT_YOU_MEANT: Final = "Ce n’était pas cela\u202f?"
"""Above the other candidates, once one was chosen."""
NO_ANSWER_TITLE: Final = "Nous n’avons pas de réponse à vous donner"
NO_ANSWER_MESSAGE: Final = (
    "La FAQ ne semble pas contenir la réponse. Reformulez votre question, ou posez-la au support."
)
ASK_SUPPORT: Final = "Sinon, écrivez au support\u00a0:"
CONTACT_US: Final = "Écrire au support"
CONTACT_SUBJECT: Final = "Question restée sans réponse dans la FAQ"
"""Subject of the e-mail that the contact link prepares."""
SUGGESTIONS: Final = "Questions proches dans la FAQ"
SUGGESTIONS_AFTER_CHOICE: Final = "Rien ne convient\u202f? Voyez aussi"

STATUS_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "answered": "Réponse trouvée",
        "clarify": "Plusieurs réponses possibles",
        "no_answer": "Pas de réponse dans la FAQ",
    }
)
"""The outcome of a question in a few words, also announced to screen readers."""
STATUS_CHOSEN: Final = "Réponse choisie"

# --- Courtesies -----------------------------------------------------------------------------

_SMALL_TALK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "greeting": (
            "Bonjour\u202f! Posez votre question avec vos mots\u00a0: nous cherchons sa réponse "
            "parmi les {count} questions de la FAQ."
        ),
        "thanks": "Avec plaisir\u202f! Si vous avez une autre question, posez-la.",
        "identity": (
            "Vous échangez avec un assistant automatique, pas avec une personne. Il cherche, parmi "
            "les {count} questions de la FAQ, celle qui répond à la vôtre, et affiche sa réponse "
            "mot pour mot\u00a0: il ne rédige aucun texte."
        ),
        "farewell": "Au revoir\u202f! Revenez quand vous voulez.",
    }
)


def small_talk_reply(kind: str, count: int) -> str:
    """Reply to a courtesy.

    Args:
        kind: « greeting », « thanks », « identity » or « farewell ».
        count: How many questions the FAQ holds.

    Returns:
        A sentence or two.
    """
    return _SMALL_TALK[kind].format(count=count)


# --- Where an answer comes from -------------------------------------------------------------

PROVENANCE_VERBATIM: Final = "Texte officiel"
PROVENANCE_REWORDED: Final = "Reformulé d’après"
CHECKED_ON: Final = "vérifié le {date}"

# --- Feedback -------------------------------------------------------------------------------

FEEDBACK_QUESTION: Final = "Cette réponse vous a-t-elle été utile\u202f?"
YES: Final = "Oui"
NO: Final = "Non"
THANKS_YES: Final = "Merci\u202f! Vous avez trouvé cette réponse utile."
THANKS_NO: Final = "Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile."
THANKS_DETAILS: Final = "Merci pour ces précisions\u00a0: elles aideront à améliorer la FAQ."
CHANGE_TO_YES: Final = "Changer d’avis\u00a0: plutôt oui"
CHANGE_TO_NO: Final = "Changer d’avis\u00a0: plutôt non"
CHANGE_DETAILS: Final = "Modifier ces précisions"
REASON_LEGEND: Final = "Qu’est-ce qui ne va pas\u202f? (facultatif)"
REASON_GIVEN: Final = "Motif\u00a0:"
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "incorrect": "Elle contient une erreur",
        "incomplete": "Elle est incomplète",
        "outdated": "Elle n’est plus à jour",
        "off_topic": "Elle ne répond pas à ma question",
        "other": "Autre raison",
    }
)
"""Why an answer did not help, in the order in which the reasons are offered."""
COMMENT_LABEL: Final = "Votre commentaire (facultatif)"
COMMENT_HINT: Final = "{limit} caractères au plus, sans donnée personnelle."
COMMENT_GIVEN: Final = "Commentaire\u00a0:"
COMMENT_SUBMIT: Final = "Envoyer"

# --- What stands in the place of personal data ------------------------------------------------

REDACTION_MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "email": "[e-mail]",
        "phone": "[téléphone]",
        "nir": "[NIR]",
        "rpps": "[RPPS]",
        "finess": "[FINESS]",
        "adeli": "[ADELI]",
        "siren": "[SIREN]",
        "siret": "[SIRET]",
        "iban": "[IBAN]",
        "identifier": "[identifiant]",
        "name": "[nom]",
    }
)
"""Marks by kind: kept with the question, so that whoever reads it sees what was taken out."""

# --- The page of all questions --------------------------------------------------------------

QUESTIONS_TITLE: Final = "Toutes les questions"
QUESTIONS_TITLE_FILTERED: Final = "Questions avec «\u00a0{query}\u00a0»"
"""Title of the browser window when the list is filtered."""
QUESTIONS_LEAD: Final = "Les {count} questions et réponses de la FAQ, classées par thème."
THEMES_LABEL: Final = "Thèmes"
FILTER_LABEL: Final = "Filtrer les questions et les réponses"
FILTER_SUBMIT: Final = "Filtrer"
FILTER_CLEAR: Final = "Tout afficher"
MATCHES_NONE: Final = "Aucune question ne correspond"
MATCHES_ONE: Final = "1\u00a0question"
MATCHES_MANY: Final = "{count}\u00a0questions"
MATCHES_NONE_HELP: Final = (
    "Essayez un mot plus court ou plus général, ou posez votre question\u00a0: "
    "la recherche comprend aussi d’autres formulations."
)


def match_count(count: int) -> str:
    """Say how many questions are listed.

    Args:
        count: Their number.

    Returns:
        « Aucune question ne correspond », « 1 question » or « 58 questions ».
    """
    if count == 0:
        return MATCHES_NONE
    return MATCHES_ONE if count == 1 else MATCHES_MANY.format(count=count)
