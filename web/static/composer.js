// @ts-check
/** The question box: keys, suggestions, counter, and what it says when a question did not get through. */

import { suggest } from './suggesting.js';

import { mailto, sensitive, withSuggestions } from './widget/shared.js';

const DRAFT = 'faqbot:draft';
/** Share of the limit from which characters are counted aloud on the screen. */
const COUNT_FROM = 0.8;
/** Where more than three suggestions would hide what stands above. */
const SMALL = '(max-width: 40rem), (max-height: 40rem)';

export class Composer {
  #form;
  #box;
  #counter;
  #alert;
  #retry;
  #note;
  /** @type {(() => void) | null} */
  #again = null;

  /**
   * @param {HTMLElement} root  the section that holds the form, the alert and the retry button
   * @param {(text: string) => void} say  announces
   */
  constructor(root, say) {
    this.#form = /** @type {HTMLFormElement} */ (root.querySelector('form'));
    this.#box = /** @type {HTMLTextAreaElement} */ (root.querySelector('textarea'));
    this.#counter = /** @type {HTMLElement} */ (root.querySelector('.composer__counter'));
    this.#alert = /** @type {HTMLElement} */ (root.querySelector('[role="alert"]'));
    this.#retry = /** @type {HTMLButtonElement} */ (root.querySelector('#reessayer'));
    this.#note = /** @type {HTMLElement} */ (root.querySelector('.composer__note'));

    const list = /** @type {HTMLElement} */ (root.querySelector('[role="listbox"]'));
    this.#box.setAttribute('aria-autocomplete', 'list');
    this.#box.setAttribute('aria-controls', list.id);
    this.#box.setAttribute('aria-haspopup', 'listbox');
    const close = withSuggestions(this.#box, list, {
      suggest: async (text) => {
        const found = await suggest(list.dataset.source ?? '', text);
        return matchMedia(SMALL).matches ? found.slice(0, 3) : found;
      },
      option: (question, id) => {
        const option = document.createElement('li');
        Object.assign(option, { id, role: 'option', textContent: question });
        option.addEventListener('click', () => this.#ask(question));
        return option;
      },
      send: (question) => this.#ask(question),
      say,
    });
    this.#form.addEventListener('submit', close);
    this.#box.addEventListener('input', () => this.#onInput());
    this.#retry.addEventListener('click', () => {
      this.#box.focus({ preventScroll: true }); // the button is about to vanish
      this.#again?.();
    });
    root.querySelector('.composer__keys')?.removeAttribute('hidden');
    new ResizeObserver(() => {
      const height = `${root.offsetHeight}px`;
      document.documentElement.style.setProperty('--composer-height', height);
    }).observe(root);
    if (this.isEmpty) this.#box.value = kept();
    this.#look();
  }

  /** Whether something is being written. */
  get isEmpty() {
    return !this.#box.value.trim();
  }

  /** @param {HTMLFormElement} form */
  owns(form) {
    return form === this.#form;
  }

  clear() {
    this.#box.value = '';
    this.#look();
  }

  /** Have what stands in the box outlive the page, as long as its tab does. */
  keep() {
    try {
      sessionStorage.setItem(DRAFT, this.#box.value);
    } catch {
      // Where storage is denied the text lives as long as the page.
    }
  }

  focus() {
    this.#box.focus();
  }

  /** Ask for words instead of nothing. */
  refuseEmpty() {
    this.complain(this.#box.dataset.textEmpty ?? '');
    this.#box.setAttribute('aria-invalid', 'true');
    this.#box.focus();
  }

  /**
   * Say what went wrong.
   * @param {string} message
   * @param {() => void} [again]  tries the same once more; offered when given
   * @param {string} [unanswered]  what to mail the support instead, offered when given
   */
  complain(message, again, unanswered) {
    const text = document.createElement('p');
    text.textContent = message;
    this.#alert.replaceChildren(text);
    if (unanswered) this.#alert.append(this.mail(unanswered));
    this.#again = again ?? null;
    this.#retry.hidden = !again;
  }

  /**
   * Lead to a person, also when the service does not.
   * @param {string} message
   */
  mail(message) {
    const { contact = '', subject = '', textMail = '' } = this.#box.dataset;
    const link = document.createElement('a');
    link.href = mailto(contact, subject, message);
    link.textContent = textMail;
    return link;
  }

  /** Take the complaint back. */
  settle() {
    this.#alert.replaceChildren();
    this.#again = null;
    this.#retry.hidden = true;
    this.#box.removeAttribute('aria-invalid');
  }

  /**
   * Put a question back that did not get through, before what is being written.
   * @param {string} question
   */
  restore(question) {
    if (this.#box.value.startsWith(question)) return; // a page that was left and came back
    this.#box.value = this.isEmpty ? question : `${question}\n${this.#box.value}`;
    this.#look();
  }

  /** @param {string} question */
  #ask(question) {
    this.#box.value = question;
    this.submit();
  }

  /** Send what the box holds. */
  submit() {
    this.#form.requestSubmit();
  }

  #onInput() {
    if (this.#box.hasAttribute('aria-invalid')) this.settle();
    this.#look();
  }

  #look() {
    const { value, maxLength, dataset } = this.#box;
    const found = sensitive(value, dataset.contact);
    const note =
      { SECRET: dataset.textSecret, PERSONAL: dataset.textPersonal, '': '' }[found] ?? '';
    // Said once, not with each key.
    if (this.#note.textContent !== note) this.#note.textContent = note;
    const full = value.length >= maxLength;
    const text = (full ? dataset.textFull : dataset.textCounter) ?? '';
    this.#counter.classList.toggle('is-full', full);
    this.#counter.textContent =
      value.length < COUNT_FROM * maxLength
        ? ''
        : text.replace('{count}', String(value.length)).replace('{limit}', String(maxLength));
  }
}

function kept() {
  try {
    return sessionStorage.getItem(DRAFT) ?? '';
  } catch {
    return '';
  }
}
