// @ts-check
// What survives a page load. Where storage is denied, full or spoilt, nobody is bothered.

import { isFaq, isReply } from './client.js';
import { MOST_TURNS, SIZES } from './state.js';

const VERSION = 1;

/** What was kept, so far as it can be trusted. @type {(key: string) => Partial<ChatState>} */
export const load = (key) => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '');
    const { version, open, sessionId, turns, draft, size, faq } = kept;
    if (version !== VERSION || !turns.every(isTurn)) return {};
    return {
      open: open === true,
      draft: `${draft}`,
      size: size in SIZES ? size : 1,
      faq: isFaq(faq) ? faq : null,
      turns: turns.slice(-MOST_TURNS),
      sessionId,
    };
  } catch {
    return {};
  }
};

/** @type {(key: string, state: ChatState) => void} */
export const save = (key, { open, sessionId, turns, draft, size, faq }) => {
  try {
    const kept = { version: VERSION, open, sessionId, turns, draft, size, faq };
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // The conversation lives as long as the page.
  }
};

/** @param {any} it */
const isTurn = (it) => isReply(it.reply) && Object.values(it.votes).every(Boolean);
