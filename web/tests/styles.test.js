import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NAMES, THEMES } from '../widget/styles.js';

const TEXT = 4.5;
const CONTROL = 3;
/** Foreground, background, least contrast. @type {[string, string, number][]} */
const PAIRS = [
  ...['page', 'surface', 'tint', 'mark'].map(
    (it) => /** @type {[string, string, number]} */ (['text', it, TEXT]),
  ),
  ...['page', 'surface', 'tint'].map(
    (it) => /** @type {[string, string, number]} */ (['accent', it, TEXT]),
  ),
  ...['page', 'surface'].flatMap((it) => [
    /** @type {[string, string, number]} */ (['soft', it, TEXT]),
    /** @type {[string, string, number]} */ (['alert', it, TEXT]),
    /** @type {[string, string, number]} */ (['control', it, CONTROL]),
    /** @type {[string, string, number]} */ (['focus', it, CONTROL]),
  ]),
  ['soft', 'tint', TEXT],
  ['on-accent', 'accent', TEXT],
];

/** Relative luminance (WCAG 2). */
const luminance = (hex = '') => {
  const digits =
    hex.length === 4 ? [...hex.slice(1)].map((it) => it + it) : hex.slice(1).match(/../g);
  const [r, g, b] = (digits ?? []).map((it) => {
    const value = parseInt(it, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

for (const [theme, values] of Object.entries(THEMES)) {
  test(`${theme} can be read`, () => {
    const list = values.split(' ');
    assert.equal(list.length, NAMES.length);
    for (const [front, back, least] of PAIRS) {
      const [low, high] = [front, back]
        .map((it) => luminance(list[NAMES.indexOf(it)]))
        .sort((a, b) => a - b);
      const contrast = (high + 0.05) / (low + 0.05);
      assert.ok(contrast >= least, `${front} on ${back}: ${contrast.toFixed(2)}`);
    }
  });
}
