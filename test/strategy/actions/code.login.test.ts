/** The code, accepted: a login of its own kind, in the browser that requested the link, and what it ends. */
import { expect, test } from 'vitest';
import {
  ada,
  CALLBACK,
  CODE,
  codeOf,
  newSessions,
  plainRoutes,
  requestLink,
  startApp,
  startRouter,
  typesOf,
  userOf,
} from '../../support/app.js';
import { JSON_HEADERS } from '../../support/browser.js';

const EVE = 'eve@example.com';

test('the way of a person: opened elsewhere, the code shown there, typed where it was requested', async () => {
  const { app, browser } = await startRouter();
  const { path, token } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  const phone = app.browser();
  expect((await phone.get(path)).status).toBe(200);
  const { code } = (await phone.postJson(CALLBACK, { token })).json<{ code: string }>();
  const answer = await browser.post(CODE, { code });
  expect([answer.status, answer.headers.location]).toEqual([303, `${app.origin}/orders`]);
  expect([await userOf(browser), await userOf(phone)]).toEqual([ada, undefined]);
  expect(phone.cookies.size).toBe(0);
  expect(app.events.find(({ type }) => type === 'link.redeemed')).toMatchObject({ reason: 'code' });
});

test('returnTo and state come back in the claims', async () => {
  const outcomes: unknown[] = [];
  const app = await startApp({
    routes: (express, test) => {
      express.use((req, res, next) => {
        res.once('finish', () => outcomes.push(req.magicLink));
        next();
      });
      plainRoutes(express, test, { successReturnToOrRedirect: '/home' }, { state: 'plan=pro' });
    },
  });
  const browser = app.browser();
  const { token } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  const answer = await browser.post(CODE, { code: codeOf(app, token) });
  const returnTo = `${app.origin}/orders`;
  expect(answer.headers.location).toBe(returnTo);
  expect(outcomes[1]).toMatchObject({
    status: 'authenticated',
    claims: { address: ada.email, returnTo, state: 'plan=pro', recordId: app.events[0]?.link },
    login: { amr: ['urn:passport-bound-link:code'], acr: 'urn:passport-bound-link:code', level: 0 },
    returnTo,
  });
});

test('SS-01, BD-06: the session is a new one, without a nonce; the old one is nobody’s', async () => {
  const sessions = newSessions();
  const { app, browser } = await startRouter({ session: { store: sessions } });
  const { token } = await requestLink(app, browser);
  const old = browser.copy();
  await browser.post(CODE, { code: codeOf(app, token) });
  expect(browser.cookieHeader).not.toBe(old.cookieHeader);
  expect(await userOf(old)).toBeUndefined();
  expect(JSON.stringify(sessions.sessions)).not.toContain('nonce');
});

test('TK-03: neither link nor code works a second time', async () => {
  const { app, browser } = await startRouter();
  const { path, token } = await requestLink(app, browser);
  const code = codeOf(app, token);
  const old = browser.copy();
  await browser.post(CODE, { code });
  expect((await old.postJson(CODE, { code })).json()).toEqual({ error: 'code_wrong' });
  expect((await old.get(path, JSON_HEADERS)).json()).toEqual({ status: 'landing' });
  expect(await userOf(old)).toBeUndefined();
  expect(typesOf(app).filter((type) => type === 'link.redeemed')).toHaveLength(1);
});

test('SS-05: the link itself, clicked after its code, is sent on to where the login led', async () => {
  const { app, browser } = await startRouter();
  const { path, token } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  await browser.post(CODE, { code: codeOf(app, token) });
  const answer = await browser.get(path);
  expect([answer.status, answer.headers.location, answer.setCookies]).toEqual([303, `${app.origin}/orders`, []]);
});

