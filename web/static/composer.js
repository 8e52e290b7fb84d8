// @ts-check
/** The question box: keys, suggestions, counter, and what it says when a question did not get through. */

import { SuggestionList } from './suggesting.js';

const COUNT_FROM = 0.8;
/** Share of the limit from which characters are counted aloud on the screen. */

export class Composer {
  #form;
  #box;
  #counter;
  #alert;
  #retry;
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

    // Its keys go first: Enter chooses what is active in it.
    const list = /** @type {HTMLElement} */ (root.querySelector('[role="listbox"]'));
    new SuggestionList(this.#box, list, say, () => this.submit());
    this.#box.addEventListener('keydown', (event) => this.#onKey(event));
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
    this.#count();
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
    this.#count();
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
   */
  complain(message, again) {
    const text = document.createElement('p');
    text.textContent = message;
    this.#alert.replaceChildren(text);
    this.#again = again ?? null;
    this.#retry.hidden = !again;
  }

  /** Take the complaint back. */
  settle() {
    this.#alert.replaceChildren();
    this.#again = null;
    this.#retry.hidden = true;
    this.#box.removeAttribute('aria-invalid');
  }

  /**
   * Put a question back that did not get through, unless another one is being written.
   * @param {string} question
   * @returns {boolean} whether the box now holds it
   */
  restore(question) {
    if (!this.isEmpty) return false;
    this.#box.value = question;
    this.#count();
    return true;
  }

  /** Send what the box holds. */
  submit() {
    this.#form.requestSubmit();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const plain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey);
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== 'Enter' || !plain || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) this.submit();
  }

  #onInput() {
    if (this.#box.hasAttribute('aria-invalid')) this.settle();
    this.#count();
  }

  #count() {
    const { value, maxLength, dataset } = this.#box;
    const full = value.length >= maxLength;
    const text = (full ? dataset.textFull : dataset.textCounter) ?? '';
    this.#counter.classList.toggle('is-full', full);
    this.#counter.textContent =
      value.length < COUNT_FROM * maxLength
        ? ''
        : text.replace('{count}', String(value.length)).replace('{limit}', String(maxLength));
  }
}
