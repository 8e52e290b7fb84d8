// @ts-check
// The conversation as data. `reduce` is pure: it knows neither the network nor the page. What
// survives a page load is kept beneath: where storage is denied, full or spoilt, nobody is bothered.

import { encode, isFaq, isReply } from './client.js';

export const MOST_TURNS = 20;
/** Sizes of text: factors of the usual one. */
export const SIZES = [0.875, 1, 1.2, 1.45];

/** @type {ChatState} */
export const START = {
  open: false,
  sessionId: null,
  turns: [],
  pending: null,
  trouble: null,
  cleared: null,
  draft: '',
  handoff: null,
  size: 1,
  faq: null,
};

/** What got no reply goes before what is being written. @type {(state: ChatState) => string} */
export const unsent = ({ pending, draft }) =>
  [pending?.question, draft].filter((it) => it?.trim()).join('\n');

/** @type {(state: ChatState, action: ChatAction) => ChatState} */
export const reduce = (state, action) => {
  const { pending, turns, trouble, cleared, handoff, size, faq, open } = state;
  const kept = handoff === 'sent' ? null : handoff;
  /** @param {Partial<Turn>} changes */
  const mend = (changes) => {
    const id = 'id' in action && action.id;
    const mended = turns.map((it) =>
      it.reply.interaction_id === id
        ? { ...it, ...changes, votes: { ...it.votes, ...changes.votes } }
        : it,
    );
    return { ...state, turns: mended };
  };
  switch (action.type) {
    case 'set': {
      // Whoever writes needs no more be told to.
      const kept = action.changes.draft && trouble?.type === 'question_empty' ? null : trouble;
      return { ...state, trouble: kept, ...action.changes };
    }
    case 'resize':
      return { ...state, size: Math.min(Math.max(size + action.by, 0), SIZES.length - 1) };
    case 'ask':
      return { ...state, pending: action, trouble: null, cleared: null, handoff: kept };
    case 'slow':
      return { ...state, pending: pending && { ...pending, slow: true } };
    case 'answer': {
      const turn = { ...action.turn, chosen: null, votes: {} };
      const sessionId = turn.reply.session_id;
      return { ...state, pending: null, turns: [...turns, turn].slice(-MOST_TURNS), sessionId };
    }
    case 'fail':
      return { ...state, pending: null, trouble: action.trouble, draft: unsent(state) };
    case 'online': {
      const back = trouble?.type === 'offline' && { ...trouble, type: 'online' };
      return back ? { ...state, trouble: back } : state;
    }
    case 'choose':
      return mend({ chosen: action.entryId });
    case 'vote':
      return mend({ votes: { [action.entryId]: action.vote } });
    case 'clear': {
      // Pressed twice it forgets no more.
      const before = turns.length || kept ? state : cleared;
      return { ...START, draft: unsent(state), size, faq, open, cleared: before };
    }
    case 'undo': {
      const { turns, sessionId, handoff } = cleared ?? state;
      return { ...state, turns, sessionId, handoff, cleared: null };
    }
  }
};

const VERSION = 1;

/** What was kept, so far as it can be trusted. @type {(key: string) => Partial<ChatState>} */
export const load = (key) => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '');
    const { version, open, sessionId, turns, pending, draft, handoff, size, faq } = kept;
    if (version !== VERSION || !turns.every(isTurn)) return {};
    return {
      open: open === true,
      draft: `${draft}`,
      handoff: handoff?.text ? handoff : null,
      pending: pending?.question ? { question: `${pending.question}` } : null,
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
export const save = (key, { open, sessionId, turns, pending, draft, handoff, size, faq }) => {
  try {
    const kept = { version: VERSION, open, sessionId, turns, pending, draft, handoff, size, faq };
    sessionStorage.setItem(key, encode(kept));
  } catch {
    // The conversation lives as long as the page.
  }
};

/** @param {any} it */
const isTurn = (it) => isReply(it.reply) && Object.values(it.votes).every(Boolean);
