import assert from 'node:assert/strict';
import { test } from 'node:test';

import { STRINGS, fill, longDate, sentence } from '../widget/strings.js';

const { fr, en } = STRINGS;

/** @param {object} table @returns {[string, string][]} */
const leaves = (table) =>
  Object.entries(table).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [/** @type {[string, string]} */ ([name, value])]
      : leaves(value).map(
          ([inner, text]) => /** @type {[string, string]} */ ([`${name}.${inner}`, text]),
        ),
  );

test('both languages have the same words', () => {
  const names = (/** @type {object} */ table) =>
    leaves(table)
      .map(([name]) => name)
      .filter((name) => !name.startsWith('SMALL_TALK'));
  assert.deepEqual(names(en), names(fr));
});

test('both languages fill the same places', () => {
  const places = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort();
  const english = Object.fromEntries(leaves(en));
  for (const [name, text] of leaves(fr))
    assert.deepEqual(places(english[name]), places(text), name);
});

test('French is set as it is printed', () => {
  for (const [name, text] of leaves(fr)) {
    assert.doesNotMatch(text, /'/, `${name}: typographic apostrophe`);
    assert.doesNotMatch(text, /(?<!\u202f)[;?!]/, `${name}: narrow no-break space`);
    assert.doesNotMatch(text, /(?<!\u00a0):/, `${name}: no-break space`);
  }
});

test('values take the places of words in braces', () => {
  assert.equal(fill('{a} sur {b}', { a: 1, b: '{a}' }), '1 sur {a}');
});

test('dates are written in full and do not break', () => {
  assert.equal(longDate('2026-11-23', 'fr'), '23\u00a0novembre\u00a02026');
  assert.equal(longDate('2026-05-01', 'fr'), '1er\u00a0mai\u00a02026');
  assert.equal(longDate('2026-05-01', 'en'), '1\u00a0May\u00a02026');
  assert.equal(longDate('hier', 'fr'), 'hier');
});

test('each trouble has a sentence', () => {
  const said = (type = '', status = 0, wait = 0) => sentence({ type, status, wait }, fr);
  assert.equal(said('network'), fr.NETWORK_ERROR);
  assert.equal(said('timeout'), fr.NETWORK_ERROR);
  assert.equal(said('offline'), fr.OFFLINE);
  assert.equal(said('online'), fr.ONLINE);
  assert.equal(said('question_empty'), fr.QUESTION_EMPTY);
  assert.equal(said('answer_unknown', 404), fr.ANSWER_UNKNOWN);
  assert.equal(said('store_unavailable', 503), fr.STORE_UNAVAILABLE);
  assert.equal(said('busy', 503), fr.BUSY);
  assert.equal(said('http', 502), fr.INTERNAL_ERROR);
  assert.equal(said('malformed', 200), fr.INTERNAL_ERROR);
  assert.match(said('rate_limited', 429, 7), /7\u00a0s/);
});
