/** Values that others keep for us: read back as they were, for their one purpose, and never after a change. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openValue, sealValue } from '../../lib/protocol/envelope.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { NEW, OLD } from '../support/magic-link.js';

const REALM = 'https://app.example.com|magic-link';
const keyring = new Keyring([NEW], REALM);
const VALUE = ['ada@example.com', 'https://app.example.com/account'];
const sealed = sealValue(keyring, 'ask', VALUE);

test('a value is opened as it was sealed', () => {
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(json, fc.string(), (value, purpose) => {
      expect(openValue(keyring, purpose, sealValue(keyring, purpose, value))).toEqual(value);
    }),
  );
});

test('SE-07: it shows nothing, never the same twice, and fits into a URL', () => {
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/ada|account/);
  expect(sealValue(keyring, 'ask', VALUE)).not.toBe(sealed);
  expect(sealed).toMatch(/^[\w-]+$/);
});

test.each(['invitation', '', 'ask ', 'Ask'])('TK-06: a value for another purpose is none: %j', (purpose) => {
  expect(openValue(keyring, purpose, sealed)).toBeUndefined();
});

test.each([
  ['secret', new Keyring([OLD], REALM)],
  ['origin', new Keyring([NEW], 'https://other.example.com|magic-link')],
  ['strategy', new Keyring([NEW], 'https://app.example.com|magic-link-2')],
])('TK-07: it is nothing to another %s', (_which, other) => {
  expect(openValue(other, 'ask', sealed)).toBeUndefined();
});

test('TK-11: it is sealed under the first secret and opened under all', () => {
  const before = sealValue(new Keyring([OLD], REALM), 'ask', VALUE);
  const moved = new Keyring([NEW, OLD], REALM);
  expect(openValue(moved, 'ask', before)).toEqual(VALUE);
  expect(openValue(keyring, 'ask', sealValue(moved, 'ask', VALUE))).toEqual(VALUE);
  expect(openValue(keyring, 'ask', before)).toBeUndefined();
});

describe('anything else is undefined, and no error:', () => {
  test.each<unknown>([undefined, null, 1, true, [], [sealed], { sealed }, Buffer.from(sealed), new String(sealed)])(
    'IN-18: %o',
    (input) => {
      expect(openValue(keyring, 'ask', input)).toBeUndefined();
    },
  );

  test('a value with any bit after its key id changed', () => {
    const bytes = Buffer.from(sealed.slice(6), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(openValue(keyring, 'ask', sealed.slice(0, 6) + changed.toString('base64url'))).toBeUndefined();
    }
  });

  test('a value cut off anywhere', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(openValue(keyring, 'ask', sealed.slice(0, length))).toBeUndefined();
    }
  });

  test('any string, with our key id before it or without', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const texts = [text, sealed.slice(0, 6) + text];
        return texts.every((other) => openValue(keyring, 'ask', other) === undefined);
      }),
    );
  });
});
