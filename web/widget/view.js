// @ts-check
// State → DOM, by createElement and textContent alone.

import { SIZES } from './state.js';
import { sensitive, withSuggestions } from './shared.js';
import { QUESTION_LIMIT as limit, fill, sentence } from './strings.js';
import * as pieces from './view-turn.js';

const { button, el, icon, link } = pieces;

/** Screens that the panel fills, as a modal dialog. */
export const SMALL = '(max-width: 480px), (max-height: 560px)';
/** What of the page the launcher is not to stand upon. */
const MODAL = ':modal, [aria-modal=true]';
const ANNOUNCED = 600;
const BUBBLE = 'M4 5h16v11h-8l-5 4v-4H4zM8 9h8M8 12h5';
const SMALLER = 'M3 19L9 5l6 14M5 14h8M17 11h5';
const LARGER = `${SMALLER}M19.5 8.5v5`;
const CROSS = 'M6 6l12 12M18 6L6 18';
const NEW = 'M4 5h16v11h-8l-5 4v-4H4zM9 10.5h6M12 8v5';
const SEND = 'M12 20V5m-6.5 6L12 4.5l6.5 6.5';

/** The question box: keys, suggestions, counter, complaints. @type {MakeComposer} */
const makeComposer = (context) => {
  const { s, setting, actions, say } = context;
  let ticking = 0;
  /** @type {Trouble | null} */
  let complaint = null;
  /** @type {Faq | null | undefined} */
  let known;

  // In line, the page must not jump.
  const focus = () => box.focus({ preventScroll: setting.inline });
  const send = (question = '') => {
    closeList();
    actions.draft('');
    actions.ask(question);
    focus();
  };
  const fit = () => {
    box.style.height = '';
    box.style.height = `${box.scrollHeight + 2}px`;
    const { length } = box.value;
    const count = length < limit ? `${length} / ${limit}` : fill(s.FULL, { limit });
    counter.textContent = length < 0.8 * limit ? '' : count;
    const found = sensitive(box.value, known?.contact);
    const warning = found && s[`WARN_${found}`];
    // Said once, not with each key.
    if (warning && note.textContent !== warning) say(warning);
    note.textContent = warning;
  };
  const tick = () => {
    const { since = 0, wait: whole = 0 } = complaint ?? {};
    const wait = Math.max(0, Math.ceil(whole - (Date.now() - since) / 1000));
    retry.disabled = wait > 0;
    retry.textContent = wait ? `${s.RETRY} (${wait}\u00a0s)` : s.RETRY;
    if (!wait) clearInterval(ticking);
  };

  const box = el('textarea', 'input', {
    id: 'input',
    rows: 1,
    maxlength: limit,
    enterkeyhint: 'send',
    'aria-describedby': 'note help counter',
    'aria-autocomplete': 'list',
    'aria-controls': 'list',
    'aria-haspopup': 'listbox',
    input() {
      fit();
      actions.draft(box.value);
    },
  });
  const list = el('ul', 'suggestions', {
    id: 'list',
    role: 'listbox',
    'aria-label': s.SUGGESTIONS,
    hidden: '',
  });
  const closeList = withSuggestions(box, list, {
    suggest: actions.suggest,
    option: (question, id) =>
      el(
        'li',
        '',
        { id, role: 'option', lang: context.lang, click: () => send(question) },
        question,
      ),
    send,
    say,
  });
  const counter = el('span', 'hint', { id: 'counter' });
  const note = el('p', 'hint note', { id: 'note' });
  const support = el('span', '');
  const alert = el('div', 'alert', { role: 'alert' });
  const retry = button(s.RETRY, () => (focus(), actions.retry()));
  const undo = button(s.CANCEL, () => (focus(), actions.undo()), 'button quiet');
  const notice = el('p', 'row', `${s.CLEAR}.`, undo);
  const sent = el('p', 'row', s.HANDOFF_SENT);
  const [data] = /** @type {HTMLAnchorElement[]} */ (
    link(`${setting.endpoint}/confidentialite`, [s.CONVERSATION_DATA], s.NEW_WINDOW)
  );
  const element = el(
    'form',
    'composer',
    {
      submit(event) {
        event.preventDefault();
        send(box.value);
      },
    },
    alert,
    retry,
    notice,
    sent,
    el('label', 'label', { for: 'input' }, s.ASK_LABEL),
    ' ',
    counter,
    el(
      'div',
      'box',
      list,
      box,
      el('button', 'button primary send', el('span', 'sr', s.ASK_SUBMIT), icon(SEND)),
    ),
    note,
    el(
      'p',
      'hint row',
      el('span', '', { id: 'help' }, `${s.ASK_PRIVACY} `, el('span', 'keys', s.ASK_KEYS)),
      link(`${setting.endpoint}/questions`, [s.NAV_QUESTIONS], s.NEW_WINDOW),
      data,
      support,
    ),
  );
  return {
    element,
    focus,
    render({ draft, trouble, cleared, sessionId, faq, handoff }) {
      if (faq !== known) {
        known = faq;
        support.replaceChildren(pieces.supportLink(context, undefined, 'button quiet'));
        // Out of sight it keeps its place: nothing moves once somebody is known.
        support.classList.toggle('void', !(faq?.contact ?? setting.contact));
      }
      const session = sessionId ?? cleared?.sessionId;
      data.search = session ? `session=${session}` : '';
      if (box.value !== draft) {
        box.value = draft;
        fit();
      }
      notice.hidden = !cleared;
      sent.hidden = handoff !== 'sent';
      retry.hidden = !trouble || /empty|invalid|too_long/.test(trouble.type);
      if (trouble === complaint) return;
      complaint = trouble;
      clearInterval(ticking);
      ticking = setInterval(tick, 1000);
      tick();
      box.ariaInvalid = `${trouble?.type === 'question_empty'}`;
      alert.replaceChildren(trouble ? el('p', '', sentence(trouble, s)) : '');
    },
    stop() {
      closeList();
      clearInterval(ticking);
    },
  };
};

