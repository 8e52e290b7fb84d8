// @ts-check
/** One style sheet for all widgets of a page. Constructed: no policy forbids it. */

import { themeRules } from './themes.js';

const RULES = `
:host { display: contents !important }
:host([mode=inline]) {
  display: block !important;
  box-sizing: border-box !important;
  height: var(--faq-height, 40rem);
  min-height: 20rem !important;
}
:host([hidden]) { display: none !important }
[hidden] { display: none !important }
*, ::before, ::after { box-sizing: border-box }
.root {
  all: initial;
  display: contents;
  --radius: var(--faq-radius, 12px);
  --small: calc(var(--radius) * .67);
  --offset: var(--faq-offset, 20px);
}
.convergence { --radius: var(--faq-radius, 0px) }
.dock, .panel {
  color: var(--text);
  font-family: var(--faq-font, system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif);
  line-height: 1.5;
  overflow-wrap: break-word;
  -webkit-text-size-adjust: 100%;
}
.convergence > :is(.dock, .panel) { font-family: var(--faq-font, var(--host-font, sans-serif)) }
.dock {
  position: fixed;
  inset: auto;
  inset-block-end: calc(var(--offset) + env(safe-area-inset-bottom, 0px));
  inset-inline-end: var(--offset);
  z-index: var(--faq-z-index, 2147483000);
  margin: 0;
  padding: 4px;
  border: 0;
  background: none;
  overflow: visible;
}
.start > :is(.dock, .panel) { inset-inline: var(--offset) auto }
.dock > *, .panel > * { direction: ltr; text-align: left }
h2, h3, h4, h5, p, ul, ol, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; font-size: 1em }
ul[class] { list-style: none }
button, textarea { margin: 0; color: inherit; font: inherit; letter-spacing: inherit }
button, summary, label { cursor: pointer }
a { color: var(--accent); text-underline-offset: .2em }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
[tabindex="-1"]:focus { outline: none }
svg {
  flex: none;
  width: 1.4em;
  height: 1.4em;
  fill: none;
  stroke: currentColor;
  stroke-width: 2;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.sr {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.launcher, .button.primary {
  border: 1px solid transparent;
  background: var(--accent);
  color: var(--on-accent);
}
.launcher {
  display: flex;
  gap: .6em;
  align-items: center;
  min-height: 52px;
  padding: .6em 1.2em;
  border-radius: calc(var(--radius) * 3);
  box-shadow: 0 2px 12px rgb(0 0 0 / 25%);
  font-weight: 600;
}
.launcher:hover, .button.primary:hover { background: var(--accent-strong); color: var(--on-accent) }
.panel {
  display: none;
  position: fixed;
  inset: auto;
  inset-block-end: calc(var(--offset) + 72px + env(safe-area-inset-bottom, 0px));
  inset-inline-end: var(--offset);
  z-index: var(--faq-z-index, 2147483000);
  flex-direction: column;
  width: min(26.5em, 100vw - 2 * var(--offset));
  max-width: none;
  height: min(44em, 100vh - 2 * var(--offset) - 72px);
  max-height: none;
  margin: 0;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--page);
  box-shadow: 0 8px 32px rgb(0 0 0 / 22%);
  overflow: hidden;
}
.panel.raised, .panel[open], .inline { display: flex }
.panel > * { font-size: calc(1em * var(--scale, 1)) }
.inline { position: static; z-index: auto; width: 100%; height: 100%; box-shadow: none }
.header {
  display: flex;
  flex: none;
  flex-wrap: wrap;
  gap: 0 .5em;
  align-items: center;
  padding: .4em .5em .4em 1em;
  background: var(--accent);
  color: var(--on-accent);
}
h2 { flex: 1 1 7em; font-weight: 700; line-height: 1.3 }
.tools { display: flex; margin-left: auto }
.tool {
  display: grid;
  place-items: center;
  min-width: 40px;
  min-height: 40px;
  padding: 0;
  border: 1px solid transparent;
  border-radius: var(--small);
  background: none;
  font-weight: 600;
}
.tool:hover { background: rgb(127 127 127 / 35%) }
.header :focus-visible { outline-color: currentColor; outline-offset: -4px }
.log { flex: 1 1 auto; min-height: 6em; padding: 1em; overflow: auto; overscroll-behavior: contain }
.log:focus-visible { outline-offset: -3px }
.turns, .turn, .reply, .offer, .welcome, .candidates, .details { display: grid; gap: .6em; grid-template-columns: minmax(0, 1fr) }
.turns { gap: 2em }
.question {
  justify-self: end;
  max-width: 90%;
  padding: .5em .9em;
  border: 1px solid transparent;
  border-radius: var(--radius) var(--radius) 0;
  background: var(--tint);
  font-weight: 500;
  overflow-wrap: anywhere;
  white-space: pre-line;
}
.card, .courtesy, .fold { border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface) }
.card, .courtesy { padding: 1em }
.card.none { border: 1px dashed var(--control) }
.title { font-size: 1.1em; font-weight: 700; line-height: 1.35 }
.card > * + *, .fold-body > * + *, .text > * + *, .text li > * + * { margin-top: .7em }
.label, .hint { color: var(--text-soft); font-size: .875em; font-weight: 400 }
.label, .strong, .thanks, legend { font-weight: 600 }
.row { display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center }
.row .row { gap: .5em }
.button, .candidate, .choice {
  display: inline-flex;
  justify-content: center;
  align-items: center;
  min-height: 44px;
  padding: .4em 1em;
  border: 1px solid var(--control);
  border-radius: var(--small);
  background: var(--surface);
  color: var(--accent);
  font-weight: 600;
  line-height: 1.3;
  text-decoration: none;
}
.button:hover, .candidate:hover, .choice:hover { border-color: var(--accent); background: var(--tint); color: var(--accent-strong) }
.button.quiet { min-height: 32px; padding: .2em .7em; font-size: .875em; font-weight: 500 }
.button:disabled { border-style: dashed; cursor: default }
.choices { display: flex; flex-wrap: wrap; gap: .5em }
.choice { border-radius: calc(var(--radius) * 2); font-size: .9375em; font-weight: 400; text-align: left }
.candidate { display: block; width: 100%; padding: .6em 1em; font-weight: 400; text-align: left }
.candidate .hint { display: block }
summary { min-height: 32px; padding: .3em 0; color: var(--accent); text-decoration: underline; text-underline-offset: .2em }
.fold > summary { padding: .7em 1em; text-decoration: none }
.fold h5 { display: inline; font-weight: 600 }
.fold .hint { display: block }
.fold-body { padding: 0 1em 1em }
.text :is(ul, ol) { padding-left: 1.4em }
.text :is(a, code), .provenance a { overflow-wrap: anywhere }
.text pre { white-space: pre-wrap; overflow-wrap: anywhere }
.text code { font-family: ui-monospace, Consolas, monospace; font-size: .9em }
.text blockquote { margin: 0; padding-left: 1em; border-left: 2px solid var(--line) }
.text p { margin: 0 }
mark { border-bottom: 2px solid var(--mark-line); background: var(--mark); color: inherit }
.provenance a { display: inline-block; padding: .15em 0 }
.verbatim { padding: .1em .5em; border: 1px solid; border-radius: var(--radius); color: var(--accent) }
.provenance strong { color: var(--text) }
.feedback { padding-top: .9em; border-top: 1px solid var(--line) }
.feedback > * + * { margin-top: .6em }
.given { white-space: pre-line; overflow-wrap: anywhere }
.reason { display: flex; gap: .6em; align-items: center; min-height: 36px }
input { flex: none; width: 1.2em; height: 1.2em; margin: 0; accent-color: var(--accent) }
textarea {
  display: block;
  width: 100%;
  padding: .55em .8em;
  border: 1px solid var(--control);
  border-radius: var(--small);
  background: var(--surface);
  line-height: 1.4;
  resize: vertical;
}
.alert > p { padding: .5em .8em; border: 1px solid var(--alert); border-radius: var(--small); background: var(--alert-tint); color: var(--alert) }
.alert > * + * { margin-top: .5em }
.wait::before {
  content: "";
  display: inline-block;
  width: .9em;
  height: .9em;
  margin-right: .6em;
  border: 2px solid var(--line);
  border-top-color: var(--accent);
  border-radius: 50%;
  vertical-align: -.1em;
  animation: turn .9s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn) } }
.points { display: grid; gap: .8em; padding-top: 1em; border-top: 1px solid var(--line) }
.points strong { display: block; color: var(--text) }
.composer { flex: none; padding: .6em 1em; border-top: 1px solid var(--line); background: var(--surface) }
.composer > .row:not(.foot) { margin-bottom: .6em }
.trouble:not(:has(p)), .trouble:not(:has(p)) { margin: 0 !important }
.trouble .alert { flex: 1 1 12em }
.box { position: relative; display: grid; grid-template-columns: 1fr auto; gap: .3em .5em; align-items: end }
.box textarea { grid-column: 1; min-height: 44px; max-height: min(10em, 30vh); field-sizing: content; resize: none }
.send { padding: 0; min-width: 44px }
.list {
  position: absolute;
  inset: auto 0 100%;
  z-index: 1;
  max-height: 40vh;
  margin-bottom: .4em;
  border: 1px solid var(--control);
  border-radius: var(--small);
  background: var(--surface);
  box-shadow: 0 -2px 12px rgb(0 0 0 / 18%);
  overflow: auto;
}
.list li { padding: .6em .8em; cursor: pointer }
.list li:hover { background: var(--tint) }
[aria-selected=true] { background: var(--accent) !important; color: var(--on-accent) }
.foot { justify-content: space-between; gap: .1em 1em; padding-top: .4em; font-size: .8125em }
.foot a { display: inline-block; padding: .25em 0 }
.turn:not(:last-child) .offer { display: none }
@media (max-width: 480px), (max-height: 420px) {
  .launcher span { position: absolute; clip-path: inset(50%) }
  .launcher { padding: 0; min-width: 52px; justify-content: center }
  .panel:not(.inline) { inset: 0; width: 100%; height: 100%; height: 100dvh; border: 0; border-radius: 0 }
}
/* On a low screen, or one enlarged four times, everything scrolls together. */
@media (max-height: 420px) {
  .panel { overflow: auto }
  .log { flex: none; overflow: visible }
}
@media (pointer: coarse), (max-width: 640px) { .keys { display: none } }
@media (prefers-reduced-motion: reduce) { .wait::before { animation: none } }
@media (forced-colors: active) {
  mark { background: Mark; color: MarkText }
  [aria-selected=true] { outline: 3px solid Highlight; outline-offset: -3px }
}
@media print { .dock, .panel:not(.inline) { display: none } }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @param {ShadowRoot} scope */
export function adopt(scope) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES + themeRules());
  }
  scope.adoptedStyleSheets = [sheet];
}
