// @ts-check
/** The conversation as data. `reduce` is pure: it knows neither the network nor the page. */

/** @import { Action, State, Turn } from './types.js' */

export const MOST_TURNS = 20;
/** Sizes of text: factors of the usual one. */
export const SIZES = [0.875, 1, 1.2, 1.45];

/** @type {State} */
export const START = Object.freeze({
  open: false,
  sessionId: null,
  turns: [],
  pending: null,
  trouble: null,
  cleared: null,
  draft: '',
  size: 1,
  faq: null,
});

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}  the same object when nothing changes
 */
export function reduce(state, action) {
  const { pending, turns } = state;
  switch (action.type) {
    case 'toggle':
      return change(state, { open: action.open });
    case 'draft':
      return change(state, { draft: action.draft });
    case 'size': {
      const size = Math.min(Math.max(state.size + action.by, 0), SIZES.length - 1);
      return change(state, { size });
    }
    case 'faq':
      return change(state, { faq: action.faq });
    case 'ask': {
      const { question } = action;
      return { ...state, pending: { question, slow: false }, trouble: null, cleared: null };
    }
    case 'slow':
      return pending ? { ...state, pending: { ...pending, slow: true } } : state;
    case 'answer': {
      const { question, reply } = action;
      const turn = { question, reply, chosen: null, votes: {} };
      const kept = [...turns, turn].slice(-MOST_TURNS);
      return { ...state, pending: null, turns: kept, sessionId: reply.session_id };
    }
    case 'fail':
      return { ...state, ...giveBack(state), pending: null, trouble: action.trouble };
    case 'cancel':
      return { ...state, ...giveBack(state), pending: null };
    case 'settle':
      return change(state, { trouble: null });
    case 'online': {
      const { trouble } = state;
      return trouble?.kind === 'offline'
        ? { ...state, trouble: { ...trouble, kind: 'online' } }
        : state;
    }
    case 'choose':
      return mend(state, action.interactionId, () => ({ chosen: action.entryId }));
    case 'vote':
      return mend(state, action.interactionId, ({ votes }) => ({
        votes: { ...votes, [action.entryId]: action.vote },
      }));
    case 'clear':
      return {
        ...state,
        sessionId: null,
        turns: [],
        pending: null,
        trouble: null,
        cleared: turns.length ? { sessionId: state.sessionId, turns } : null,
      };
    case 'undo':
      return state.cleared ? { ...state, ...state.cleared, cleared: null } : state;
  }
}

/**
 * The question on its way returns to the box, unless another one is being written.
 * @param {State} state
 * @returns {Partial<State>}
 */
function giveBack({ draft, pending }) {
  return pending && !draft.trim() ? { draft: pending.question } : {};
}

/**
 * @param {State} state
 * @param {Partial<State>} changes
 */
function change(state, changes) {
  const names = /** @type {(keyof State)[]} */ (Object.keys(changes));
  return names.every((name) => state[name] === changes[name]) ? state : { ...state, ...changes };
}

/**
 * @param {State} state
 * @param {string} id
 * @param {(turn: Turn) => Partial<Turn>} changes
 */
function mend(state, id, changes) {
  const turns = state.turns.map((turn) =>
    turn.reply.interaction_id === id ? { ...turn, ...changes(turn) } : turn,
  );
  return { ...state, turns };
}
