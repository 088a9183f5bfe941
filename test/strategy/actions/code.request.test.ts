/** The code's route: what it takes, from where, and how often. */
import session from 'express-session';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../../lib/index.js';
import {
  ada,
  CODE,
  codeOf,
  newSessions,
  requestLink,
  startApp,
  startRouter,
  tellingRoutes,
  typesOf,
  userOf,
} from '../../support/app.js';
import { JSON_HEADERS, type RequestOptions, rawJson } from '../../support/browser.js';

const WRONG = '0000-0000';

/** A browser that has asked, and the right code. */
async function asked(config: Parameters<typeof startRouter>[0] = {}) {
  const { app, browser } = await startRouter(config);
  const { token, path } = await requestLink(app, browser);
  return { app, browser, path, code: codeOf(app, token) };
}

test.each([
  ['as it is shown', (code: string) => code],
  ['in lower case', (code: string) => code.toLowerCase()],
  ['without its hyphen', (code: string) => code.replace('-', '')],
  ['with spaces around and between', (code: string) => ` ${[...code].join(' ')}\n`],
  ['with the look-alikes of digits', (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
])('a code typed %s logs in', async (_how, typed) => {
  const { browser, code } = await asked();
  expect((await browser.post(CODE, { code: typed(code) })).status).toBe(303);
  expect(await userOf(browser)).toEqual(ada);
});

const ODD: [string, RequestOptions][] = [
  ['two of them', { method: 'POST', form: 'code=ABCD-EFGH&code=ABCD-EFGJ' }],
  ['none', { method: 'POST', form: {} }],
  ['no body', { method: 'POST' }],
  ['a number', { method: 'POST', json: { code: 12345678 } }],
  ['null', { method: 'POST', json: { code: null } }],
  ['a list', { method: 'POST', json: { code: ['ABCD-EFGH'] } }],
  ['an object', { method: 'POST', json: { code: { toString: 'ABCD-EFGH' } } }],
  ['not its own', rawJson('{"__proto__":{"code":"ABCD-EFGH"}}')],
];

test.each(ODD)('IN-15: %s is invalid_request, and no try', async (_what, request) => {
  const { app, browser } = await asked();
  const answer = await browser.send(CODE, { ...request, headers: { ...request.headers, ...JSON_HEADERS } });
  expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid_request' }]);
  expect(typesOf(app)).not.toContain('code.wrong');
});

test.each([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.test' },
  { origin: 'null' },
])('the right code from a page of another site, %j, is cross_site, and no login', async (headers) => {
  const { app, browser, code } = await asked();
  const answer = await browser.postJson(CODE, { code }, headers);
  expect([answer.status, answer.json(), answer.setCookies]).toEqual([403, { error: 'cross_site' }, []]);
  expect(typesOf(app)).not.toContain('link.redeemed');
  expect((await browser.post(CODE, { code })).status).toBe(303);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s with the right code in its query logs nobody in', async (method) => {
  const { browser, code } = await asked();
  const answer = await browser.send(`${CODE}?code=${code}`, { method });
  expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  expect(await userOf(browser)).toBeUndefined();
});

test('a code in the query of a POST is not read', async () => {
  const { browser, code } = await asked();
  expect((await browser.post(`${CODE}?code=${code}`, {})).status).toBe(400);
});

test('BD-01: the right code in another browser is refused, with the requesting one’s headers too, and is no try', async () => {
  const { app, browser, code } = await asked();
  for (const other of [app.browser(), app.browser()]) {
    if (typesOf(app).length === 1) await requestLink(app, other, 'eve@example.com');
    expect((await other.postJson(CODE, { code })).json()).toEqual({ error: 'code_wrong' });
    expect(await userOf(other)).toBeUndefined();
  }
  const [link] = app.events.map((event) => event.link);
  expect(app.events.filter((event) => event.link === link).map(({ type }) => type)).toEqual([
    'link.requested',
    'mail.sent',
  ]);
  expect((await browser.post(CODE, { code })).status).toBe(303);
});

test('BD-10: a session that the app renewed meanwhile, with all that was in it, takes no code', async () => {
  const app = await startApp({
    routes: (express, test) => {
      tellingRoutes(express, test);
      express.post('/renew', (req, res, next) => {
        const { cookie: _, ...kept } = req.session;
        req.session.regenerate((error) => (error ? next(error) : Object.assign(req.session, kept) && res.end()));
      });
    },
  });
  const browser = app.browser();
  const code = codeOf(app, (await requestLink(app, browser)).token);
  await browser.post('/renew');
  const { session: kept } = (await browser.get('/me')).json<{ session: object }>();
  expect(kept).toMatchObject({ 'passport-bound-link': { binding: { asked: { recordId: app.events[0]?.link } } } });
  expect((await browser.post(CODE, { code })).json()).toMatchObject({ code: 'code_wrong' });
  expect(await userOf(browser)).toBeUndefined();
});

test('EN-05: the fifth wrong code locks the code, not the link; somebody is told', async () => {
  const { app, browser, path, code } = await asked();
  for (let i = 0; i < 7; i++) await browser.post(CODE, { code: WRONG });
  expect((await browser.postJson(CODE, { code })).json()).toEqual({ error: 'code_wrong' });
  const told = app.events.filter(({ type }) => type.startsWith('code.'));
  expect(told.map(({ type, severity, count }) => [type, severity, count])).toEqual([
    ...[1, 2, 3, 4, 5].map((count) => ['code.wrong', 'warning', count]),
    ['code.locked', 'high', undefined],
  ]);
  expect((await browser.get(path)).status).toBe(303);
  expect(await userOf(browser)).toEqual(ada);
});

test('RC-07: of fifty wrong codes at the same time five are compared', async () => {
  const { app, browser } = await asked();
  await Promise.all(Array.from({ length: 50 }, () => browser.copy().post(CODE, { code: WRONG })));
  expect(typesOf(app).filter((type) => type === 'code.wrong')).toHaveLength(5);
});

test('four wrong codes, then the right one', async () => {
  const { browser, code } = await asked();
  for (let i = 0; i < 4; i++) await browser.post(CODE, { code: WRONG });
  expect((await browser.post(CODE, { code })).status).toBe(303);
});

test('a wrong code changes no session and no cookie, whatever express-session is told to do', async () => {
  const sessions = newSessions();
  const { browser, code } = await asked({
    session: { store: sessions, rolling: true, resave: true, saveUninitialized: true, cookie: { maxAge: 86_400_000 } },
  });
  const before = { ...sessions.sessions };
  for (const headers of [{}, JSON_HEADERS]) {
    expect((await browser.post(CODE, { code: WRONG }, headers)).setCookies).toEqual([]);
  }
  expect(sessions.sessions).toEqual(before);
  expect((await browser.post(CODE, { code })).status).toBe(303);
});

// Who is made stricter is so at once, for the links that are on their way as well.
test('a code that was shown before otherBrowser became deny is refused after', async () => {
  const shared = { origin: 'http://localhost:1', store: new MemoryStore() };
  const store = new session.MemoryStore();
  const before = await asked({ options: shared, session: { store } });
  const { app } = await startRouter({ options: { ...shared, otherBrowser: 'deny' }, session: { store } });
  const browser = before.browser.copy(app.origin);
  expect((await browser.postJson(CODE, { code: before.code })).json()).toEqual({ error: 'code_wrong' });
  expect((await browser.get(before.path)).status).toBe(303);
});

test('FT-01: with the store down it is 503, and the code works after', async () => {
  const store = new MemoryStore();
  const { app, browser, code } = await asked({ options: { store } });
  const redeemByCode = store.redeemByCode.bind(store);
  store.redeemByCode = () => Promise.reject(new Error('connection refused'));
  const answer = await browser.postJson(CODE, { code });
  expect([answer.status, answer.headers['retry-after'], answer.json()]).toEqual([503, '15', { error: 'unavailable' }]);
  expect([answer.setCookies, typesOf(app).at(-1)]).toEqual([[], 'store.unavailable']);
  store.redeemByCode = redeemByCode;
  expect((await browser.post(CODE, { code })).status).toBe(303);
});
