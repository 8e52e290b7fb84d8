// @ts-check
/**
 * The list of all questions: filters while one types, and opens the entry that an address names.
 * Where this module does not run, the same form filters on the server.
 */

import { suggest } from './suggesting.js';

const TYPING_PAUSE_MS = 150;

const form = /** @type {HTMLFormElement} */ (document.getElementById('filtre'));
const field = /** @type {HTMLInputElement} */ (document.getElementById('filtre-texte'));
const count = /** @type {HTMLElement} */ (document.getElementById('filtre-compte'));
const clear = /** @type {HTMLElement} */ (document.getElementById('filtre-effacer'));
const nothing = /** @type {HTMLElement} */ (document.getElementById('filtre-vide'));

/** @type {{entry: HTMLElement, text: string}[]} */
let entries = [];
let timer = 0;

/** Letters and digits without accents, as the server compares them. @param {string} text */
function fold(text) {
  const plain = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const words = plain
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .match(/[a-z0-9]+/g);
  return (words ?? []).join(' ');
}

function readEntries() {
  entries = [...document.querySelectorAll('#liste .fold[data-entry]')].map((details) => {
    const question = details.querySelector('summary')?.textContent ?? '';
    const answer = details.querySelector('.answer__text')?.textContent ?? '';
    return { entry: /** @type {HTMLElement} */ (details), text: fold(`${question} ${answer}`) };
  });
}

/**
 * Show the entries that hold every word, and say how many they are.
 * @param {string[]} also  ids of entries that are shown in any case
 */
function filter(also = []) {
  const words = fold(field.value).split(' ');
  let shown = 0;
  for (const { entry, text } of entries) {
    const named = also.includes(entry.dataset.entry ?? '');
    entry.hidden = !(named || words.every((word) => text.includes(word)));
    if (!entry.hidden) shown += 1;
  }
  for (const theme of document.querySelectorAll('#liste [data-theme]')) {
    const id = theme.getAttribute('data-theme');
    const open = document.querySelector(`#theme-${id} details:not([hidden])`);
    /** @type {HTMLElement} */ (theme).hidden = !open;
  }
  /** @type {HTMLElement} */ (document.querySelector('.toc')).hidden = shown === 0;
  nothing.hidden = shown > 0;
  clear.hidden = !field.value.trim();
  const { textNone, textOne, textMany } = count.dataset;
  const text = shown === 0 ? textNone : shown === 1 ? textOne : textMany;
  count.textContent = (text ?? '').replace('{count}', String(shown));
}

/** Keep the filter in the address, so that it can be shared and survives a reload. */
function remember() {
  const query = field.value.trim();
  history.replaceState(null, '', query ? `?q=${encodeURIComponent(query)}` : location.pathname);
}

function apply() {
  clearTimeout(timer);
  filter();
  remember();
  void widen();
}

/** Show also what means the same in other words. */
async function widen() {
  const text = field.value;
  const found = await suggest(form.dataset.source ?? '', text);
  if (found.length && text === field.value) filter(found.map(({ entry_id }) => entry_id));
}

/** Open and show the entry that the address names. */
function openNamed() {
  const details = document.getElementById(location.hash.slice(1))?.closest('details');
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: 'start' });
}

/** The server sent only what matches: fetch the others too, or what follows could not find them. */
async function complete() {
  try {
    const response = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const whole = page.getElementById('liste');
    if (whole) document.getElementById('liste')?.replaceWith(document.adoptNode(whole));
    return whole !== null;
  } catch {
    return false;
  }
}

async function start() {
  // Should this fail, the form goes on filtering on the server.
  if (field.defaultValue && !(await complete())) return;
  readEntries();
  if (field.value) apply(); // also what the browser kept across a reload
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, TYPING_PAUSE_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  clear.addEventListener('click', (event) => {
    event.preventDefault();
    field.value = '';
    field.focus();
    apply();
  });
}

openNamed();
addEventListener('hashchange', openNamed);
void start();
