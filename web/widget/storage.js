// @ts-check
/**
 * What survives a page load, in sessionStorage. Where that is denied, full or spoilt, the
 * conversation lives as long as the page; nobody is bothered with it.
 */

import { isFaq, isReply } from './client.js';
import { MOST_TURNS, SIZES } from './state.js';

/** @import { State, Turn, Vote } from './types.js' */

const VERSION = 1;

/** One widget's drawer. */
export class Storage {
  #key;

  /** @param {string} key  tells this widget from the others of the site */
  constructor(key) {
    this.#key = `faq-chat:${key}`;
  }

  /**
   * What was kept, so far as it can be trusted.
   * @returns {Partial<State>}
   */
  load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? '');
      return kept.version === VERSION ? checked(kept) : {};
    } catch {
      return {};
    }
  }

  /** @param {State} state */
  save({ open, sessionId, turns, draft, size, faq }) {
    try {
      const kept = { version: VERSION, open, sessionId, turns, draft, size, faq };
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Denied or full.
    }
  }
}

/**
 * @param {any} kept
 * @returns {Partial<State>}
 */
function checked({ open, sessionId, turns, draft, size, faq }) {
  const sound = Array.isArray(turns) && turns.length <= MOST_TURNS && turns.every(isTurn);
  return {
    open: open === true,
    ...(sound && turns.length > 0 && { turns, sessionId: String(sessionId) }),
    ...(typeof draft === 'string' && { draft }),
    ...(size in SIZES && { size }),
    ...(isFaq(faq) && { faq }),
  };
}

/** @param {any} it @returns {it is Turn} */
function isTurn(it) {
  return (
    typeof it.question === 'string' &&
    isReply(it.reply) &&
    (it.chosen === null || typeof it.chosen === 'string') &&
    typeof it.votes === 'object' &&
    Object.values(it.votes).every(isVote)
  );
}

/** @param {any} it @returns {it is Vote} */
function isVote(it) {
  return typeof it?.useful === 'boolean';
}
