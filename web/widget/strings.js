// @ts-check
// Every word the widget shows or announces, in French and in English. French that the chat page has
// too is said there word for word: in web/templates/, or in faqbot/wording.py. What a corpus says of
// itself comes from the server, in French.

export const QUESTION_LIMIT = 4000;

export const TABLE = {
  NAV_ASK: ['Poser une question', 'Ask a question'],
  CONVERSATION_DATA: ['Mes données', 'My data'],
  NAV_QUESTIONS: ['Toutes les questions', 'All questions'],
  CLOSE: ['Fermer', 'Close'],
  SMALLER: ['Diminuer la taille du texte', 'Smaller text'],
  LARGER: ['Augmenter la taille du texte', 'Larger text'],
  CLEAR: ['Nouvelle conversation', 'New conversation'],
  NEW_WINDOW: ['(nouvelle fenêtre)', '(new window)'],
  WELCOME_LEAD: [
    'Écrivez-la avec vos mots\u00a0: un assistant automatique cherche la réponse parmi les {count} questions-réponses de la FAQ. Il ne rédige rien.',
    'An automatic assistant searches the {count} answers of the FAQ. It writes nothing.',
  ],
  NOTICE: [
    'Chaque réponse est affichée telle qu’elle figure dans la FAQ, avec sa source\u00a0: texte officiel ou reformulation.',
    'Every answer is shown as it stands in the FAQ, with its source.',
  ],
  EXAMPLES_TITLE: ['Par exemple', 'For example'],
  ASK_LABEL: ['Votre question', 'Your question'],
  ASK_SUBMIT: ['Envoyer', 'Send'],
  ASK_PRIVACY: ['N’indiquez aucune donnée personnelle.', 'Give no personal data.'],
  ASK_KEYS: [
    'Entrée pour envoyer, Maj\u00a0+\u00a0Entrée pour aller à la ligne.',
    'Enter sends, Shift + Enter breaks the line.',
  ],
  SEARCHING: ['Recherche en cours…', 'Searching…'],
  SLOW: [
    'La recherche est plus longue que prévu, mais elle continue. Votre texte est conservé.',
    'This takes longer than usual. Your text is kept.',
  ],
  SENDING: ['Envoi en cours…', 'Sending…'],
  CANCEL: ['Annuler', 'Cancel'],
  YOU_ASKED: ['Vous avez demandé\u00a0:', 'You asked:'],
  FROM_THE_FAQ: ['Dans la FAQ', 'In the FAQ'],
  ENTRY_LINK: ['Fiche {entry_id}', 'Entry {entry_id}'],
  OTHER_ANSWERS: ['Autres réponses possibles', 'Other possible answers'],
  DID_YOU_MEAN: ['Votre question porte-t-elle sur…\u202f?', 'Is your question about…?'],
  TENTATIVE: ['Réponse probable', 'Likely answer'],
  TENTATIVE_LEAD: [
    'Elle répond sans doute à votre question, mais ce n’est pas sûr.',
    'It probably answers your question.',
  ],
  NOT_THIS: ['Ce n’est pas ça\u202f?', 'Not this?'],
  NOT_WHAT_YOU_MEANT: ['Ce n’était pas cela\u202f?', 'Not what you meant?'],
  NO_ANSWER_TITLE: ['Nous n’avons pas trouvé la réponse dans la FAQ', 'We found no answer'],
  NO_ANSWER_MESSAGE: [
    'La FAQ ne semble pas contenir la réponse. Reformulez votre question, ou écrivez au support.',
    'Rephrase, or ask support.',
  ],
  HANDOFF: ['Transmettre au support', 'Hand over to support'],
  HANDOFF_ASKED: ['Ma question\u00a0: {question}', 'My question: {question}'],
  HANDOFF_SHOWN: ['Réponse affichée\u00a0: {question}', 'Answer shown: {question}'],
  HANDOFF_UNANSWERED: ['Aucune réponse ne convenait.', 'No answer fitted.'],
  HANDOFF_NOT_USEFUL: ['Cette réponse ne m’a pas été utile.', 'It was not useful to me.'],
  HANDOFF_FAILED: [
    'Votre message n’est pas transmis, mais conservé. Réessayez, ou envoyez-le par courriel.',
    'Not sent, but kept. Try again, or send it by mail.',
  ],
  HANDOFF_SENT: ['Message transmis au support.', 'Message sent to support.'],
  HANDOFF_TEXT: ['Message au support, modifiable', 'Message to support, to edit'],
  HANDOFF_REPLY_TO: [
    'Votre adresse e-mail, pour la réponse (facultatif)',
    'Your e-mail address (optional)',
  ],
  HANDOFF_REPLY_TO_KEPT: [
    'Transmise au support avec le message, et non enregistrée ici.',
    'Sent to support with the message, not kept here.',
  ],
  SUGGESTIONS: ['Questions proches dans la FAQ', 'Close questions in the FAQ'],
  STATUS_LABELS: [
    {
      answered: 'Réponse trouvée',
      clarify: 'Plusieurs réponses possibles',
      no_answer: 'Pas de réponse dans la FAQ',
    },
    {
      answered: 'Answer found',
      clarify: 'Several possible answers',
      no_answer: 'No answer in the FAQ',
    },
  ],
  STATUS_CHOSEN: ['Réponse choisie', 'Answer chosen'],
  WITHHELD: [
    'Votre message contenait un mot de passe, une clé ou un jeton\u00a0: il n’a pas été enregistré. S’il sert encore, changez-le.',
    'A password, key or token was not kept. Change it if it is in use.',
  ],
  MASKED: ['Non enregistré, car personnel\u00a0: {kinds}.', 'Not kept, being personal: {kinds}.'],
  WARN_SECRET: [
    'Retirez le mot de passe, la clé ou le jeton que votre texte semble contenir.',
    'Remove the password, key or token.',
  ],
  WARN_PERSONAL: [
    'Retirez l’adresse e-mail ou le numéro de téléphone que votre texte semble contenir.',
    'Remove the e-mail address or phone number.',
  ],
  REST: ['La suite figure dans la conversation.', 'Read the rest in the conversation.'],
  /** @type {Record<string, string>[]} */
  SMALL_TALK: [
    {},
    {
      greeting: 'Hello! What is your question?',
      thanks: 'You are welcome!',
      identity: 'An automatic assistant, not a person: it shows the words of the FAQ.',
      farewell: 'Goodbye!',
      acknowledged: 'Noted.',
      unclear: 'Ask in a few words.',
    },
  ],
  /** @type {Record<string, string>[]} */
  PROVENANCE: [
    { verbatim: 'Texte officiel', reworded: 'Reformulé d’après' },
    { verbatim: 'Official text', reworded: 'Reworded from' },
  ],
  CHECKED_ON: ['copie de la page consultée le {date}', 'copy read on {date}'],
  COPY_ANSWER: ['Copier la réponse', 'Copy the answer'],
  COPY_LINK: ['Copier le lien', 'Copy the link'],
  COPIED: ['Copié.', 'Copied.'],
  COPY_FAILED: ['Copie impossible. Le lien\u00a0:', 'Copying failed. The link:'],
  FEEDBACK_QUESTION: [
    'Cette réponse vous a-t-elle été utile\u202f?',
    'Was this answer useful to you?',
  ],
  YES: ['Oui', 'Yes'],
  NO: ['Non', 'No'],
  THANKS_YES: ['Merci\u202f! Vous avez trouvé cette réponse utile.', 'Thank you!'],
  THANKS_NO: [
    'Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile.',
    'Thank you, noted.',
  ],
  THANKS_DETAILS: [
    'Merci pour ces précisions\u00a0: elles aideront à améliorer la FAQ.',
    'Thank you for these details.',
  ],
  CHANGE_TO_YES: ['Finalement, oui', 'Change to yes'],
  CHANGE_TO_NO: ['Finalement, non', 'Change to no'],
  CHANGE_DETAILS: ['Modifier ces précisions', 'Change these details'],
  REASON_LEGEND: ['Qu’est-ce qui ne va pas\u202f? (facultatif)', 'What is wrong? (optional)'],
  /** @type {Record<string, string>[]} */
  REASONS: [
    {
      incorrect: 'Elle contient une erreur',
      incomplete: 'Elle est incomplète',
      outdated: 'Elle n’est plus à jour',
      off_topic: 'Elle ne répond pas à ma question',
      other: 'Autre raison',
    },
    {
      incorrect: 'It is wrong',
      incomplete: 'It is incomplete',
      outdated: 'It is out of date',
      off_topic: 'It does not answer my question',
      other: 'Other',
    },
  ],
  COMMENT_LABEL: ['Votre commentaire (facultatif)', 'Your comment (optional)'],
  QUESTION_EMPTY: ['Écrivez votre question avant de l’envoyer.', 'Write your question first.'],
  QUESTION_TOO_LONG: [
    'Votre question est trop longue\u00a0: {limit} caractères au plus. Raccourcissez-la, puis renvoyez-la.',
    'Too long: {limit} characters at most.',
  ],
  FULL: ['Limite de {limit} caractères atteinte', '{limit} characters at most.'],
  RATE_LIMITED: [
    'Vous avez posé beaucoup de questions en peu de temps. Réessayez dans {seconds}\u00a0s.',
    'Too many questions. Try again in {seconds}\u00a0s.',
  ],
  ANSWER_UNKNOWN: [
    'Cet avis ne peut pas être enregistré\u00a0: la réponse concernée n’est pas, ou n’est plus, enregistrée.',
    'This answer cannot be rated.',
  ],
  FEEDBACK_UNAVAILABLE: [
    'Avis momentanément indisponible\u00a0: cette réponse ne peut pas être évaluée pour l’instant.',
    'This answer cannot be rated now.',
  ],
  BUSY: [
    'Beaucoup de questions arrivent en ce moment. La vôtre n’a pas été traitée\u00a0: réessayez dans quelques secondes.',
    'The service is busy. Try again soon.',
  ],
  STORE_UNAVAILABLE: [
    'L’enregistrement est momentanément impossible. Réessayez dans quelques instants.',
    'Nothing can be recorded now. Try again soon.',
  ],
  INTERNAL_ERROR: [
    'Une erreur inattendue s’est produite de notre côté. Réessayez dans quelques instants.',
    'Something went wrong. Try again soon.',
  ],
  NETWORK_ERROR: [
    'Le service ne répond pas. Vérifiez votre connexion, puis réessayez\u00a0: votre texte est conservé.',
    'The service does not respond. Your text is kept: try again.',
  ],
  OFFLINE: [
    'Vous êtes hors ligne. Votre texte est conservé.',
    'You are offline. Your text is kept.',
  ],
  ONLINE: ['La connexion est rétablie.', 'The connection is back.'],
  RETRY: ['Réessayer', 'Try again'],
};

/** @type {(place: number) => Strings} */
const language = (place) =>
  /** @type {any} */ (
    Object.fromEntries(Object.entries(TABLE).map(([name, words]) => [name, words[place]]))
  );
export const STRINGS = { fr: language(0), en: language(1) };

/** Put values in the place of words in braces. @type {(text: string, values: any) => string} */
export const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

/** A day in full, without a break: « 1er mai 2026 ». @type {(iso: string, language: string) => string} */
export const longDate = (iso, language) => {
  const day = new Date(iso);
  if (!(day.getTime() > 0)) return iso;
  const text = day.toLocaleDateString(`${language}-GB`, { dateStyle: 'long', timeZone: 'UTC' });
  return text.replace(/^1 (?=[a-z])/, '1er ').replaceAll(' ', '\u00a0');
};

/** The server's word for a trouble is mostly its name here. @type {(trouble: Failure, s: any) => string} */
export const sentence = ({ type, status, wait }, s) => {
  const usual = status ? s.INTERNAL_ERROR : s.NETWORK_ERROR;
  return fill(s[type.toUpperCase()] ?? usual, { seconds: wait, limit: QUESTION_LIMIT });
};
