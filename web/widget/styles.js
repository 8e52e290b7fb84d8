// @ts-check
// One constructed style sheet for all widgets of a page: no policy forbids it.

export const NAMES =
  'page surface tint text soft line control accent on-accent alert focus mark'.split(' ');

/** Colours in the order of `NAMES`; those that both themes share stand in the middle. */
export const THEMES = {
  'neutral.light':
    '#f3f6f6 #fff #dcebeb #15252a #4b5c63 #d2dcde #6d8087 #0b5f67 #fff #9c1f1a #a34a00 #fdf0c2',
  'neutral.dark':
    '#0e1618 #162124 #1d363a #e3eced #a6b7bb #2b3b3f #74898f #7fd0d4 #06272b #ffb4ab #ffbe6b #443711',
  'convergence.light':
    '#f5f6fb #fff #e4e9f7 #1b1d28 #51566b #d5d8e4 #747a91 #1c2f7c #fff #a1161d #0a6ebd #fdf0c2',
  'convergence.dark':
    '#12141d #1a1d29 #272d47 #e9ebf4 #aeb4c8 #333849 #7d849b #a9baff #10173a #ffb3ad #7cc4ff #443711',
};

const colours = Object.entries(THEMES).map(([name, values]) => {
  const rules = values
    .split(' ')
    .map((value, i) => `--${NAMES[i]}:var(--faq-${NAMES[i]},${value})`);
  return `.${name}{color-scheme:${name.split('.')[1]};${rules.join(';')}}`;
});

