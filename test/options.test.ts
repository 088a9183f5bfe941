/** Every option, right and wrong: what is taken, and that a refusal names the option and its cure. */
import { once } from 'node:events';
import type { Request } from 'express';
import { describe, expect, test } from 'vitest';
import { DevInbox, type LinkStore, type MagicLinkOptions, MagicLinkStrategy, MemoryStore } from '../lib/index.js';
import { type AnyVerify, type Done, parseOptions, type VerifyCallback } from '../lib/options.js';
import type { Claims } from '../lib/protocol/magic-link.js';

const SECRET = 'a secret of the tests, which is long enough';
const verify = () => true;
const deliver = async () => {};
const transport = { sendMail: deliver };
/** As a store for production looks from here. */
const store: LinkStore = { issue: never, open: never, redeem: never, revoke: never, ping: never };

const required = {
  secret: SECRET,
  origin: 'https://app.example.com',
  callbackPath: '/login/callback',
  store,
  mail: { deliver },
} satisfies MagicLinkOptions;

const parse = (changes: Partial<MagicLinkOptions> = {}, by: AnyVerify = verify) =>
  parseOptions({ ...required, ...changes }, by);
const parseMail = (mail: MagicLinkOptions['mail']) => parse({ mail });
/** For what the types cannot refuse because the name is computed. */
const parseOdd = (changes: object) => parse(changes);

/** Refused with a TypeError whose message begins with the option's name. */
const refused = (option: string, attempt: () => unknown) => {
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow(new RegExp(`^${option.replace('.', '\\.')}\\b`));
};

describe('defaults', () => {
  test('are the documented ones', () => {
    expect(parse()).toMatchObject({ name: 'magic-link', ttl: 600, confirm: 'auto', views: {}, clock: Date.now });
    expect(parse().mail).toMatchObject({ timeoutMs: 30_000, retryDelayMs: 1000, queueSize: 1000, concurrency: 5 });
    expect(parse().mayReceive('ada@example.com')).toBe(true);
  });

  test('the config is frozen', () => {
    const config = parse();
    expect([config, config.mail, config.views].every(Object.isFrozen)).toBe(true);
  });

  test('the views are those of construction', () => {
    const views = {};
    const config = parse({ views });
    Object.assign(views, { form: () => {} });
    expect(config.views).toEqual({});
  });
});

describe('a value of a wrong type is refused by the types, and at run time', () => {
  test.each<[string, () => unknown]>([
    // @ts-expect-error
    ['name', () => parse({ name: 1 })],
    // @ts-expect-error
    ['name', () => parse({ name: null })],
    // @ts-expect-error
    ['secret', () => parse({ secret: undefined })],
    // @ts-expect-error
    ['secret', () => parse({ secret: Buffer.alloc(32) })],
    // @ts-expect-error
    ['secret', () => parse({ secret: [SECRET, undefined] })],
    // @ts-expect-error
    ['origin', () => parse({ origin: undefined })],
    // @ts-expect-error
    ['origin', () => parse({ origin: new URL('https://app.example.com') })],
    // @ts-expect-error
    ['callbackPath', () => parse({ callbackPath: undefined })],
    // @ts-expect-error
    ['callbackPath', () => parse({ callbackPath: /callback/ })],
    // @ts-expect-error
    ['store', () => parse({ store: undefined })],
    // @ts-expect-error
    ['store', () => parse({ store: null })],
    // @ts-expect-error
    ['store', () => parse({ store: new Map() })],
    // @ts-expect-error
    ['mail', () => parse({ mail: undefined })],
    // @ts-expect-error
    ['mail', () => parse({ mail: [] })],
    // @ts-expect-error
    ['ttl', () => parse({ ttl: '600' })],
    // @ts-expect-error
    ['ttl', () => parse({ ttl: null })],
    // @ts-expect-error
    ['dangerouslyLongTtl', () => parse({ dangerouslyLongTtl: 'yes' })],
    // @ts-expect-error
    ['confirm', () => parse({ confirm: 'never' })],
    // @ts-expect-error
    ['confirm', () => parse({ confirm: true })],
    // @ts-expect-error
    ['otherBrowser', () => parse({ otherBrowser: 'code' })],
    // @ts-expect-error
    ['mayReceive', () => parse({ mayReceive: ['ada@example.com'] })],
    // @ts-expect-error
    ['verifyStyle', () => parse({ verifyStyle: 'done' })],
    // @ts-expect-error
    ['passReqToCallback', () => parse({ passReqToCallback: 1 })],
    // @ts-expect-error
    ['views', () => parse({ views: null })],
    // @ts-expect-error
    ['views', () => parse({ views: 'views/' })],
    // @ts-expect-error
    ['views.form', () => parse({ views: { form: '<form>' } })],
    // @ts-expect-error
    ['clock', () => parse({ clock: 0 })],
    // @ts-expect-error
    ['mail.transport', () => parseMail({ transport: null, from: 'a@x.test' })],
    // @ts-expect-error
    ['mail.transport', () => parseMail({ transport: 'smtp://localhost', from: 'a@x.test' })],
    // @ts-expect-error
    ['mail.transport', () => parseMail({ transport: {}, from: 'a@x.test' })],
    // @ts-expect-error
    ['mail.deliver', () => parseMail({ deliver: transport })],
    // @ts-expect-error
    ['mail.from', () => parseMail({ transport, from: { address: 'a@x.test' } })],
    // @ts-expect-error
    ['mail.from', () => parseMail({ deliver, from: 1 })],
    // @ts-expect-error
    ['mail.replyTo', () => parseMail({ deliver, replyTo: ['a@x.test'] })],
    // @ts-expect-error
    ['mail.render', () => parseMail({ deliver, render: 'Hello' })],
    // @ts-expect-error
    ['mail.timeoutMs', () => parseMail({ deliver, timeoutMs: '30s' })],
    // @ts-expect-error
    ['MagicLinkStrategy', () => parseOptions(undefined, verify)],
    // @ts-expect-error
    ['MagicLinkStrategy', () => parseOptions([required], verify)],
    // @ts-expect-error
    ['MagicLinkStrategy takes verify', () => parseOptions(required)],
    // @ts-expect-error
    ['MagicLinkStrategy takes verify', () => parseOptions(required, { verify })],
  ])('%s', refused);
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
  ])('mail: %s', (_what, mail, named) => refused(named, () => parseMail(mail)));

  test('name: empty', () => refused('name', () => parse({ name: '' })));

  test.each(['issue', 'open', 'redeem', 'revoke', 'ping'])('store: no %s', (method) => {
    refused('store', () => parseOdd({ store: { ...store, [method]: undefined } }));
  });

  test('the strategy refuses at construction', () => {
    refused('ttl', () => new MagicLinkStrategy({ ...required, ttl: 0 }, verify));
  });
});

