/** The primitives and the keys: what is sealed stays shut, and no two keys are the same. */
import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hmac, random, seal, unseal } from '../../lib/protocol/crypto.js';
import { accountTag, Keyring, type KeySet } from '../../lib/protocol/keys.js';

const SECRET = 'the secret of this app, long enough';
const OLDER = 'an older secret of it, long enough too';
const REALM = 'https://app.example.com|magic-link';

const keys = new Keyring([SECRET], REALM).current;
const otherKeys = new Keyring([OLDER], REALM).current;

test('hmac is HMAC-SHA-256 (RFC 4231, case 2)', () => {
  const key = createSecretKey(Buffer.from('Jefe'));
  const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  expect(hmac(key, 'what do ya want for nothing?').toString('hex')).toBe(expected);
  expect(hmac(key, 'what do ya want ', Buffer.from('for nothing?')).toString('hex')).toBe(expected);
});

test('random gives as many bytes as requested, and others each time', () => {
  expect(random(32)).toHaveLength(32);
  expect(random(32)).not.toEqual(random(32));
});

describe('sealing', () => {
  const CONTEXT = 'https://app.example.com|record|claims';
  const sealed = seal(keys.seal, CONTEXT, 'ada@example.com');

  test('gives back what was sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        expect(unseal(keys.seal, context, seal(keys.seal, context, plain))).toBe(plain);
      }),
    );
  });

  test('shows nothing of it, and never the same twice', () => {
    expect(Buffer.from(sealed, 'base64url').includes('ada')).toBe(false);
    expect(seal(keys.seal, CONTEXT, 'ada@example.com')).not.toBe(sealed);
  });

  test('opens under no other key', () => {
    expect(unseal(otherKeys.seal, CONTEXT, sealed)).toBeUndefined();
    expect(unseal(keys.binding, CONTEXT, sealed)).toBeUndefined();
  });

  test.each(['https://other.example.com|record|claims', 'https://app.example.com|other|claims', ''])(
    'opens in no other context: %j',
    (context) => {
      expect(unseal(keys.seal, context, sealed)).toBeUndefined();
    },
  );

  test('opens after no change of any bit', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(unseal(keys.seal, CONTEXT, changed.toString('base64url'))).toBeUndefined();
    }
  });

  test('opens at no other length', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let length = 0; length < bytes.length; length++) {
      expect(unseal(keys.seal, CONTEXT, bytes.toString('base64url', 0, length))).toBeUndefined();
    }
    expect(unseal(keys.seal, CONTEXT, `${sealed}AAAA`)).toBeUndefined();
  });

  test('opens no other string', () => {
    fc.assert(fc.property(fc.string(), (text) => unseal(keys.seal, CONTEXT, text) === undefined));
  });
});

describe('keys', () => {
  /** All that is derived for one secret, as comparable text. */
  const derived = ({ id, ...keySet }: KeySet) => [
    id.toString('hex'),
    ...Object.values(keySet).map((key) => key.export().toString('hex')),
  ];

  test('are 32 bytes a purpose, and no two purposes share one', () => {
    const [, ...all] = derived(keys);
    expect(all.map((key) => key.length)).toEqual(Array(10).fill(64));
    expect(new Set(all).size).toBe(10);
  });

  test('are the same for the same secret and realm, on every server', () => {
    expect(derived(new Keyring([SECRET], REALM).current)).toEqual(derived(keys));
  });

  test.each([
    ['secret', new Keyring([OLDER], REALM)],
    ['origin', new Keyring([SECRET], 'https://other.example.com|magic-link')],
    ['strategy name', new Keyring([SECRET], 'https://app.example.com|magic-link-2')],
  ])('TK-07: another %s shares none of them', (_name, { current }) => {
    const own = new Set(derived(keys));
    expect(derived(current).filter((key) => own.has(key))).toEqual([]);
  });

  test('TK-11: the first secret signs, all are found by their id', () => {
    const ring = new Keyring([SECRET, OLDER], REALM);
    expect(ring.current.id).toEqual(keys.id);
    expect(ring.find(keys.id)).toBe(ring.all[0]);
    expect(ring.find(otherKeys.id)).toBe(ring.all[1]);
  });

  test('TK-11: a secret that is not there is not found', () => {
    expect(new Keyring([SECRET], REALM).find(otherKeys.id)).toBeUndefined();
  });

  test('an account tag is 16 bytes, one a mailbox and key', () => {
    expect(accountTag(keys, 'ada@example.com')).toHaveLength(16);
    expect(accountTag(keys, 'ada@example.com')).toEqual(accountTag(keys, 'ada@example.com'));
    expect(accountTag(keys, 'bob@example.com')).not.toEqual(accountTag(keys, 'ada@example.com'));
    expect(accountTag(otherKeys, 'ada@example.com')).not.toEqual(accountTag(keys, 'ada@example.com'));
  });
});
