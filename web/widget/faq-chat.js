// @ts-check
/** The element: attributes, lifecycle, and the wiring of client, state, storage and view. */

import { Client, ServiceError } from './client.js';
import { FaqAnswerEvent, FaqErrorEvent, FaqFeedbackEvent, FaqToggleEvent } from './events.js';
import { START, reduce } from './state.js';
import { Storage } from './storage.js';
import { STRINGS, sentence } from './strings.js';
import { adopt } from './styles.js';
import { SMALL, View } from './view.js';

/** @import { Action, Language, Reply, State, Suggestion, Turn, Vote } from './types.js' */

const SLOW_MS = 8000;
const TWICE_MS = 600;
const REMAKING = ['endpoint', 'mode', 'lang', 'theme-filter', 'heading'];
/** Keys of the widgets on this page: two with one address and one id keep apart. */
const taken = new Set();

/**
 * A chat that answers with entries of a FAQ. `web/README.md` explains each.
 *
 * @attr endpoint, mode, open, lang, theme, color-scheme, theme-filter, heading, position
 * @event faq-answer, faq-feedback, faq-error, faq-toggle
 * @csspart launcher, panel, header, heading, close, log, turn, question, answer, candidate,
 *   feedback, composer, input, send, suggestions
 * @cssproperty --faq-font, --faq-radius, --faq-offset, --faq-z-index, --faq-height, and
 *   --faq-<colour> for each colour of themes.js
 */
export class FaqChatElement extends HTMLElement {
  static observedAttributes = [...REMAKING, 'open', 'theme', 'color-scheme', 'position'];

  #scope = this.attachShadow({ mode: 'open' });
  /** @type {State} */
  #state = START;
  #key = '';
  /** @type {Storage | undefined} */
  #storage;
  /** @type {Client | undefined} */
  #client;
  /** @type {View | undefined} */
  #view;
  /** @type {AbortController | undefined} */
  #asking;
  /** @type {AbortController | undefined} */
  #suggesting;
  /** @type {AbortController | undefined} */
  #listening;
  #suggestFrom = 0;
  #last = { question: '', at: -Infinity };
  #saving = 0;
  #scheduled = false;
  #faqAsked = false;
  /** @type {Element | null} */
  #opener = null;

  /** Register the element, unless the name is taken. */
  static define(tag = 'faq-chat', registry = customElements) {
    if (!registry.get(tag)) registry.define(tag, this);
  }

  get endpoint() {
    try {
      return new URL(this.getAttribute('endpoint') ?? import.meta.url, document.baseURI).origin;
    } catch {
      return new URL(import.meta.url).origin;
    }
  }
  set endpoint(value) {
    this.setAttribute('endpoint', value);
  }

  get mode() {
    return this.#oneOf('mode', 'launcher', 'inline');
  }
  set mode(value) {
    this.setAttribute('mode', value);
  }

  /** Reflects the attribute `open`, whose name the method bears. */
  get opened() {
    return this.hasAttribute('open');
  }
  set opened(value) {
    this.toggleAttribute('open', value);
  }

  get theme() {
    return this.#oneOf('theme', 'neutral', 'convergence');
  }
  set theme(value) {
    this.setAttribute('theme', value);
  }

  get colorScheme() {
    return this.#oneOf('color-scheme', 'auto', 'light', 'dark');
  }
  set colorScheme(value) {
    this.setAttribute('color-scheme', value);
  }

  get themeFilter() {
    return this.getAttribute('theme-filter') ?? '';
  }
  set themeFilter(value) {
    this.setAttribute('theme-filter', value);
  }

  get heading() {
    return this.getAttribute('heading') ?? '';
  }
  set heading(value) {
    this.setAttribute('heading', value);
  }

  get position() {
    return this.#oneOf('position', 'end', 'start');
  }
  set position(value) {
    this.setAttribute('position', value);
  }

