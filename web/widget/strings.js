// @ts-check
/**
 * Every word the widget shows or announces. A French string that the chat page has too bears the
 * same name and the same words as in faqbot/wording.py. Words in braces are filled by `fill`.
 */

/** @typedef {typeof fr} Strings */

export const QUESTION_LIMIT = 1000;

const fr = {
  NAV_ASK: 'Poser une question',
  NAV_QUESTIONS: 'Toutes les questions',
  HEADING: 'Une question\u202f?',
  CLOSE: 'Fermer',
  SMALLER: 'Réduire le texte',
  LARGER: 'Agrandir le texte',
  CLEAR: 'Effacer la conversation',
  CLEARED: 'Conversation effacée.',
  UNDO: 'Annuler l’effacement',
  NEW_WINDOW: '(nouvelle fenêtre)',

  WELCOME_TITLE: 'Posez votre question',
  WELCOME_LEAD:
    'Écrivez-la avec vos mots. Nous cherchons, parmi les {count} questions de la FAQ, celle qui y répond.',
  WELCOME_POINTS: [
    [
      'Les mots de la FAQ',
      'Chaque réponse est affichée mot pour mot, avec sa source. Rien n’est rédigé automatiquement.',
    ],
    [
      'Pas de réponse inventée',
      'Quand la FAQ ne contient pas la réponse, nous vous le disons et vous indiquons à qui vous adresser.',
    ],
    [
      'Aucune donnée personnelle',
      'N’en écrivez pas dans vos questions\u00a0: elles sont enregistrées pour améliorer la FAQ, sans compte ni adresse IP.',
    ],
  ],
  EXAMPLES_TITLE: 'Par exemple',

  ASK_LABEL: 'Votre question',
  ASK_SUBMIT: 'Envoyer',
  ASK_PRIVACY: 'N’indiquez aucune donnée personnelle.',
  ASK_KEYS: 'Entrée pour envoyer, Maj\u00a0+\u00a0Entrée pour aller à la ligne.',
  COUNTER: '{count}\u00a0/\u00a0{limit} caractères',
  COUNTER_FULL: 'Limite de {limit} caractères atteinte',
  MATCHES_ONE: '1\u00a0question',
  MATCHES_MANY: '{count}\u00a0questions',
  SUGGESTED: '{matches} de la FAQ\u00a0: flèches pour parcourir, Entrée pour choisir.',
  SEARCHING: 'Recherche en cours…',
  SLOW: 'La recherche prend plus de temps que d’habitude. Elle continue…',
  CANCEL: 'Abandonner la recherche',
  CANCELLED: 'Recherche abandonnée.',

  CONVERSATION_TITLE: 'Votre conversation',
  YOU_ASKED: 'Vous avez demandé\u00a0:',
  FROM_THE_FAQ: 'Dans la FAQ',
  ENTRY_LINK: 'Fiche {entry_id}',
  OTHER_ANSWERS: 'Autres réponses possibles',
  DID_YOU_MEAN: 'Vouliez-vous dire…\u202f?',
  DID_YOU_MEAN_LEAD:
    'Plusieurs réponses de la FAQ se rapprochent de votre question. Choisissez celle qui lui correspond.',
  NOT_WHAT_YOU_MEANT: 'Ce n’était pas cela\u202f?',
  NO_ANSWER_TITLE: 'Nous n’avons pas de réponse à vous donner',
  NO_ANSWER_MESSAGE:
    'La FAQ ne semble pas contenir la réponse. Reformulez votre question, ou posez-la au support.',
  CONTACT_US: 'Écrire au support',
  CONTACT_SUBJECT: 'Question restée sans réponse dans la FAQ',
  SUGGESTIONS: 'Questions proches dans la FAQ',
  SUGGESTIONS_AFTER_CHOICE: 'Rien ne convient\u202f? Voyez aussi',
  STATUS_LABELS: {
    answered: 'Réponse trouvée',
    clarify: 'Plusieurs réponses possibles',
    no_answer: 'Pas de réponse dans la FAQ',
  },
  STATUS_CHOSEN: 'Réponse choisie',
  REST: 'La suite se lit dans la conversation.',
  /** The server's own words are French: they need no translation. @type {Record<string, string>} */
  SMALL_TALK: {},

  PROVENANCE_VERBATIM: 'Texte officiel',
  PROVENANCE_REWORDED: 'Reformulé d’après',
  CHECKED_ON: 'vérifié le {date}',
  COPY_ANSWER: 'Copier la réponse',
  COPY_LINK: 'Copier le lien',
  COPIED: 'Copié.',
  COPY_FAILED: 'La copie n’est pas permise ici. Voici le lien\u00a0:',

  FEEDBACK_QUESTION: 'Cette réponse vous a-t-elle été utile\u202f?',
  YES: 'Oui',
  NO: 'Non',
  THANKS_YES: 'Merci\u202f! Vous avez trouvé cette réponse utile.',
  THANKS_NO: 'Merci, c’est noté\u00a0: cette réponse ne vous a pas été utile.',
  THANKS_DETAILS: 'Merci pour ces précisions\u00a0: elles aideront à améliorer la FAQ.',
  CHANGE_TO_YES: 'Changer d’avis\u00a0: plutôt oui',
  CHANGE_TO_NO: 'Changer d’avis\u00a0: plutôt non',
  CHANGE_DETAILS: 'Modifier ces précisions',
  REASON_LEGEND: 'Qu’est-ce qui ne va pas\u202f? (facultatif)',
  REASON_GIVEN: 'Motif\u00a0:',
  /** @type {Record<string, string>} */
  REASONS: {
    incorrect: 'Elle contient une erreur',
    incomplete: 'Elle est incomplète',
    outdated: 'Elle n’est plus à jour',
    off_topic: 'Elle ne répond pas à ma question',
    other: 'Autre raison',
  },
  COMMENT_LABEL: 'Votre commentaire (facultatif)',
  COMMENT_HINT: '{limit} caractères au plus, sans donnée personnelle.',
  COMMENT_GIVEN: 'Commentaire\u00a0:',
  COMMENT_SUBMIT: 'Envoyer',
  VOTE_FAILED: 'Votre avis n’a pas été enregistré.',

  QUESTION_EMPTY: 'Écrivez votre question avant de l’envoyer.',
  QUESTION_TOO_LONG:
    'Votre question est trop longue\u00a0: {limit} caractères au plus. Raccourcissez-la, puis renvoyez-la.',
  REQUEST_INVALID: 'La demande est incomplète ou mal formée.',
  RATE_LIMITED:
    'Vous avez posé beaucoup de questions en peu de temps. Réessayez dans {seconds}\u00a0s.',
  ANSWER_UNKNOWN:
    'Cet avis ne peut pas être enregistré\u00a0: la réponse concernée n’a pas été affichée.',
  STORE_UNAVAILABLE:
    'L’enregistrement est momentanément impossible. Réessayez dans quelques instants.',
  INTERNAL_ERROR:
    'Une erreur inattendue s’est produite de notre côté. Réessayez dans quelques instants.',
  NETWORK_ERROR:
    'Le service ne répond pas. Vérifiez votre connexion, puis réessayez\u00a0: votre texte est conservé.',
  TIMEOUT: 'La réponse tarde trop. Réessayez\u00a0: votre texte est conservé.',
  OFFLINE: 'Vous êtes hors connexion. Votre texte est conservé jusqu’à son retour.',
  ONLINE: 'La connexion est revenue.',
  RETRY: 'Réessayer',
  RETRY_IN: 'Réessayer dans {seconds}\u00a0s',
};

