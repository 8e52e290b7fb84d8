// @ts-check
// Every word the widget shows or announces. French strings that the chat page has too are those of
// faqbot/wording.py, under the same names (NOTICE explains the first of WELCOME_POINTS).

export const QUESTION_LIMIT = 1000;

const fr = {
  NAV_ASK: 'Poser une question',
  NAV_QUESTIONS: 'Toutes les questions',
  CLOSE: 'Fermer',
  SMALLER: 'Réduire le texte',
  LARGER: 'Agrandir le texte',
  CLEAR: 'Effacer la conversation',
  CLEARED: 'Conversation effacée.',
  NEW_WINDOW: '(nouvelle fenêtre)',

  WELCOME_LEAD:
    'Écrivez-la avec vos mots. Nous cherchons, parmi les {count} questions de la FAQ, celle qui y répond.',
  NOTICE:
    'Chaque réponse est affichée mot pour mot, avec sa source. Rien n’est rédigé automatiquement.',
  EXAMPLES_TITLE: 'Par exemple',

  ASK_LABEL: 'Votre question',
  ASK_SUBMIT: 'Envoyer',
  ASK_PRIVACY: 'N’indiquez aucune donnée personnelle.',
  ASK_KEYS: 'Entrée pour envoyer, Maj\u00a0+\u00a0Entrée pour aller à la ligne.',
  COUNTER: '{count}\u00a0/\u00a0{limit} caractères',
  SUGGESTED: 'Suggestions\u00a0: {count}',
  SEARCHING: 'Recherche en cours…',
  SLOW: 'La recherche prend du temps. Elle continue…',
  CANCEL: 'Annuler',

  YOU_ASKED: 'Vous avez demandé\u00a0:',
  FROM_THE_FAQ: 'Dans la FAQ',
  ENTRY_LINK: 'Fiche {entry_id}',
  OTHER_ANSWERS: 'Autres réponses possibles',
  DID_YOU_MEAN: 'Vouliez-vous dire…\u202f?',
  NOT_WHAT_YOU_MEANT: 'Ce n’était pas cela\u202f?',
  NO_ANSWER_TITLE: 'Nous n’avons pas de réponse à vous donner',
  NO_ANSWER_MESSAGE:
    'La FAQ ne semble pas contenir la réponse. Reformulez votre question, ou posez-la au support.',
  CONTACT_US: 'Écrire au support',
  CONTACT_SUBJECT: 'Question restée sans réponse dans la FAQ',
  SUGGESTIONS: 'Questions proches dans la FAQ',
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
  COPY_FAILED: 'Copie impossible. Le lien\u00a0:',

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
  /** @type {Record<string, string>} */
  REASONS: {
    incorrect: 'Elle contient une erreur',
    incomplete: 'Elle est incomplète',
    outdated: 'Elle n’est plus à jour',
    off_topic: 'Elle ne répond pas à ma question',
    other: 'Autre raison',
  },
  COMMENT_LABEL: 'Votre commentaire (facultatif)',

  QUESTION_EMPTY: 'Écrivez votre question avant de l’envoyer.',
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
  OFFLINE: 'Vous êtes hors connexion. Votre texte est conservé.',
  ONLINE: 'La connexion est revenue.',
  RETRY: 'Réessayer',
};

