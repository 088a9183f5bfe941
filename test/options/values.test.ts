/** Options of the right type: which values are taken, which are refused, and what stands where none is given. */

import { once } from 'node:events';
import type { Request, Response } from 'express';
import { describe, expect, test, vi } from 'vitest';
import { type MagicLinkOptions, MagicLinkStrategy } from '../../lib/index.js';
import { SECRET } from '../support/app.js';
import { documented, misuse } from '../support/errors.js';
import {
  deliver,
  parse,
  parseMail,
  parseOdd,
  refused,
  required,
  store,
  transport,
  verify,
} from '../support/options.js';

describe('defaults', () => {
  test('are the documented ones', () => {
    expect(parse()).toMatchObject({ name: 'magic-link', ttl: 600, confirm: 'auto', codes: true, clock: Date.now });
    expect(parse().theme).toMatchObject({ name: 'app.example.com', logo: undefined });
    expect(parse().mail).toMatchObject({ code: false });
    expect(parse().mail).toMatchObject({ timeoutMs: 30_000, retryDelayMs: 1000, queueSize: 1000, concurrency: 5 });
    expect(parse().mayReceive('ada@example.com')).toBe(true);
  });

  test('the config is frozen', () => {
    const config = parse();
    const { mail, theme } = config;
    expect([config, mail, theme, theme.light, theme.dark].every(Object.isFrozen)).toBe(true);
  });

  test('the views are those of construction', async () => {
    const [first, later] = [vi.fn(), vi.fn()];
    const views = { hop: first };
    const { pages } = parse({ views });
    Object.assign(views, { hop: later });
    const res = { status: () => res, vary: () => res, set: () => res } as unknown as Response;
    const req = { acceptsLanguages: () => false } as unknown as Request;
    await pages.send(req, res, 'hop', { href: '/' });
    expect(first.mock.calls).toEqual([[req, res, { href: '/' }]]);
    expect(later).not.toHaveBeenCalled();
  });
});