/** @type {Strings} */
const en = {
  NAV_ASK: 'Ask a question',
  NAV_QUESTIONS: 'All questions',
  HEADING: 'Any question?',
  CLOSE: 'Close',
  SMALLER: 'Smaller text',
  LARGER: 'Larger text',
  CLEAR: 'Clear the conversation',
  CLEARED: 'Conversation cleared.',
  UNDO: 'Undo',
  NEW_WINDOW: '(new window)',

  WELCOME_TITLE: 'Ask your question',
  WELCOME_LEAD:
    'Use your own words, in French if you can. Among the {count} questions of the FAQ, we look for the one that answers.',
  WELCOME_POINTS: [
    [
      'The words of the FAQ',
      'Every answer is shown word for word, in French, with its source. Nothing is written automatically.',
    ],
    [
      'No made-up answer',
      'When the FAQ does not hold the answer, we say so and tell you whom to ask.',
    ],
    [
      'No personal data',
      'Please write none in your questions: they are kept to improve the FAQ, without account or IP address.',
    ],
  ],
  EXAMPLES_TITLE: 'For example',

  ASK_LABEL: 'Your question',
  ASK_SUBMIT: 'Send',
  ASK_PRIVACY: 'Give no personal data.',
  ASK_KEYS: 'Enter to send, Shift\u00a0+\u00a0Enter for a new line.',
  COUNTER: '{count}\u00a0/\u00a0{limit} characters',
  COUNTER_FULL: 'Limit of {limit} characters reached',
  MATCHES_ONE: '1\u00a0question',
  MATCHES_MANY: '{count}\u00a0questions',
  SUGGESTED: '{matches} of the FAQ: arrows to browse, Enter to choose.',
  SEARCHING: 'Searching…',
  SLOW: 'The search takes longer than usual. It goes on…',
  CANCEL: 'Cancel the search',
  CANCELLED: 'Search cancelled.',

  CONVERSATION_TITLE: 'Your conversation',
  YOU_ASKED: 'You asked:',
  FROM_THE_FAQ: 'In the FAQ',
  ENTRY_LINK: 'Entry {entry_id}',
  OTHER_ANSWERS: 'Other possible answers',
  DID_YOU_MEAN: 'Did you mean…?',
  DID_YOU_MEAN_LEAD:
    'Several answers of the FAQ are close to your question. Choose the one that fits.',
  NOT_WHAT_YOU_MEANT: 'Not what you meant?',
  NO_ANSWER_TITLE: 'We have no answer to give you',
  NO_ANSWER_MESSAGE:
    'The FAQ does not seem to hold the answer. Word your question differently, or ask the support team.',
  CONTACT_US: 'Write to support',
  CONTACT_SUBJECT: 'Question that the FAQ did not answer',
  SUGGESTIONS: 'Close questions in the FAQ',
  SUGGESTIONS_AFTER_CHOICE: 'None of these? See also',
  STATUS_LABELS: {
    answered: 'Answer found',
    clarify: 'Several possible answers',
    no_answer: 'No answer in the FAQ',
  },
  STATUS_CHOSEN: 'Answer chosen',
  REST: 'Read the rest in the conversation.',
  SMALL_TALK: {
    greeting: 'Hello! Ask your question in your own words: we look for its answer in the FAQ.',
    thanks: 'You are welcome! If you have another question, ask it.',
    identity:
      'You are talking to an automatic assistant, not to a person. It looks in the FAQ for the question that answers yours and shows its answer word for word: it writes no text.',
    farewell: 'Goodbye! Come back whenever you like.',
  },

  PROVENANCE_VERBATIM: 'Official text',
  PROVENANCE_REWORDED: 'Reworded from',
  CHECKED_ON: 'checked on {date}',
  COPY_ANSWER: 'Copy the answer',
  COPY_LINK: 'Copy the link',
  COPIED: 'Copied.',
  COPY_FAILED: 'Copying is not allowed here. This is the link:',

  FEEDBACK_QUESTION: 'Was this answer useful to you?',
  YES: 'Yes',
  NO: 'No',
  THANKS_YES: 'Thank you! You found this answer useful.',
  THANKS_NO: 'Thank you, noted: this answer was not useful to you.',
  THANKS_DETAILS: 'Thank you for these details: they will help to improve the FAQ.',
  CHANGE_TO_YES: 'Change to yes',
  CHANGE_TO_NO: 'Change to no',
  CHANGE_DETAILS: 'Change these details',
  REASON_LEGEND: 'What is wrong? (optional)',
  REASON_GIVEN: 'Reason:',
  REASONS: {
    incorrect: 'It holds an error',
    incomplete: 'It is incomplete',
    outdated: 'It is out of date',
    off_topic: 'It does not answer my question',
    other: 'Another reason',
  },
  COMMENT_LABEL: 'Your comment (optional)',
  COMMENT_HINT: '{limit} characters at most, without personal data.',
  COMMENT_GIVEN: 'Comment:',
  COMMENT_SUBMIT: 'Send',
  VOTE_FAILED: 'Your opinion was not recorded.',

  QUESTION_EMPTY: 'Write your question before sending it.',
  QUESTION_TOO_LONG:
    'Your question is too long: {limit} characters at most. Shorten it and send it again.',
  REQUEST_INVALID: 'The request is incomplete or malformed.',
  RATE_LIMITED: 'You asked many questions in a short time. Try again in {seconds}\u00a0s.',
  ANSWER_UNKNOWN: 'This opinion cannot be recorded: the answer was not shown.',
  STORE_UNAVAILABLE: 'Nothing can be recorded right now. Try again in a moment.',
  INTERNAL_ERROR: 'An unexpected error happened on our side. Try again in a moment.',
  NETWORK_ERROR:
    'The service does not respond. Check your connection and try again: your text is kept.',
  TIMEOUT: 'The answer takes too long. Try again: your text is kept.',
  OFFLINE: 'You are offline. Your text is kept until the connection is back.',
  ONLINE: 'The connection is back.',
  RETRY: 'Try again',
  RETRY_IN: 'Try again in {seconds}\u00a0s',
};

