/** GET on the callback: one click logs in the browser that asked, and no other. */
import type { ErrorRequestHandler } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import { askFor, plainRoutes, SECRET, startApp, type TestApp, type TestAppConfig } from '../support/app.js';
import type { Client } from '../support/client.js';

/** Passport's own answer has no code; the request has. */
const tellRefusal: ErrorRequestHandler = (error, req, res, next) => {
  if (req.magicLink?.status === 'refused') res.status(error.status).json(req.magicLink.refusal);
  else next(error);
};

async function start(config: TestAppConfig = {}) {
  const app = await startApp({
    routes: (express, test) => {
      express.post('/rotate', (req, res) => req.session.regenerate(() => res.json(Object.assign(req.session, { a: 1 }))));
      plainRoutes(express, test, { failWithError: true });
      express.use(tellRefusal);
    },
    ...config,
  });
  onTestFinished(() => app.close());
  return app;
}

const userOf = async (browser: Client) => (await browser.get('/me')).json<{ user?: { email: string } }>().user?.email;

async function expectLanding(app: TestApp, browser: Client, path: string, headers = {}) {
  const answer = await browser.get(path, headers);
  expect([answer.status, answer.setCookies]).toEqual([200, []]);
  expect(answer.text).toContain('Open this link where you asked for it');
  expect(app.events.some(({ type }) => type === 'link.redeemed')).toBe(false);
}

async function expectRefused(browser: Client, path: string, code: string) {
  const answer = await browser.get(path);
  expect([answer.status, answer.json().code]).toEqual([401, code]);
  expect(await userOf(browser)).toBeUndefined();
}

test('the browser that asked is logged in', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  const answer = await browser.get(path);
  expect(answer.status).toBe(200);
  expect(answer.json().user).toEqual({ email: 'ada@example.com' });
  expect(await userOf(browser)).toBe('ada@example.com');
});

test('a click on another site logs in where the cookie came along', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  await browser.get(path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' });
  expect(await userOf(browser)).toBe('ada@example.com');
});

test('SS-01: the session ID is a new one, and the old one is anonymous', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  const before = browser.copy();
  await browser.get(path);
  expect(browser.cookieHeader).not.toBe(before.cookieHeader);
  expect(await userOf(before)).toBeUndefined();
});

test('BD-08: whoever planted the session is not logged in with its owner (CVE-2022-25896, CVE-2023-29019)', async () => {
  const app = await start();
  const attacker = app.browser();
  await askFor(app, attacker, 'eve@example.com');
  const victim = attacker.copy();
  const { path } = await askFor(app, victim);
  await victim.get(path);
  expect([await userOf(victim), await userOf(attacker)]).toEqual(['ada@example.com', undefined]);
});

test('BD-01, SC-01: another browser lands, any number of times, and the asking one still logs in', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  const headers = { 'user-agent': 'the same', 'accept-language': 'en' };
  for (let i = 0; i < 50; i++) await expectLanding(app, app.browser(), path, headers);
  await browser.get(path, headers);
  expect(await userOf(browser)).toBe('ada@example.com');
});

test('SS-02: a browser that asked for another link lands', async () => {
  const app = await start();
  const victim = app.browser();
  await askFor(app, victim, 'victim@example.com');
  const { path } = await askFor(app, app.browser(), 'eve@example.com');
  await expectLanding(app, victim, path);
});

test('BD-10: a session that the app renewed meanwhile lands', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  await browser.post('/rotate');
  await expectLanding(app, browser, path);
});

test('BD-02: another User-Agent is no other browser', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  await browser.get(path, { 'user-agent': 'other', 'x-forwarded-for': '203.0.113.9' });
  expect(await userOf(browser)).toBe('ada@example.com');
});

test('BD-12: of two links that a browser asked for, the other dies with the login', async () => {
  const app = await start();
  const browser = app.browser();
  const first = await askFor(app, browser, 'ada@example.com');
  const second = await askFor(app, browser, 'bob@example.com');
  await browser.get(first.path);
  expect((await browser.get(second.path)).text).toContain('Open this link where you asked for it');
  expect(await userOf(browser)).toBe('ada@example.com');
});

test('a login kills no link that was asked for elsewhere', async () => {
  const app = await start();
  const [here, there] = [app.browser(), app.browser()];
  const first = await askFor(app, here);
  const second = await askFor(app, there);
  await here.get(first.path);
  await there.get(second.path);
  expect(await userOf(there)).toBe('ada@example.com');
});

