// @ts-check
/** One exchange as an article: the question, and the reply in each of its forms. */

import { link, richText } from './rich-text.js';
import { fill, longDate } from './strings.js';
import { button, el, hidden } from './view-dom.js';
import { feedback } from './view-feedback.js';

/** @import { Actions, Answer, Faq, Setting, Suggestion, Turn } from './types.js' */
/** @import { Strings } from './strings.js' */

/**
 * What every piece of the view needs.
 * @typedef {object} Context
 * @property {Strings} strings
 * @property {Setting} setting
 * @property {Actions} actions
 * @property {Faq | null} faq
 * @property {string | undefined} french  language of the FAQ's own words, unless it is the view's
 * @property {(...parts: (string | [string])[]) => void} say  announces; French in brackets
 * @property {(text: string) => Promise<boolean>} copy
 */

/**
 * @param {string} question
 * @param {Strings} strings
 * @param {...HTMLElement} reply
 */
export function article(question, strings, ...reply) {
  const title = el('h3', { class: 'question', part: 'question' });
  title.append(hidden(`${strings.YOU_ASKED} `), question);
  return el('article', { class: 'turn', part: 'turn' }, title, reply);
}

/** @param {Turn} turn @param {Context} context */
export function turnArticle(turn, context) {
  return article(
    turn.question,
    context.strings,
    el('div', { class: 'reply' }, reply(turn, context)),
  );
}

/** @param {Turn} turn @param {Context} context */
function reply(turn, context) {
  const { strings, actions, french, faq } = context;
  const { status, answers, suggestions, fallback, small_talk } = turn.reply;
  if (small_talk) {
    return [
      el('p', { class: 'courtesy' }, courtesy(turn, strings)),
      examples(faq?.examples ?? [], strings.EXAMPLES_TITLE, context),
    ];
  }
  if (status === 'answered') {
    return [
      card(answers[0], turn, context),
      answers.length > 1 && el('h4', { class: 'label' }, strings.OTHER_ANSWERS),
      ...answers.slice(1).map((answer) => {
        const title = el('h5', { lang: french }, answer.question);
        const theme = el('span', { class: 'hint', lang: french }, answer.theme_label);
        const body = el('div', { class: 'fold-body' }, answerBody(answer, turn, context));
        return el('details', { class: 'fold' }, el('summary', {}, title, theme), body);
      }),
    ];
  }
  if (status === 'no_answer') {
    return [
      el(
        'div',
        { class: 'card none', part: 'answer' },
        el('h4', { class: 'title', tabindex: -1 }, strings.NO_ANSWER_TITLE),
        el('p', {}, noAnswer(turn, context)),
        fallback && contact(turn, fallback.contact, context),
      ),
      examples(suggestions, strings.SUGGESTIONS, context),
    ];
  }
  const chosen = answers.find(({ entry_id }) => entry_id === turn.chosen);
  const others = answers.filter((answer) => answer !== chosen);
  const choices = others.map(({ entry_id, question, theme_label }) => {
    const label = el('span', { lang: french }, el('strong', {}, question), ' ');
    label.append(el('span', { class: 'hint' }, theme_label));
    const choose = () => actions.choose(turn, entry_id);
    return el('li', {}, button(label, choose, { class: 'candidate', part: 'candidate' }));
  });
  return [
    ...(chosen
      ? [
          card(chosen, turn, context),
          others.length > 0 && el('h4', { class: 'label' }, strings.NOT_WHAT_YOU_MEANT),
        ]
      : [
          el('h4', { class: 'title', tabindex: -1 }, strings.DID_YOU_MEAN),
          el('p', { class: 'hint' }, strings.DID_YOU_MEAN_LEAD),
        ]),
    el('ul', { class: 'candidates', role: 'list' }, choices),
    examples(suggestions, strings.SUGGESTIONS_AFTER_CHOICE, context),
    faq &&
      el(
        'div',
        { class: 'offer hint' },
        el(
          'p',
          {},
          strings.NO_ANSWER_MESSAGE,
          ' ',
          el('a', mail(turn, faq.contact, strings), faq.contact),
        ),
      ),
  ];
}

