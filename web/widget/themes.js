// @ts-check
/** Colours. Each is a custom property of the host page too: `--faq-<name>` wins over the theme. */

const NAMES =
  'page surface tint text text-soft accent accent-strong on-accent line control alert alert-tint focus mark mark-line';

/** Theme → scheme → colours in the order of `NAMES`. */
const COLOURS = {
  neutral: {
    light:
      '#f3f6f6 #fff #dcebeb #15252a #4b5c63 #0b5f67 #074950 #fff #d2dcde #6d8087 #9c1f1a #fcebe9 #a34a00 #fdf0c2 #9a6b00',
    dark: '#0e1618 #162124 #1d363a #e3eced #a6b7bb #7fd0d4 #a5e2e5 #06272b #2b3b3f #74898f #ffb4ab #3a1d1b #ffbe6b #443711 #d9a93a',
  },
  convergence: {
    light:
      '#f5f6fb #fff #e4e9f7 #1b1d28 #51566b #1c2f7c #121f57 #fff #d5d8e4 #747a91 #a1161d #fdecec #0a6ebd #fdf0c2 #9a6b00',
    dark: '#12141d #1a1d29 #272d47 #e9ebf4 #aeb4c8 #a9baff #c9d4ff #10173a #333849 #7d849b #ffb3ad #3b1c1e #7cc4ff #443711 #d9a93a',
  },
};

/** Name of each colour → value, by theme and scheme. */
export const THEMES = Object.entries(COLOURS).flatMap(([theme, schemes]) =>
  Object.entries(schemes).map(([scheme, values]) => {
    const list = values.split(' ');
    const colours = Object.fromEntries(NAMES.split(' ').map((name, index) => [name, list[index]]));
    return { theme, scheme, colours };
  }),
);

/** Rules that give every theme and scheme its colours. */
export function themeRules() {
  return THEMES.map(({ theme, scheme, colours }) => {
    const lines = Object.entries(colours).map(([name, value]) => {
      // Whoever sets the accent alone gets it everywhere.
      const usual = name === 'accent-strong' ? `var(--faq-accent,${value})` : value;
      return `--${name}:var(--faq-${name},${usual});`;
    });
    return `.${theme}.${scheme}{color-scheme:${scheme};${lines.join('')}}`;
  }).join('\n');
}
