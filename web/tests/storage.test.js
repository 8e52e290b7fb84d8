import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { START, load, save } from '../widget/state.js';

/** @type {Map<string, string>} */
const kept = new Map();
const working = {
  getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
};
/** @param {PropertyDescriptor} descriptor */
const provide = (descriptor) =>
  Object.defineProperty(globalThis, 'sessionStorage', { configurable: true, ...descriptor });

/** @type {Turn} */
const turn = {
  question: 'q',
  reply: {
    interaction_id: 'i',
    session_id: 's',
    status: 'no_answer',
    confidence: 0,
    answers: [],
    suggestions: [],
    fallback: null,
  },
  chosen: null,
  votes: { F1: { useful: true, reason: null, comment: null } },
};
const state = { ...START, open: true, sessionId: 's', turns: [turn], draft: 'd', size: 2 };

beforeEach(() => {
  kept.clear();
  provide({ value: working });
});

test('a conversation survives', () => {
  save('k', state);
  assert.deepEqual({ ...START, ...load('k') }, state);
});

test('what is passing does not', () => {
  save('k', { ...state, handoff: 'sent', cleared: state });
  const found = { ...START, ...load('k') };
  assert.deepEqual([found.handoff, found.cleared], [null, null]);
});

test('a question on its way and a message for the support survive', () => {
  const handoff = { id: null, text: 't' };
  save('k', { ...state, pending: { question: 'q', slow: true }, handoff });
  const found = { ...START, ...load('k') };
  assert.deepEqual([found.pending, found.handoff], [{ question: 'q' }, handoff]);
});

test('another widget’s conversation stays its own', () => {
  save('k', state);
  assert.deepEqual(load('other'), {});
});

test('what is spoilt or from another version is ignored', () => {
  save('k', state);
  const sound = JSON.parse(kept.get('k') ?? '');
  const spoilt = [
    '',
    'null',
    '{',
    '[]',
    JSON.stringify({ ...sound, version: 0 }),
    JSON.stringify({ ...sound, turns: [{}] }),
    JSON.stringify({ ...sound, turns: [{ ...turn, votes: { F1: null } }] }),
    JSON.stringify({ ...sound, turns: 'x' }),
  ];
  for (const text of spoilt) {
    kept.set('k', text);
    assert.deepEqual(load('k'), {}, text);
  }
  kept.set('k', JSON.stringify({ ...sound, size: 99, faq: { title: 1 } }));
  assert.deepEqual([load('k').size, load('k').faq], [START.size, null]);
});

test('denied storage is silent', () => {
  provide({
    get() {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  save('k', state);
  assert.deepEqual(load('k'), {});
});

test('full storage is silent', () => {
  const setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  provide({ value: { ...working, setItem } });
  assert.doesNotThrow(() => save('k', state));
});
