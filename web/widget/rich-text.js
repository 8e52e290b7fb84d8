// @ts-check
/** Answer nodes → DOM. Only what is listed here is ever created, whatever the server sends. */

/** @import { Node as AnswerNode } from './types.js' */

const TAGS = new Set('p ul ol li a strong em code pre blockquote br mark'.split(' '));
const SCHEMES = ['https:', 'http:', 'mailto:'];
const DEEPEST = 24;

/**
 * @param {readonly AnswerNode[]} nodes
 * @param {string} newWindow  said at the end of links that open one
 * @param {Pick<Document, 'createElement'>} [page]
 * @returns {(HTMLElement | string)[]}  a tag that is not allowed gives way to what it holds
 */
export function richText(nodes, newWindow, page = document) {
  /** @type {(list: readonly AnswerNode[], depth: number) => (HTMLElement | string)[]} */
  const build = (list, depth) =>
    list.flatMap((node) => {
      if (typeof node === 'string') return [node];
      if (!node || !Array.isArray(node.children) || depth > DEEPEST) return [];
      const children = build(node.children, depth + 1);
      if (node.tag === 'a') return link(node.href, children, newWindow, page);
      if (!TAGS.has(node.tag)) return children;
      const element = page.createElement(node.tag);
      if (node.tag === 'ol' && Number.isInteger(node.start)) {
        element.setAttribute('start', String(node.start));
      }
      element.append(...children);
      return [element];
    });
  return build(nodes, 0);
}

/**
 * A link, or its bare text when the address is none that may be followed.
 * @param {unknown} href
 * @param {(HTMLElement | string)[]} children
 * @param {string} newWindow
 * @param {Pick<Document, 'createElement'>} [page]
 * @returns {(HTMLElement | string)[]}
 */
export function link(href, children, newWindow, page = document) {
  const scheme = schemeOf(href);
  if (!SCHEMES.includes(scheme)) return children;
  const element = page.createElement('a');
  element.setAttribute('href', String(href));
  element.append(...children);
  if (scheme !== 'mailto:') {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer');
    const hint = page.createElement('span');
    hint.setAttribute('class', 'sr');
    hint.append(` ${newWindow}`);
    element.append(hint);
  }
  return [element];
}

/** @param {unknown} href */
function schemeOf(href) {
  try {
    return new URL(String(href)).protocol;
  } catch {
    return '';
  }
}
