// @ts-check
/** Questions of the FAQ for what is being typed: asked for, and listed above a question box. */

const TYPING_PAUSE_MS = 250;
/** Where more than three would hide what stands above. */
const SMALL = '(max-width: 40rem), (max-height: 40rem)';

let asking = new AbortController();
let pausedUntil = 0;

/**
 * Ask for questions, and give up on those asked for before. A courtesy: none, where that fails.
 * @param {string} source  where suggestions are served
 * @param {string} text
 * @returns {Promise<{entry_id: string, question: string}[]>}
 */
export async function suggest(source, text) {
  asking.abort();
  asking = new AbortController();
  if (text.trim().length < 2 || Date.now() < pausedUntil) return [];
  try {
    const address = `${source}?q=${encodeURIComponent(text.trim())}`;
    const response = await fetch(address, { signal: asking.signal });
    if (response.ok) return await response.json();
    pausedUntil = Date.now() + 1000 * Number(response.headers.get('Retry-After'));
  } catch {
    // No reply, or given up.
  }
  return [];
}

/** The list above a question box, led from the box by arrow keys. */
export class SuggestionList {
  #box;
  #list;
  #say;
  #send;
  #active = -1;
  #typing = 0;

  /**
   * @param {HTMLTextAreaElement} box
   * @param {HTMLElement} list  empty and hidden; says where suggestions are served
   * @param {(text: string) => void} say  announces
   * @param {() => void} send  asks what the box holds
   */
  constructor(box, list, say, send) {
    this.#box = box;
    this.#list = list;
    this.#say = say;
    this.#send = send;
    box.setAttribute('aria-autocomplete', 'list');
    box.setAttribute('aria-controls', list.id);
    box.setAttribute('aria-haspopup', 'listbox');
    box.addEventListener('input', () => {
      this.#activate(-1);
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => void this.#fill(), TYPING_PAUSE_MS);
    });
    box.addEventListener('keydown', (event) => this.#onKey(event));
    box.addEventListener('blur', () => this.close());
    box.form?.addEventListener('submit', () => this.close());
    // The focus stays in the box.
    list.addEventListener('mousedown', (event) => event.preventDefault());
  }

  close() {
    clearTimeout(this.#typing);
    asking.abort();
    this.#show([]);
  }

  async #fill() {
    const text = this.#box.value;
    const found = await suggest(this.#list.dataset.source ?? '', text);
    if (text === this.#box.value && document.activeElement === this.#box) this.#show(found);
  }

  /** @param {{question: string}[]} found */
  #show(found) {
    const most = matchMedia(SMALL).matches ? 3 : found.length;
    const options = found.slice(0, most).map(({ question }, index) => {
      const option = document.createElement('li');
      option.id = `proposition-${index}`;
      option.setAttribute('role', 'option');
      option.textContent = question;
      option.addEventListener('click', () => this.#pick(question));
      return option;
    });
    if (options.length && options.length !== this.#list.childElementCount) {
      this.#say(`${this.#list.getAttribute('aria-label')} (${options.length})`);
    }
    this.#list.replaceChildren(...options);
    this.#list.hidden = !found.length;
    this.#activate(-1);
  }

  /** @param {string} question */
  #pick(question) {
    this.#box.value = question;
    this.#send();
  }

  /** @param {number} index  -1 for the box itself */
  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((option, place) => {
      option.setAttribute('aria-selected', String(place === index));
      if (place === index) option.scrollIntoView({ block: 'nearest' });
    });
    if (index < 0) this.#box.removeAttribute('aria-activedescendant');
    else this.#box.setAttribute('aria-activedescendant', `proposition-${index}`);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { key, isComposing, shiftKey, ctrlKey, altKey, metaKey } = event;
    const count = this.#list.childElementCount;
    if (!count || isComposing || shiftKey || ctrlKey || altKey || metaKey) return;
    const active = this.#list.children[this.#active];
    if (key === 'Escape') this.close();
    else if (key === 'Enter' && active) this.#pick(active.textContent ?? '');
    else if (key === 'ArrowDown') this.#activate(((this.#active + 2) % (count + 1)) - 1);
    else if (key === 'ArrowUp') this.#activate(((this.#active + count + 1) % (count + 1)) - 1);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
