// @ts-check
// One exchange as an article: the question, and the reply in each of its forms.

import { mailto } from './shared.js';
import { unsent } from './state.js';
import { STRINGS, fill, longDate, sentence } from './strings.js';

// Answer nodes → DOM: only what is listed here is ever created, whatever the server sends.
const TAGS = 'p ul ol li strong em code pre blockquote br mark'.split(' ');
const SVG = 'http://www.w3.org/2000/svg';
/** Classes that host pages can style too. */
export const PARTS =
  'launcher panel header heading tool log turn question answer choice feedback composer input send suggestions'.split(
    ' ',
  );

/** @type {MakeElement} */
export const el = (tag, classes, ...content) => {
  const node = document.createElement(tag);
  if (classes) node.className = classes;
  const part = PARTS.find((name) => node.classList.contains(name));
  if (part) node.part.add(part);
  for (const it of /** @type {any[]} */ (content).flat(9)) {
    if (typeof it === 'string' || it instanceof Node) node.append(it);
    else {
      for (const [name, value] of Object.entries(it || {})) {
        if (typeof value === 'function') node.addEventListener(name, value);
        else if (value !== undefined) node.setAttribute(name, value);
      }
    }
  }
  return node;
};

/** @type {MakeButton} */
export const button = (content, click, classes = 'button', attributes = {}) =>
  el('button', classes, { type: 'button', click, ...attributes }, content);

/** A drawing in the colour of the text around it. */
export const icon = (path = '') => {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(SVG, 'path'));
  svg.children[0].setAttribute('d', path);
  return svg;
};

/** @type {(question: string, s: Strings, ...reply: Child[]) => HTMLElement} */
export const article = (question, s, ...reply) =>
  el('article', 'turn', el('h3', 'question', el('span', 'sr', s.YOU_ASKED), ` ${question}`), reply);

/** @type {OfTurn<HTMLElement>} */
export const turnArticle = (turn, context) => {
  const { s, actions, lang, faq } = context;
  const { status, answers, suggestions, small_talk } = turn.reply;
  const label = (text = '') => el('h4', 'label', text);
  /** @type {Child[]} */
  let reply;
  if (small_talk) {
    reply = [
      el('p', 'card', courtesy(turn.reply, context)),
      examples(faq?.examples ?? [], s.EXAMPLES_TITLE, context),
    ];
  } else if (status === 'answered') {
    // Older servers do not tell: the first is.
    const said = answers.filter((answer, place) => answer.asserted ?? !place);
    const others = answers.filter((answer) => !said.includes(answer));
    const folds = others.map((answer) =>
      el(
        'details',
        'fold',
        el('summary', '', { lang }, el('h5', '', answer.question), theme(answer)),
        answerBody(answer, turn, context),
      ),
    );
    reply = [
      said.map((answer) => card(answer, turn, context)),
      folds.length > 0 && label(s.OTHER_ANSWERS),
      folds,
      said[0]?.kind === 'glossary' && examples(suggestions, s.SUGGESTIONS, context),
    ];
  } else if (status === 'no_answer') {
    reply = [
      el(
        'div',
        'answer card none',
        el('h4', 'title', s.NO_ANSWER_TITLE),
        el('p', '', noAnswer(turn.reply, context)),
        el('p', 'row', supportLink(context, turn, 'button primary')),
      ),
      examples(suggestions, s.SUGGESTIONS, context),
    ];
  } else {
    const chosen = answers.find(({ entry_id }) => entry_id === turn.chosen);
    const first = chosen ?? (isTentative(turn) && answers[0]);
    const others = answers.filter((answer) => answer !== first);
    const rest = [
      others.map((answer) => {
        const choose = () => actions.choose(turn, answer.entry_id);
        const excerpt = answer.excerpt && el('span', 'excerpt', answer.excerpt);
        const content = [el('strong', '', answer.question), excerpt, theme(answer)];
        return button(content, choose, 'choice', { lang });
      }),
      examples(suggestions, s.SUGGESTIONS, context),
      el('p', 'offer', supportLink(context, turn)),
    ];
    if (!first) reply = [el('h4', 'title', s.DID_YOU_MEAN), rest];
    else if (chosen) reply = [card(first, turn, context), label(s.NOT_WHAT_YOU_MEANT), rest];
    else {
      const summary = el('summary', '', el('h5', '', s.NOT_THIS));
      reply = [card(first, turn, context), el('details', 'fold', summary, el('div', 'body', rest))];
    }
  }
  const gone = removed(turn.reply, context);
  return article(turn.question, s, gone && el('p', 'card', gone), reply);
};

