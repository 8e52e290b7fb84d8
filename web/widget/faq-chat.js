// @ts-check
// The element: attributes, lifecycle, and the wiring of client, state and view.

import { ServiceError, makeClient } from './client.js';
import { START, load, reduce, save } from './state.js';
import { STRINGS } from './strings.js';
import { adopt } from './styles.js';
import { SMALL, makeView } from './view.js';
import { thanks } from './view-turn.js';

const SLOW_MS = 3000;
/** What is sent again so soon was clicked twice, not asked twice. */
const TWICE_MS = 600;
const DARK = '(prefers-color-scheme: dark)';
/** @type {Record<string, string[]>} Attributes with their values, the default first; none: any. */
const ATTRIBUTES = {
  mode: ['launcher', 'inline'],
  theme: ['neutral', 'convergence', 'dsfr'],
  'color-scheme': ['auto', 'light', 'dark'],
  position: ['end', 'start'],
  endpoint: [],
  heading: [],
  contact: [],
  'theme-filter': [],
  offset: [],
};
/** Storage keys in use: two widgets of one address and one id keep apart. */
const taken = new Set();

/**
 * A chat that answers with entries of a FAQ. Attributes: ATTRIBUTES, lang and open; methods: open,
 * close, ask, clear; events: faq-answer, faq-feedback, faq-error, faq-toggle; parts: PARTS in
 * view-turn.js; custom properties: --faq-… in styles.js. web/README.md explains them.
 */
export class FaqChatElement extends HTMLElement {
  static observedAttributes = ['open', 'lang', ...Object.keys(ATTRIBUTES)];

  #scope = this.attachShadow({ mode: 'open' });
  #state = START;
  #key = '';
  #client = makeClient('');
  /** @type {View | undefined} */
  #view;
  /** @type {AbortController | undefined} */
  #asking;
  #suggesting = new AbortController();
  #life = new AbortController();
  #pausedUntil = 0;
  #last = { question: '', at: -TWICE_MS };
  #saving = 0;
  /** @type {Element | null} */
  #opener = null;

  /** Register the element, unless the name is taken. */
  static define(name = 'faq-chat', registry = customElements) {
    if (!registry.get(name)) registry.define(name, this);
  }

  static {
    for (const name of Object.keys(ATTRIBUTES)) {
      Object.defineProperty(
        this.prototype,
        name.replace(/-./, ([, letter]) => letter.toUpperCase()),
        {
          get() {
            return this.#get(name);
          },
          set(value) {
            this.setAttribute(name, value);
          },
        },
      );
    }
  }

  /** Reflects the attribute `open`, whose name the method bears. */
  get opened() {
    return this.hasAttribute('open');
  }
  set opened(value) {
    this.toggleAttribute('open', value);
  }

  /** Open the panel and lead to the question box. */
  open() {
    if (!this.#state.open) {
      const root = /** @type {Document} */ (this.getRootNode());
      this.#opener = root.activeElement;
      this.#toggle(true);
    }
    this.#view?.focus();
  }