/**
 * What a courtesy is answered with: the server speaks French, other languages have words here.
 * @param {Turn} turn
 * @param {Strings} strings
 */
export function courtesy({ reply: { small_talk, fallback } }, strings) {
  return strings.SMALL_TALK[small_talk ?? ''] ?? fallback?.message ?? '';
}

/** @param {Turn} turn @param {Pick<Context, 'strings' | 'french'>} context */
export function noAnswer({ reply: { fallback } }, { strings, french }) {
  return (!french && fallback?.message) || strings.NO_ANSWER_MESSAGE;
}

/**
 * Questions to ask with one press.
 * @param {readonly Suggestion[]} list
 * @param {string} title
 * @param {Context} context
 */
export function examples(list, title, { actions, french }) {
  if (!list.length) return null;
  const items = list.map(({ question }) => {
    const ask = () => actions.ask(question);
    return el('li', {}, button(question, ask, { class: 'choice', lang: french }));
  });
  const choices = el('ul', { class: 'choices', role: 'list' }, items);
  return el('div', { class: 'offer' }, el('h4', { class: 'label' }, title), choices);
}

/** @param {Turn} turn @param {string} address @param {Context} context */
function contact(turn, address, { strings }) {
  const attributes = { class: 'button primary', ...mail(turn, address, strings) };
  const write = el('a', attributes, strings.CONTACT_US);
  return el('p', { class: 'row' }, write, el('span', { class: 'hint' }, address));
}

/** @param {Turn} turn @param {string} address @param {Strings} strings */
function mail(turn, address, strings) {
  const subject = encodeURIComponent(strings.CONTACT_SUBJECT);
  return { href: `mailto:${address}?subject=${subject}&body=${encodeURIComponent(turn.question)}` };
}

/** @param {Answer} answer @param {Turn} turn @param {Context} context */
function card(answer, turn, context) {
  const { strings, french } = context;
  return el(
    'div',
    { class: 'card', part: 'answer' },
    el(
      'p',
      { class: 'label' },
      `${strings.FROM_THE_FAQ} · `,
      el('span', { lang: french }, answer.theme_label),
    ),
    el('h4', { class: 'title', tabindex: -1, lang: french }, answer.question),
    answerBody(answer, turn, context),
  );
}

/** @param {Answer} answer @param {Turn} turn @param {Context} context */
function answerBody(answer, turn, context) {
  const { strings, setting, french } = context;
  const { kind, source_title, source_url, checked_on } = answer.provenance;
  const verbatim = kind === 'verbatim';
  const label = verbatim ? strings.PROVENANCE_VERBATIM : strings.PROVENANCE_REWORDED;
  const date = longDate(checked_on, setting.language);
  const checked = fill(strings.CHECKED_ON, { date });
  const here = `${setting.endpoint}/questions#${encodeURIComponent(answer.entry_id)}`;
  const entry = fill(strings.ENTRY_LINK, { entry_id: answer.entry_id });
  const result = el('span', { class: 'hint' });
  /** @param {string} text */
  const copy = (text) => async () => {
    const done = await context.copy(text);
    result.textContent = done ? strings.COPIED : `${strings.COPY_FAILED} ${here}`;
    context.say(result.textContent);
  };
  const source = `${label}${verbatim ? '\u00a0:' : ''} ${source_title}, ${checked}. ${source_url}`;
  const whole = `${answer.question}\n\n${answer.answer_text}\n\n${source.trim()}\n${here}`;
  return [
    el('div', { class: 'text', lang: french }, richText(answer.answer_nodes, strings.NEW_WINDOW)),
    el(
      'p',
      { class: 'provenance hint' },
      el('strong', { class: verbatim && 'verbatim' }, label),
      ' ',
      el('span', { lang: french }, link(source_url, [source_title], strings.NEW_WINDOW)),
      `, ${checked}. `,
      link(here, [entry], strings.NEW_WINDOW),
    ),
    el(
      'div',
      { class: 'row' },
      button(strings.COPY_ANSWER, copy(whole), { class: 'button quiet' }),
      button(strings.COPY_LINK, copy(here), { class: 'button quiet' }),
      result,
    ),
    feedback(turn, answer.entry_id, context),
  ];
}
