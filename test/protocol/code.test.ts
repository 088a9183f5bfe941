/** The code: what it is made of, how it is read, and that what was meant is understood and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODE_TRIES, codeDigest, readCode, spellCode } from '../../lib/protocol/code.js';
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

describe('a code is read as it was meant', () => {
  const kinds = {
    'as it is spelt': spellCode,
    bare: (one: string) => one,
    'in lower case': (one: string) => spellCode(one).toLowerCase(),
    'with spaces': (one: string) => ` ${one.slice(0, 3)} ${one.slice(3, 6)}\t${one.slice(6)}\r\n`,
    'with no-break and thin spaces': (one: string) => `\u00a0${one.slice(0, 4)}\u2009\u202f${one.slice(4)}`,
    'with a dash of any kind': (one: string) =>
      [...one].join('\u2013').replace('\u2013', '\u2014').replace('\u2013', '\u2010'),
    'with a full stop after it': (one: string) => `${spellCode(one)}.`,
    'in quotes': (one: string) => `“${spellCode(one)}”`,
    'with characters that are not seen': (one: string) => `\ufeff${one.slice(0, 4)}\u200b\u200e${one.slice(4)}\u2060`,
    'in full width': (one: string) => one.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    'with O for 0': (one: string) => one.replaceAll('0', 'O'),
    'with o for 0': (one: string) => one.replaceAll('0', 'o'),
    'with I for 1': (one: string) => one.replaceAll('1', 'I'),
    'with i for 1': (one: string) => one.replaceAll('1', 'i'),
    'with l for 1': (one: string) => one.replaceAll('1', 'l'),
    'with L for 1': (one: string) => one.replaceAll('1', 'L'),
  };

  test.each(Object.entries(kinds))('%s', (_how, write) => {
    expect(readCode(write('0123ABYZ'))).toBe('0123ABYZ');
    fc.assert(fc.property(code, (one) => readCode(write(one)) === one));
  });
});

test('spelt in two halves', () => {
  expect(spellCode('ABCDEFGH')).toBe('ABCD-EFGH');
});

describe('what is no code is none', () => {
  test.each([
    ['nothing', ''],
    ['a character too few', 'ABCD-EFG'],
    ['a character too many', 'ABCD-EFGHJ'],
    ['two codes', 'ABCD-EFGH ABCD-EFGH'],
    ['a U, which no code has', 'ABCD-EFGU'],
    ['a letter with a mark', 'ABCD-EFGÉ'],
    ['a Greek letter that looks like one', '\u0391BCD-EFGH'],
    ['a Cyrillic letter that looks like one', '\u0410BCD-EFGH'],
    ['digits of another script', '\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668'],
    ['a sign', 'ABCD+EFGH'],
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
