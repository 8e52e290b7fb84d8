// @ts-check
/** The question box: keys, suggestions, counter, and what it says when a question is stuck. */

import { link } from './rich-text.js';
import { QUESTION_LIMIT, fill, sentence } from './strings.js';
import { button, el, hidden, icon } from './view-dom.js';

/** @import { State, Suggestion, Trouble } from './types.js' */
/** @import { Context } from './view-turn.js' */

const COUNT_FROM = 0.8;
const TYPING_PAUSE_MS = 250;
const FINAL = ['empty', 'too_long', 'refused'];
const SEND = 'M12 20V5m-6.5 6L12 4.5l6.5 6.5';

export class Composer {
  #context;
  #box;
  #list = el('ul', { id: 'list', role: 'listbox', class: 'list', part: 'suggestions', hidden: '' });
  #counter = el('span', { id: 'counter', class: 'hint counter' });
  #alert = el('div', { role: 'alert', class: 'alert' });
  #retry;
  #notice;
  /** @type {Suggestion[]} */
  #suggestions = [];
  #active = -1;
  #typing = 0;
  #ticking = 0;
  /** @type {Trouble | null} */
  #trouble = null;

  /** @param {Context} context */
  constructor(context) {
    const { strings, actions, setting } = context;
    this.#context = context;
    this.#box = el('textarea', {
      id: 'input',
      part: 'input',
      rows: 1,
      maxlength: QUESTION_LIMIT,
      autocomplete: 'off',
      enterkeyhint: 'send',
      'aria-describedby': 'help counter',
      'aria-autocomplete': 'list',
      'aria-controls': 'list',
      'aria-haspopup': 'listbox',
      keydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
      input: () => this.#onInput(),
      blur: () => this.closeList(),
    });
    this.#list.setAttribute('aria-label', strings.SUGGESTIONS);
    this.#list.addEventListener('mousedown', (event) => event.preventDefault());
    const again = () => {
      this.focus(); // the button is about to vanish
      actions.retry();
    };
    this.#retry = button(strings.RETRY, again, { hidden: '' });
    const undo = () => {
      this.focus();
      actions.undo();
    };
    this.#notice = el('p', { class: 'row notice', hidden: '' }, strings.CLEARED);
    this.#notice.append(button(strings.UNDO, undo, { class: 'button quiet' }));
    const questions = link(
      `${setting.endpoint}/questions`,
      [strings.NAV_QUESTIONS],
      strings.NEW_WINDOW,
    );
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#send(this.#box.value);
    };
    this.element = el(
      'form',
      { class: 'composer', part: 'composer', novalidate: '', submit },
      el('div', { class: 'row trouble' }, this.#alert, this.#retry),
      this.#notice,
      el(
        'div',
        { class: 'box' },
        el('label', { for: 'input', class: 'strong' }, strings.ASK_LABEL),
        this.#counter,
        this.#list,
        this.#box,
        el(
          'button',
          { class: 'button primary send', part: 'send' },
          hidden(strings.ASK_SUBMIT),
          icon(SEND),
        ),
      ),
      el(
        'p',
        { class: 'hint row foot' },
        el(
          'span',
          { id: 'help' },
          strings.ASK_PRIVACY,
          el('span', { class: 'keys' }, ` ${strings.ASK_KEYS}`),
        ),
        el('span', {}, questions),
      ),
    );
  }

  focus() {
    this.#box.focus({ preventScroll: true });
  }

  /** @param {State} state */
  render({ draft, trouble, cleared }) {
    if (this.#box.value !== draft) {
      this.#box.value = draft;
      this.#fit();
    }
    this.#notice.hidden = !cleared;
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#complain(trouble);
  }

  /** Stop what runs by itself. */
  stop() {
    clearTimeout(this.#typing);
    clearInterval(this.#ticking);
  }

  /** @returns {boolean} whether there was a list to close */
  closeList() {
    clearTimeout(this.#typing);
    void this.#context.actions.suggest('');
    const open = !this.#list.hidden;
    this.#show([]);
    return open;
  }

  /** @param {Trouble | null} trouble */
  #complain(trouble) {
    const { strings } = this.#context;
    clearInterval(this.#ticking);
    this.#retry.hidden = !trouble || FINAL.includes(trouble.kind);
    this.#alert.replaceChildren();
    this.#box.ariaInvalid = trouble?.kind === 'empty' ? 'true' : null;
    if (!trouble) return;
    const left = () => Math.max(0, Math.ceil((trouble.retryAt - Date.now()) / 1000));
    this.#alert.append(el('p', {}, sentence(trouble.kind, strings, left())));
    const tick = () => {
      const seconds = left();
      this.#retry.disabled = seconds > 0;
      this.#retry.textContent = seconds ? fill(strings.RETRY_IN, { seconds }) : strings.RETRY;
      if (!seconds) clearInterval(this.#ticking);
    };
    this.#ticking = setInterval(tick, 1000);
    tick();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    // While an input method composes a character, keys belong to it (229: Safari).
    if (event.isComposing || event.keyCode === 229 || shiftKey || ctrlKey || altKey || metaKey)
      return;
    const count = this.#suggestions.length;
    if (key === 'Enter') {
      event.preventDefault();
      if (!event.repeat) this.#send(this.#suggestions[this.#active]?.question ?? this.#box.value);
    } else if (count && (key === 'ArrowDown' || key === 'ArrowUp')) {
      event.preventDefault();
      const step = key === 'ArrowDown' ? 1 : -1;
      // One place beside the options stands for the box itself.
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    }
  }

  #onInput() {
    const text = this.#box.value;
    this.#fit();
    this.#context.actions.draft(text);
    clearTimeout(this.#typing);
    this.#activate(-1);
    this.#typing = setTimeout(async () => {
      const found = await this.#context.actions.suggest(text);
      if (text === this.#box.value && this.#box.matches(':focus')) this.#show(found);
    }, TYPING_PAUSE_MS);
  }

  /** @param {string} question */
  #send(question) {
    this.closeList();
    this.#context.actions.draft('');
    this.#context.actions.ask(question);
    this.focus();
  }

  /** @param {Suggestion[]} list */
  #show(list) {
    const { strings, french, say } = this.#context;
    const before = this.#suggestions.length;
    this.#suggestions = list;
    this.#list.hidden = !list.length;
    this.#list.replaceChildren(
      ...list.map(({ question }, index) =>
        el(
          'li',
          {
            id: `option-${index}`,
            role: 'option',
            lang: french,
            click: () => this.#send(question),
          },
          question,
        ),
      ),
    );
    this.#activate(-1);
    const count = list.length;
    if (!count || count === before) return;
    const matches = count === 1 ? strings.MATCHES_ONE : fill(strings.MATCHES_MANY, { count });
    say(fill(strings.SUGGESTED, { matches }));
  }

  /** @param {number} index  -1: none */
  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((option, place) => {
      option.ariaSelected = String(place === index);
      if (place === index) option.scrollIntoView({ block: 'nearest' });
    });
    if (index < 0) this.#box.removeAttribute('aria-activedescendant');
    else this.#box.setAttribute('aria-activedescendant', `option-${index}`);
  }

  /** The box is as high as its text, and counts it when the end comes near. */
  #fit() {
    const { value, style } = this.#box;
    if (!CSS.supports('field-sizing', 'content')) {
      style.height = 'auto';
      style.height = `${this.#box.scrollHeight + 2}px`;
    }
    const { strings } = this.#context;
    const count = value.length;
    const text = count < QUESTION_LIMIT ? strings.COUNTER : strings.COUNTER_FULL;
    this.#counter.textContent =
      count < COUNT_FROM * QUESTION_LIMIT ? '' : fill(text, { count, limit: QUESTION_LIMIT });
  }
}
