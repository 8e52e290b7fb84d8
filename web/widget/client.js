// @ts-check
/** HTTP: each call resolves to what it asked for, or rejects with one `ServiceError`. */

/** @import { Faq, Reply, Suggestion, TroubleKind, Vote } from './types.js' */

export const PATIENCE_MS = 30_000;
const STATUSES = ['answered', 'clarify', 'no_answer'];

/** Why a call failed. */
export class ServiceError extends Error {
  /**
   * @param {TroubleKind | 'aborted'} kind
   * @param {number} [status]  of HTTP; 0 when no reply came
   * @param {string} [type]  the server's word for it
   * @param {number} [wait]  seconds after which it may be tried again
   */
  constructor(kind, status = 0, type = kind, wait = 0) {
    super(`${type} ${status}`);
    Object.assign(this, { name: 'ServiceError' });
    this.kind = kind;
    this.status = status;
    this.type = type;
    this.wait = wait;
  }
}

/** The API of one server. */
export class Client {
  #base;
  #themes;

  /**
   * @param {string} endpoint  origin of the server
   * @param {readonly string[]} [themes]  to keep to; none: all
   */
  constructor(endpoint, themes = []) {
    this.#base = `${endpoint}/api/v1/`;
    this.#themes = [...themes];
  }

  /** @returns {Promise<Faq>} */
  async faq() {
    const faq = await this.#send(`faq?${this.#query()}`);
    if (!isFaq(faq)) throw new ServiceError('malformed');
    return faq;
  }

  /**
   * @param {string} question
   * @param {string | null} sessionId
   * @param {AbortSignal} signal
   * @returns {Promise<Reply>}
   */
  async ask(question, sessionId, signal) {
    const body = { question, session_id: sessionId, themes: this.#themes };
    const reply = await this.#send('chat', body, signal);
    if (!isReply(reply)) throw new ServiceError('malformed');
    return reply;
  }

  /**
   * @param {string} text  what is being typed
   * @param {AbortSignal} signal
   * @returns {Promise<Suggestion[]>}
   */
  async suggest(text, signal) {
    const found = await this.#send(`suggest?${this.#query({ q: text })}`, undefined, signal);
    return Array.isArray(found) ? found.filter(isSuggestion) : [];
  }

  /**
   * @param {string} interactionId
   * @param {string} entryId
   * @param {Vote} vote
   */
  async vote(interactionId, entryId, vote) {
    await this.#send('feedback', { interaction_id: interactionId, entry_id: entryId, ...vote });
  }

  /**
   * @param {string} interactionId
   * @param {string} entryId
   */
  async choose(interactionId, entryId) {
    await this.#send('choice', { interaction_id: interactionId, entry_id: entryId });
  }

  /** @param {Record<string, string>} [fields] */
  #query(fields) {
    const query = new URLSearchParams(fields);
    for (const theme of this.#themes) query.append('themes', theme);
    return query;
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<unknown>}
   */
  async #send(path, body, signal) {
    const controller = new AbortController();
    const abort = () => controller.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort();
    }, PATIENCE_MS);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    try {
      const response = await fetch(this.#base + path, {
        ...(body && {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        }),
        credentials: 'omit',
        signal: controller.signal,
      });
      const text = await response.text();
      if (!response.ok) throw refusal(response, text);
      try {
        return JSON.parse(text);
      } catch {
        throw new ServiceError('malformed', response.status);
      }
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      const offline = globalThis.navigator?.onLine === false;
      const kind = late ? 'timeout' : signal?.aborted ? 'aborted' : offline ? 'offline' : 'network';
      throw new ServiceError(kind);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

/**
 * @param {Response} response
 * @param {string} text
 */
function refusal({ status, headers }, text) {
  let type = 'http';
  try {
    type = String(JSON.parse(text).type);
  } catch {
    // A proxy in between speaks HTML.
  }
  const wait = Math.ceil(Number(headers.get('Retry-After'))) || (status === 429 ? 30 : 0);
  /** @type {TroubleKind} */
  let kind = status >= 500 ? 'server' : 'refused';
  if (status === 429) kind = 'limited';
  if (type === 'answer_unknown') kind = 'unknown';
  if (type === 'store_unavailable') kind = 'store';
  if (type === 'question_too_long') kind = 'too_long';
  return new ServiceError(kind, status, type, wait);
}

/**
 * Whether a value can be shown as a reply; also asked of what storage gives back.
 * @param {any} it
 * @returns {it is Reply}
 */
export function isReply(it) {
  return (
    hasStrings(it, 'interaction_id', 'session_id') &&
    STATUSES.includes(it.status) &&
    Array.isArray(it.answers) &&
    it.answers.every(isAnswer) &&
    (it.status === 'no_answer' || it.answers.length > 0) &&
    Array.isArray(it.suggestions) &&
    it.suggestions.every(isSuggestion) &&
    (!it.fallback || hasStrings(it.fallback, 'message', 'contact'))
  );
}

/** @param {any} it @returns {it is Faq} */
export function isFaq(it) {
  return (
    hasStrings(it, 'title', 'contact') &&
    Number.isInteger(it.entry_count) &&
    Array.isArray(it.examples) &&
    it.examples.every(isSuggestion)
  );
}

/** @param {any} it @returns {it is import('./types.js').Answer} */
function isAnswer(it) {
  return (
    hasStrings(it, 'entry_id', 'question', 'answer_text', 'theme_label') &&
    Array.isArray(it.answer_nodes) &&
    hasStrings(it.provenance, 'kind', 'source_title', 'source_url', 'checked_on')
  );
}

/** @param {any} it @returns {it is Suggestion} */
function isSuggestion(it) {
  return hasStrings(it, 'entry_id', 'question');
}

/** @param {any} it @param {string[]} names */
function hasStrings(it, ...names) {
  return Boolean(it) && names.every((name) => typeof it[name] === 'string');
}
