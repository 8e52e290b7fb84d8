// @ts-check
/** Elements in one expression each. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | false | null | undefined} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} attributes  functions listen to the event of that name
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(.../** @type {(Node | string)[]} */ (children.flat().filter(Boolean)));
  return node;
}

/**
 * A drawing in the colour of the text around it.
 * @param {string} path  on a field of 24 by 24
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** @param {string} text  for screen readers alone */
export function hidden(text) {
  return el('span', { class: 'sr' }, text);
}

/**
 * @param {Child | Child[]} content
 * @param {(event: Event) => void} click
 * @param {Record<string, any>} [attributes]
 */
export function button(content, click, attributes) {
  return el('button', { type: 'button', class: 'button', click, ...attributes }, content);
}
