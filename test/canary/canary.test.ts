/** The watch itself: a secret is found in whatever spelling, and nothing is found where there is none. */
import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Canary, type Kind } from '../support/canary.js';

const TOKEN = `pbl_${randomBytes(84).toString('base64url')}`;
const SECRET_BYTES = Buffer.from(TOKEN.slice(4), 'base64url').subarray(42, 74);
const NONCE = randomBytes(32).toString('base64url');
const NOT_ME = `pbn_${randomBytes(54).toString('base64url')}`;
const NOT_ME_MAC = Buffer.from(NOT_ME.slice(4), 'base64url').subarray(42);
const CODE = '7QMG-F9WJ';
const ADDRESS = 'canary0123456789ab+tag@example.com';

const LEAKS: [string, Kind, string, unknown][] = [
  ['the whole token', 'token', TOKEN, `GET /login/callback?token=${TOKEN}`],
  ['a token without its prefix', 'token', TOKEN, TOKEN.slice(4)],
  ['the secret in hex', 'token', TOKEN, SECRET_BYTES.toString('hex')],
  ['the secret in base64', 'token', TOKEN, SECRET_BYTES.toString('base64')],
  ['the secret in base64url', 'token', TOKEN, SECRET_BYTES.toString('base64url')],
  ['the secret amid other bytes', 'token', TOKEN, Buffer.concat([Buffer.from('x'), SECRET_BYTES]).toString('base64')],
  ['the secret as a Buffer', 'token', TOKEN, { secret: SECRET_BYTES }],
  ['the secret as a Buffer in JSON', 'token', TOKEN, JSON.stringify(SECRET_BYTES)],
  ['a plain digest of the secret', 'token', TOKEN, createHash('sha256').update(SECRET_BYTES).digest('hex')],
  ['a code', 'code', CODE, `<p>${CODE}</p>`],
  ['a code without its hyphen', 'code', CODE, { typed: '7QMGF9WJ' }],
  ['a code in lower case', 'code', CODE, '7qmg-f9wj'],
  ['a code in base64', 'code', CODE, Buffer.from(`x${CODE}x`).toString('base64')],
  ['a plain digest of a code', 'code', CODE, createHash('sha256').update('7QMGF9WJ').digest('hex')],
  ['a "not me" token', 'notMe', NOT_ME, `GET /login/not-me?token=${NOT_ME}`],
  ['what a "not me" token cannot be made without', 'notMe', NOT_ME, NOT_ME_MAC.toString('hex')],
  ['a nonce', 'nonce', NONCE, { deep: { in: { an: { object: { nonce: NONCE } } } } }],
  ['a nonce in hex', 'nonce', NONCE, Buffer.from(NONCE, 'base64url').toString('hex')],
  ['an address', 'address', ADDRESS, `550 <${ADDRESS}>: no such user`],
  ['an address in capitals', 'address', ADDRESS, ADDRESS.toUpperCase()],
  ['an address, percent-encoded', 'address', ADDRESS, encodeURIComponent(ADDRESS)],
  ['a local part alone', 'address', ADDRESS, 'canary0123456789ab'],
  ['a plain digest of an address', 'address', ADDRESS, createHash('sha256').update(ADDRESS).digest('base64url')],
  ['an address in a cause', 'address', ADDRESS, new Error('failed', { cause: new Error(ADDRESS) })],
  ['a hidden property', 'nonce', NONCE, Object.defineProperty({}, 'nonce', { value: NONCE })],
];

test.each(LEAKS)('SE-01: %s is found', (_what, kind, secret, seen) => {
  const canary = new Canary();
  canary.saw('a log', seen);
  canary.issued(kind, secret);
  expect(canary.leaks()).toEqual([`${kind} in a log`]);
});

test('what is allowed at a place is not a leak there, and anything else is', () => {
  const canary = new Canary();
  canary.issued('token', TOKEN);
  canary.issued('nonce', NONCE);
  canary.saw('a page', TOKEN + NONCE, ['token']);
  expect(canary.leaks()).toEqual(['nonce in a page']);
  expect(canary.allowed()).toEqual(['token in a page']);
});

test('an address is allowed to whoever typed it, and no other one with it', () => {
  const canary = new Canary();
  canary.issued('address', ADDRESS);
  canary.issued('address', 'somebody.else@example.com');
  canary.saw('a page', ADDRESS, [ADDRESS]);
  expect(canary.leaks()).toEqual([]);
  canary.saw('a page', 'somebody.else@example.com', [ADDRESS]);
  expect(canary.leaks()).toEqual(['address in a page']);
});

test('nothing is found in another secret of the same kind, or in its record id', () => {
  const canary = new Canary();
  canary.issued('token', TOKEN);
  canary.issued('notMe', NOT_ME);
  canary.issued('code', CODE);
  canary.saw('a log', `pbl_${randomBytes(84).toString('base64url')} pbn_${randomBytes(54).toString('base64url')}`);
  canary.saw('an event', TOKEN.slice(4 + 28, 4 + 48) + NOT_ME.slice(4 + 28, 4 + 48));
  expect(canary.leaks()).toEqual([]);
});

test('a session is watched without the user that Passport keeps in it', () => {
  const canary = new Canary();
  const data = { passport: { user: ADDRESS }, 'passport-bound-link': { binding: { nonce: NONCE } } };
  canary.issued('address', ADDRESS);
  canary.sawSession('a-session-id-0123456789abcdef', JSON.stringify(data));
  expect(canary.leaks()).toEqual([]);
  expect(canary.allowed()).toEqual(["nonce in the session store's data", "session in the session store's key"]);
  canary.sawSession('another-session-id-0123456789', JSON.stringify({ seen: inspect(data) }));
  expect(canary.leaks()).toEqual(["address in the session store's data"]);
});
