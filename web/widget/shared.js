// @ts-check
// What the chat page uses, too: mails to the support, a look at what had better not be sent, and
// the list above a question box.

const MAILTO_LIMIT = 1900;
const PAUSE_MS = 250;
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

/**
 * Keys of a question box, and the list above it of questions for what is typed: arrow keys lead
 * through them, Enter sends the one they lead to, or what is typed. Returns what closes the list.
 * @type {(box: HTMLTextAreaElement, list: HTMLElement, context: {
 *   suggest: (text: string) => Promise<{ question: string }[]>,
 *   option: (question: string, id: string) => Element,
 *   send: (question: string) => void,
 *   say: (text: string) => void,
 * }) => () => void}
 */
export const withSuggestions = (box, list, { suggest, option, send, say }) => {
  const options = list.children;
  let active = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  const activate = (index = -1) => {
    active = index;
    const chosen = options[index];
    for (const it of options) it.ariaSelected = `${it === chosen}`;
    chosen?.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', chosen?.id ?? '');
  };
  /** @param {{ question: string }[]} found */
  const show = (found) => {
    const { length } = found;
    if (length && length !== options.length) say(`${list.ariaLabel} (${length})`);
    list.replaceChildren(...found.map(({ question }, n) => option(question, `option-${n}`)));
    list.hidden = !length;
    activate();
  };
  const close = () => {
    clearTimeout(typing);
    void suggest(''); // gives up the one on its way
    show([]);
  };
  box.onblur = close;
  box.addEventListener('input', () => {
    activate();
    clearTimeout(typing);
    typing = setTimeout(async () => {
      const text = box.value;
      const found = await suggest(text);
      if (text === box.value && box.matches(':focus')) show(found);
    }, PAUSE_MS);
  });
  box.onkeydown = (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey, keyCode } = event;
    // 229: an input method composes a character, and keys belong to it.
    if (shiftKey || ctrlKey || altKey || metaKey || keyCode === 229) return;
    const places = options.length + 1; // the options, and the box itself
    if (key === 'Enter') {
      if (!event.repeat) send(options[active]?.textContent ?? box.value);
    } else if (places > 1 && /^(Esc|Arrow[UD])/.test(key)) {
      if (key === 'Escape') close();
      else activate(((active + (key === 'ArrowUp' ? 0 : 2) + places) % places) - 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // The focus stays in the box.
  list.onmousedown = (event) => event.preventDefault();
  return close;
};
