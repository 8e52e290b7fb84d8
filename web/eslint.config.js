import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['templates/', 'screenshots/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' },
  },
  { files: ['static/**', 'widget/**'], languageOptions: { globals: globals.browser } },
  { files: ['tests/**', '*.js'], languageOptions: { globals: globals.node } },
];
