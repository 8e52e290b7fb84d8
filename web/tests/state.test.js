import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST_TURNS, SIZES, START, reduce } from '../widget/state.js';

/** @param {string} id @returns {Reply} */
const reply = (id) => ({
  interaction_id: id,
  session_id: 's',
  status: 'no_answer',
  confidence: 0,
  answers: [],
  suggestions: [],
  fallback: null,
});
const vote = { useful: false, reason: 'other', comment: null };

/** @param {ChatAction[]} actions */
const after = (...actions) => actions.reduce(reduce, START);
/** @param {string} id @returns {ChatAction[]} */
const exchange = (id) => [
  { type: 'ask', question: id },
  { type: 'answer', turn: { question: id, reply: reply(id) } },
];
/** @param {string | null} question @returns {Trouble} */
const offline = (question) => ({ type: 'offline', status: 0, wait: 0, since: 0, question });

test('an answer ends the waiting and names the conversation', () => {
  const state = after(...exchange('a'));
  assert.equal(state.pending, null);
  assert.equal(state.sessionId, 's');
  assert.deepEqual(
    state.turns.map(({ question }) => question),
    ['a'],
  );
});

test('only the latest turns are kept', () => {
  const ids = Array.from({ length: MOST_TURNS + 3 }, (_, index) => `${index}`);
  const { turns } = after(...ids.flatMap(exchange));
  assert.equal(turns.length, MOST_TURNS);
  assert.equal(turns.at(-1)?.question, ids.at(-1));
});

test('a question that did not get through returns to the box', () => {
  const state = after({ type: 'ask', question: 'a' }, { type: 'fail', trouble: offline('a') });
  assert.equal(state.draft, 'a');
  assert.equal(state.trouble?.type, 'offline');
  assert.equal(state.pending, null);
});

test('it stands before what is being written, and neither is lost', () => {
  const state = after(
    { type: 'ask', question: 'a' },
    { type: 'set', changes: { draft: 'b' } },
    { type: 'fail', trouble: null },
  );
  assert.equal(state.draft, 'a\nb');
});

test('a question on its way returns to the box when the conversation is cleared', () => {
  const state = after(...exchange('a'), { type: 'ask', question: 'b' }, { type: 'clear' });
  assert.deepEqual([state.draft, state.pending, state.turns], ['b', null, []]);
});

test('a message for the support stays until it is sent, and its clearing can be undone', () => {
  const handoff = { id: 'a', text: 'b' };
  const writing = after(...exchange('a'), { type: 'set', changes: { handoff } });
  assert.deepEqual(reduce(writing, { type: 'ask', question: 'c' }).handoff, handoff);
  const cleared = reduce(writing, { type: 'clear' });
  assert.equal(cleared.handoff, null);
  assert.deepEqual(reduce(cleared, { type: 'undo' }).handoff, handoff);
  const sent = reduce(writing, { type: 'set', changes: { handoff: 'sent' } });
  assert.equal(reduce(sent, { type: 'ask', question: 'c' }).handoff, null);
});

test('asking again takes the complaint back', () => {
  assert.equal(
    after({ type: 'fail', trouble: offline('a') }, { type: 'ask', question: 'a' }).trouble,
    null,
  );
});

test('coming back online changes the complaint about being offline alone', () => {
  assert.equal(
    after({ type: 'fail', trouble: offline('a') }, { type: 'online' }).trouble?.type,
    'online',
  );
  assert.equal(after({ type: 'online' }), START);
});

test('slowness belongs to the question on its way', () => {
  assert.ok(after({ type: 'ask', question: 'a' }, { type: 'slow' }).pending?.slow);
  assert.equal(after({ type: 'slow' }).pending, null);
});

test('choices and votes change their own turn alone', () => {
  const before = after(...exchange('a'), ...exchange('b'));
  const chosen = reduce(before, { type: 'choose', id: 'b', entryId: 'F1' });
  assert.equal(chosen.turns[0], before.turns[0]);
  assert.equal(chosen.turns[1].chosen, 'F1');
  const voted = reduce(chosen, { type: 'vote', id: 'b', entryId: 'F1', vote });
  assert.deepEqual(voted.turns[1].votes, { F1: vote });
  const changed = { ...vote, useful: true };
  const again = reduce(voted, { type: 'vote', id: 'b', entryId: 'F1', vote: changed });
  assert.deepEqual(again.turns[1].votes, { F1: changed });
  assert.equal(again.turns[1].chosen, 'F1');
});

test('a cleared conversation can be brought back until the next question', () => {
  const before = after(...exchange('a'), { type: 'set', changes: { open: true, draft: 'b' } });
  const cleared = reduce(before, { type: 'clear' });
  assert.deepEqual([cleared.turns, cleared.sessionId], [[], null]);
  assert.deepEqual([cleared.open, cleared.draft], [true, 'b']);
  const undone = reduce(cleared, { type: 'undo' });
  assert.deepEqual([undone.turns, undone.sessionId], [before.turns, 's']);
  assert.equal(reduce(cleared, { type: 'ask', question: 'c' }).cleared, null);
});

test('pressing twice clears no more than pressing once', () => {
  const before = after(...exchange('a'));
  const cleared = after(...exchange('a'), { type: 'clear' }, { type: 'clear' });
  assert.deepEqual(reduce(cleared, { type: 'undo' }).turns, before.turns);
  const handoff = { id: null, text: 'b' };
  const written = after({ type: 'set', changes: { handoff } }, { type: 'clear' });
  assert.deepEqual(reduce(written, { type: 'undo' }).handoff, handoff);
});

test('text has a smallest and a largest size', () => {
  const sizes = [-9, 9].map((by) => after({ type: 'resize', by }).size);
  assert.deepEqual(sizes, [0, SIZES.length - 1]);
});

test('nothing is changed in place', () => {
  const state = after(...exchange('a'));
  const frozen = structuredClone(state);
  reduce(state, { type: 'vote', id: 'a', entryId: 'F1', vote });
  reduce(state, { type: 'clear' });
  assert.deepEqual(state, frozen);
});