describe('a wrong value of the right type is refused', () => {
  test.each<[string, MagicLinkOptions['origin']]>([
    ['no scheme', 'app.example.com'],
    ['a slash at its end', 'https://app.example.com/'],
    ['a path', 'https://app.example.com/app'],
    ['a query', 'https://app.example.com?x'],
    ['a user', 'https://user@app.example.com'],
    ['the default port', 'https://app.example.com:443'],
    ['upper case', 'https://APP.example.com'],
    ['another scheme', 'ftp://app.example.com'],
    ['the text null', 'null'],
    ['nothing', ''],
    ['a port that is none', 'http://localhost:PORT'],
  ])('origin: %s', (_what, origin) => refused('origin', () => parse({ origin })));

  test.each<[string, string]>([
    ['no slash at its start', 'login/callback'],
    ['a whole URL', 'https://app.example.com/login/callback'],
    ['another host', '//evil.test/callback'],
    ['a query', '/login/callback?x=1'],
    ['a fragment', '/login/callback#x'],
    ['a bare ?', '/login/callback?'],
    ['dots', '/login/../callback'],
    ['a backslash', '\\login'],
    ['a space', '/log in'],
    ['what would be a port', ':80/callback'],
    ['what would be a user', '@evil.test/callback'],
    ['nothing', ''],
  ])('callbackPath: %s', (_what, callbackPath) => refused('callbackPath', () => parse({ callbackPath })));

  test.each<[string, MagicLinkOptions['secret']]>([
    ['31 bytes', 'x'.repeat(31)],
    ['nothing', ''],
    ['none', []],
    ['a short one among them', [SECRET, 'short']],
    ['one twice', [SECRET, SECRET]],
  ])('TK-11: secret: %s', (_what, secret) => refused('secret', () => parse({ secret })));

  test.each([0, -1, 601, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('TK-04: ttl: %d', (ttl) => {
    refused('ttl', () => parse({ ttl }));
  });

  test.each([
    ['timeoutMs', 600_000],
    ['retryDelayMs', 60_000],
    ['queueSize', 100_000],
    ['concurrency', 100],
  ] as const)('mail.%s: below 1, above %i, or no whole number', (name, max) => {
    for (const value of [0, max + 1, 1.5]) refused(`mail.${name}`, () => parseMail({ deliver, [name]: value }));
    for (const value of [1, max]) expect(parseMail({ deliver, [name]: value }).mail[name]).toBe(value);
  });

  test.each<[string, MagicLinkOptions['mail'], string]>([
    ['neither transport nor deliver', {}, 'mail needs'],
    ['both', { transport, deliver, from: 'a@x.test' }, 'mail needs'],
    ['transport without from', { transport }, 'mail.from'],
    ['an empty from', { transport, from: '' }, 'mail.from'],
    ['a from without an address', { transport, from: 'Acme' }, 'mail.from'],
    ['a from with an empty address', { transport, from: 'Acme <>' }, 'mail.from'],
    ['a from without a domain', { transport, from: 'Acme <login>' }, 'mail.from'],
    ['a from of two addresses', { transport, from: 'a@x.test, b@x.test' }, 'mail.from'],
    ['a from of two addresses, one with a name', { transport, from: 'a@x.test, B <b@x.test>' }, 'mail.from'],
    ['a from of which a mailer would make two', { transport, from: 'Acme, Inc. <a@x.test>' }, 'mail.from'],
    ['a from without an address, beside deliver', { deliver, from: 'Acme' }, 'mail.from'],
  ])('mail: %s', (_what, mail, named) => refused(named, () => parseMail(mail)));

  test('mail.code without otherBrowser code', () => {
    const attempt = () => parse({ otherBrowser: 'deny', mail: { deliver, code: true } });
    expect(attempt).toThrow(misuse("mail.code needs otherBrowser: 'code'"));
  });

  test('languages: none', () => refused('languages', () => parse({ languages: {} })));

  test('name: empty', () => refused('name', () => parse({ name: '' })));

  test.each(['issue', 'open', 'redeem', 'redeemByCode', 'revoke', 'ping'])('store: no %s', (method) => {
    refused('store', () => parseOdd({ store: { ...store, [method]: undefined } }));
  });

  test('the strategy refuses at construction', () => {
    refused('ttl', () => new MagicLinkStrategy({ ...required, ttl: 0 }, verify));
  });
});

describe('an accepted value is kept', () => {
  test.each(['a@x.test', 'Acme <a@x.test>', '<a@x.test>', 'Bücher & Söhne <a@x.test>', '"Acme, Inc." <a@x.test>'])(
    'mail.from: %s',
    (from) => {
      expect(parseMail({ transport, from }).mail.from).toBe(from);
    },
  );

  test.each(['https://app.example.com', 'https://app.example.com:8443', 'https://xn--bcher-kva.example'])(
    '%s',
    (origin) => {
      expect(parse({ origin }).origin).toBe(origin);
    },
  );

  test.each(['/login/callback', '/', '/app/%C3%A9'])('%s', (callbackPath) => {
    expect(parse({ callbackPath }).callbackPath).toBe(callbackPath);
  });

  test.each([
    [undefined, true],
    ['code', true],
    ['deny', false],
  ] as const)('otherBrowser %s: whether a code may stand for a link: %s', (otherBrowser, codes) => {
    expect(parse(otherBrowser === undefined ? {} : { otherBrowser }).codes).toBe(codes);
  });

  test('mail.code', () => {
    expect(parseMail({ deliver, code: true }).mail.code).toBe(true);
  });

  test.each([
    ['/login/callback', '/login', '/login/not-me'],
    ['/callback', '/', '/not-me'],
    ['/a/b/c', '/a/b', '/a/b/not-me'],
  ])('of %s the form is at %s, and the not-me page at %s', (callbackPath, loginPath, notMePath) => {
    expect(parse({ callbackPath })).toMatchObject({ loginPath, notMePath });
  });

  test.each([1, 599, 600])('a ttl of %i', (ttl) => {
    expect(parse({ ttl }).ttl).toBe(ttl);
  });

  test('TK-11: a secret of 32 bytes, or several, of which the first signs', () => {
    expect(parse({ secret: 'é'.repeat(16) }).keyring.all).toHaveLength(1);
    const { keyring } = parse({ secret: [SECRET, `older: ${SECRET}`] });
    expect(keyring.all).toHaveLength(2);
    expect(keyring.current.id).toEqual(parse({ secret: SECRET }).keyring.current.id);
  });
});

test.each([
  ['origin', { origin: 'https://other.example.com' }],
  ['name', { name: 'magic-link-2' }],
])('TK-07: with another %s the same secret makes other keys', (_option, changes) => {
  expect(parse(changes).keyring.current.id).not.toEqual(parse().keyring.current.id);
});

test('PK-03: no limits are warned of', async () => {
  const warned = once(process, 'warning');
  expect(parse({ origin: 'http://localhost:3000', dangerouslyNoLimits: true }).limits).toBeUndefined();
  const message = documented('dangerouslyNoLimits: anyone can fill any mailbox with mail', 'PBL_NO_LIMITS');
  expect(await warned).toMatchObject([{ code: 'PBL_NO_LIMITS', message }]);
});

describe('TK-04, PK-03: a long life has a name that says so', () => {
  test('up to a day, with one warning', async () => {
    const warned = once(process, 'warning');
    expect(parse({ ttl: 86_400, dangerouslyLongTtl: true }).ttl).toBe(86_400);
    const message = documented('a link lives 86400 s; NIST and OWASP allow 600 at most', 'PBL_LONG_TTL');
    expect(await warned).toMatchObject([{ code: 'PBL_LONG_TTL', message }]);
  });

  test('and no longer', () => refused('ttl', () => parse({ ttl: 86_401, dangerouslyLongTtl: true })));

  test('it changes no default', () => {
    expect(parse({ dangerouslyLongTtl: true }).ttl).toBe(600);
  });
});