  /** Close the panel; the focus inside returns to where it came from. */
  close() {
    const inside = this.#view?.hasFocus();
    if (!this.#state.open || !this.#toggle(false) || !inside) return;
    const opener = /** @type {HTMLElement} */ (this.#opener);
    if (!opener || opener === this || opener === document.body) this.#view?.focus(true);
    else opener.focus();
  }

  /** Ask as if the text had been typed; resolves to null when no reply came. */
  ask(text = '') {
    this.open();
    return this.#ask(`${text}`);
  }

  /** Begin a new conversation. */
  clear() {
    this.#giveUp();
    this.#do({ type: 'clear' });
    this.#view?.say(`${this.#strings.CLEAR}.`);
  }

  connectedCallback() {
    this.#start();
    performance.mark('faq-chat:ready');
  }

  disconnectedCallback() {
    this.#stop();
    this.#scope.replaceChildren();
  }

  attributeChangedCallback(name = '') {
    if (!this.#view) return;
    if (name === 'open') {
      if (this.opened !== this.#state.open) this.#toggle(this.opened);
    } else if (/theme$|scheme|position|offset/.test(name)) {
      this.#restyle();
    } else {
      this.#stop();
      this.#start();
    }
  }

  #get(name = '') {
    const value = this.getAttribute(name) ?? '';
    // The modules stand in widget/v1/ and a digest of the service.
    const service = new URL('../../..', import.meta.url).href.slice(0, -1);
    const values = ATTRIBUTES[name];
    if (name === 'endpoint') return /^https?:\/\/[^/?#]+(\/+[^/?#]+)*/.exec(value)?.[0] ?? service;
    return values[0] && !values.includes(value) ? values[0] : value;
  }

  get #inline() {
    return this.#get('mode') === 'inline';
  }

  /** @returns {Language} */
  get #language() {
    const around = this.parentElement?.closest('[lang]')?.getAttribute('lang');
    const [language] = /^(fr|en)\b/i.exec(this.lang) ?? /^en\b/i.exec(around ?? '') ?? ['fr'];
    return language.toLowerCase() === 'en' ? 'en' : 'fr';
  }

  get #strings() {
    return STRINGS[this.#language];
  }

  #start() {
    const endpoint = this.#get('endpoint');
    const filter = this.#get('theme-filter');
    const name = `faq-chat:${endpoint} ${filter}#${this.id}`;
    let key = name;
    for (let number = 2; taken.has(key); number++) key = `${name}#${number}`;
    taken.add(key);
    // Moved within the page it goes on; with another server or filter it begins anew.
    if (this.#key !== key) {
      const kept = { ...START, ...load(key) };
      // What was being written goes along.
      this.#state = { ...kept, draft: this.#state.draft || kept.draft };
    }
    this.#key = key;
    this.#client = makeClient(endpoint, filter.match(/[^\s,]+/g) ?? []);
    const inline = this.#inline;
    const setting = {
      endpoint,
      inline,
      language: this.#language,
      heading: this.#get('heading'),
      contact: this.#get('contact'),
    };
    adopt(this.#scope);
    const view = makeView(this.#scope, this.#strings, setting, {
      ask: (question) => this.#ask(question),
      cancel: () => {
        this.#drop();
        view.say();
        view.focus();
      },
      retry: () => this.#retry(),
      draft: (draft) => this.#do({ type: 'set', changes: { draft } }),
      suggest: (text) => this.#suggest(text.trim()),
      choose: (turn, entryId) => this.#choose(turn, entryId),
      vote: (turn, entryId, vote) => this.#vote(turn, entryId, vote),
      write: (handoff) => this.#do({ type: 'set', changes: { handoff } }),
      post: async ({ id, text }, replyTo) => {
        try {
          await this.#client.handOver(id, text, replyTo);
        } catch (error) {
          return this.#report(error, 'handoff');
        }
        this.#do({ type: 'set', changes: { handoff: 'sent' } });
        view.say(this.#strings.HANDOFF_SENT);
        return null;
      },
      mailed: (id) => {
        this.#client.handOver(id).catch((error) => this.#report(error, 'handoff'));
      },
      clear: () => this.clear(),
      undo: () => this.#do({ type: 'undo' }),
      resize: (by) => this.#do({ type: 'resize', by }),
      toggle: () => (this.#state.open ? this.close() : this.open()),
      close: () => this.close(),
    });
    this.#view = view;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const small = matchMedia(SMALL);
    addEventListener('online', () => this.#do({ type: 'online' }), { signal });
    addEventListener('pagehide', () => this.#save(), { signal });
    // The page may change its scheme, and show what the launcher is to keep clear of.
    let due = 0;
    const adapt = () => {
      due ||= setTimeout(() => {
        due = 0;
        this.#restyle();
      }, 100);
    };
    matchMedia(DARK).addEventListener('change', adapt, { signal });
    addEventListener('resize', adapt, { signal });
    addEventListener('transitionend', adapt, { signal });
    const page = new MutationObserver(adapt);
    page.observe(document, { attributes: true, childList: true, subtree: true });
    signal.addEventListener('abort', () => page.disconnect());
    const replace = () => {
      const inside = view.hasFocus();
      if (this.#state.open) view.place(true);
      if (inside) view.focus();
    };
    small.addEventListener('change', replace, { signal });
    // A full-screen dialog that nobody asked for would hide the page one has just come to.
    const open = !inline && (this.opened || (this.#state.open && !small.matches));
    this.#state = { ...this.#state, open };
    this.opened = open;
    this.#restyle();
    view.render(this.#state);
    if (open) view.place(true);
    if (open || inline) this.#learn();
    // Asked when the element, or its page, went away.
    if (this.#state.pending) {
      this.#last.question = '';
      this.#ask(this.#state.pending.question);
    }
  }

  #stop() {
    this.#save();
    taken.delete(this.#key);
    this.#giveUp();
    this.#suggesting.abort();
    this.#life.abort();
    this.#view?.stop();
    this.#view = undefined;
    this.#state = { ...this.#state, trouble: null };
  }

  #restyle() {
    const dark = matchMedia(DARK).matches ? 'dark' : 'light';
    const scheme = this.#get('color-scheme').replace('auto', this.#pageScheme ?? dark);
    const look = `${this.#get('theme')} ${scheme} ${this.#get('position')}`;
    this.#view?.style(look, parseFloat(this.#get('offset')));
  }

  /** What the page says of itself, unless it leaves that to the system. */
  get #pageScheme() {
    const said = [];
    for (let it = this.parentElement; it; it = it.parentElement) {
      said.push(it.dataset.frScheme, it.dataset.theme, it.dataset.bsTheme);
    }
    said.push(getComputedStyle(this).colorScheme);
    return said.map((it) => /^(light|dark)(?! [ld])/.exec(it ?? '')?.[1]).find(Boolean);
  }

  /** @param {ChatAction} action */
  #do(action) {
    this.#state = reduce(this.#state, action);
    this.#view?.render(this.#state);
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), 200);
  }

  #save() {
    clearTimeout(this.#saving);
    save(this.#key, this.#state);
  }

  /** No event holds a comment. */
  #emit(name = '', detail = {}) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #toggle(open = true) {
    if (this.#inline) return false;
    this.#do({ type: 'set', changes: { open } });
    this.opened = open;
    this.#view?.place(open);
    if (open) this.#learn();
    return this.#emit('faq-toggle', { open });
  }

  /** Learn what the FAQ is, once. */
  async #learn() {
    const client = this.#client;
    if (this.#state.faq) return;
    try {
      const faq = await client.faq();
      if (client === this.#client) this.#do({ type: 'set', changes: { faq } });
    } catch (error) {
      if (client === this.#client) this.#fail(error, 'faq');
    }
  }

  /** @returns {Promise<Reply | null>} */
  async #ask(text = '') {
    const question = text.trim();
    const at = performance.now();
    if (this.#asking || at - this.#last.at < TWICE_MS) {
      if (!question || question === this.#last.question) return null;
    }
    if (!question) {
      this.#complain({ type: 'question_empty', status: 0, wait: 0 });
      return null;
    }
    this.#last = { question, at };
    if (this.#asking) this.#drop();
    const mine = (this.#asking = new AbortController());
    this.#view?.say();
    this.#do({ type: 'ask', question });
    const slow = setTimeout(() => {
      this.#do({ type: 'slow' });
      this.#view?.say(this.#strings.SLOW);
    }, SLOW_MS);
    try {
      const reply = await this.#client.ask(question, this.#state.sessionId, mine.signal);
      if (mine !== this.#asking) return null;
      const shown = (reply.secret_removed && reply.question) || question;
      const turn = { question: shown, reply };
      this.#do({ type: 'answer', turn });
      this.#view?.sayReply(turn);
      const { interaction_id: interactionId, status, answers } = reply;
      const entryIds = answers.map(({ entry_id }) => entry_id);
      this.#emit('faq-answer', { interactionId, question: shown, status, entryIds });
      return reply;
    } catch (error) {
      if (mine === this.#asking) this.#fail(error, 'ask', question);
      return null;
    } finally {
      clearTimeout(slow);
      if (mine === this.#asking) this.#giveUp();
    }
  }

  #giveUp() {
    this.#asking?.abort();
    this.#asking = undefined;
  }

  /** Give a question on its way back to the box. */
  #drop() {
    this.#giveUp();
    this.#do({ type: 'fail', trouble: null });
  }

  #retry() {
    const { trouble, draft } = this.#state;
    this.#drop();
    if (!trouble?.question) return this.#learn();
    // The reader may have mended what stands in the box.
    this.#do({ type: 'set', changes: { draft: '' } });
    this.#ask(draft.trim() || trouble.question);
  }

  /** @returns {Promise<Suggestion[]>} */
  async #suggest(text = '') {
    this.#suggesting.abort();
    this.#suggesting = new AbortController();
    if (text.length < 2 || this.#pausedUntil > Date.now()) return [];
    try {
      return await this.#client.suggest(text, this.#suggesting.signal);
    } catch (error) {
      // A courtesy: without suggestions, nothing is said.
      if (error instanceof ServiceError) this.#pausedUntil = Date.now() + error.wait * 1000;
      return [];
    }
  }

  /** @param {Turn} turn */
  #choose(turn, entryId = '') {
    const id = turn.reply.interaction_id;
    this.#do({ type: 'choose', id, entryId });
    this.#view?.sayReply(turn, entryId);
    // The reader has the answer; whether the choice could be kept is not their concern.
    this.#client.choose(id, entryId).catch((error) => this.#report(error, 'choose'));
  }

  /** @param {Turn} turn @param {string} entryId @param {Vote} vote */
  async #vote(turn, entryId, vote) {
    const id = turn.reply.interaction_id;
    try {
      const { comment, secret_removed } = await this.#client.vote(id, entryId, vote);
      if (secret_removed) vote = { ...vote, comment, secret_removed };
    } catch (error) {
      return this.#report(error, 'vote');
    }
    this.#do({ type: 'vote', id, entryId, vote });
    const s = this.#strings;
    this.#view?.say(thanks(vote, s), vote.secret_removed ? ` ${s.WITHHELD}` : '');
    const { useful, reason } = vote;
    this.#emit('faq-feedback', { interactionId: id, entryId, useful, reason });
    return null;
  }

  /** @param {unknown} error */
  #fail(error, action = '', question = '') {
    const failure = this.#report(error, action);
    this.#last.question = ''; // trying again is no double click
    if (question || !this.#state.turns.length) this.#complain(failure, question);
  }

  /** @param {Failure} failure */
  #complain({ type, status, wait }, question = '') {
    const trouble = { type, status, wait, question, since: Date.now() };
    this.#do({ type: 'fail', trouble });
  }

  /** Tell the page, and who looks at its console. @param {unknown} error */
  #report(error, action = '') {
    if (!(error instanceof ServiceError)) throw error;
    const { type, status } = error;
    const endpoint = this.#get('endpoint');
    if (type === 'network' && new URL(endpoint).origin !== location.origin) {
      console.error(
        `faq-chat: no reply from ${endpoint}. Check "endpoint", connect-src, and that ` +
          `FAQBOT_ALLOWED_ORIGINS names ${location.origin}.`,
      );
    }
    this.#emit('faq-error', { type, status, action });
    return error;
  }
}
