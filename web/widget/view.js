// @ts-check
/** State → DOM, by createElement and textContent alone. */

import { SIZES } from './state.js';
import { fill } from './strings.js';
import { Composer } from './view-composer.js';
import { button, el, hidden, icon } from './view-dom.js';
import { feedback } from './view-feedback.js';
import { article, courtesy, examples, noAnswer, turnArticle } from './view-turn.js';

/** @import { Actions, Setting, State, Turn } from './types.js' */
/** @import { Strings } from './strings.js' */
/** @import { Context } from './view-turn.js' */

export const SMALL = '(max-width: 480px), (max-height: 420px)';
const ANNOUNCED = 600;
const BUBBLE = 'M4 5h16v11h-8l-5 4v-4H4zM8 9h8M8 12h5';
const CROSS = 'M6 6l12 12M18 6L6 18';
const BIN = 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5';

export class View {
  #strings;
  #setting;
  #actions;
  #scope;
  #root;
  /** @type {HTMLElement | undefined} */
  #launcher;
  /** @type {HTMLElement | undefined} */
  #panel;
  #heading = el('h2', { id: 'heading', part: 'heading' });
  #log = el('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0, part: 'log' });
  #turns = el('div', { class: 'turns' });
  #status = el('p', { class: 'sr', role: 'status' });
  /** @type {Composer | undefined} */
  #composer;
  /** @type {HTMLElement | undefined} */
  #waiting;
  /** @type {Map<string, {turn: Turn, element: HTMLElement}>} */
  #shown = new Map();
  /** @type {State | undefined} */
  #state;
  #modal = false;

