/** The token: read back as it was minted, and refused after any change at all. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountTag, Keyring } from '../../lib/protocol/keys.js';
import { marksOf, mintToken, readToken, TOKEN_PATTERN } from '../../lib/protocol/token.js';

const keyring = new Keyring(['the secret of this app, long enough'], 'https://app.example.com|magic-link');
const stranger = new Keyring(['the secret of another app, long enough'], 'https://app.example.com|magic-link');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const EXPIRES_AT = 1_700_000_000_000;

const mint = (ring = keyring, expiresAt = EXPIRES_AT) =>
  mintToken(ring.current, accountTag(ring.current, 'ada@example.com'), expiresAt);
const read = (text: unknown) => readToken(keyring, text);
const bytesOf = (text: string) => Buffer.from(text.slice('pbl_'.length), 'base64url');

describe('a token is read as it was minted', () => {
  test('with its account, record, end, digest and code', () => {
    const { text, token } = mint();
    expect(read(text)).toEqual(token);
    expect(token.expiresAt).toBe(EXPIRES_AT);
    expect(token.account).toBe(accountTag(keyring.current, 'ada@example.com').toString('base64url'));
  });

  test('whatever its end', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 1 }), (expiresAt) => {
        expect(read(mint(keyring, expiresAt).text)?.expiresAt).toBe(expiresAt);
      }),
    );
  });

  test('and is 116 characters of a URL', () => {
    expect(mint().text).toMatch(/^pbl_[A-Za-z0-9_-]{112}$/);
  });
});

describe('TK-09: one string a token', () => {
  const { text } = mint();

  test('any other character in any place is refused', () => {
    const accepted: string[] = [];
    for (let at = 0; at < text.length; at++) {
      for (const character of `${ALPHABET}+/=!%. \n\0é`) {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (changed !== text && read(changed)) accepted.push(changed);
      }
    }
    expect(accepted).toEqual([]);
  });

  test('a character more or less in any place is refused', () => {
    const accepted: string[] = [];
    for (let at = 0; at <= text.length; at++) {
      const shorter = text.slice(0, at) + text.slice(at + 1);
      if (shorter !== text && read(shorter)) accepted.push(shorter);
      for (const character of `${ALPHABET}=! \r\n\t\0.>`) {
        const longer = text.slice(0, at) + character + text.slice(at);
        if (read(longer)) accepted.push(longer);
      }
    }
    expect(accepted).toEqual([]);
  });

  test.each([
    ['padding', `${text}=`],
    ['more padding', `${text}====`],
    ['white space around it', ` ${text}\n`],
    ['a percent-encoded end', `${text}%0a`],
    ['upper case', text.toUpperCase()],
    ['lower case', text.toLowerCase()],
    ['an upper-case prefix', `PBL_${text.slice(4)}`],
    ['no prefix', text.slice(4)],
    ['two prefixes', `pbl_${text}`],
    ['itself twice', text + text],
    ['a comma and itself', `${text},${text}`],
    ['its bytes in hex', `pbl_${bytesOf(text).toString('hex')}`],
  ])('%s is refused', (_name, other) => {
    expect(other).not.toBe(text);
    expect(read(other)).toBeUndefined();
  });

  test('the alphabet of plain base64 is refused', () => {
    // A token that has a - or _ to write otherwise.
    let own = mint().text;
    while (!/[-_]/.test(own.slice(4))) own = mint().text;
    const plain = `pbl_${own.slice(4).replaceAll('-', '+').replaceAll('_', '/')}`;
    expect(bytesOf(plain)).toEqual(bytesOf(own));
    expect(read(plain)).toBeUndefined();
  });
});

describe('what was not made here is refused', () => {
  test.each<unknown>([
    undefined,
    null,
    0,
    true,
    [],
    [mint().text],
    { text: mint().text },
    Buffer.from(mint().text),
    new String(mint().text),
    { toString: () => mint().text },
    Symbol('t'),
  ])('IN-18: %o', (input) => {
    expect(read(input)).toBeUndefined();
  });

  test('TK-10: the token of another secret', () => {
    expect(readToken(stranger, mint(stranger).text)).toBeDefined();
    expect(read(mint(stranger).text)).toBeUndefined();
  });

  test('TK-10: a stranger’s token under our key id', () => {
    const forged = bytesOf(mint(stranger).text);
    keyring.current.id.copy(forged);
    expect(read(`pbl_${forged.toString('base64url')}`)).toBeUndefined();
  });

  test('TK-10: any bytes of a token’s length, our key id before them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 80, maxLength: 80 }), (rest) => {
        const forged = Buffer.concat([keyring.current.id, rest]).toString('base64url');
        expect(read(`pbl_${forged}`)).toBeUndefined();
      }),
    );
  });

  test('TK-10: any string', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => read(`pbl_${text}`) === undefined),
    );
  });

  test('TK-06: the other strings that belong to a link', () => {
    const { token } = mint();
    for (const part of [token.recordId, token.account, token.digest, token.code]) {
      expect([read(part), read(`pbl_${part}`)]).toEqual([undefined, undefined]);
    }
  });
});

describe('what one keyed hash of a token says', () => {
  const head = fc.uint8Array({ minLength: 74, maxLength: 74 }).map((bytes) => Buffer.from(bytes));

  test('TK-02: is a MAC and a digest that share no bytes', () => {
    fc.assert(
      fc.property(head, (bytes) => {
        const { mac, digest } = marksOf(keyring.current, bytes);
        const hash = createHmac('sha256', keyring.current.token).update(bytes).digest();
        expect([mac, Buffer.from(digest, 'base64url')]).toEqual([hash.subarray(0, 10), hash.subarray(10, 26)]);
      }),
    );
  });

  test('TK-07: is another under another secret', () => {
    fc.assert(
      fc.property(head, (bytes) => {
        expect(marksOf(stranger.current, bytes).digest).not.toBe(marksOf(keyring.current, bytes).digest);
      }),
    );
  });
});

describe('two tokens of one account', () => {
  const tokens = Array.from({ length: 10_000 }, () => mint());

  test('TK-01: are never the same, nor is any part of their secret', () => {
    for (const part of ['recordId', 'digest'] as const) {
      expect(new Set(tokens.map(({ token }) => token[part])).size).toBe(tokens.length);
    }
    expect(new Set(tokens.map(({ text }) => bytesOf(text).toString('hex', 42, 74))).size).toBe(tokens.length);
  });

  test('TK-01: have secrets of evenly spread bytes', () => {
    const counts = new Array<number>(256).fill(0);
    for (const { text } of tokens)
      for (const byte of bytesOf(text).subarray(42, 74)) counts[byte] = (counts[byte] ?? 0) + 1;
    const expected = (tokens.length * 32) / 256;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: above 400 once in a hundred million runs.
    expect(chiSquare).toBeLessThan(400);
  });

  test('show nothing that says they belong together', () => {
    expect(new Set(tokens.map(({ token }) => token.account)).size).toBe(1);
    expect(new Set(tokens.map(({ text }) => bytesOf(text).toString('hex', 4, 20))).size).toBe(tokens.length);
  });

  test('TK-12: all match the pattern for scrubbers, whole', () => {
    const log = tokens.map(({ text }) => `GET /login/callback?token=${text} HTTP/1.1`).join('\n');
    expect(log.match(TOKEN_PATTERN)).toEqual(tokens.map(({ text }) => text));
    expect(log.replaceAll(TOKEN_PATTERN, '…')).not.toContain('pbl_');
  });
});

test.each([
  ['a UUID', '0b0f9d3e-3f9c-4a34-9c0e-3d1a8b1c8f11'],
  ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
  ['another maker’s token', `ghp_${'a'.repeat(112)}`],
  ['a prefix that is none of ours', `pbx_${'a'.repeat(112)}`],
  ['a “not me” token cut off', `pbn_${'a'.repeat(71)}`],
  ['hex of the same length', 'ab'.repeat(58)],
  ['a token cut off', mint().text.slice(0, -1)],
  ['our own key in Redis', `pbl:{${'a'.repeat(22)}}:${'b'.repeat(22)}`],
])('TK-12: %s does not match the pattern for scrubbers', (_name, text) => {
  expect(text.match(TOKEN_PATTERN)).toBeNull();
});
