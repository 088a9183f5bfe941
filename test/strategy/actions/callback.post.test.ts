/** POST on the callback: the one button of the landing and the confirm page. */
import { expect, test } from 'vitest';
import { ada, CALLBACK, requestLink, startApp, type TestApp, tellingRoutes, userOf } from '../../support/app.js';
import { type RequestOptions, rawJson } from '../../support/browser.js';

const start = (options: object = {}) => startApp({ options, routes: tellingRoutes });

const countsOf = (app: TestApp) =>
  app.events.filter(({ type }) => type === 'link.wrong_browser').map(({ count }) => count);

test('the browser that requested the link is logged in', async () => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  expect((await browser.post(CALLBACK, { token })).status).toBe(200);
  expect(await userOf(browser)).toEqual(ada);
});

test('BD-09: the button of the landing page logs in a browser whose GET came without its cookie', async () => {
  const app = await start();
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  await app.browser().get(path, { 'sec-fetch-site': 'cross-site' });
  await browser.post(CALLBACK, { token }, { 'sec-fetch-site': 'same-origin' });
  expect(await userOf(browser)).toEqual(ada);
});

test('the token may come as JSON', async () => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  await browser.postJson(CALLBACK, { token });
  expect(await userOf(browser)).toEqual(ada);
});

test('BD-01, BD-14, SC-01: another browser is refused and counted, and the requesting one still logs in', async () => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  for (let i = 0; i < 50; i++) {
    const stranger = app.browser();
    const answer = await stranger.post(CALLBACK, { token });
    expect([answer.status, answer.json().code, answer.setCookies]).toEqual([401, 'wrong_browser', []]);
  }
  expect(countsOf(app)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  await browser.post(CALLBACK, { token });
  expect(await userOf(browser)).toEqual(ada);
});

test('BD-14: opening the link elsewhere is not counted, the button is', async () => {
  const app = await start();
  const { path, token } = await requestLink(app, app.browser());
  const other = app.browser();
  await requestLink(app, other, 'bob@example.com');
  await other.get(path);
  await other.post(CALLBACK, { token });
  expect(countsOf(app)).toEqual([1]);
});

test('SS-02: a browser that requested another link is the wrong browser', async () => {
  const app = await start();
  const victim = app.browser();
  await requestLink(app, victim, 'victim@example.com');
  const { token } = await requestLink(app, app.browser(), 'eve@example.com');
  expect((await victim.post(CALLBACK, { token })).json().code).toBe('wrong_browser');
  expect(await userOf(victim)).toBeUndefined();
});

test('used and revoked are not told to another browser', async () => {
  const app = await start();
  const browser = app.browser();
  const used = await requestLink(app, browser);
  await browser.get(used.path);
  const revoked = await requestLink(app, app.browser(), 'bob@example.com');
  await app.strategy.revokeAll('bob@example.com');
  for (const { token } of [used, revoked]) {
    expect((await app.browser().post(CALLBACK, { token })).json().code).toBe('wrong_browser');
  }
});

test('a revoked link is link_revoked to the browser that requested the link', async () => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  await app.strategy.revokeAll('ada@example.com');
  expect((await browser.post(CALLBACK, { token })).json().code).toBe('link_revoked');
});

test('an expired link is link_expired', async () => {
  let now = Date.now();
  const app = await start({ clock: () => now });
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  now += 600_000;
  expect((await browser.post(CALLBACK, { token })).json().code).toBe('link_expired');
});

const FOREIGN: [string, Record<string, string>][] = [
  ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
  ['Origin of another site', { origin: 'https://evil.test' }],
  ['Origin null', { origin: 'null' }],
  ['Origin null and Sec-Fetch-Site: cross-site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
];

test.each(FOREIGN)('SC-05: %s is cross_site, and spends nothing', async (_what, headers) => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  const answer = await browser.post(CALLBACK, { token }, headers);
  expect([answer.status, answer.json().code]).toEqual([403, 'cross_site']);
  await browser.post(CALLBACK, { token });
  expect(await userOf(browser)).toEqual(ada);
});

test('the token of the URL does not count', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  expect((await browser.post(path, { other: 'x' })).status).toBeGreaterThanOrEqual(400);
  expect(await userOf(browser)).toBeUndefined();
});

test('IN-14: a token under __proto__ is none', async () => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  const answer = await browser.send(CALLBACK, rawJson(`{"__proto__":{"token":"${token}"}}`));
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await userOf(browser)).toBeUndefined();
});

test.each<[string, (token: string) => RequestOptions]>([
  ['an array', (token) => rawJson(JSON.stringify({ token: [token] }))],
  ['two', (token) => ({ form: `token=${token}&token=${token}` })],
  ['an object', (token) => rawJson(JSON.stringify({ token: { token } }))],
  ['a number', () => rawJson('{"token":1}')],
  ['null', () => rawJson('{"token":null}')],
])('IN-18: %s for a token is invalid_request, and spends nothing', async (_what, request) => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  const answer = await browser.send(CALLBACK, { method: 'POST', ...request(token) });
  expect([answer.status, answer.json().code]).toEqual([400, 'invalid_request']);
  await browser.post(CALLBACK, { token });
  expect(await userOf(browser)).toEqual(ada);
});

test.each<[string, RequestOptions]>([
  ['no body', {}],
  ['text/plain', { body: 'token=x', headers: { 'content-type': 'text/plain' } }],
  ['multipart', { body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
])('IN-03: %s is invalid_request', async (_what, request) => {
  const app = await start();
  const answer = await app.browser().send(CALLBACK, { method: 'POST', ...request });
  expect([answer.status, answer.json().code]).toEqual([400, 'invalid_request']);
});

test.each([
  ['a form', { form: { token: 'x' } }, 'express.urlencoded('],
  ['JSON', { json: { token: 'x' } }, 'express.json('],
])('IN-03: %s that nothing has parsed is an error that names the parser', async (_what, request, cure) => {
  const app = await startApp({
    routes: (express, { passport }) => express.all(CALLBACK, passport.authenticate('magic-link')),
  });
  const answer = await app.browser().send(CALLBACK, { method: 'POST', ...request });
  expect([answer.status, answer.json()]).toEqual([500, { error: 'TypeError', message: expect.stringContaining(cure) }]);
});
