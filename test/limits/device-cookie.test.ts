/** The cookie by which a browser has a lane to itself. */
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { DeviceCookie } from '../../lib/limits/device-cookie.js';
import { Keyring } from '../../lib/protocol/keys.js';

const ORIGIN = 'http://localhost:3000';
const OLD = 'an old secret that is long enough, too';
const NEW = 'a new secret that is long enough, too';

const cookieOf = (secrets: [string, ...string[]] = [OLD], origin = ORIGIN) =>
  new DeviceCookie({ keyring: new Keyring(secrets, origin), origin, name: 'magic-link' });

const requestWith = (cookie: string) => ({ headers: { cookie } }) as Request;

/** The Set-Cookie of a login in a browser that has this cookie. */
function logIn(device: DeviceCookie, mailbox: string, cookie = ''): string {
  let set = '';
  const res = { append: (_name: string, value: string) => (set = value) } as unknown as Response;
  device.remember(requestWith(cookie), res, mailbox);
  return set;
}

const pair = (setCookie: string) => setCookie.split(';')[0] ?? '';

test('a browser is known by its login, to that account alone', () => {
  const device = cookieOf();
  const cookie = pair(logIn(device, 'ada@example.com'));
  expect(device.knownDevice(requestWith(`a=b; ${cookie}; c=d`), 'ada@example.com')).toMatch(/^[\w-]{22}$/);
  expect(device.knownDevice(requestWith(cookie), 'eve@example.com')).toBeUndefined();
  expect(device.knownDevice(requestWith(''), 'ada@example.com')).toBeUndefined();
});

test('it keeps its id, and its four latest accounts', () => {
  const device = cookieOf();
  let cookie = '';
  for (const name of ['a', 'b', 'c', 'd', 'a', 'e']) cookie = pair(logIn(device, `${name}@example.com`, cookie));
  const known = (name: string) => device.knownDevice(requestWith(cookie), `${name}@example.com`);
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => known(name) !== undefined)).toEqual([true, false, true, true, true]);
  expect(known('a')).toBe(known('e'));
});

test('a cookie with anything changed is nobody’s', () => {
  const device = cookieOf();
  const cookie = pair(logIn(device, 'ada@example.com'));
  const [name, value = ''] = cookie.split('=');
  const bytes = Buffer.from(value, 'base64url');
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
    const header = `${name}=${changed.toString('base64url')}`;
    expect(device.knownDevice(requestWith(header), 'ada@example.com')).toBeUndefined();
  }
  for (const broken of ['', 'x', value.slice(0, -1), value + value.repeat(9), '%00', value.slice(0, 22)]) {
    expect(device.knownDevice(requestWith(`${name}=${broken}`), 'ada@example.com')).toBeUndefined();
  }
});

test('it names nobody', () => {
  const value = logIn(cookieOf(), 'ada@example.com');
  expect(value).not.toContain('ada');
  expect(value).not.toContain(Buffer.from('ada').toString('base64url'));
});

test('TK-11: it outlives a rotation, and not its secret', () => {
  const cookie = pair(logIn(cookieOf([OLD]), 'ada@example.com'));
  expect(cookieOf([NEW, OLD]).knownDevice(requestWith(cookie), 'ada@example.com')).toBeDefined();
  expect(cookieOf([NEW]).knownDevice(requestWith(cookie), 'ada@example.com')).toBeUndefined();
});

test('BU-14: its flags, on http and on https', () => {
  expect(logIn(cookieOf(), 'ada@example.com')).toMatch(
    /^magic-link-device=[\w-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect(logIn(cookieOf([OLD], 'https://app.example.com'), 'ada@example.com')).toMatch(
    /^__Host-magic-link-device=[\w-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  );
});