/** What was not kept of a message, in words. @type {(reply: Pick<Reply, 'secret_removed' | 'masked'>, context: Context) => string} */
export const removed = ({ secret_removed, masked = [] }, { s }) =>
  (secret_removed ? `${s.WITHHELD} ` : '') +
  (masked.length ? `${fill(s.MASKED, { kinds: masked.join(', ') })} ` : '');

/** Whether the first answer is shown at once, as likely, and no other one was chosen. @type {(turn: Pick<Turn, 'reply'> & Partial<Turn>) => boolean} */
export const isTentative = ({ reply, chosen }) => Boolean(!chosen && reply.answers[0]?.tentative);

/** The server speaks French; other languages have words of their own. @type {OfReply<string>} */
export const courtesy = ({ small_talk, fallback }, { s }) =>
  s.SMALL_TALK[small_talk ?? ''] ?? fallback?.message ?? '';

/** @type {OfReply<string>} */
export const noAnswer = ({ fallback }, { s, setting }) =>
  (setting.language === 'fr' && fallback?.message) || s.NO_ANSWER_MESSAGE;

/** @param {Answer} answer */
const theme = ({ theme_label }) => el('span', 'hint theme', theme_label);

/** Questions to ask with one press. @type {MakeExamples} */
export const examples = (list, title, { actions, lang }, level = 'h4') => {
  const items = list.map(({ question }) => {
    const ask = () => actions.ask(question);
    return el('li', '', button(question, ask, 'choice round', { lang }));
  });
  return items.length > 0 && el('div', 'offer', el(level, 'label', title), el('ul', 'row', items));
};

/** @type {OfAnswer<HTMLElement>} */
const card = (answer, turn, context) => {
  const { s, lang } = context;
  return el(
    'div',
    'answer card',
    isTentative(turn) &&
      el('p', 'hint', el('strong', 'likely', s.TENTATIVE), ' ', s.TENTATIVE_LEAD),
    el('p', 'label', `${s.FROM_THE_FAQ} · `, el('span', '', { lang }, answer.theme_label)),
    el('h4', 'title', { tabindex: -1, lang }, answer.question),
    answerBody(answer, turn, context),
  );
};

/** @type {OfAnswer<HTMLElement>} */
const answerBody = (answer, turn, context) => {
  const { s, setting, lang, say } = context;
  const { entry_id, question, answer_text, answer_nodes, provenance } = answer;
  const { kind, source_title, source_url, checked_on } = provenance;
  // The usual words are translated; those of a corpus stay its own.
  const own = provenance.label !== STRINGS.fr.PROVENANCE[kind] && provenance.label;
  const label = own || s.PROVENANCE[kind];
  const date = longDate(checked_on, setting.language);
  const defines = answer.kind === 'glossary';
  const read = source_url ? fill(s.CHECKED_ON, { date }) : date;
  const checked = defines ? '. ' : `, ${read}. `;
  const here = `${setting.endpoint}/questions#${entry_id}`;
  const source = `${label}\n${source_title}${checked}${source_url}`;
  const result = el('span', 'hint');
  const copy = (text = '', name = '') => {
    const act = async () => {
      const done = await context.copy(text);
      result.textContent = done ? s.COPIED : `${s.COPY_FAILED} ${here}`;
      say(result.textContent);
    };
    return button(name, act, 'button quiet');
  };
  return el(
    'div',
    'body',
    el('div', 'text', { lang }, richText(answer_nodes, s.NEW_WINDOW)),
    el(
      'p',
      'hint source',
      el('strong', kind, own && { lang }, label),
      ' ',
      el('span', '', { lang }, link(source_url, [source_title], s.NEW_WINDOW)),
      checked,
      link(here, [defines ? answer.theme_label : fill(s.ENTRY_LINK, { entry_id })], s.NEW_WINDOW),
    ),
    el(
      'div',
      'row',
      copy([question, answer_text, source, here].join('\n\n'), s.COPY_ANSWER),
      copy(here, s.COPY_LINK),
      result,
    ),
    feedback(turn, entry_id, context),
  );
};

