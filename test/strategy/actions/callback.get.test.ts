/** GET on the callback: one click logs in the browser that requested the link, and no other. */
import { expect, test } from 'vitest';
import {
  ada,
  plainRoutes,
  requestLink,
  startApp,
  type TestApp,
  type TestAppConfig,
  userOf,
} from '../../support/app.js';
import type { Browser } from '../../support/browser.js';

const start = (config: TestAppConfig = {}) =>
  startApp({
    routes: (express, test) => {
      express.post('/rotate', (req, res) =>
        req.session.regenerate(() => res.json(Object.assign(req.session, { a: 1 }))),
      );
      plainRoutes(express, test);
    },
    ...config,
  });

async function expectLanding(app: TestApp, browser: Browser, path: string, headers = {}) {
  const answer = await browser.get(path, headers);
  expect([answer.status, answer.setCookies]).toEqual([200, []]);
  expect(answer.text).toContain('Is this the right browser?');
  expect(app.events.some(({ type }) => type === 'link.redeemed')).toBe(false);
}

test('the browser that requested the link is logged in', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const answer = await browser.get(path);
  expect(answer.status).toBe(200);
  expect(answer.json().user).toEqual(ada);
  expect(await userOf(browser)).toEqual(ada);
});

test('a click on another site logs in where the cookie came along', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await browser.get(path, {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
  });
  expect(await userOf(browser)).toEqual(ada);
});

test('SS-01: the session ID is a new one, and the old one is anonymous', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const before = browser.copy();
  await browser.get(path);
  expect(browser.cookieHeader).not.toBe(before.cookieHeader);
  expect(await userOf(before)).toBeUndefined();
});

test('BD-08: whoever planted the session is not logged in with its owner (CVE-2022-25896, CVE-2023-29019)', async () => {
  const app = await start();
  const attacker = app.browser();
  await requestLink(app, attacker, 'eve@example.com');
  const victim = attacker.copy();
  const { path } = await requestLink(app, victim);
  await victim.get(path);
  expect([await userOf(victim), await userOf(attacker)]).toEqual([ada, undefined]);
});

test('BD-01, SC-01: another browser lands, any number of times, and the requesting one still logs in', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const headers = { 'user-agent': 'the same', 'accept-language': 'en' };
  for (let i = 0; i < 50; i++) await expectLanding(app, app.browser(), path, headers);
  await browser.get(path, headers);
  expect(await userOf(browser)).toEqual(ada);
});

test('SS-02: a browser that requested another link lands', async () => {
  const app = await start();
  const victim = app.browser();
  await requestLink(app, victim, 'victim@example.com');
  const { path } = await requestLink(app, app.browser(), 'eve@example.com');
  await expectLanding(app, victim, path);
});

test('BD-10: a session that the app renewed meanwhile lands', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await browser.post('/rotate');
  await expectLanding(app, browser, path);
});

test('a login kills no link that was requested elsewhere', async () => {
  const app = await start();
  const [here, there] = [app.browser(), app.browser()];
  const first = await requestLink(app, here);
  const second = await requestLink(app, there);
  await here.get(first.path);
  await there.get(second.path);
  expect(await userOf(there)).toEqual(ada);
});

test.each([{}, { failureRedirect: '/login' }])('SS-12, SC-06: every answer is protected under %j', async (options) => {
  const app = await start({ routes: (express, test) => plainRoutes(express, test, options) });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
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

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused, and spends nothing', async (method) => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const answer = await browser.send(path, { method });
  expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  await browser.get(path);
  expect(await userOf(browser)).toEqual(ada);
});