  /** Open the panel and lead to the question box. */
  open() {
    if (this.#state.open || this.mode === 'inline') return this.#view?.focusBox();
    const root = /** @type {Document | ShadowRoot} */ (this.getRootNode());
    this.#opener = root.activeElement;
    this.#toggle(true);
    this.#view?.focusBox();
  }

  /** Close the panel; focus that was inside returns to where it came from. */
  close() {
    if (!this.#state.open) return;
    const inside = this.#view?.hasFocus;
    this.#toggle(false);
    if (!inside) return;
    const opener = this.#opener;
    if (
      opener instanceof HTMLElement &&
      opener.isConnected &&
      opener !== this &&
      opener !== document.body
    ) {
      opener.focus();
    } else this.#view?.focusLauncher();
  }

  /**
   * Ask a question as if it had been typed.
   * @param {string} text
   * @returns {Promise<Reply | null>}  null when no reply came
   */
  async ask(text) {
    this.open();
    return this.#ask(String(text));
  }

  /** Forget the conversation. */
  clear() {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#dispatch({ type: 'clear' });
    this.#view?.say(this.#strings.CLEARED);
  }

  connectedCallback() {
    for (const name of [
      'endpoint',
      'mode',
      'opened',
      'theme',
      'colorScheme',
      'themeFilter',
      'heading',
      'position',
    ]) {
      // Set before the element was defined, a property hides the accessor.
      const self = /** @type {Record<string, any>} */ (/** @type {unknown} */ (this));
      if (!Object.hasOwn(this, name)) continue;
      const value = self[name];
      delete self[name];
      self[name] = value;
    }
    this.#start();
    performance.mark('faq-chat:ready');
  }

  disconnectedCallback() {
    this.#stop();
    this.#scope.replaceChildren();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} value
   */
  attributeChangedCallback(name, before, value) {
    if (before === value || !this.isConnected || !this.#view) return;
    if (name === 'open') {
      if ((value !== null) !== this.#state.open) this.#toggle(value !== null);
    } else if (!REMAKING.includes(name)) {
      this.#restyle();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        if (!this.isConnected) return;
        this.#stop();
        if (name === 'theme-filter') this.#state = { ...this.#state, faq: null };
        this.#start();
      });
    }
  }

  /** @returns {Language} */
  get #language() {
    const own = short(this.getAttribute('lang'));
    const near = this.parentElement?.closest('[lang]');
    return known(own) ?? known(short(near?.getAttribute('lang'))) ?? 'fr';
  }

  get #strings() {
    return STRINGS[this.#language];
  }

  /**
   * @template {string} T
   * @param {string} name
   * @param {T} usual
   * @param {...T} others
   * @returns {T}
   */
  #oneOf(name, usual, ...others) {
    const value = this.getAttribute(name);
    return others.find((other) => other === value) ?? usual;
  }

  #start() {
    const inline = this.mode === 'inline';
    const { endpoint, heading } = this;
    const themes = this.themeFilter.split(/[\s,]+/).filter(Boolean);
    this.#client = new Client(endpoint, themes);
    const name = `${endpoint}#${this.id}`;
    let key = name;
    for (let number = 2; taken.has(key); number++) key = `${name}#${number}`;
    taken.add(key);
    if (this.#storage && this.#key !== key) this.#state = START;
    this.#key = key;
    this.#storage = new Storage(key);
    if (this.#state === START) this.#state = { ...START, ...this.#storage.load() };
    const setting = { endpoint, inline, heading, language: this.#language };
    adopt(this.#scope);
    this.#view = new View(this.#scope, this.#strings, setting, {
      ask: (question) => void this.#ask(question),
      cancel: () => this.#cancel(),
      retry: () => this.#retry(),
      draft: (draft) => this.#onDraft(draft),
      suggest: (text) => this.#suggest(text),
      choose: (turn, entryId) => this.#choose(turn, entryId),
      vote: (turn, entryId, vote) => this.#vote(turn, entryId, vote),
      clear: () => this.clear(),
      undo: () => this.#dispatch({ type: 'undo' }),
      resize: (by) => this.#dispatch({ type: 'size', by }),
      close: () => this.close(),
      toggle: () => (this.#state.open ? this.close() : this.open()),
    });
    this.#restyle();
    this.#listen();
    const small = matchMedia(SMALL).matches;
    // A full-screen dialog that nobody asked for would hide the page one has just come to.
    const open = !inline && (this.hasAttribute('open') || (this.#state.open && !small));
    this.#state = { ...this.#state, open };
    this.toggleAttribute('open', open);
    this.#view.render(this.#state);
    if (open) this.#view.place(true);
    if (open || inline) void this.#learn();
  }

  #stop() {
    this.#save();
    taken.delete(this.#key);
    this.#asking?.abort();
    this.#suggesting?.abort();
    this.#listening?.abort();
    this.#view?.stop();
    this.#view = undefined;
    this.#faqAsked = false;
    this.#state = { ...this.#state, pending: null, trouble: null };
  }

  #listen() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('online', () => this.#dispatch({ type: 'online' }), { signal });
    addEventListener('pagehide', () => this.#save(), { signal });
    const small = matchMedia(SMALL);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.#restyle(), { signal });
    const replace = () => {
      const inside = this.#view?.hasFocus;
      if (this.#state.open) this.#view?.place(true);
      if (inside) this.#view?.focusBox();
    };
    small.addEventListener('change', replace, { signal });
  }

  #restyle() {
    const scheme = this.colorScheme;
    const dark =
      scheme === 'dark' ||
      (scheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    this.#view?.style(`${this.theme} ${dark ? 'dark' : 'light'} ${this.position}`);
  }

  /** @param {Action} action */
  #dispatch(action) {
    const state = reduce(this.#state, action);
    if (state === this.#state) return;
    this.#state = state;
    this.#view?.render(state);
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), 200);
  }

  #save() {
    clearTimeout(this.#saving);
    this.#storage?.save(this.#state);
  }

  /** @param {boolean} open */
  #toggle(open) {
    this.#dispatch({ type: 'toggle', open });
    this.toggleAttribute('open', open);
    this.#view?.place(open);
    this.dispatchEvent(new FaqToggleEvent({ open }));
    if (open) void this.#learn();
  }

  /** Learn what the FAQ is, once. */
  async #learn() {
    if (this.#state.faq || this.#faqAsked || !this.#client) return;
    this.#faqAsked = true;
    const client = this.#client;
    try {
      const faq = await client.faq();
      if (client === this.#client) this.#dispatch({ type: 'faq', faq });
    } catch (error) {
      if (client !== this.#client) return;
      this.#faqAsked = false;
      this.#fail(error, 'faq', null);
    }
  }

  /** @param {string} text @returns {Promise<Reply | null>} */
  async #ask(text) {
    const question = text.trim();
    const now = performance.now();
    const { pending } = this.#state;
    const again = !question || question === this.#last.question;
    if (
      again &&
      (pending ? !question || question === pending.question : now - this.#last.at < TWICE_MS)
    ) {
      return null;
    }
    if (!question) {
      this.#dispatch({ type: 'fail', trouble: { kind: 'empty', question, retryAt: 0 } });
      return null;
    }
    this.#last = { question, at: now };
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    const client = /** @type {Client} */ (this.#client);
    this.#view?.say();
    this.#dispatch({ type: 'ask', question });
    const slow = setTimeout(() => {
      this.#dispatch({ type: 'slow' });
      this.#view?.say(this.#strings.SLOW);
    }, SLOW_MS);
    try {
      const reply = await client.ask(question, this.#state.sessionId, mine.signal);
      if (mine !== this.#asking) return null;
      this.#dispatch({ type: 'answer', question, reply });
      this.#view?.sayReply({ question, reply, chosen: null, votes: {} });
      const { interaction_id: interactionId, status, answers } = reply;
      const entryIds = answers.map(({ entry_id }) => entry_id);
      this.dispatchEvent(new FaqAnswerEvent({ interactionId, question, status, entryIds }));
      return reply;
    } catch (error) {
      if (mine === this.#asking) this.#fail(error, 'ask', question);
      return null;
    } finally {
      clearTimeout(slow);
      if (mine === this.#asking) this.#asking = undefined;
    }
  }

  #cancel() {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#last.at = -Infinity;
    this.#dispatch({ type: 'cancel' });
    this.#view?.say(this.#strings.CANCELLED);
    this.#view?.focusBox();
  }

  #retry() {
    const { trouble, draft } = this.#state;
    this.#dispatch({ type: 'settle' });
    if (!trouble?.question) return void this.#learn();
    // The reader may have mended what stands in the box.
    const question = draft.trim() || trouble.question;
    this.#dispatch({ type: 'draft', draft: '' });
    void this.#ask(question);
  }

  /** @param {string} draft */
  #onDraft(draft) {
    this.#dispatch({ type: 'draft', draft });
    if (this.#state.trouble?.kind === 'empty') this.#dispatch({ type: 'settle' });
  }

  /** @param {string} text @returns {Promise<Suggestion[]>} */
  async #suggest(text) {
    this.#suggesting?.abort();
    const mine = (this.#suggesting = new AbortController());
    const typed = text.trim();
    if (typed.length < 2 || this.#suggestFrom > Date.now() || !this.#client) return [];
    try {
      return await this.#client.suggest(typed, mine.signal);
    } catch (error) {
      // Suggestions are a courtesy: without them, nothing is said.
      if (error instanceof ServiceError) this.#suggestFrom = Date.now() + error.wait * 1000;
      return [];
    }
  }

  /** @param {Turn} turn @param {string} entryId */
  #choose({ reply: { interaction_id: interactionId } }, entryId) {
    this.#dispatch({ type: 'choose', interactionId, entryId });
    const turn = this.#state.turns.find(({ reply }) => reply.interaction_id === interactionId);
    if (turn) this.#view?.sayReply(turn);
    // The reader has the answer; whether the choice could be kept is not their concern.
    this.#client?.choose(interactionId, entryId).catch((error) => this.#report(error, 'choose'));
  }

  /** @param {Turn} turn @param {string} entryId @param {Vote} vote */
  async #vote({ reply: { interaction_id: interactionId } }, entryId, vote) {
    const s = this.#strings;
    try {
      await this.#client?.vote(interactionId, entryId, vote);
    } catch (error) {
      const { kind, wait } = this.#report(error, 'vote');
      return { message: `${s.VOTE_FAILED} ${sentence(kind, s, wait)}`, retry: kind !== 'unknown' };
    }
    this.#dispatch({ type: 'vote', interactionId, entryId, vote });
    const detailed = !vote.useful && (vote.reason || vote.comment);
    this.#view?.say(vote.useful ? s.THANKS_YES : detailed ? s.THANKS_DETAILS : s.THANKS_NO);
    const { useful, reason } = vote;
    this.dispatchEvent(new FaqFeedbackEvent({ interactionId, entryId, useful, reason }));
    return null;
  }

  /**
   * @param {unknown} error
   * @param {string} action
   * @param {string | null} question
   */
  #fail(error, action, question) {
    const { kind, wait } = this.#report(error, action);
    if (kind === 'aborted') return;
    this.#last.at = -Infinity;
    const retryAt = wait ? Date.now() + wait * 1000 : 0;
    if (question || !this.#state.turns.length) {
      this.#dispatch({ type: 'fail', trouble: { kind, question, retryAt } });
    }
  }

  /**
   * Tell the page, and whoever looks at its console, what went wrong.
   * @param {unknown} error
   * @param {string} action
   */
  #report(error, action) {
    if (!(error instanceof ServiceError)) throw error;
    const { type, status, kind } = error;
    if (kind === 'network' && this.endpoint !== location.origin) {
      console.error(
        `faq-chat: ${this.endpoint} does not answer this page. Check the attribute "endpoint", ` +
          `the page's connect-src, and that FAQBOT_ALLOWED_ORIGINS on the server holds ${location.origin}.`,
      );
    } else if (kind === 'refused')
      console.error(`faq-chat: ${action} was refused: ${type} (${status})`);
    this.dispatchEvent(new FaqErrorEvent({ type, status, action }));
    return error;
  }
}

/** @param {string | null | undefined} tag */
function short(tag) {
  return tag?.toLowerCase().split('-')[0];
}

/** @param {string | undefined} language @returns {Language | undefined} */
function known(language) {
  return language === 'fr' || language === 'en' ? language : undefined;
}