/** @type {(turn: Turn, entryId: string, context: Context) => HTMLElement} */
export const feedback = (turn, entryId, context) => {
  const { s, actions } = context;
  if (turn.reply.recorded === false) return el('p', 'hint', s.FEEDBACK_UNAVAILABLE);
  const vote = turn.votes[entryId];
  const id = `${turn.reply.interaction_id}-${entryId}`;
  const alert = el('div', 'alert', { role: 'alert' });
  /** @param {Vote} wanted */
  const send = async (wanted) => {
    if (block.ariaBusy) return;
    block.ariaBusy = 'true';
    alert.replaceChildren();
    const failure = await actions.vote(turn, entryId, wanted);
    block.ariaBusy = null;
    if (!failure) return; // another block stands in the place of this one
    alert.append(el('p', '', sentence(failure, s)));
    if (!/unknown|invalid/.test(failure.type)) alert.append(button(s.RETRY, () => send(wanted)));
    alert.scrollIntoView({ block: 'nearest' });
  };
  const verdict = (useful = true, label = '', look = 'button') =>
    button(label, () => send({ useful, reason: null, comment: null }), look);
  const form = () => {
    const comment = el('textarea', '', { rows: 3, maxlength: 1000, id: `comment-${id}` });
    comment.value = vote.comment ?? '';
    /** @param {Event} event */
    const submit = (event) => {
      event.preventDefault();
      const reason = new FormData(fields).get(id);
      void send({
        useful: false,
        reason: reason && `${reason}`,
        comment: comment.value.trim() || null,
      });
    };
    const reasons = [
      el('legend', '', s.REASON_LEGEND),
      Object.entries(s.REASONS).map(([value, label]) => {
        const radio = el('input', '', { type: 'radio', name: id, value });
        radio.checked = vote.reason === value;
        return el('label', 'reason', radio, label);
      }),
    ];
    const fields = el(
      'form',
      '',
      { submit },
      el('fieldset', '', reasons),
      el('label', '', { for: comment.id }, s.COMMENT_LABEL),
      comment,
      el('p', 'hint', s.ASK_PRIVACY),
      el('button', 'button primary', s.ASK_SUBMIT),
    );
    return fields;
  };
  const block = el('div', 'feedback', { 'data-entry': entryId });
  if (vote) {
    const { useful, reason, comment } = vote;
    block.append(el('p', 'label', thanks(vote, s)));
    if (vote.secret_removed) block.append(el('p', 'card', s.WITHHELD));
    if (!useful) {
      const summary = el('summary', '', s.CHANGE_DETAILS);
      block.append(
        reason || comment ? el('details', '', summary, form()) : form(),
        supportLink(context, turn),
      );
    }
    const change = useful ? s.CHANGE_TO_NO : s.CHANGE_TO_YES;
    block.append(alert, verdict(!useful, change, 'button quiet'));
  } else {
    const ask = el('p', '', { id: `useful-${id}` }, s.FEEDBACK_QUESTION);
    const group = { role: 'group', 'aria-labelledby': ask.id };
    block.append(el('div', 'row', group, ask, verdict(true, s.YES), verdict(false, s.NO)), alert);
  }
  return block;
};

/** @type {(vote: Vote, s: Strings) => string} */
export const thanks = ({ useful, reason, comment }, s) =>
  useful ? s.THANKS_YES : reason || comment ? s.THANKS_DETAILS : s.THANKS_NO;

const MESSAGE_LIMIT = 10_000;