  /**
   * @param {ShadowRoot} scope
   * @param {Strings} strings
   * @param {Setting} setting
   * @param {Actions & {toggle(): void}} actions
   */
  constructor(scope, strings, setting, actions) {
    this.#scope = scope;
    this.#strings = strings;
    this.#setting = setting;
    this.#actions = actions;
    this.#root = el('div', { lang: setting.language });
    if (!setting.inline) {
      this.#launcher = button([icon(BUBBLE), el('span', {}, strings.NAV_ASK)], actions.toggle, {
        class: 'launcher',
        part: 'launcher',
        'aria-haspopup': 'dialog',
        'aria-expanded': 'false',
      });
      const dock = el('div', { class: 'dock', popover: 'manual' }, this.#launcher);
      this.#root.append(dock);
    }
    scope.replaceChildren(this.#root);
    raise(this.#launcher?.parentElement);
    // Keys pressed in here are no shortcuts of the page.
    for (const type of ['keydown', 'keypress', 'keyup']) {
      this.#root.addEventListener(type, (event) => event.stopPropagation());
    }
  }

  /**
   * @param {string} look  classes of theme, scheme and position
   */
  style(look) {
    this.#root.className = `root ${look}`;
  }

  /** @param {State} state */
  render(state) {
    if (!this.#panel && (state.open || this.#setting.inline)) this.#build();
    if (!this.#panel) return;
    const before = this.#state;
    this.#state = state;
    this.#root.style.setProperty('--scale', String(SIZES[state.size]));
    this.#heading.textContent = this.#setting.heading || state.faq?.title || this.#strings.HEADING;
    this.#composer?.render(state);
    if (
      before?.turns !== state.turns ||
      before?.pending !== state.pending ||
      before?.faq !== state.faq
    ) {
      this.#renderLog(state);
    }
  }

  /**
   * Show or hide the panel of the launcher.
   * @param {boolean} open
   */
  place(open) {
    const panel = this.#panel;
    if (!(panel instanceof HTMLDialogElement)) return;
    this.#modal = false;
    if (panel.open) panel.close();
    else if (panel.matches('.raised')) panel.hidePopover();
    panel.classList.toggle('raised', false);
    this.#launcher?.setAttribute('aria-expanded', String(open));
    if (!open) return;
    if (matchMedia(SMALL).matches) {
      panel.showModal();
      this.#modal = true;
    } else raise(panel);
    this.#lead(this.#turns.lastElementChild);
  }

  focusBox() {
    this.#composer?.focus();
  }

  focusLauncher() {
    this.#launcher?.focus();
  }

  get hasFocus() {
    return Boolean(this.#panel?.contains(this.#scope.activeElement));
  }

  /** Stop what runs by itself. */
  stop() {
    this.#composer?.stop();
  }

  /**
   * Announce, once; what is French in brackets.
   * @param {...(string | [string])} parts
   */
  say(...parts) {
    const { french } = this.#context;
    this.#status.replaceChildren(
      ...parts.map((part) =>
        typeof part === 'string' ? part : el('span', { lang: french }, part[0]),
      ),
    );
  }

  /** @param {Turn} turn */
  sayReply(turn) {
    const { STATUS_LABELS, STATUS_CHOSEN, REST, DID_YOU_MEAN } = this.#strings;
    const { status, small_talk, answers } = turn.reply;
    const label = `${turn.chosen ? STATUS_CHOSEN : STATUS_LABELS[status]}`;
    if (small_talk) this.say(courtesy(turn, this.#strings));
    else if (status === 'no_answer') this.say(`${label}. ${noAnswer(turn, this.#context)}`);
    else if (status === 'clarify' && !turn.chosen) {
      const choices = answers.map(({ question }) => question).join(' ');
      this.say(`${label}. ${DID_YOU_MEAN} `, [choices]);
    } else {
      const { question, answer_text } =
        answers.find(({ entry_id }) => entry_id === turn.chosen) ?? answers[0];
      const cut =
        answer_text.length > ANNOUNCED ? answer_text.lastIndexOf(' ', ANNOUNCED) : Infinity;
      const text = answer_text.slice(0, cut);
      this.say(
        `${label}${colon(this.#setting)} `,
        [`${question}. ${text}`],
        cut < Infinity ? `… ${REST}` : '',
      );
    }
  }

  /** @returns {Context} */
  get #context() {
    return {
      strings: this.#strings,
      setting: this.#setting,
      actions: this.#actions,
      faq: this.#state?.faq ?? null,
      french: this.#setting.language === 'fr' ? undefined : 'fr',
      say: (...parts) => this.say(...parts),
      copy: (text) => this.#copy(text),
    };
  }

  #build() {
    const s = this.#strings;
    const { inline } = this.#setting;
    const actions = this.#actions;
    this.#composer = new Composer(this.#context);
    this.#log.setAttribute('aria-label', s.CONVERSATION_TITLE);
    this.#log.append(this.#turns);
    /** @param {string} label @param {Node | string} face @param {() => void} click @param {string} [part] */
    const tool = (label, face, click, part) => {
      const shown = typeof face === 'string' ? el('span', { 'aria-hidden': 'true' }, face) : face;
      return button([shown, hidden(label)], click, { class: 'tool', title: label, part });
    };
    const clear = () => {
      this.#composer?.focus();
      actions.clear();
    };
    const header = el(
      'div',
      { class: 'header', part: 'header' },
      this.#heading,
      el(
        'div',
        { class: 'tools' },
        tool(s.SMALLER, 'A−', () => actions.resize(-1)),
        tool(s.LARGER, 'A+', () => actions.resize(1)),
        tool(s.CLEAR, icon(BIN), clear),
        !inline && tool(s.CLOSE, icon(CROSS), actions.close, 'close'),
      ),
    );
    const attributes = { id: 'panel', class: 'panel', part: 'panel', 'aria-labelledby': 'heading' };
    const content = [header, this.#log, this.#composer.element, this.#status];
    const panel = inline
      ? el('section', { ...attributes, class: 'panel inline' }, content)
      : el('dialog', { ...attributes, popover: 'manual' }, content);
    panel.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      if (!this.#composer?.closeList() && !inline) actions.close();
    });
    panel.addEventListener('cancel', (event) => event.preventDefault());
    panel.addEventListener('close', () => this.#modal && actions.close());
    this.#root.append(panel);
    this.#panel = panel;
    this.#launcher?.setAttribute('aria-controls', 'panel');
  }

  /** @param {State} state */
  #renderLog({ turns, pending, faq }) {
    const s = this.#strings;
    const first = !this.#shown.size;
    /** @type {Map<string, {turn: Turn, element: HTMLElement}>} */
    const shown = new Map();
    /** @type {Element | undefined} */
    let fresh;
    for (const turn of turns) {
      const id = turn.reply.interaction_id;
      const old = this.#shown.get(id);
      let element = old?.element;
      if (!old || old.turn.chosen !== turn.chosen) {
        const made = turnArticle(turn, this.#context);
        if (element) swap(element, made, '.title', this.#scope);
        element = fresh = made;
      } else if (old.turn !== turn) {
        for (const block of old.element.querySelectorAll('.feedback')) {
          const entry = block.getAttribute('data-entry') ?? '';
          if (old.turn.votes[entry] === turn.votes[entry]) continue;
          swap(block, feedback(turn, entry, this.#context), 'input, summary, button', this.#scope);
        }
      }
      shown.set(id, { turn, element: /** @type {HTMLElement} */ (element) });
    }
    this.#shown = shown;
    /** @type {Element[]} */
    const children = [...shown.values()].map(({ element }) => element);
    if (!pending) this.#waiting = undefined;
    else {
      const wait = el('p', { class: 'wait' }, pending.slow ? s.SLOW : s.SEARCHING);
      const cancel = pending.slow && button(s.CANCEL, this.#actions.cancel);
      const made = article(pending.question, s, el('div', { class: 'reply' }, wait, cancel));
      if (!this.#waiting) fresh = made;
      this.#waiting = made;
      children.push(made);
    }
    if (!children.length) children.push(this.#welcome(faq));
    sync(this.#turns, children);
    if (fresh) this.#lead(fresh, first && !pending);
  }

  /** @param {State['faq']} faq */
  #welcome(faq) {
    const s = this.#strings;
    const lead = faq
      ? fill(s.WELCOME_LEAD, { count: faq.entry_count })
      : s.WELCOME_LEAD.replace('{count} ', '');
    return el(
      'div',
      { class: 'welcome' },
      el('h3', { class: 'title' }, s.WELCOME_TITLE),
      el('p', {}, lead),
      faq && examples(faq.examples, s.EXAMPLES_TITLE, this.#context),
      el(
        'ul',
        { class: 'points hint', role: 'list' },
        s.WELCOME_POINTS.map(([title, text]) => el('li', {}, el('strong', {}, title), ` ${text}`)),
      ),
    );
  }

  /**
   * Scroll to the start of something, inside the panel alone.
   * @param {Element | null} target
   * @param {boolean} [at]  at once
   */
  #lead(target, at = true) {
    const calm = at || matchMedia('(prefers-reduced-motion: reduce)').matches;
    const scroller = [this.#log, this.#panel].find(
      (it) => it && it.scrollHeight > it.clientHeight + 1,
    );
    if (!scroller || !target) return;
    const top = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
    scroller.scrollBy({ top, behavior: calm ? 'instant' : 'smooth' });
  }

  /**
   * @param {string} text
   * @returns {Promise<boolean>}
   */
  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const focused = this.#scope.activeElement;
      const box = el('textarea', { class: 'sr', 'aria-hidden': 'true' });
      box.value = text;
      this.#panel?.append(box);
      box.select();
      const done = document.execCommand('copy');
      box.remove();
      if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
      return done;
    }
  }
}

/**
 * Into the top layer, above whatever z-index the page uses.
 * @param {HTMLElement | null | undefined} element
 */
function raise(element) {
  if (!element) return;
  element.classList.add('raised');
  element.showPopover?.();
}

/**
 * Replace an element and keep the focus near.
 * @param {Element} old
 * @param {HTMLElement} made
 * @param {string} near
 * @param {ShadowRoot} scope
 */
function swap(old, made, near, scope) {
  const focused = old.contains(scope.activeElement);
  old.replaceWith(made);
  if (focused) {
    /** @type {HTMLElement | null} */ (made.querySelector(near))?.focus({ preventScroll: true });
  }
}

/**
 * Give an element these children without touching the ones that stay.
 * @param {Element} parent
 * @param {Element[]} children
 */
function sync(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  for (const child of children) if (child.parentElement !== parent) parent.append(child);
}

/** @param {Setting} setting */
function colon({ language }) {
  return language === 'fr' ? '\u00a0:' : ':';
}
