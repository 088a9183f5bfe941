/** The token of "this was not me": it names its link for a week, and stands for nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hmac } from '../../lib/protocol/crypto.js';
import { accountTag, Keyring } from '../../lib/protocol/keys.js';
import { mintNotMe, readNotMe } from '../../lib/protocol/not-me.js';
import { mintToken, readToken, TOKEN_PATTERN } from '../../lib/protocol/token.js';
import { NEW, OLD } from '../support/magic-link.js';

const REALM = 'https://app.example.com|magic-link';
const NOW = 1_700_000_000_000;
const WEEK = 7 * 24 * 3600 * 1000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const keyring = new Keyring([NEW], REALM);
const account = accountTag(keyring.current, 'ada@example.com');
const login = mintToken(keyring.current, account, NOW + 600_000);
const link = { account: login.token.account, recordId: login.token.recordId };
const text = mintNotMe(keyring.current, link, NOW);
const read = (other: unknown, now = NOW, ring = keyring) => readNotMe(ring, other, now);
const bytesOf = (token: string) => Buffer.from(token.slice(4), 'base64url');

describe('a not-me token', () => {
  test('names the link whose mail it was in', () => {
    expect(read(text)).toEqual(link);
    expect(text).toMatch(/^pbn_[A-Za-z0-9_-]{72}$/);
  });

  test('whatever the link', () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((of) => Buffer.from(of).toString('base64url'));
    fc.assert(
      fc.property(sixteen, sixteen, (account, recordId) => {
        expect(read(mintNotMe(keyring.current, { account, recordId }, NOW))).toEqual({ account, recordId });
      }),
    );
  });

  test('TK-12: matches the pattern for scrubbers, whole, beside the login’s', () => {
    const line = `${login.text}&x=${text}`;
    expect(line.match(TOKEN_PATTERN)).toEqual([login.text, text]);
    expect(line.replaceAll(TOKEN_PATTERN, '…')).toBe('…&x=…');
  });

  test.each([
    [0, true],
    [WEEK - 1, true],
    [WEEK, false],
    [10 * WEEK, false],
  ])('is good for a week: %i ms later: %s', (later, good) => {
    expect(read(text, NOW + later) !== undefined).toBe(good);
  });

  test('shows neither account nor that two belong together', () => {
    const other = mintNotMe(keyring.current, { ...link, recordId: 'AAAAAAAAAAAAAAAAAAAAAA' }, NOW);
    expect(bytesOf(text).includes(account)).toBe(false);
    expect(bytesOf(other).subarray(4, 20)).not.toEqual(bytesOf(text).subarray(4, 20));
  });

  test('TK-11: outlives a rotation, and not its secret', () => {
    const old = new Keyring([OLD], REALM);
    const minted = mintNotMe(old.current, link, NOW);
    expect(read(minted, NOW, new Keyring([NEW, OLD], REALM))).toBeDefined();
    expect(read(minted)).toBeUndefined();
  });

  test.each([
    ['origin', 'https://other.example.com|magic-link'],
    ['strategy', 'https://app.example.com|magic-link-2'],
  ])('TK-07: is nothing to another %s with the same secret', (_which, realm) => {
    expect(read(text, NOW, new Keyring([NEW], realm))).toBeUndefined();
  });
});

describe('TK-09: one string a not-me token', () => {
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
      if (shorter !== text && read(shorter)) accepted.push(JSON.stringify(shorter));
      for (const character of `${ALPHABET}=! \r\n\t\0.>`) {
        if (read(text.slice(0, at) + character + text.slice(at)))
          accepted.push(`${JSON.stringify(character)} at ${at}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  test('the alphabet of plain base64 is refused', () => {
    let own = text;
    for (let i = 1; !/[-_]/.test(own.slice(4)); i++) own = mintNotMe(keyring.current, link, NOW + i);
    expect(read(own)).toBeDefined();
    expect(read(`pbn_${own.slice(4).replaceAll('-', '+').replaceAll('_', '/')}`)).toBeUndefined();
  });
});

describe('what was not made here is refused', () => {
  test.each<unknown>([undefined, null, 0, true, [], [text], { text }, Buffer.from(text), new String(text), '', 'pbn_'])(
    'IN-18: %o',
    (input) => {
      expect(read(input)).toBeUndefined();
    },
  );

  test('TK-10: any bytes of its length, our key id before them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 50, maxLength: 50 }), (rest) => {
        return read(`pbn_${Buffer.concat([keyring.current.id, rest]).toString('base64url')}`) === undefined;
      }),
    );
  });

  test('any string', () => {
    fc.assert(fc.property(fc.string(), (other) => read(`pbn_${other}`) === undefined));
  });

  test('a longer life that somebody wrote into it', () => {
    const bytes = bytesOf(text);
    bytes.writeUIntBE(NOW + 10 * WEEK, 36, 6);
    expect(read(`pbn_${bytes.toString('base64url')}`)).toBeUndefined();
  });
});

describe('TK-06: a token of one purpose is none of another', () => {
  const asNotMe = (token: string) => [
    token,
    `pbn_${token.slice(4)}`,
    `pbn_${bytesOf(token).subarray(0, 54).toString('base64url')}`,
  ];
  const padded = Buffer.concat([bytesOf(text), Buffer.alloc(30)]).toString('base64url');

  test('a login token is no not-me token', () => {
    for (const other of asNotMe(login.text)) expect(read(other)).toBeUndefined();
  });

  test('a not-me token is no login token', () => {
    for (const other of [text, `pbl_${text.slice(4)}`, `pbl_${padded}`])
      expect(readToken(keyring, other)).toBeUndefined();
  });

  test('neither is any other string that belongs to a link', () => {
    const { recordId, account, digest, code } = login.token;
    for (const other of [recordId, account, digest, code])
      expect([read(other), read(`pbn_${other}`)]).toEqual([undefined, undefined]);
  });

  test('a MAC of another purpose, over the very same bytes, is refused', () => {
    const { id: _, ...purposes } = keyring.current;
    const accepted = Object.entries(purposes).filter(([, key]) => {
      const bytes = bytesOf(text);
      hmac(key, bytes.subarray(0, 42)).copy(bytes, 42, 0, 12);
      return read(`pbn_${bytes.toString('base64url')}`) !== undefined;
    });
    expect(accepted.map(([purpose]) => purpose)).toEqual(['notMe']);
  });
});
