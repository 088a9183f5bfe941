/** The code: what it is made of, how it is read, and that what was meant is understood and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODE_TRIES, codeDigest, readCode } from '../../lib/protocol/code.js';
import { spellCode } from '../../lib/protocol/crockford.js';
import { accountTag, Keyring } from '../../lib/protocol/keys.js';
import { marksOf, mintToken, readToken } from '../../lib/protocol/token.js';

const SECRET = 'the secret of this app, long enough';
const REALM = 'https://app.example.com|magic-link';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const ring = (secret = SECRET, realm = REALM) => new Keyring([secret], realm);
const keys = ring().current;
const mint = (of = keys) => mintToken(of, accountTag(of, 'ada@example.com'), 1_700_000_000_000);

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((of) => Buffer.from(of));
const code = fc.string({ unit: fc.constantFrom(...CROCKFORD), minLength: 8, maxLength: 8 });

describe('a code is derived from its token', () => {
  test('RC-03: the token alone says it, each time it is read, and no state is needed', () => {
    const { text, token } = mint();
    const again = [
      readToken(ring(), text),
      readToken(new Keyring(['another key, before ours, as long', SECRET], REALM), text),
    ];
    expect(again.map((read) => read?.code)).toEqual([token.code, token.code]);
  });

  test('EN-05: is 40 bits: eight characters, each one of the 32, evenly spread', () => {
    const counts = new Map([...CROCKFORD].map((character) => [character, 0]));
    const codes = Array.from({ length: 4000 }, () => mint().token.code);
    for (const character of codes.join('')) counts.set(character, (counts.get(character) as number) + 1);
    expect(codes.every((one) => one.length === 8)).toBe(true);
    expect(counts.size).toBe(32);
    const expected = (codes.length * 8) / 32;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 31 degrees of freedom: above 100 once in a hundred million runs.
    expect(chiSquare).toBeLessThan(100);
  });

  test('each of its characters differs from link to link', () => {
    const codes = Array.from({ length: 200 }, () => mint().token.code);
    for (let at = 0; at < 8; at++) expect(new Set(codes.map((one) => one[at])).size).toBeGreaterThan(16);
  });

  test('TK-06: it is no part of the token, of its digest or of the record’s name', () => {
    for (let i = 0; i < 100; i++) {
      const { text, token } = mint();
      expect(`${text} ${token.digest} ${token.recordId} ${token.account}`.toUpperCase()).not.toContain(token.code);
    }
  });

  test('another token has another code, however little it differs', () => {
    fc.assert(
      fc.property(bytes(74), fc.nat(73), fc.integer({ min: 1, max: 255 }), (token, at, change) => {
        const other = Buffer.from(token);
        other[at] = (other[at] as number) ^ change;
        expect(marksOf(keys, other).code).not.toBe(marksOf(keys, token).code);
      }),
    );
  });

  test.each([
    ['origin', ring(SECRET, 'https://other.example.com|magic-link')],
    ['strategy', ring(SECRET, 'https://app.example.com|magic-link-2')],
    ['secret', ring('another secret of this app, long enough')],
  ])('TK-07, TK-11: another %s makes another code and another digest of the same link', (_which, { current }) => {
    fc.assert(
      fc.property(bytes(74), (token) => {
        const own = marksOf(keys, token).code;
        expect(marksOf(current, token).code).not.toBe(own);
        expect(codeDigest(current, 'record', own)).not.toBe(codeDigest(keys, 'record', own));
      }),
    );
  });
});

describe('TK-02: what the store keeps of it', () => {
  test('is a keyed digest of 128 bits, one a code and record', () => {
    const digest = codeDigest(keys, 'record', 'ABCDEFGH');
    expect(digest).toMatch(/^[\w-]{22}$/);
    expect(codeDigest(keys, 'record', 'ABCDEFGH')).toBe(digest);
    expect(codeDigest(keys, 'record', 'ABCDEFGJ')).not.toBe(digest);
    expect(codeDigest(keys, 'recore', 'ABCDEFGH')).not.toBe(digest);
  });

  test('keeps record and code apart', () => {
    expect(codeDigest(keys, 'recordA', 'BCDEFGH')).not.toBe(codeDigest(keys, 'record', 'ABCDEFGH'));
  });

  test('TK-06: is not what it keeps of the token', () => {
    const { token } = mint();
    expect(codeDigest(keys, token.recordId, token.code)).not.toBe(token.digest);
  });
});

describe('what is no code is none', () => {
  test.each([
    ['nothing', ''],
    ['a character too few', 'ABCD-EFG'],
    ['a character too many', 'ABCD-EFGHJ'],
    ['two codes', 'ABCD-EFGH ABCD-EFGH'],
    ['a U, which no code has', 'ABCD-EFGU'],
    ['a code amid more than anybody types', `ABCDEFGH${' '.repeat(57)}`],
    ['a hundred thousand characters', 'A'.repeat(100_000)],
  ])('%s', (_what, typed) => {
    expect(readCode(typed)).toBeUndefined();
  });

  test('whatever is typed, a code or nothing is understood, and never an error', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...CROCKFORD, '-', ' ', 'u') }),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const read = readCode(text);
        expect(read === undefined || /^[0-9A-HJKMNP-TV-Z]{8}$/.test(read)).toBe(true);
      }),
    );
  });

  test('what was understood is understood again', () => {
    fc.assert(fc.property(code, (one) => readCode(readCode(spellCode(one)) ?? '') === one));
  });

  test('TK-06: nothing else that belongs to a link is one', () => {
    const { text, token } = mint();
    for (const other of [text, token.recordId, token.account, token.digest]) expect(readCode(other)).toBeUndefined();
  });
});

test('EN-05: five tries (ASVS 5.0 6.6.3)', () => {
  expect(CODE_TRIES).toBe(5);
});
