"""French texts that an end user reads and that Python needs, or more than one template.

What one template alone says stands in that template. Templates receive this module as ``t`` and
`faqbot.french` as ``f``; the page's scripts find their few words in ``data-`` attributes. A word in
braces is filled with `str.format`.

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
UNAUTHORIZED: Final = "Ces chiffres sont réservés à ceux qui présentent un jeton d’accès."
NOT_FOUND: Final = "Cette page n’existe pas ou n’existe plus."
ENTRY_UNKNOWN: Final = "La FAQ ne contient pas de fiche portant cet identifiant."
THEME_UNKNOWN: Final = "Ce thème n’existe pas dans la FAQ. Identifiants connus\u00a0: {themes}."
CHOICE_UNKNOWN: Final = (
    "Ce choix ne peut pas être enregistré\u00a0: la réponse concernée n’est pas, ou n’est plus, "
    "enregistrée."
)
ANSWER_UNKNOWN: Final = (
    "Cet avis ne peut pas être enregistré\u00a0: la réponse concernée n’est pas, ou n’est plus, "
    "enregistrée."
)
BUSY: Final = (
    "Beaucoup de questions arrivent en ce moment. La vôtre n’a pas été traitée\u00a0: "
    "réessayez dans quelques secondes."
)
STORE_UNAVAILABLE: Final = (
    "L’enregistrement est momentanément impossible. Réessayez dans quelques instants."
)
CONVERSATION_UNAVAILABLE: Final = (
    "Votre conversation ne peut pas être affichée pour l’instant. "
    "Vous pouvez tout de même poser une question."
)
INTERNAL_ERROR: Final = (
    "Une erreur inattendue s’est produite de notre côté. Réessayez dans quelques instants."
)
HOST_UNKNOWN: Final = "Ce service ne se trouve pas à cette adresse."
METHOD_NOT_ALLOWED: Final = "Cette adresse n’accepte pas ce type de demande."

# --- Around every page ----------------------------------------------------------------------

NAV_ASK: Final = "Poser une question"
NAV_QUESTIONS: Final = "Toutes les questions"
PRIVACY_TITLE: Final = "Confidentialité"
ASK_LINKS: Final[Mapping[str, str]] = MappingProxyType({"fr": NAV_ASK, "en": "Ask a question"})
"""What a page that embeds the chat shows without JavaScript, by language."""

# --- The conversation -----------------------------------------------------------------------

EXAMPLES_TITLE: Final = "Par exemple"
YOU_ASKED: Final = "Vous avez demandé\u00a0:"
OTHER_ANSWERS: Final = "Autres réponses possibles"
DID_YOU_MEAN: Final = "Votre question porte-t-elle sur…\u202f?"
NO_ANSWER_MESSAGE: Final = (
    "La FAQ ne semble pas contenir la réponse. Reformulez votre question, ou écrivez au support."
)
SUGGESTIONS: Final = "Questions proches dans la FAQ"
TENTATIVE: Final = "Réponse probable"
TENTATIVE_LEAD: Final = "Elle répond sans doute à votre question, mais ce n’est pas sûr."
NOT_THIS: Final = "Ce n’est pas ça\u202f?"
STATUS_CHOSEN: Final = "Réponse choisie"
ANSWER_CHANGED: Final = "Cette réponse a été modifiée depuis\u00a0: vous lisez sa version actuelle."
ANSWER_GONE: Final = "La réponse affichée alors n’existe plus dans la FAQ."
GLOSSARY: Final = "Sigles"
DEFINITION_QUESTION: Final = "Que signifie {acronym}\u202f?"
WITHHELD: Final = (
    "Votre message contenait un mot de passe, une clé ou un jeton\u00a0: il n’a pas été "
    "enregistré. S’il sert encore, changez-le."
)

MASKED: Final = "Non enregistré, car personnel\u00a0: {kinds}."

# --- Courtesies -----------------------------------------------------------------------------

SMALL_TALK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "greeting": (
            "Bonjour\u202f! Posez votre question avec vos mots\u00a0: nous cherchons la réponse "
            "parmi les {count} questions-réponses de la FAQ."
        ),
        "thanks": "Avec plaisir\u202f! Si vous avez une autre question, posez-la.",
        "identity": (
            "Vous échangez avec un assistant automatique, pas avec une personne. Il cherche la "
            "réponse parmi les {count} questions-réponses de la FAQ et l’affiche telle qu’elle y "
            "figure\u00a0: il ne rédige aucun texte."
        ),
        "farewell": "Au revoir\u202f! Revenez quand vous voulez.",
        "acknowledged": "Entendu. Si vous avez une question, posez-la en quelques mots.",
        "unclear": (
            "Nous n’avons pas compris. Posez votre question autrement, en quelques mots, ou "
            "écrivez au support."
        ),
    }
)
"""Replies by `SmallTalk`; ``count`` is how many questions the FAQ holds."""

# --- Handing over to a person ---------------------------------------------------------------

CONTACT_US: Final = "Écrire au support"
HANDOFF: Final = "Transmettre au support"
HANDOFF_SUBJECT: Final = "Question posée à la FAQ"
HANDOFF_FAILED: Final = (
    "Votre message n’est pas transmis, mais conservé. Réessayez, ou envoyez-le par courriel."
)
HANDOFF_LENGTH: Final = "Écrivez un message de 1 à {limit} caractères, puis renvoyez-le."

# --- Where an answer comes from -------------------------------------------------------------

PROVENANCE_VERBATIM: Final = "Texte officiel"
"""Unless the corpus has words of its own."""
PROVENANCE_GLOSSARY: Final = "Glossaire de la FAQ\u00a0:"
PROVENANCE_REWORDED: Final = "Reformulé d’après"
PROVENANCE_UNLINKED: Final = "Source\u00a0:"
"""Of an answer that names no page it was reworded from."""
CHECKED_ON: Final = "copie de la page consultée le {date}"

# --- Feedback -------------------------------------------------------------------------------

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

# --- What the console tells of the service --------------------------------------------------

LITTLE_EVIDENCE: Final = (
    "Ce corpus compte trop peu de formulations pour prouver que ses réponses sont rarement "
    "fausses\u00a0: la confiance suit celle d’autres FAQ. Ajoutez d’autres façons de poser les "
    "questions."
)
CORPUS_NOT_OPENED: Final = (
    "Le corpus modifié n’a pas pu être ouvert\u00a0: la version précédente reste en service. "
    "Le journal du serveur en donne la cause."
)


def corpus_refused(count: int) -> str:
    """Say that a corpus with so many problems is not served."""
    problems = f"{count}\u00a0erreurs" if count > 1 else "1\u00a0erreur"
    return (
        f"Le corpus modifié comporte {problems} et n’est pas servi\u00a0: la version précédente "
        "reste en service jusqu’à leur correction."
    )


# --- Personal data --------------------------------------------------------------------------

REDACTION_MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "secret": "[secret]",
        "email": "[e-mail]",
        "phone": "[téléphone]",
        "nir": "[NIR]",
        "rpps": "[RPPS]",
        "finess": "[FINESS]",
        "adeli": "[ADELI]",
        "siren": "[SIREN]",
        "siret": "[SIRET]",
        "iban": "[IBAN]",
        "rib": "[RIB]",
        "card": "[carte]",
        "identifier": "[identifiant]",
        "ip": "[IP]",
        "identity": "[identité]",
        "plate": "[plaque]",
        "birth": "[naissance]",
        "address": "[adresse]",
        "name": "[nom]",
    }
)
"""Marks by kind: kept with the question, so that whoever reads it sees what was taken out."""


def masked_in(text: str) -> tuple[str, ...]:
    """List what marks other than that of a secret stand for in a text, such as « e-mail »."""
    marks = (mark for kind, mark in REDACTION_MARKS.items() if kind != "secret")
    return tuple(mark.strip("[]") for mark in marks if mark in text)


MASKED_EXAMPLE: Final = (
    "Comment Mme Durand, joignable au 06\u00a012\u00a034\u00a056\u00a078, s’inscrit-elle\u202f?"
)
"""The page « Confidentialité » shows it beside what redaction makes of it."""


def retention_text(days: int | None) -> str:
    """Say how long data are kept, with months when there are at least two of them.

    Args:
        days: Their greatest age, in days; None without a limit.
    """
    if days is None:
        return (
            "Aucune durée n’est fixée\u00a0: les données sont gardées jusqu’à ce qu’elles soient "
            "effacées par l’organisme qui exploite ce service, ou par vous, en haut de cette page."
        )
    duration = f"{days}\u00a0jours" if days > 1 else "1\u00a0jour"
    months = round(days / 30.44)
    if months >= 2:
        duration += f", soit environ {months}\u00a0mois"
    return (
        f"Vos données sont effacées automatiquement au bout de {duration}. Vous pouvez les effacer "
        "plus tôt, en haut de cette page."
    )
