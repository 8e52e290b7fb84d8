"""What page and widget say on the way to a person, as they say it."""

from __future__ import annotations

ASKED = "Ma question\u00a0: {question}"
MAIL = "Envoyer par courriel"
NOT_USEFUL = "Cette réponse ne m’a pas été utile."
SEND = "Envoyer au support"
SENT = "Message transmis au support."
TEXT = "Message au support, modifiable"
UNANSWERED = "Aucune réponse ne convenait."
SLOW = "La recherche est plus longue que prévu, mais elle continue. Votre texte est conservé."
PERSONAL = "Retirez l’adresse e-mail ou le numéro de téléphone que votre texte semble contenir."
ACCESS = "Retirez le mot de passe, la clé ou le jeton que votre texte semble contenir."
REPLY_TO = "Votre adresse e-mail, pour la réponse (facultatif)"
