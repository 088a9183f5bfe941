/** The link again, in the browser that it logged in. */
import { expect, test } from 'vitest';
import { MemoryStore } from '../../../lib/index.js';
import { CALLBACK, newSessions, plainRoutes, requestLink, startApp, type TestAppConfig } from '../../support/app.js';
import { type Browser, JSON_HEADERS } from '../../support/browser.js';

let now = 0;

/** At a time that stands still until a test moves it. */
async function start(config: TestAppConfig = {}) {
  now = Date.now();
  const clock = () => now;
  return startApp({
    routes: (express, test) => {
      express.post('/logout', (req, res, next) => req.logout((error) => (error ? next(error) : res.end())));
      plainRoutes(express, test);
    },
    ...config,
    options: { clock, store: new MemoryStore({ clock }), ...config.options },
  });
}

const sessionOf = async (browser: Browser) => (await browser.get('/me')).json<{ session: object }>().session;

/** A browser that has logged in by a link. */
async function loggedIn(config?: TestAppConfig, fields: object = {}) {
  const app = await start(config);
  const browser = app.browser();
  const asked = await requestLink(app, browser, 'ada@example.com', fields);
  await browser.get(asked.path);
  return { app, browser, ...asked };
}

test('it is sent on to where the login led', async () => {
  const { app, browser, path } = await loggedIn({}, { returnTo: '/orders?id=1' });
  const answer = await browser.get(path);
  expect([answer.status, answer.headers.location]).toEqual([303, `${app.origin}/orders?id=1`]);
});

test('without a returnTo it is sent to the app’s own target', async () => {
  const { app, browser, path } = await loggedIn({ routes: (e, t) => plainRoutes(e, t, { successRedirect: '/home' }) });
  expect((await browser.get(path)).headers.location).toBe(`${app.origin}/home`);
});

test('as JSON it is told the path', async () => {
  const { browser, path } = await loggedIn({}, { returnTo: '/orders?id=1#top' });
  const answer = await browser.get(path, JSON_HEADERS);
  expect([answer.status, answer.json()]).toEqual([200, { status: 'authenticated', returnTo: '/orders?id=1#top' }]);
});

test('by POST, too: the button pressed twice', async () => {
  const { browser, token } = await loggedIn({ options: { confirm: 'always' } });
  await browser.post(CALLBACK, { token });
  expect((await browser.post(CALLBACK, { token })).status).toBe(303);
});

test('SS-05: a minute later it is the same login still, with the same stamp and ID, and nothing is reported', async () => {
  const { app, browser, path } = await loggedIn();
  const before = [browser.cookieHeader, await sessionOf(browser)];
  now += 60_000;
  app.events.length = 0;
  await browser.get(path);
  expect([browser.cookieHeader, await sessionOf(browser)]).toEqual(before);
  expect(app.events).toEqual([]);
});

test('verify is not asked again', async () => {
  let asked = 0;
  const { browser, path } = await loggedIn({ verify: async () => ({ email: `${++asked}@example.com` }) });
  await browser.get(path);
  expect(asked).toBe(1);
});

test('TK-03: past the link’s life it is link_expired, and the login lives on', async () => {
  const { browser, path } = await loggedIn();
  now += 600_000;
  expect((await browser.get(path)).status).toBe(401);
  expect(await sessionOf(browser)).toHaveProperty('passport');
});

test('TK-03: in another browser it lands, and its button is refused', async () => {
  const { app, path, token } = await loggedIn();
  const other = app.browser();
  expect((await other.get(path)).text).toContain('Is this the right browser?');
  expect((await other.post(CALLBACK, { token })).status).toBe(401);
  expect(await sessionOf(other)).not.toHaveProperty('passport');
});

test('TK-03: after a logout it logs nobody in', async () => {
  const { browser, path, token } = await loggedIn();
  await browser.post('/logout');
  expect((await browser.get(path)).text).toContain('Is this the right browser?');
  expect((await browser.post(CALLBACK, { token })).status).toBe(401);
  expect(await sessionOf(browser)).not.toHaveProperty('passport');
});

test('after a login by a newer link the older one is no longer the login’s', async () => {
  const { app, browser, path } = await loggedIn();
  const { token } = await requestLink(app, browser, 'bob@example.com');
  await browser.post(CALLBACK, { token });
  expect((await browser.get(path)).text).toContain('Is this the right browser?');
});

/** The session of before the login, back in its store: as a late parallel request would save it. */
async function resurrected() {
  const sessions = newSessions();
  const app = await start({ session: { store: sessions } });
  const browser = app.browser();
  const asked = await requestLink(app, browser);
  const before = { ...sessions.sessions };
  const old = browser.copy();
  await browser.get(asked.path);
  Object.assign(sessions.sessions, before);
  return { app, old, ...asked };
}

test('BD-07: an old session that came back is sent on for ten seconds, without a login or a cookie', async () => {
  const { app, old, path } = await resurrected();
  now += 9999;
  const answer = await old.get(path);
  expect([answer.status, answer.headers.location, answer.setCookies]).toEqual([303, `${app.origin}/`, []]);
  expect(await sessionOf(old)).not.toHaveProperty('passport');
});

test('BD-07: later it is told that the link is used', async () => {
  const { app, old, path } = await resurrected();
  now += 10_000;
  expect((await old.get(path)).status).toBe(401);
  expect(app.events.at(-1)).toMatchObject({ type: 'link.used_again' });
  expect(await sessionOf(old)).not.toHaveProperty('passport');
});
