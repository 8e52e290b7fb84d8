import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mailto, sensitive } from '../widget/shared.js';

for (const text of [
  'mot de passe : Tr0ub4dor&3',
  'mon mdp est azerty123',
  'password=hunter2!',
  'Authorization: Bearer abcdefghijklmnop.qrst',
  'token = ghp_0123456789abcdefABCD',
  'voici eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
  '-----BEGIN RSA PRIVATE KEY-----',
]) {
  test(`a secret is seen: ${text}`, () => assert.equal(sensitive(text), 'SECRET'));
}

for (const text of [
  'écrivez à jean.dupont@example.fr',
  'joignable au 06 12 34 56 78',
  '+33612345678',
  'tél. 01.23.45.67.89',
]) {
  test(`personal data are seen: ${text}`, () => assert.equal(sensitive(text), 'PERSONAL'));
}

for (const text of [
  'Comment changer mon mot de passe ?',
  'mot de passe : combien de caractères ?',
  'Quel token : SAML ou JWT ?',
  'Le secret = quoi ?',
  'exigence 2.1.0612345678.3',
  'version 10.0.612.345678 du 01/02/2026',
  'le certificat -----BEGIN CERTIFICATE-----',
  'FINESS 750712184',
]) {
  test(`nothing is seen: ${text}`, () => assert.equal(sensitive(text), ''));
}

test('the address of the support is nobody’s own', () => {
  assert.equal(sensitive('Écrire à aide@example.org ?', 'aide@example.org'), '');
  assert.equal(sensitive('moi@example.org, aide@example.org', 'aide@example.org'), 'PERSONAL');
});

test('a mail holds subject and text, line by line', () => {
  assert.equal(
    mailto('aide@example.org', 'Ma question', 'à\n&b'),
    'mailto:aide@example.org?subject=Ma%20question&body=%C3%A0%0D%0A%26b',
  );
});

test('of a long text the end is kept, and no character is cut in two', () => {
  const link = mailto('aide@example.org', '', `${'😀é'.repeat(900)} la fin`);
  assert.ok(link.length < 2000);
  const text = decodeURIComponent(link.split('body=')[1]);
  assert.match(text, /^….* la fin$/u);
});