const DAMAGE: [string, (token: string) => string][] = [
  ['nothing', () => ''],
  ['a word', () => 'token'],
  ['another last character', (token) => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')],
  ['another first character', (token) => `pbl_${token[4] === 'A' ? 'B' : 'A'}${token.slice(5)}`],
  ['padding', (token) => `${token}%3D`],
  ['a newline', (token) => `${token}%0A`],
  ['a space', (token) => `%20${token}`],
  ['NUL', (token) => `${token}%00`],
  ['a broken escape', (token) => `${token}%ZZ`],
  ['a full stop', (token) => `${token}.`],
  ['upper case', (token) => token.toUpperCase()],
  ['a cut', (token) => token.slice(0, 60)],
  ['4 kB', (token) => token + 'A'.repeat(4096)],
  ['IN-18: a second one', (token) => `${token}&token=${token}`],
];

test.each(DAMAGE)('TK-09: a token with %s is link_invalid', async (_what, damage) => {
  const app = await start();
  const browser = app.browser();
  const { token } = await askFor(app, browser);
  await expectRefused(browser, `/login/callback?token=${damage(token)}`, 'link_invalid');
});

test.each(['', '?token[]=x', '?token[a]=x', '?Token=x', '?hop=1'])('no token: /login/callback%s is link_invalid', async (query) => {
  const app = await start();
  await expectRefused(app.browser(), `/login/callback${query}`, 'link_invalid');
});

test('TK-07: a token of another origin is link_invalid', async () => {
  const store = new MemoryStore();
  const app = await start({ options: { store } });
  const other = await start({ options: { store } });
  const browser = other.browser();
  const { path } = await askFor(other, browser);
  await expectRefused(app.browser(), path, 'link_invalid');
});

test.each([
  ['the browser that asked', (_app: TestApp, browser: Client) => browser],
  ['another browser', (app: TestApp) => app.browser()],
])('TK-04: past its life a link is link_expired to %s', async (_who, choose) => {
  let now = Date.now();
  const app = await start({ options: { clock: () => now, ttl: 60 } });
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  now += 60_000;
  await expectRefused(choose(app, browser), path, 'link_expired');
});

test('AC: a revoked link is link_revoked to the browser that asked, and lands elsewhere', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  await app.strategy.revokeAll('ada@example.com');
  await expectLanding(app, app.browser(), path);
  await expectRefused(browser, path, 'link_revoked');
});

test('BD-13: the landing page tells nothing of whose link it is', async () => {
  const app = await start();
  const known = await askFor(app, app.browser(), 'ada@example.com');
  const { text } = await app.browser().get(known.path);
  expect(text).not.toContain('ada');
  expect(text).not.toContain('example.com');
});

test.each([{}, { failureRedirect: '/login' }])('SS-12, SC-06: every answer is protected under %j', async (options) => {
  const app = await start({ routes: (express, test) => plainRoutes(express, test, options) });
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  for (const answer of [await app.browser().get(path), await browser.get(path), await browser.get(`${path}x`)]) {
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'strict-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      vary: expect.stringMatching(/Accept.*Cookie/),
    });
  }
});

test('RD-08: no parameter beside the token changes who logs in, or where to', async () => {
  const app = await start({ routes: (express, test) => plainRoutes(express, test, { successReturnToOrRedirect: '/home' }) });
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  const answer = await browser.get(`${path}&returnTo=https://evil.test&email=eve@example.com&user=eve&next=/x`);
  expect(answer.headers.location).toBe('/home');
  expect(await userOf(browser)).toBe('ada@example.com');
});

test('TK-11: a link of a secret that is no longer known is link_invalid', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  app.passport.use(
    new MagicLinkStrategy(
      {
        secret: `another ${SECRET}`,
        origin: app.origin,
        callbackPath: '/login/callback',
        store: new MemoryStore(),
        mail: { deliver: app.mailbox.deliver },
      },
      async () => ({ email: 'ada@example.com' }),
    ),
  );
  await expectRefused(browser, path, 'link_invalid');
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused, and spends nothing', async (method) => {
  const app = await start();
  const browser = app.browser();
  const { path } = await askFor(app, browser);
  const answer = await browser.send(path, { method });
  expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  await browser.get(path);
  expect(await userOf(browser)).toBe('ada@example.com');
});
