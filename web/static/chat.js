// @ts-check
/**
 * The chat page without page loads. It sends the page's own forms in the background and puts the
 * server's replies in place; where this module does not run, the same forms post and redirect.
 */

import { Composer } from './composer.js';
import { Refusal, post } from './exchange.js';

const ANNOUNCE_MS = 800;
/** A search that takes longer is announced; a shorter one is not worth the words. */
const SLOW_MS = 3000;
/** One that takes longer yet is explained, and may be given up. */
const TWICE_MS = 600;
/** What is sent again so soon was clicked twice, not asked twice. */

const main = element('contenu');
const texts = {
  network: main.dataset.textNetwork ?? '',
  limited: main.dataset.textLimited ?? '',
  failed: main.dataset.textFailed ?? '',
};
const turns = element('tours');
const status = element('annonce');
const composer = new Composer(
  /** @type {HTMLElement} */ (document.querySelector('.composer')),
  (text) => (status.textContent = text),
);

/**
 * The question on its way, if any. Whoever comes back and is no longer this one stays silent.
 * @type {{question: string, controller: AbortController} | null}
 */
let pending = null;
let sent = { question: '', at: -Infinity };

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  // What leads to another page is left to the browser, and takes along what has no reply yet.
  const leaves = event.submitter?.hasAttribute('formaction');
  if (leaves && pending) composer.restore(pending.question);
  const action = leaves ? '' : form.dataset.enhance;
  if (action !== 'ask' && action !== 'vote' && action !== 'choose') return;
  event.preventDefault();
  if (action === 'choose') {
    void choose(form);
    return;
  }
  if (action === 'vote') {
    void vote(form, event.submitter);
    return;
  }
  const question = String(new FormData(form).get('question') ?? '').trim();
  if (isRepeated(question)) return;
  if (!question) {
    composer.refuseEmpty();
    return;
  }
  if (composer.owns(form)) composer.clear();
  void ask(form.action, question);
});

addEventListener('pagehide', () => {
  if (pending) composer.restore(pending.question);
  composer.keep();
});

/**
 * Whether a submission only echoes the one before: a double click, or the same question again
 * while its answer is on its way. The box is empty by then.
 * @param {string} question
 */
function isRepeated(question) {
  if (pending) return !question || question === pending.question;
  return (!question || question === sent.question) && performance.now() - sent.at < TWICE_MS;
}

/**
 * Ask a question and show the reply at the end of the conversation.
 * @param {string} url
 * @param {string} question
 */
async function ask(url, question) {
  if (pending) {
    pending.controller.abort();
    composer.restore(pending.question);
  }
  const mine = { question, controller: new AbortController() };
  pending = mine;
  sent = { question, at: performance.now() };
  composer.settle();
  status.textContent = '';
  const waiting = showWaiting(question);
  const giveUp = () => {
    pending = null;
    sent.at = -Infinity;
    mine.controller.abort();
    composer.restore(question);
    composer.focus();
  };
  const timers = [
    setTimeout(() => (status.textContent = main.dataset.textSearching ?? ''), ANNOUNCE_MS),
    setTimeout(() => (status.textContent = explain(waiting, giveUp)), SLOW_MS),
  ];
  const fields = new FormData();
  fields.set('question', question);
  fields.set('session', session());
  try {
    const turn = await post(url, fields, '.turn', texts, mine.controller);
    if (pending === mine) showTurn(turn, waiting);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (pending !== mine) return;
    sent.at = -Infinity; // trying again is no double click
    composer.restore(question);
    // The reader may correct what stands in the box before trying again.
    const again = error.passing ? () => composer.submit() : undefined;
    composer.complain(error.message, again, told(question));
  } finally {
    timers.forEach(clearTimeout);
    waiting.remove();
    showConversation();
    if (pending === mine) pending = null;
  }
}

/**
 * Show a question while its answer is looked for.
 * @param {string} question
 */
function showWaiting(question) {
  const template = /** @type {HTMLTemplateElement} */ (element('modele-attente'));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const waiting = /** @type {HTMLElement} */ (copy.firstElementChild);
  const text = /** @type {HTMLElement} */ (waiting.querySelector('[data-question]'));
  text.textContent = question;
  turns.append(waiting);
  showConversation();
  scrollTo(waiting);
  return waiting;
}

/**
 * Say why it takes so long, and let the reader give up.
 * @param {HTMLElement} waiting
 * @param {() => void} giveUp
 * @returns {string} what is said
 */