describe('an accepted value is kept', () => {
  test.each(['https://app.example.com', 'https://app.example.com:8443', 'https://xn--bcher-kva.example'])(
    '%s',
    (origin) => {
      expect(parse({ origin }).origin).toBe(origin);
    },
  );

  test.each(['/login/callback', '/', '/app/%C3%A9'])('%s', (callbackPath) => {
    expect(parse({ callbackPath }).callbackPath).toBe(callbackPath);
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

describe('TK-04, PK-03: a long life has a name that says so', () => {
  test('up to a day, with one warning', async () => {
    const warned = once(process, 'warning');
    expect(parse({ ttl: 86_400, dangerouslyLongTtl: true }).ttl).toBe(86_400);
    expect(await warned).toMatchObject([{ code: 'PBL_LONG_TTL' }]);
  });

  test('and no longer', () => refused('ttl', () => parse({ ttl: 86_401, dangerouslyLongTtl: true })));

  test('it changes no default', () => {
    expect(parse({ dangerouslyLongTtl: true }).ttl).toBe(600);
  });
});

describe('PK-04: an unknown name is refused, and the right one named', () => {
  test.each([
    ['TTL', 'ttl'],
    ['tll', 'ttl'],
    ['secrets', 'secret'],
    ['orgin', 'origin'],
    ['callbackpath', 'callbackPath'],
    ['callbackPaths', 'callbackPath'],
    ['stores', 'store'],
    ['mails', 'mail'],
    ['dangerouslyLongTTL', 'dangerouslyLongTtl'],
    ['confirms', 'confirm'],
    ['otherBrowsers', 'otherBrowser'],
    ['mayRecieve', 'mayReceive'],
    ['verifystyle', 'verifyStyle'],
    ['passReqToCallbak', 'passReqToCallback'],
    ['view', 'views'],
    ['clok', 'clock'],
  ])('%s: did you mean %s?', (name, right) => {
    const message = `MagicLinkStrategy has no option '${name}'; did you mean ${right}?`;
    expect(() => parseOdd({ [name]: 1 })).toThrow(new TypeError(message));
  });

  test.each(['colour', '__proto__', 'constructor', 'toString', 'limits'])('%s: all names are listed', (name) => {
    // As JSON.parse would make it: an own key, whatever its name.
    const odd = Object.defineProperty({ ...required }, name, { value: 1, enumerable: true });
    expect(() => parseOptions(odd, verify)).toThrow(
      /^MagicLinkStrategy has no option '\w+'; there are: name, secret, /,
    );
  });

  test.each([
    ['form', 'from'],
    ['replyto', 'replyTo'],
    ['timeoutMS', 'timeoutMs'],
    ['transporter', 'transport'],
  ])('mail.%s: did you mean %s?', (name, right) => {
    const attempt = () => parseMail({ deliver, [name]: 1 });
    expect(attempt).toThrow(new TypeError(`mail has no option '${name}'; did you mean ${right}?`));
  });

  test('views.forms: did you mean form?', () => {
    expect(() => parseOdd({ views: { forms: verify } })).toThrow("views has no option 'forms'; did you mean form?");
  });
});

describe('a name of passport-magic-link or passport-magic-login is refused, and ours named', () => {
  test.each([
    ['userFields', 'email'],
    ['tokenField', 'token'],
    ['allowPost', 'nothing'],
    ['passReqToCallbacks', 'passReqToCallback'],
    ['verifyUserAfterToken', 'verify'],
    ['storage', 'store'],
    ['algorithm', 'nothing'],
    ['allowReuse', 'nothing'],
    ['userPrimaryKey', 'verify'],
    ['callbackUrl', 'callbackPath'],
    ['jwtOptions', 'ttl'],
    ['sendMagicLink', 'mail.deliver'],
    ['verify', 'second argument'],
    ['confirmUrl', 'nothing'],
  ])('%s: here it is … %s', (name, ours) => {
    expect(() => parseOdd({ [name]: 1 })).toThrow(TypeError);
    expect(() => parseOdd({ [name]: 1 })).toThrow(`has no option '${name}'; here it is `);
    expect(() => parseOdd({ [name]: 1 })).toThrow(ours);
  });
});

describe('in production, which is any origin that is not loopback', () => {
  const production = [
    'app.example.com',
    '192.168.1.5',
    '0.0.0.0',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '[::2]',
  ];
  const loopback = ['localhost', 'app.localhost', '127.0.0.1', '127.9.9.9', '[::1]'];
  const inbox = { transport: new DevInbox(), from: 'a@x.test' };

  test.each(production)('RD-02: http://%s is refused', (host) => {
    refused('origin', () => parse({ origin: `http://${host}` }));
  });
  test.each(loopback)('RD-02: http://%s is taken', (host) => {
    expect(parse({ origin: `http://${host}:3000` }).origin).toBe(`http://${host}:3000`);
  });

  test.each(production)('https://%s: the memory store is refused', (host) => {
    const attempt = () => parse({ origin: `https://${host}`, store: new MemoryStore() });
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/not loopback: this store .* RedisStore/);
  });
  test.each(loopback)('https://%s: the memory store is taken', (host) => {
    const memory = new MemoryStore();
    expect(parse({ origin: `https://${host}`, store: memory }).store).toBe(memory);
  });

  test.each(production)('SE-14: https://%s: the dev inbox is refused', (host) => {
    const attempt = () => parse({ origin: `https://${host}`, mail: inbox });
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/not loopback: this mail transport/);
  });
  test.each(loopback)('SE-14: https://%s: the dev inbox is taken', (host) => {
    expect(() => parse({ origin: `https://${host}`, mail: inbox })).not.toThrow();
  });
});

describe('verify is called as its options say', () => {
  const req = { url: '/' } as Request;
  const claims = { address: 'ada@example.com' } as Claims;
  const called = async (options: Partial<MagicLinkOptions>, by: AnyVerify) => parse(options, by).verify(req, claims);

  test('with the claims, by default', async () => {
    expect(await called({}, (...args: unknown[]) => args)).toEqual({ user: [claims], info: undefined });
  });

  test('passReqToCallback: with the request before them', async () => {
    const by = async (...args: unknown[]) => args;
    expect(await called({ passReqToCallback: true }, by)).toEqual({ user: [req, claims], info: undefined });
  });

  test('verifyStyle callback: with done after them', async () => {
    const by: VerifyCallback = (given, done) => done(null, given, { message: 'hello' });
    expect(await called({ verifyStyle: 'callback' }, by)).toEqual({ user: claims, info: { message: 'hello' } });
  });

  test.each<[string, Partial<MagicLinkOptions>, AnyVerify]>([
    ['throws', {}, () => never()],
    ['rejects', {}, async () => never()],
    ['throws before done', { verifyStyle: 'callback' }, () => never()],
    [
      'calls done with an error',
      { verifyStyle: 'callback' },
      (_claims: Claims, done: Done) => done(new Error('never')),
    ],
  ])('one that %s rejects', async (_how, options, by) => {
    await expect(called(options, by)).rejects.toThrow('never');
  });
});

function never(): never {
  throw new Error('never');
}
