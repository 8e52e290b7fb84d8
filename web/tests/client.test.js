/// <reference path="../widget/types.d.ts" />
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';

import { PATIENCE_MS, ServiceError, isFaq, isReply, makeClient } from '../widget/client.js';

const SERVER = 'https://faq.example.org';
const reply = {
  interaction_id: 'i',
  session_id: 's',
  status: 'no_answer',
  answers: [],
  suggestions: [],
};
const answer = { answer_nodes: [], answer_text: '', provenance: {} };

/** @param {() => Response | Promise<Response>} respond */
const serve = (respond) => mock.method(globalThis, 'fetch', async () => respond());
/** @param {unknown} body @param {ResponseInit} [init] */
const json = (body, init) => new Response(JSON.stringify(body), init);
/** @param {Promise<unknown>} call */
const failure = async (call) => {
  const error = await call.then(() => null).catch((caught) => caught);
  assert.ok(error instanceof ServiceError);
  const { type, status, wait } = error;
  return { type, status, wait };
};
const ask = () => makeClient(SERVER).ask('q', null, new AbortController().signal);

afterEach(() => mock.restoreAll());

test('a question is posted with its conversation and the themes', async () => {
  const fetched = serve(() => json(reply));
  const client = makeClient(SERVER, ['a', 'b']);
  assert.deepEqual(await client.ask('q', 's', new AbortController().signal), reply);
  const [url, init] = /** @type {[string, RequestInit]} */ (
    /** @type {unknown} */ (fetched.mock.calls[0].arguments)
  );
  assert.equal(url, `${SERVER}/api/v1/chat`);
  assert.deepEqual(JSON.parse(String(init.body)), {
    question: 'q',
    session_id: 's',
    themes: ['a', 'b'],
  });
  assert.equal(init.credentials, 'omit');
});

test('suggestions are asked for with each theme', async () => {
  const fetched = serve(() => json([]));
  await makeClient(SERVER, ['a', 'b']).suggest('é&', new AbortController().signal);
  const [url] = /** @type {unknown[]} */ (fetched.mock.calls[0].arguments);
  assert.equal(url, `${SERVER}/api/v1/suggest?q=%C3%A9%26&themes=a&themes=b`);
});

test('a refusal carries the server’s word, the status and when to try again', async () => {
  serve(() => json({ type: 'rate_limited' }, { status: 429, headers: { 'Retry-After': '12' } }));
  assert.deepEqual(await failure(ask()), { type: 'rate_limited', status: 429, wait: 12 });
  serve(() => json({ type: 'store_unavailable' }, { status: 503 }));
  assert.deepEqual(await failure(ask()), { type: 'store_unavailable', status: 503, wait: 0 });
});

test('a proxy that speaks HTML is understood by its status', async () => {
  serve(() => new Response('<html>', { status: 429 }));
  assert.deepEqual(await failure(ask()), { type: 'rate_limited', status: 429, wait: 30 });
  serve(() => new Response('<html>', { status: 502 }));
  assert.deepEqual(await failure(ask()), { type: 'http', status: 502, wait: 0 });
});

test('a reply that is none is malformed', async () => {
  for (const body of [
    '<html>',
    '{}',
    'null',
    '{"status":"answered","answers":[],"suggestions":[]}',
  ]) {
    serve(() => new Response(body));
    assert.equal((await failure(ask())).type, 'malformed', body);
  }
});

test('no reply means the network, unless the browser knows that it is offline', async () => {
  serve(() => Promise.reject(new TypeError('failed')));
  assert.deepEqual(await failure(ask()), { type: 'network', status: 0, wait: 0 });
});

test('giving up aborts the request', async () => {
  const controller = new AbortController();
  mock.method(globalThis, 'fetch', hanging);
  const call = failure(makeClient(SERVER).ask('q', null, controller.signal));
  controller.abort();
  assert.equal((await call).type, 'aborted');
});

test('a server that never replies is given up on', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(globalThis, 'fetch', hanging);
  const call = failure(ask());
  mock.timers.tick(PATIENCE_MS);
  mock.timers.reset();
  assert.equal((await call).type, 'timeout');
});

test('what is shown is checked first', () => {
  assert.ok(isReply({ ...reply, status: 'clarify', answers: [answer] }));
  for (const changes of [
    { status: 'other' },
    { answers: [{}] },
    { answers: null },
    { suggestions: 1 },
  ]) {
    assert.ok(!isReply({ ...reply, ...changes }), JSON.stringify(changes));
  }
  assert.ok(isFaq({ title: 't', entry_count: 3, examples: [] }));
  for (const other of [null, 'x', {}, { examples: [] }]) assert.ok(!isFaq(other));
});

/** @param {unknown} _url @param {RequestInit} [init] @returns {Promise<Response>} */
function hanging(_url, init) {
  return new Promise((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
  });
}
