import assert from 'node:assert/strict';
import { test } from 'node:test';

import { link, richText } from '../widget/view-turn.js';

/** As much of a document as the module uses. */
class Element {
  /** @type {(Element | string)[]} */
  children = [];
  /** @type {Record<string, string>} */
  attributes = {};
  classList = { contains: () => false };
  constructor(tag = '') {
    this.tag = tag;
  }
  /** @param {(Element | string)[]} children */
  append(...children) {
    this.children.push(...children);
  }
  setAttribute(name = '', value = '') {
    this.attributes[name] = value;
  }
  set className(/** @type {string} */ value) {
    this.setAttribute('class', value);
  }
  /** @returns {string} */
  toString() {
    const attributes = Object.entries(this.attributes).map(
      ([name, value]) => ` ${name}="${value}"`,
    );
    return `<${this.tag}${attributes.join('')}>${this.children.join('')}</${this.tag}>`;
  }
}
globalThis.Node = /** @type {any} */ (Element);
globalThis.document = /** @type {any} */ ({
  createElement: (/** @type {string} */ tag) => new Element(tag),
});
/** @param {any[]} nodes */
const shown = (...nodes) => richText(nodes, '(nouvelle fenêtre)').join('');

test('text stays text', () => {
  assert.equal(shown('a < b ', '<script>'), 'a < b <script>');
});

test('allowed elements are made with what they hold', () => {
  const item = { tag: 'li', children: ['un ', { tag: 'mark', children: ['mot'] }] };
  assert.equal(
    shown({ tag: 'ol', start: 3, children: [item] }),
    '<ol start="3"><li>un <mark>mot</mark></li></ol>',
  );
});

test('others give way to what they hold', () => {
  for (const tag of ['script', 'img', 'style', 'iframe', 'svg', 'IMG', 'constructor', undefined]) {
    assert.equal(
      shown({ tag, children: ['x', { tag: 'em', children: ['y'] }], onclick: 'z' }),
      'x<em>y</em>',
    );
  }
});

test('attributes other than those of links are not taken over', () => {
  assert.equal(
    shown({ tag: 'p', style: 'x', id: 'y', href: 'https://a.example', children: [] }),
    '<p></p>',
  );
});

test('links open beside, say so, and tell the other site nothing', () => {
  const made = shown({ tag: 'a', href: 'https://a.example/', children: ['A'] });
  assert.match(
    made,
    /^<a href="https:\/\/a\.example\/" target="_blank" rel="noopener noreferrer">A/,
  );
  assert.match(made, /<span class="sr"> \(nouvelle fenêtre\)<\/span><\/a>$/);
  assert.equal(
    shown({ tag: 'a', href: 'mailto:a@b.example', children: ['B'] }),
    '<a href="mailto:a@b.example">B</a>',
  );
});

test('an address that may not be followed leaves its words', () => {
  for (const href of [
    'javascript:alert(1)',
    ' javascript:1',
    'JaVaScRiPt:1',
    'data:text/html,x',
    '/x',
    '',
    null,
    undefined,
  ]) {
    assert.deepEqual(link(href, ['mots'], ''), ['mots']);
  }
});

test('what is no node is passed over', () => {
  assert.equal(shown(null, 3, {}, { tag: 'p' }, { tag: 'p', children: 'abc' }, 'fin'), 'fin');
});
