// @ts-check
/** « Cette réponse vous a-t-elle été utile ? », in the state of the verdict. */

import { fill } from './strings.js';
import { button, el } from './view-dom.js';

/** @import { Turn, Vote } from './types.js' */
/** @import { Context } from './view-turn.js' */

const COMMENT_LIMIT = 1000;

/**
 * @param {Turn} turn
 * @param {string} entryId
 * @param {Context} context
 */
export function feedback(turn, entryId, context) {
  const { strings, actions } = context;
  const vote = turn.votes[entryId];
  const id = `${turn.reply.interaction_id}-${entryId}`;
  const block = el('div', { class: 'feedback', part: 'feedback', 'data-entry': entryId });
  const alert = el('div', { role: 'alert', class: 'alert' });

  /** @param {Vote} wanted */
  const send = async (wanted) => {
    if (block.ariaBusy === 'true') return;
    block.ariaBusy = 'true';
    alert.replaceChildren();
    const failure = await actions.vote(turn, entryId, wanted);
    block.ariaBusy = 'false';
    if (!failure) return; // the block was drawn anew
    alert.append(el('p', {}, failure.message));
    if (failure.retry) alert.append(button(strings.RETRY, () => send(wanted)));
  };
  /** @param {boolean} useful @param {string} label @param {string} [look] */
  const verdict = (useful, label, look = 'button') =>
    button(label, () => send({ useful, reason: null, comment: null }), { class: look });

  if (!vote) {
    const label = el('p', { id: `useful-${id}` }, strings.FEEDBACK_QUESTION);
    const group = el('div', { class: 'row', role: 'group', 'aria-labelledby': label.id });
    group.append(verdict(true, strings.YES), verdict(false, strings.NO));
    block.append(el('div', { class: 'row' }, label, group), alert);
    return block;
  }

  const detailed = !vote.useful && (vote.reason || vote.comment);
  const thanks = detailed ? 'THANKS_DETAILS' : vote.useful ? 'THANKS_YES' : 'THANKS_NO';
  block.append(el('p', { class: 'thanks' }, strings[thanks]));
  if (vote.useful) {
    block.append(verdict(false, strings.CHANGE_TO_NO, 'button quiet'), alert);
    return block;
  }
  if (detailed) {
    const { reason, comment } = vote;
    block.append(
      ...(reason ? [el('p', {}, `${strings.REASON_GIVEN} ${strings.REASONS[reason]}`)] : []),
      ...(comment ? [el('p', { class: 'given' }, `${strings.COMMENT_GIVEN} ${comment}`)] : []),
      el('details', {}, el('summary', {}, strings.CHANGE_DETAILS), form()),
    );
  } else {
    block.append(form());
  }
  block.append(alert, verdict(true, strings.CHANGE_TO_YES, 'button quiet'));
  return block;

  function form() {
    const reasons = Object.entries(strings.REASONS).map(([value, label]) => {
      const radio = el('input', { type: 'radio', name: `reason-${id}`, value });
      radio.checked = vote.reason === value;
      return el('label', { class: 'reason' }, radio, label);
    });
    const comment = el('textarea', {
      id: `comment-${id}`,
      rows: 3,
      maxlength: COMMENT_LIMIT,
      'aria-describedby': `hint-${id}`,
    });
    comment.value = vote.comment ?? '';
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const reason = new FormData(details).get(`reason-${id}`);
      void send({
        useful: false,
        reason: reason ? String(reason) : null,
        comment: comment.value.trim() || null,
      });
    };
    const details = el(
      'form',
      { class: 'details', submit },
      el('fieldset', {}, el('legend', {}, strings.REASON_LEGEND), reasons),
      el('label', { for: comment.id, class: 'strong' }, strings.COMMENT_LABEL),
      comment,
      el(
        'p',
        { class: 'hint', id: `hint-${id}` },
        fill(strings.COMMENT_HINT, { limit: COMMENT_LIMIT }),
      ),
      el('button', { class: 'button primary' }, strings.COMMENT_SUBMIT),
    );
    return details;
  }
}