// `dsfr`: the colours of the State's design system, where the page has them.
const RULES = `
:host { display: contents !important }
:host([mode=inline]) { display: block !important; height: var(--faq-height, 40rem); min-height: min(20rem, 100vh) !important; max-height: 100vh }
:host([theme=dsfr]) {
  --faq-page: var(--background-alt-grey);
  --faq-surface: var(--background-default-grey);
  --faq-tint: var(--background-contrast-blue-france);
  --faq-text: var(--text-default-grey);
  --faq-soft: var(--text-mention-grey);
  --faq-line: var(--border-default-grey);
  --faq-control: var(--border-plain-grey);
  --faq-accent: var(--background-action-high-blue-france);
  --faq-on-accent: var(--text-inverted-blue-france);
  --faq-alert: var(--text-default-error);
}
:host([hidden]), [hidden] { display: none !important }
.root { all: initial; display: contents; font-family: inherit; --radius: var(--faq-radius, 12px); --offset: var(--faq-offset, 20px); --bottom: var(--offset) }
.convergence { --radius: var(--faq-radius, 0px) }
* { box-sizing: border-box }
.dock, .panel {
  position: fixed;
  inset: auto var(--offset) calc(var(--bottom) + env(safe-area-inset-bottom)) auto;
  inset-inline: auto var(--offset);
  z-index: var(--faq-z-index, 2147483000);
  margin: 0;
  padding: 0;
  border: 0;
  background: none;
  color: var(--text);
  font-family: var(--faq-font, system-ui, sans-serif);
  line-height: 1.5;
  overflow: visible;
  overflow-wrap: break-word;
}
.convergence :is(.dock, .panel) { font-family: var(--faq-font, inherit) }
.start :is(.dock, .panel) { inset-inline: var(--offset) auto }
.launcher, .panel > * { direction: ltr; text-align: left }
h2, h3, h4, h5, p, ul, ol, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; font-size: 1em }
ul[class] { list-style: none }
button, textarea { margin: 0; color: inherit; font: inherit }
button, summary, label { cursor: pointer }
a { text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
.title:focus { outline: 0 }
svg { flex: none; width: 1.4em; height: 1.4em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.button, .launcher, .row, .header, .reason { display: flex; flex-wrap: wrap; gap: .5em; align-items: center }
.button, .choice, textarea, .field, .suggestions, .alert p, .card, .fold { border: 1px solid var(--control); border-radius: calc(var(--radius) * .7); background: var(--surface) }
.card, .fold { border-color: var(--line); border-radius: var(--radius) }
.button, .choice, .launcher { justify-content: center; min-height: 44px; padding: .4em 1em; color: var(--accent); font-weight: 600; line-height: 1.3; text-decoration: none }
.quiet { min-height: 32px; padding: .2em .7em; font-size: .875em; font-weight: 500 }
.choice { display: block; width: 100%; font-weight: 400; text-align: left }
.round { border-radius: calc(var(--radius) * 2) }
.button:hover, .choice:hover, .suggestions :hover { background: var(--tint) }
.launcher, .primary, .header, [aria-selected=true] { border: 1px solid transparent; background: var(--accent) !important; color: var(--on-accent) }
.launcher { min-height: 52px; border-radius: calc(var(--radius) * 3); box-shadow: 0 2px 12px #0004 }
.launcher:hover, .primary:hover { text-decoration: underline }
.panel {
  display: none;
  bottom: min(var(--bottom) + 64px, 50vh);
  flex-direction: column;
  width: min(26.5em, 100% - 2 * var(--offset));
  max-width: none;
  height: min(44em, 100% - var(--offset) - min(var(--bottom) + 64px, 50vh));
  max-height: none;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--page);
  box-shadow: 0 8px 32px #0004;
  overflow: hidden;
}
.panel[open], .inline { display: flex }
.panel > * { font-size: calc(1em * var(--scale)) }
.inline { position: static; width: 100%; height: 100%; box-shadow: none }
.header { gap: 0; padding: .4em .5em .4em 1em }
h2 { flex: 1 1 7em; line-height: 1.3 }
.tool { display: grid; place-items: center; min-width: 40px; min-height: 40px; padding: 0; border: 0; background: none }
.tool:hover { background: #8886 }
.header :focus-visible, .log { outline-color: currentColor; outline-offset: -4px }
.log { flex: 1 1 auto; min-height: 6em; padding: 1em; overflow: auto; overscroll-behavior: contain }
.turns, .turn, .offer, .body, .feedback, form:not(.composer) { display: grid; gap: .7em; grid-template-columns: minmax(0, 1fr); align-content: start }
.turns { gap: 1.5em }
.question { justify-self: end; max-width: 90%; padding: .5em .9em; border: 1px solid transparent; border-radius: var(--radius) var(--radius) 0; background: var(--tint); overflow-wrap: anywhere; white-space: pre-line }
.card { padding: 1em }
.none { border: 1px dashed var(--control) }
.card > * + *, .text * + :is(p, ul, ol) { margin-top: .6em }
.title { font-size: 1.1em; line-height: 1.35 }
.label, .hint { color: var(--soft); font-size: .875em }
.label, legend { font-weight: 600 }
.theme, .excerpt { display: block }
.excerpt { color: var(--text); font-size: .9em }
.likely { padding: .1em .6em; border: 1px dashed var(--control); border-radius: var(--radius); color: var(--text) }
.fold { padding: 0 1em }
summary { padding: .6em 0 }
h5 { display: inline; font-weight: 600 }
.fold .body { padding-bottom: 1em }
.text :is(ul, ol) { padding-left: 1.4em }
.text, a { overflow-wrap: anywhere }
pre { white-space: pre-wrap }
mark { border-bottom: 2px solid var(--control); background: var(--mark); color: inherit }
.hint a:not(.button) { padding: .25em 0 }
a, summary, .choice strong, .verbatim { color: var(--accent) }
.verbatim { display: inline-block; padding: .1em .5em; border: 1px solid; border-radius: var(--radius) }
.feedback { padding-top: .7em; border-top: 1px solid var(--line) }
form > .button, .feedback > .button { justify-self: start }
.void { visibility: hidden }
.note { color: var(--alert) }
.reason { min-height: 36px }
.reason input { flex: none; width: 1.2em; height: 1.2em; margin: 0; accent-color: var(--accent) }
textarea, .field { display: block; width: 100%; padding: .55em .8em; line-height: 1.4; resize: vertical }
.alert p { padding: .5em .8em; border-color: var(--alert); color: var(--alert) }
.composer { flex: none; padding: .6em 1em; border-top: 1px solid var(--line); background: var(--surface) }
.composer > :is(.button, .row), .alert p { margin: .4em 0 }
.box { position: relative; display: flex; gap: .5em; align-items: end; margin: .2em 0 }
.input { min-height: 44px; max-height: min(10em, 30vh); resize: none }
.send { min-width: 44px; padding: 0 }
.suggestions { position: absolute; inset: auto 0 100%; max-height: 40vh; margin-bottom: 2em; box-shadow: 0 -2px 12px #0003; overflow: auto }
.suggestions li { padding: .6em .8em; cursor: pointer }
.turn:not(:last-child) .offer { display: none }
@media (max-width: 480px), (max-height: 420px) {
  .launcher span { position: absolute; clip-path: inset(50%) }
}
@media (max-width: 480px), (max-height: 560px) {
  .dock .panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0 }
}
/* On a low screen, or one enlarged four times, all scrolls together but header and box. */
@media (max-height: 420px) {
  .panel { overflow: auto }
  :not(.input) { scroll-margin-block: 4em }
  .log { flex: none; overflow: visible }
  .header, .box { position: sticky; top: 0; z-index: 1 }
  h2 { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  .composer { display: contents }
  .composer > * { margin-inline: 1em !important }
  .suggestions { margin: 0 }
  .box { inset: auto 0 0; margin: 0 !important; padding: .4em 1em; background: var(--surface) }
}
@media (pointer: coarse) { .keys { display: none } }
@media (forced-colors: active) {
  mark { background: Mark; color: MarkText }
  [aria-selected=true] { outline: 2px solid Highlight }
}
@media print {
  :host([mode=inline]), .inline, .log { height: auto !important; max-height: none; overflow: visible }
  .dock, .composer { display: none }
}
${colours.join('')}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @param {ShadowRoot} scope */
export const adopt = (scope) => {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES);
  }
  scope.adoptedStyleSheets = [sheet];
};
