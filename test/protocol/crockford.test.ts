/** Crockford's base 32: how codes are written, and that what was meant is understood however it is typed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesForCrockford, encodeCrockford, readCrockford, spellCode } from '../../lib/protocol/crockford.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const code = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 8, maxLength: 16 });

describe('encodeCrockford', () => {
  test.each([
    ['0000000000', '00000000'],
    ['ffffffffff', 'ZZZZZZZZ'],
    ['0000000001', '00000001'],
    ['8000000000', 'G0000000'],
    ['00443214c7', '01234567'],
    ['4254b635cf', '89ABCDEF'],
    ['00443214c74254b635cf', '0123456789ABCDEF'],
    ['84653a56d7c675be77df', 'GHJKMNPQRSTVWXYZ'],
  ])('%s is %s', (hex, text) => {
    expect(encodeCrockford(Buffer.from(hex, 'hex'))).toBe(text);
  });

  test('EN-05, SU-09: each five bits are one character: other bytes are another code, of the same length', () => {
    const ten = fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(ten, (bytes) => {
        const text = encodeCrockford(bytes);
        const bits = [...text].map((character) => ALPHABET.indexOf(character).toString(2).padStart(5, '0')).join('');
        expect(bits).toBe([...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join(''));
      }),
    );
  });

  test.each([
    [8, 5],
    [16, 10],
  ])('a code of %i characters is made of %i bytes', (characters, bytes) => {
    expect(bytesForCrockford(characters)).toBe(bytes);
    expect(encodeCrockford(Buffer.alloc(bytes))).toHaveLength(characters);
  });
});

test.each([
  ['ABCDEFGH', 'ABCD-EFGH'],
  ['0123456789ABCDEF', '0123-4567-89AB-CDEF'],
])('%s is spelt %s', (plain, spelt) => {
  expect(spellCode(plain)).toBe(spelt);
});

describe('a code is read as it was meant', () => {
  const everyDash = '-\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\ufe58\ufe63\uff0d';

  test.each([...everyDash])('with %j between its groups', (dash) => {
    expect(readCrockford('0123-4567-89AB-CDEF'.replaceAll('-', dash))).toBe('0123456789ABCDEF');
  });

  const kinds = {
    'as it is spelt': spellCode,
    bare: (one: string) => one,
    'in lower case': (one: string) => spellCode(one).toLowerCase(),
    'with spaces': (one: string) => ` ${[...one].join('\t ')}\r\n`,
    'with spaces that do not break': (one: string) => [...one].join('\u00a0\u202f'),
    'in quotes, with a full stop': (one: string) => `\u201c${spellCode(one)}\u201d.`,
    'with characters that are not seen': (one: string) => `\ufeff${one.slice(0, 4)}\u200b\u200e${one.slice(4)}\u2060`,
    'in full width': (one: string) => one.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    'with O for 0': (one: string) => one.replaceAll('0', 'O'),
    'with o for 0': (one: string) => one.replaceAll('0', 'o'),
    'with I for 1': (one: string) => one.replaceAll('1', 'I'),
    'with i for 1': (one: string) => one.replaceAll('1', 'i'),
    'with L for 1': (one: string) => one.replaceAll('1', 'L'),
    'with l for 1': (one: string) => one.replaceAll('1', 'l'),
  };

  test.each(Object.entries(kinds))('%s', (_how, write) => {
    expect(readCrockford(write('0123ABYZ'))).toBe('0123ABYZ');
    fc.assert(fc.property(code, (one) => readCrockford(write(one)) === one));
  });
});

describe('what cannot be a code is not read', () => {
  test.each([
    ['a U', 'ABCD-EFGU'],
    ['a letter with a mark', 'ABCD-EFG\u00c9'],
    ['a Greek letter that looks like one', '\u0391BCD-EFGH'],
    ['a Cyrillic letter that looks like one', '\u0410BCD-EFGH'],
    ['digits of another script', '\u0661\u0662\u0663\u0664'],
    ['a plus', 'ABCD+EFGH'],
    ['65 characters', 'A'.repeat(65)],
    ['a code amid more than a person types', `ABCDEFGH${' '.repeat(57)}`],
    ['a hundred thousand characters', 'A'.repeat(100_000)],
  ])('%s', (_what, typed) => {
    expect(readCrockford(typed)).toBeUndefined();
  });
});
