// @ts-check
// What the chat page uses, too: mails to the support, and a look at what had better not be sent.

const MAILTO_LIMIT = 1900;
const SECRET =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{8,}\.eyJ|\bBearer\s+[\w.~+/-]{16}|(mot de passe|mdp|password|passwd|pwd|secret|token|jeton|api[ _-]?key)(\s*[:=]|\s+est)\s*(?=\S*\d)\S{6}/i;
const PERSONAL =
  /[\w.+-]{1,64}@[\w-]+\.[a-z]{2}|(^|[^\d.])(\+33|0033|0)\s?[1-9]([ .-]?\d\d){4}(?!\d)/i;

/**
 * Tell what a text seems to hold; few patterns, and none that guesses: the server knows many more.
 * @type {(text: string, own?: string) => 'SECRET' | 'PERSONAL' | ''}
 */
export const sensitive = (text, own = '') => {
  if (SECRET.test(text)) return 'SECRET';
  return PERSONAL.test(text.replaceAll(own, '')) ? 'PERSONAL' : '';
};

/**
 * A link that starts a mail. Of a text too long for mail programs the end is kept: what was asked
 * last is what remained without an answer.
 * @type {(contact: string, subject: string, text: string) => string}
 */
export const mailto = (contact, subject, text) => {
  const encode = () => encodeURIComponent(text.replaceAll('\n', '\r\n'));
  while (encode().length > MAILTO_LIMIT) {
    text = `…${[...text].slice(2 + text.length / 10).join('')}`;
  }
  return `mailto:${contact}?subject=${encodeURIComponent(subject)}&body=${encode()}`;
};