/** @type {typeof fr} */
const en = {
  NAV_ASK: 'Ask a question',
  NAV_QUESTIONS: 'All questions',
  CLOSE: 'Close',
  SMALLER: 'Smaller text',
  LARGER: 'Larger text',
  CLEAR: 'Clear the conversation',
  CLEARED: 'Conversation cleared.',
  NEW_WINDOW: '(new window)',

  WELCOME_LEAD:
    'Use your own words. We look among the {count} questions of the FAQ for the one that answers.',
  NOTICE:
    'Every answer is shown word for word, in French, with its source. Nothing is written automatically.',
  EXAMPLES_TITLE: 'For example',

  ASK_LABEL: 'Your question',
  ASK_SUBMIT: 'Send',
  ASK_PRIVACY: 'Give no personal data.',
  ASK_KEYS: 'Enter to send, Shift\u00a0+\u00a0Enter for a new line.',
  COUNTER: '{count}\u00a0/\u00a0{limit} characters',
  SUGGESTED: 'Suggestions: {count}',
  SEARCHING: 'Searching…',
  SLOW: 'The search takes time. It goes on…',
  CANCEL: 'Cancel',

  YOU_ASKED: 'You asked:',
  FROM_THE_FAQ: 'In the FAQ',
  ENTRY_LINK: 'Entry {entry_id}',
  OTHER_ANSWERS: 'Other possible answers',
  DID_YOU_MEAN: 'Did you mean…?',
  NOT_WHAT_YOU_MEANT: 'Not what you meant?',
  NO_ANSWER_TITLE: 'We have no answer to give you',
  NO_ANSWER_MESSAGE:
    'The FAQ does not seem to hold the answer. Word your question differently, or ask the support team.',
  CONTACT_US: 'Write to support',
  CONTACT_SUBJECT: 'Question that the FAQ did not answer',
  SUGGESTIONS: 'Close questions in the FAQ',
  STATUS_LABELS: {
    answered: 'Answer found',
    clarify: 'Several possible answers',
    no_answer: 'No answer in the FAQ',
  },
  STATUS_CHOSEN: 'Answer chosen',
  REST: 'Read the rest in the conversation.',
  SMALL_TALK: {
    greeting: 'Hello! Ask your question in your own words.',
    thanks: 'You are welcome! If you have another question, ask it.',
    identity: 'This is an automatic assistant, not a person: it shows the words of the FAQ.',
    farewell: 'Goodbye! Come back whenever you like.',
  },

  PROVENANCE_VERBATIM: 'Official text',
  PROVENANCE_REWORDED: 'Reworded from',
  CHECKED_ON: 'checked on {date}',
  COPY_ANSWER: 'Copy the answer',
  COPY_LINK: 'Copy the link',
  COPIED: 'Copied.',
  COPY_FAILED: 'Copying failed. The link:',

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
  REASONS: {
    incorrect: 'It holds an error',
    incomplete: 'It is incomplete',
    outdated: 'It is out of date',
    off_topic: 'It does not answer my question',
    other: 'Another reason',
  },
  COMMENT_LABEL: 'Your comment (optional)',

  QUESTION_EMPTY: 'Write your question before sending it.',
  RATE_LIMITED: 'You asked many questions in a short time. Try again in {seconds}\u00a0s.',
  ANSWER_UNKNOWN: 'This opinion cannot be recorded: the answer was not shown.',
  STORE_UNAVAILABLE: 'Nothing can be recorded right now. Try again in a moment.',
  INTERNAL_ERROR: 'An unexpected error happened on our side. Try again in a moment.',
  NETWORK_ERROR:
    'The service does not respond. Check your connection and try again: your text is kept.',
  OFFLINE: 'You are offline. Your text is kept.',
  ONLINE: 'The connection is back.',
  RETRY: 'Try again',
};

export const STRINGS = { fr, en };

/** Put values in the place of words in braces. @type {(text: string, values: any) => string} */
export const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

/** A day in full, without a break: « 1er mai 2026 ». @type {(iso: string, language: string) => string} */
export const longDate = (iso, language) => {
  const day = new Date(iso);
  if (!(day.getTime() > 0)) return iso;
  const text = day.toLocaleDateString(`${language}-GB`, { dateStyle: 'long', timeZone: 'UTC' });
  return text.replace(/^1 (?=[a-z])/, '1er ').replaceAll(' ', '\u00a0');
};

/** What to tell the reader; the server's word for a trouble is mostly its name here. @type {(trouble: Failure, s: any) => string} */
export const sentence = ({ type, status, wait }, s) => {
  const usual = status ? s.INTERNAL_ERROR : s.NETWORK_ERROR;
  return fill(s[type.toUpperCase()] ?? usual, { seconds: wait });
};
