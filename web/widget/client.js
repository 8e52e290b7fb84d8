// @ts-check
// HTTP: each call resolves to what it asked for, or rejects with one `ServiceError`.

export const PATIENCE_MS = 30_000;

export class ServiceError extends Error {
  constructor(type = '', status = 0, wait = 0) {
    super(type);
    this.type = type;
    this.status = status;
    this.wait = wait;
  }
}

/** JSON as it should be: old libraries give arrays a `toJSON` that makes text of them. */
export const encode = (data = {}) =>
  JSON.stringify(
    data,
    /** @this {any} */ function (key) {
      return this[key];
    },
  );

/** @type {MakeClient} */
export const makeClient = (endpoint, themes = []) => {
  /** @type {Send} */
  const send = async (path, check, body, signal) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort('timeout'), PATIENCE_MS);
    signal?.addEventListener('abort', () => controller.abort('aborted'));
    let response, data;
    try {
      response = await fetch(`${endpoint}/api/v1/${path}`, {
        method: body ? 'POST' : 'GET',
        headers: body && { 'Content-Type': 'application/json' },
        body: body && encode(body),
        credentials: 'omit',
        signal: controller.signal,
      });
      data = await response.text();
      data = JSON.parse(data);
    } catch {
      // No reply, or none of ours.
    }
    clearTimeout(timer);
    if (!response || controller.signal.aborted || data === undefined) {
      const online = globalThis.navigator?.onLine !== false;
      throw new ServiceError(controller.signal.reason ?? (online ? 'network' : 'offline'));
    }
    const { ok, status, headers } = response;
    if (ok && check(data)) return data;
    const limited = status === 429;
    const type = ok ? 'malformed' : limited ? 'rate_limited' : (data.type ?? 'http');
    throw new ServiceError(type, status, Number(headers.get('Retry-After')) || (limited ? 30 : 0));
  };
  const query = (fields = {}) =>
    new URLSearchParams([...Object.entries(fields), ...themes.map((it) => ['themes', it])]);
  return {
    faq: () => send(`faq?${query()}`, isFaq),
    ask: (question, session_id, signal) =>
      send('chat', isReply, { question, session_id, themes }, signal),
    suggest: (q, signal) => send(`suggest?${query({ q })}`, Array.isArray, undefined, signal),
    vote: (interaction_id, entry_id, vote) =>
      send('feedback', Boolean, { interaction_id, entry_id, ...vote }),
    handOver: (interaction_id, text, reply_to) =>
      send('handoff', Boolean, { interaction_id, text, reply_to }),
    choose: (interaction_id, entry_id) => send('choice', Boolean, { interaction_id, entry_id }),
  };
};

/** @type {Check} */
export const isFaq = (it) => Array.isArray(it?.examples) && it.entry_count > 0;

/** Also asked of what storage gives back. @type {Check} */
export const isReply = (it) =>
  Array.isArray(it?.suggestions) &&
  it.answers?.every(isAnswer) &&
  (it.status === 'no_answer' || (it.answers[0] && /^(answered|clarify)$/.test(it.status)));

/** @type {Check} */
const isAnswer = (it) => Array.isArray(it?.answer_nodes) && it.answer_text?.trim && it.provenance;