/** What was asked and shown, for whoever goes on from there. @type {(state: ChatState, s: Strings, endpoint: string) => string} */
export const compose = (state, s, endpoint) => {
  const asked = state.turns.flatMap(({ question, reply, chosen, votes }) => {
    const { status, answers, small_talk } = reply;
    const read = answers.filter(({ entry_id, asserted, tentative }, place) =>
      chosen ? entry_id === chosen : status === 'answered' ? (asserted ?? !place) : tentative,
    );
    const lines = read.flatMap((answer) => [
      fill(s.HANDOFF_SHOWN, answer),
      `${endpoint}/questions#${answer.entry_id}`,
      votes[answer.entry_id]?.useful === false ? s.HANDOFF_NOT_USEFUL : [],
    ]);
    const shown = lines.length ? lines.flat() : [s.HANDOFF_UNANSWERED];
    return small_talk ? [] : [fill(s.HANDOFF_ASKED, { question }), ...shown].join('\n');
  });
  const question = unsent(state);
  if (question) asked.push(fill(s.HANDOFF_ASKED, { question }));
  return asked.join('\n\n').slice(-MESSAGE_LIMIT);
};

/** A link or a button that leads to a person. @type {MakeSupportLink} */
export const supportLink = ({ s, setting, actions, faq, state }, turn, look = 'button') => {
  const contact = faq?.contact ?? setting.contact;
  // Written when it is wanted: the conversation has gone on since.
  const write = () => ({
    id: (turn ?? state().turns.at(-1))?.reply.interaction_id ?? null,
    text: compose(state(), s, setting.endpoint),
  });
  if (faq?.handoff === 'form') return button(s.HANDOFF, () => actions.write(write()), look);
  const link = el('a', look, { href: `mailto:${contact}` }, s.HANDOFF);
  link.onclick = () => {
    const { id, text } = write();
    link.href = mailto(contact, faq?.title ?? '', text);
    actions.mailed(id);
  };
  return link;
};

/** The message as it will be sent. @type {MakeSupportForm} */
export const supportForm = ({ s, actions, faq }, { id, text }) => {
  const alert = el('div', 'alert', { role: 'alert' });
  const box = el('textarea', '', {
    id: 'message',
    rows: 9,
    maxlength: MESSAGE_LIMIT,
    required: '',
  });
  box.value = text;
  const written = () => ({ id, text: box.value });
  box.oninput = () => actions.write(written());
  const address = el('input', 'field', {
    id: 'address',
    type: 'email',
    autocomplete: 'email',
    'aria-describedby': 'kept',
  });
  const send = el('button', 'button primary', s.ASK_SUBMIT);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    // Disabled, it would lose the focus.
    if (send.ariaBusy) return;
    send.ariaBusy = 'true';
    send.textContent = s.SENDING;
    const failure = await actions.post(written(), address.value.trim() || null);
    send.ariaBusy = null;
    send.textContent = s.ASK_SUBMIT;
    if (!failure) return;
    const { contact = '', title = '' } = faq ?? {};
    const link = el('a', '', { href: mailto(contact, title, box.value) }, contact);
    alert.replaceChildren(el('p', '', sentence(failure, s)), link);
  };
  return el(
    'form',
    'log',
    { submit },
    el('h3', 'title', s.HANDOFF),
    el('label', '', { for: box.id }, s.HANDOFF_TEXT),
    box,
    el('label', '', { for: address.id }, s.HANDOFF_REPLY_TO),
    address,
    el('p', 'hint', { id: 'kept' }, s.HANDOFF_REPLY_TO_KEPT),
    alert,
    el(
      'p',
      'row',
      send,
      button(s.CANCEL, () => actions.write(null)),
    ),
  );
};

/** A tag that is not allowed gives way to what it holds. @type {RichText} */
export const richText = (nodes, newWindow) =>
  nodes.flatMap((node) => {
    if (typeof node === 'string') return [node];
    if (!Array.isArray(node?.children)) return [];
    const children = richText(node.children, newWindow);
    if (node.tag === 'a') return link(node.href, children, newWindow);
    if (!TAGS.includes(node.tag)) return children;
    const start = !!node.start && { start: node.start };
    return [el(/** @type {'p'} */ (node.tag), '', start, children)];
  });

/** A link, or its bare text when the address may not be followed. @type {Link} */
export const link = (href, children, newWindow) => {
  const [, scheme] = /^(https?|mailto):/i.exec(`${href}`) ?? [];
  if (!scheme) return children;
  const away = scheme !== 'mailto';
  return [
    el(
      'a',
      '',
      { href: `${href}` },
      away && { target: '_blank', rel: 'noopener noreferrer' },
      children,
      away && el('span', 'sr', ` ${newWindow}`),
    ),
  ];
};