function explain(waiting, giveUp) {
  const slow = /** @type {HTMLElement} */ (waiting.querySelector('.turn__slow'));
  slow.hidden = false;
  slow.querySelector('button')?.addEventListener('click', giveUp);
  return slow.querySelector('p')?.textContent ?? '';
}

/**
 * Put a reply in place, announce it once and lead to it.
 * @param {HTMLElement} turn
 * @param {HTMLElement} waiting  what stood there so far
 */
function showTurn(turn, waiting) {
  waiting.replaceWith(turn);
  keepSession(turn.dataset.session ?? '');
  status.textContent = turn.dataset.announcement ?? '';
  scrollTo(turn);
  // Whoever is already writing the next question is not disturbed. A courtesy has no title: it
  // is announced whole, and the question may be written at once.
  if (composer.isEmpty) focus(turn.querySelector('.reply__title'));
}

/**
 * Record a verdict and show its new state.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function vote(form, button) {
  const block = /** @type {HTMLElement} */ (form.closest('.feedback'));
  if (block.hasAttribute('aria-busy')) return;
  block.setAttribute('aria-busy', 'true');
  const fields = new FormData(form);
  if (button instanceof HTMLButtonElement && button.name) fields.set(button.name, button.value);
  try {
    const fresh = await post(form.action, fields, '.feedback', texts);
    block.replaceWith(fresh);
    focus(fresh.querySelector('.feedback__thanks'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    block.removeAttribute('aria-busy');
    complainIn(block, error.message);
  }
}

/**
 * Show the answer that was meant, and remember which one it was.
 * @param {HTMLFormElement} form
 */
async function choose(form) {
  const turn = /** @type {HTMLElement} */ (form.closest('.turn'));
  if (turn.hasAttribute('aria-busy')) return;
  turn.setAttribute('aria-busy', 'true');
  try {
    const fresh = await post(form.action, new FormData(form), '.turn, .card', texts);
    if (fresh.matches('.turn')) {
      turn.replaceWith(fresh);
    } else {
      // The answer without its turn: the choice was not kept, which takes nothing from the reader.
      turn.querySelector('.card')?.remove();
      turn.querySelector('.reply')?.prepend(fresh);
    }
    status.textContent = fresh.dataset.announcement ?? '';
    scrollTo(fresh);
    focus(fresh.querySelector('.reply__title'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complainIn(/** @type {HTMLElement} */ (form.parentElement), error.message);
  } finally {
    turn.removeAttribute('aria-busy');
  }
}

/**
 * @param {HTMLElement} block
 * @param {string} message
 */
function complainIn(block, message) {
  block.querySelector('.alert')?.remove();
  const alert = document.createElement('div');
  alert.className = 'alert';
  alert.setAttribute('role', 'alert');
  const text = document.createElement('p');
  text.textContent = message;
  alert.append(text, composer.mail(told()));
  block.append(alert);
}

/**
 * The conversation as a message for the support.
 * @param {string[]} more  what got no reply
 */
function told(...more) {
  const asked = [...turns.querySelectorAll('.turn')].map((turn) => turn.getAttribute('data-told'));
  return [...asked, ...more].flatMap((text) => text?.trim() || []).join('\n\n');
}

/** Show the welcome before the first turn, the conversation from then on. */
function showConversation() {
  const begun = turns.childElementCount > 0;
  element('conversation').hidden = !begun;
  element('accueil').hidden = begun;
}

function session() {
  return /** @type {HTMLInputElement} */ (document.querySelector('#poser [name="session"]')).value;
}

/**
 * Name the conversation in the address and in every form, so that reloading finds it again.
 * @param {string} id
 */
function keepSession(id) {
  for (const input of document.querySelectorAll('input[name="session"]')) {
    /** @type {HTMLInputElement} */ (input).value = id;
  }
  const own = /** @type {HTMLAnchorElement} */ (element('mes-donnees'));
  own.search = `?session=${encodeURIComponent(id)}`;
  history.replaceState(null, '', `./?session=${encodeURIComponent(id)}`);
}

/** @param {HTMLElement} target */
function scrollTo(target) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  target.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}

/** @param {Element | null} target */
function focus(target) {
  if (target instanceof HTMLElement) target.focus({ preventScroll: target.matches('h3') });
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`#${id} is missing from the page`);
  return found;
}