test('BD-12: of two links, the code of the newer one alone works, and ends the older one', async () => {
  const { app, browser } = await startRouter();
  const older = await requestLink(app, browser);
  const newer = await requestLink(app, browser, EVE);
  expect((await browser.postJson(CODE, { code: codeOf(app, older.token) })).status).toBe(401);
  expect((await browser.post(CODE, { code: codeOf(app, newer.token) })).status).toBe(303);
  expect(await userOf(browser)).toEqual({ email: EVE });
  expect((await browser.get(older.path, JSON_HEADERS)).json()).toEqual({ status: 'landing' });
});

test('a limited request leaves the code of the earlier one alone', async () => {
  let now = Date.now();
  const limits = { account: { quarterHour: 1, networkQuarterHour: 1 } };
  const { app, browser } = await startRouter({ options: { limits, clock: () => now } });
  const { token } = await requestLink(app, browser);
  now += 30_000;
  expect((await browser.post('/login', ada)).status).toBe(303);
  expect(typesOf(app)).toContain('link.limited');
  expect((await browser.post(CODE, { code: codeOf(app, token) })).status).toBe(303);
});

test('EN-01: whether a request for another mailbox was limited, the code of the earlier one does not tell', async () => {
  let now = Date.now();
  const limits = { account: { quarterHour: 1, networkQuarterHour: 1 } };
  const { app, browser } = await startRouter({ options: { limits, clock: () => now } });
  await requestLink(app, app.browser(), EVE);
  const { token } = await requestLink(app, browser);
  now += 30_000;
  expect((await browser.post('/login', { email: EVE })).status).toBe(303);
  expect(typesOf(app)).toContain('link.limited');
  expect((await browser.postJson(CODE, { code: codeOf(app, token) })).json()).toEqual({ error: 'code_wrong' });
});

// The page that has the field has said so: typing the code is the click.
test('BD-11: with somebody else logged in the code logs them out and its owner in', async () => {
  const { app, browser } = await startRouter();
  await browser.get((await requestLink(app, browser, EVE)).path);
  expect(await userOf(browser)).toEqual({ email: EVE });
  const { token } = await requestLink(app, browser);
  const before = browser.copy();
  await browser.post(CODE, { code: codeOf(app, token) });
  expect(await userOf(browser)).toEqual(ada);
  expect(await userOf(before)).toBeUndefined();
});

test('a form that is sent twice is sent on while its login is young; later it is just a wrong code', async () => {
  let now = Date.UTC(2030, 0, 1);
  const { app, browser } = await startRouter({ options: { clock: () => now } });
  const { token } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  const code = codeOf(app, token);
  await browser.post(CODE, { code });
  now += 9_999;
  const again = await browser.post(CODE, { code });
  expect([again.status, again.headers.location, again.setCookies]).toEqual([303, `${app.origin}/orders`, []]);
  expect((await browser.postJson(CODE, { code })).json()).toEqual({ status: 'authenticated', returnTo: '/orders' });
  now += 1;
  expect((await browser.postJson(CODE, { code })).json()).toEqual({ error: 'code_wrong' });
  expect(typesOf(app).filter((type) => type === 'link.redeemed')).toHaveLength(1);
});

test('a code typed after a login by the link is not taken for its second click', async () => {
  const { app, browser } = await startRouter();
  const { path, token } = await requestLink(app, browser);
  await browser.get(path);
  expect((await browser.postJson(CODE, { code: codeOf(app, token) })).json()).toEqual({ error: 'code_wrong' });
  expect(await userOf(browser)).toEqual(ada);
});

test('where verify refuses, the code is spent: login_refused, and code_wrong from then on', async () => {
  const { app, browser } = await startRouter({ verify: () => false });
  const { path, token } = await requestLink(app, browser);
  const code = codeOf(app, token);
  expect((await browser.postJson(CODE, { code })).json()).toEqual({ error: 'login_refused' });
  expect((await browser.postJson(CODE, { code })).json()).toEqual({ error: 'code_wrong' });
  expect((await browser.get(path, JSON_HEADERS)).json()).toEqual({ error: 'link_used' });
  expect(await userOf(browser)).toBeUndefined();
});