/** @type {Record<import('./types.js').Language, Strings>} */
export const STRINGS = { fr, en };

/**
 * Put values in the place of words in braces.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * A day in full, without a break inside: « 1er mai 2026 », “1 May 2026”.
 * @param {string} iso
 * @param {import('./types.js').Language} language
 */
export function longDate(iso, language) {
  const day = new Date(iso);
  if (Number.isNaN(day.getTime())) return iso;
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const text = day.toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return (language === 'fr' ? text.replace(/^1 /, '1er ') : text).replaceAll(' ', '\u00a0');
}

/** @type {Record<string, keyof Strings>} */
const SENTENCES = {
  empty: 'QUESTION_EMPTY',
  too_long: 'QUESTION_TOO_LONG',
  refused: 'REQUEST_INVALID',
  limited: 'RATE_LIMITED',
  unknown: 'ANSWER_UNKNOWN',
  store: 'STORE_UNAVAILABLE',
  network: 'NETWORK_ERROR',
  timeout: 'TIMEOUT',
  offline: 'OFFLINE',
  online: 'ONLINE',
};

/**
 * What to tell the reader about a trouble.
 * @param {string} kind
 * @param {Strings} strings
 * @param {number} [seconds]  until it may be tried again
 */
export function sentence(kind, strings, seconds = 0) {
  const text = String(strings[SENTENCES[kind] ?? 'INTERNAL_ERROR']);
  return fill(text, { seconds, limit: QUESTION_LIMIT });
}