/** @type {MakeView} */
export const makeView = (scope, s, setting, actions) => {
  const { inline, language } = setting;
  /** @type {HTMLElement | undefined} */
  let panel;
  /** @type {Map<string, {turn: Turn, element: HTMLElement}>} */
  let shown = new Map();
  /** @type {ChatState | undefined} */
  let last;
  /** @type {HTMLElement | undefined} */
  let form;
  let modal = false;

  const status = el('p', 'sr', { role: 'status' });
  /** @type {Context['say']} */
  const say = (...parts) =>
    status.replaceChildren(
      ...parts.map((part) =>
        part[0] === part ? part : el('span', '', { lang: context.lang }, part),
      ),
    );
  /** @type {Context} */
  const context = {
    s,
    setting,
    actions,
    faq: null,
    state: () => /** @type {ChatState} */ (last),
    get lang() {
      return this.faq?.language ?? 'fr';
    },
    say,
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        const focused = scope.activeElement;
        const box = el('textarea', 'sr');
        box.value = text;
        panel?.append(box);
        box.select();
        const done = document.execCommand('copy');
        box.remove();
        focusOn(focused);
        return done;
      }
    },
  };
  const composer = makeComposer(context);
  const heading = el('h2', 'heading', { id: 'heading' });
  const list = el('div', 'turns');
  const log = el(
    'div',
    'log',
    { role: 'log', 'aria-live': 'off', 'aria-labelledby': 'heading', tabindex: 0 },
    list,
  );
  const root = el('div', '', { lang: language });
  scope.replaceChildren(root);
  // Keys pressed in here are no shortcuts of the page.
  for (const type of ['keydown', 'keypress', 'keyup']) {
    root.addEventListener(type, (event) => event.stopPropagation());
  }

  const launcher = button([icon(BUBBLE), el('span', '', s.NAV_ASK)], actions.toggle, 'launcher', {
    'aria-haspopup': 'dialog',
    'aria-expanded': false,
  });
  const dock = inline ? root : el('div', 'dock', { popover: 'manual' }, launcher);
  if (!inline) {
    root.append(dock);
    dock.showPopover?.(); // above whatever z-index the page uses
  }

  /** Nothing of it exists before it is first needed. */
  const build = () => {
    /** @type {(label: string, path: string, act: () => void) => HTMLElement} */
    const tool = (label, path, act) =>
      button(icon(path), act, 'tool', { title: label, 'aria-label': label });
    panel = el(
      inline ? 'section' : 'dialog',
      inline ? 'panel inline' : 'panel',
      {
        id: 'panel',
        'aria-labelledby': 'heading',
        close: () => panel?.hasAttribute('open') || actions.close(),
        keydown(event) {
          if (event.key !== 'Escape' || event.isComposing) return;
          event.preventDefault();
          actions.close();
        },
      },
      el(
        'div',
        'header',
        heading,
        tool(s.SMALLER, SMALLER, () => actions.resize(-1)),
        tool(s.LARGER, LARGER, () => actions.resize(1)),
        tool(s.CLEAR, NEW, () => (composer.focus(), actions.clear())),
        !inline && tool(s.CLOSE, CROSS, actions.close),
      ),
      log,
      composer.element,
      status,
    );
    dock.append(panel);
    launcher.setAttribute('aria-controls', 'panel');
  };

  /** Keeps the focus near. @type {(old: Element, made: HTMLElement, near: string) => void} */
  const swap = (old, made, near) => {
    const focused = old.contains(scope.activeElement);
    old.replaceWith(made);
    if (focused) focusOn(made.querySelector(near));
  };

  /** Scrolls to the start of something, inside the panel alone. @type {(target?: Element | null, calm?: boolean) => void} */
  const lead = (target, calm = matchMedia('(prefers-reduced-motion: reduce)').matches) => {
    const scroller = [log, panel].find((it) => it && it.scrollHeight > it.clientHeight + 1);
    if (!scroller || !target) return;
    // Where all scrolls together, the header stays.
    const head = scroller === panel ? scroller.children[0].clientHeight : 0;
    const top =
      target.getBoundingClientRect().top - scroller.getBoundingClientRect().top - head - 8;
    scroller.scrollBy({ top, behavior: calm ? 'instant' : 'smooth' });
  };

  /** @param {ChatState} state */
  const renderLog = ({ turns, pending, faq }) => {
    const before = shown;
    const focused = list.contains(scope.activeElement);
    shown = new Map();
    /** @type {HTMLElement | undefined} */
    let fresh;
    for (const turn of turns) {
      const id = turn.reply.interaction_id;
      const old = before.get(id);
      let element = old?.element;
      if (!element || old?.turn.chosen !== turn.chosen) {
        fresh = pieces.turnArticle(turn, context);
        if (element) swap(element, fresh, '.title');
        element = fresh;
      }
      for (const block of element.querySelectorAll('.feedback')) {
        const entry = block.getAttribute('data-entry') ?? '';
        if (!old || element === fresh || old.turn.votes[entry] === turn.votes[entry]) continue;
        swap(block, pieces.feedback(turn, entry, context), 'input, summary, button');
      }
      shown.set(id, { turn, element });
    }
    const children = [...shown.values()].map(({ element }) => element);
    if (pending) {
      const { question, slow } = pending;
      const text = el('p', 'wait', slow ? s.SLOW : s.SEARCHING);
      fresh = pieces.article(question, s, text, slow && button(s.CANCEL, actions.cancel));
      children.push(fresh);
    }
    if (!children.length) {
      const count = faq?.entry_count ?? '';
      children.push(
        el('p', '', fill(s.WELCOME_LEAD, { count }).replace('  ', ' ')),
        el(
          'div',
          'body',
          faq?.notice && el('p', 'hint', { lang: context.lang }, faq.notice),
          pieces.examples(faq?.examples ?? [], s.EXAMPLES_TITLE, context, 'h3'),
        ),
        el('p', 'hint', s.NOTICE),
      );
    }
    for (const child of [...list.children]) {
      if (!children.includes(/** @type {HTMLElement} */ (child))) child.remove();
    }
    for (const child of children) if (child.parentNode !== list) list.append(child);
    // Not the box: on a phone, that would cover the answer with the keyboard.
    if (focused && !scope.activeElement?.checkVisibility?.()) focusOn(log);
    if (fresh) lead(fresh, last ? undefined : true);
  };

  /** The form takes the place of the conversation. @param {ChatState['handoff']} handoff */
  const renderForm = (handoff) => {
    const writing = handoff !== 'sent' && handoff;
    log.hidden = composer.element.hidden = !!writing;
    if (!writing === !form) return;
    form?.remove();
    form = writing ? pieces.supportForm(context, writing) : undefined;
    if (form) log.after(form);
    if (last) focus();
  };
  const focus = () => (form?.querySelector('textarea') ?? composer).focus();

  return {
    say,
    style(look, offset) {
      root.className = `root ${look.replace('dsfr', 'convergence')}`;
      if (inline) return;
      dock.hidden = [...document.querySelectorAll(MODAL)].some(
        (it) => !it.contains(scope.host) && it.checkVisibility?.({ visibilityProperty: true }),
      );
      root.style.removeProperty('--bottom');
      const { left, right, bottom } = launcher.getBoundingClientRect();
      // Room for the launcher above a card; what sticks may be a column of the text.
      /** @type {Record<string, number>} */
      const least = { fixed: 80, sticky: innerHeight / 2 };
      const stack = document.elementsFromPoint((left + right) / 2, bottom - 9);
      const bars = stack.flatMap((it) => {
        const { top } = it.getBoundingClientRect();
        return top > least[getComputedStyle(it).position] && !it.matches(MODAL) ? top : [];
      });
      // A dialog around it that opens lies above it.
      if (stack[0] !== scope.host && scope.host.closest(MODAL)) {
        dock.hidePopover?.();
        dock.showPopover?.();
      }
      const lift = offset || 2 * innerHeight - bottom - Math.min(...bars);
      if (lift > 0) root.style.setProperty('--bottom', `${lift}px`);
    },
    render(state) {
      if (!panel) {
        if (!state.open && !inline) return;
        build();
      }
      const { turns, pending, faq, size } = state;
      context.faq = faq;
      root.style.setProperty('--scale', `${SIZES[size]}`);
      heading.textContent = setting.heading || faq?.title || s.NAV_ASK;
      composer.render(state);
      renderForm(state.handoff);
      if (turns !== last?.turns || pending !== last.pending || faq !== last.faq) renderLog(state);
      last = state;
    },
    place(open) {
      if (!(panel instanceof HTMLDialogElement)) return;
      if (modal) panel.close();
      modal = open && matchMedia(SMALL).matches;
      // `show` would move the focus.
      panel.open = open && !modal;
      if (modal) panel.showModal();
      launcher.ariaExpanded = `${open}`;
      lead(list.lastElementChild, true);
    },
    focus: (onLauncher) => (onLauncher ? launcher.focus() : focus()),
    hasFocus: () => !!panel?.contains(scope.activeElement),
    sayReply({ reply }, id) {
      const { status, small_talk, answers } = reply;
      const likely = pieces.isTentative({ reply, chosen: id });
      const removed = id ? '' : pieces.removed(reply, context);
      const label = `${removed}${id ? s.STATUS_CHOSEN : likely ? s.TENTATIVE : s.STATUS_LABELS[status]}. `;
      const { question, answer_text: text } =
        answers.find(({ entry_id }) => entry_id === id) ?? answers[0] ?? {};
      if (small_talk) say(removed, pieces.courtesy(reply, context));
      else if (!text) say(label, pieces.noAnswer(reply, context));
      else if (status === 'clarify' && !id && !likely) {
        say(label, [answers.map((answer) => answer.question).join(' ')]);
      } else {
        const end = text.length > ANNOUNCED ? text.lastIndexOf(' ', ANNOUNCED) : text.length;
        say(label, [`${question} ${text.slice(0, end)}`], end < text.length ? `… ${s.REST}` : '');
      }
    },
    stop: composer.stop,
  };
};

/** @param {Element | null} element */
const focusOn = (element) => {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
};
