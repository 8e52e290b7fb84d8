"""The French texts of the page « Confidentialité »; `faqbot.wording` says how they are written.

They say what faqbot does. Who operates it may have more to say: a reverse proxy's logs, a legal
basis, a data protection officer.
"""

from __future__ import annotations

from typing import Final

LEAD: Final = (
    "Ce que ce service enregistre quand vous posez une question, ce qu’il n’enregistre pas, et "
    "comment effacer vos données. Cette page est établie d’après ses réglages actuels."
)

KEPT_TITLE: Final = "Ce qui est enregistré"
KEPT: Final[tuple[str, ...]] = (
    "Le texte de vos questions et de vos commentaires, une fois masquées les données "
    "personnelles reconnues.",
    "Les réponses et les suggestions qui vous ont été affichées, et leur degré de confiance.",
    "Vos avis (oui ou non, motif) et la réponse que vous avez choisie quand plusieurs étaient "
    "possibles.",
    "La date et l’heure de chaque question et de chaque avis, et le temps de réponse.",
    "Un identifiant de conversation tiré au hasard, qui relie entre elles vos questions d’une "
    "même conversation et ne vous désigne pas.",
    "La version de la FAQ et celle du modèle de recherche qui ont servi.",
)

MASKED_TITLE: Final = "Ce qui est masqué avant l’enregistrement"
MASKED: Final = (
    "Les adresses e-mail, les numéros de téléphone, de sécurité sociale (NIR, INS), RPPS, ADELI, "
    "FINESS, SIRET, SIREN, les IBAN et les noms qui suivent une civilité sont remplacés par une "
    "mention entre crochets. Les adresses que la FAQ publie elle-même restent."
)
MASKED_BEFORE: Final = "Vous écrivez\u00a0:"
MASKED_AFTER: Final = "Nous enregistrons\u00a0:"
MASKED_EXAMPLE: Final = (
    "Comment Mme Durand, joignable au 06\u00a012\u00a034\u00a056\u00a078, s’inscrit-elle\u202f?"
)
"""The page shows it beside what redaction makes of it."""
MASKED_LIMITS: Final = (
    "Ce masquage est automatique et ne reconnaît pas tout\u00a0: n’écrivez aucune donnée "
    "personnelle. La recherche de la réponse utilise votre texte d’origine, qui n’est pas conservé."
)

NOT_KEPT_TITLE: Final = "Ce qui n’est pas enregistré"
NOT_KEPT: Final[tuple[str, ...]] = (
    "Aucun compte ni aucun nom d’utilisateur\u00a0: vous n’avez pas à vous identifier.",
    "Aucun cookie, aucune mesure d’audience, aucun contenu venu d’un autre site.",
    "Aucune adresse IP dans la base de données ni dans les journaux de ce service, qui ne "
    "contiennent pas non plus vos textes.",
)
NOT_KEPT_LIMITER: Final = (
    "Pour limiter le nombre de demandes, l’adresse IP reste en mémoire vive le temps de les "
    "compter\u00a0; elle n’est jamais écrite."
)
NOT_KEPT_HOST: Final = (
    "L’hébergeur du site peut tenir ses propres journaux techniques, qui ne dépendent pas de ce "
    "service."
)

WHY_TITLE: Final = "À quoi cela sert"
WHY: Final = (
    "Les questions et les avis servent à améliorer la FAQ\u00a0: les personnes qui la tiennent "
    "les relisent pour corriger une réponse ou en ajouter une. Elles peuvent recopier une "
    "question, sans donnée personnelle, dans la FAQ ou parmi les questions qui servent à la "
    "tester\u00a0: cette copie demeure après l’effacement du reste. Un avis ne change jamais, à "
    "lui seul, l’ordre des réponses."
)
WHY_STAFF: Final = (
    "Si ces personnes ont un compte pour cela, il ne concerne qu’elles\u00a0: les données des "
    "visiteurs n’y sont pas rattachées."
)

RETENTION_TITLE: Final = "Combien de temps"
_RETENTION: Final = (
    "Tout est effacé automatiquement au bout de {duration}. Vous pouvez l’effacer plus tôt, en "
    "haut de cette page."
)
_RETENTION_OFF: Final = (
    "Aucune durée n’est fixée\u00a0: les données sont gardées jusqu’à ce qu’elles soient effacées "
    "par l’organisme qui exploite ce service, ou par vous, en haut de cette page."
)

WHERE_TITLE: Final = "Où, et sous la responsabilité de qui"
WHERE: Final = (
    "Les données sont gardées dans la base de données de l’organisme qui exploite ce service, et "
    "celui-ci ne les transmet à personne."
)
WHERE_PUBLISHER: Final = "La FAQ est éditée par\u00a0: {publisher}."
WHERE_CONTACT: Final = "Pour toute question sur vos données, écrivez à"

YOURS_TITLE: Final = "Vos données"
YOURS_LEAD: Final = (
    "L’identifiant de votre conversation en est la clé\u00a0: le lien «\u00a0Mes données\u00a0» "
    "de la conversation l’apporte ici. Il figure aussi dans l’adresse de la page de conversation, "
    "après «\u00a0session=\u00a0». Sans lui, personne ne peut retrouver vos questions pour vous."
)
YOURS_FOUND: Final = "C’est celui de la conversation d’où vous venez."
YOURS_LABEL: Final = "Identifiant de la conversation"
YOURS_HINT: Final = "Par exemple\u00a0: 1b4e28ba-2fa1-4d2e-883f-0016d3cca427"
YOURS_DOWNLOAD: Final = "Télécharger mes données"
YOURS_ERASE: Final = "Effacer cette conversation"
YOURS_INVALID: Final = (
    "Cet identifiant n’est pas complet. Copiez celui qui figure dans l’adresse de la page de "
    "conversation, après «\u00a0session=\u00a0»\u00a0: 36 caractères, tirets compris."
)
YOURS_FILE: Final = "conversation-{session}.json"

CONFIRM_TITLE: Final = "Effacer définitivement cette conversation\u202f?"
_CONFIRM_ONE: Final = "1\u00a0question, et les avis qui s’y rapportent, seront effacés."
_CONFIRM_MANY: Final = "{count}\u00a0questions, et les avis qui s’y rapportent, seront effacés."
CONFIRM_YES: Final = "Oui, effacer"
CONFIRM_NO: Final = "Annuler"
UNKNOWN: Final = (
    "Rien n’est enregistré sous cet identifiant\u00a0: la conversation n’existe pas, ou elle est "
    "déjà effacée."
)
ERASED: Final = "La conversation est effacée."


def retention_text(days: int | None) -> str:
    """Say how long data are kept.

    Args:
        days: Their greatest age, in days; None without a limit.

    Returns:
        A sentence or two, with months when there are at least two of them.
    """
    if days is None:
        return _RETENTION_OFF
    duration = f"{days}\u00a0jours" if days > 1 else "1\u00a0jour"
    months = round(days / 30.44)
    if months >= 2:
        duration += f", soit environ {months}\u00a0mois"
    return _RETENTION.format(duration=duration)


def confirm_text(count: int) -> str:
    """Say what will be erased.

    Args:
        count: How many questions; at least one.

    Returns:
        A sentence.
    """
    return _CONFIRM_ONE if count == 1 else _CONFIRM_MANY.format(count=count)
