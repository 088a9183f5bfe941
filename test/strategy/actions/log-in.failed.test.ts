/** A login that fails after the link was spent is nobody's, whatever express-session saves of it. */
import { expect, test } from 'vitest';
import { authContext, MemoryStore } from '../../../lib/index.js';
import { newSessions, plainRoutes, requestLink, startApp, startRouter, userOf } from '../../support/app.js';

type Serialize = (user: unknown, done: (error: unknown, id?: unknown) => void) => void;

async function start(serialize: Serialize) {
  const app = await startApp({
    routes: (express, test) => {
      // Passport asks its serializers in turn, and ours is not the first.
      Reflect.set(test.passport, '_serializers', []);
      test.passport.serializeUser(serialize);
      express.get('/context', (req, res) => void res.json({ context: authContext(req) ?? null }));
      plainRoutes(express, test);
    },
  });
  const browser = app.browser();
  return { app, browser, ...(await requestLink(app, browser)) };
}

test.each<[string, Serialize]>([
  ['fails', (_user, done) => done(new Error('no'))],
  ['gives nothing', (_user, done) => done(null, false)],
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
])('SU-11: a serializeUser that %s leaves no context behind', async (_how, serialize) => {
  const { browser, path } = await start(serialize);
  const answer = await browser.get(path);
  expect(answer.status).toBe(500);
  expect(answer.setCookies.filter((cookie) => cookie.includes('-device='))).toEqual([]);
  expect((await browser.get('/context')).json()).toEqual({ context: null });
  expect(await userOf(browser)).toBeUndefined();
  // The second click is no second click of a login.
  expect((await browser.get(path)).status).not.toBe(303);
});

test('FT-12: who tries again as a 503 advises is told that the link is used, and not sent on', async () => {
  let now = Date.now();
  const store = newSessions();
  const destroy = store.destroy.bind(store);
  const clock = () => now;
  const app = await startApp({ options: { clock, store: new MemoryStore({ clock }) }, session: { store } });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  store.destroy = (_id, callback) => callback?.(new Error('down'));
  const refused = await browser.get(path);
  expect(refused.status).toBe(503);
  store.destroy = destroy;
  now += Number(refused.headers['retry-after']) * 1000;
  expect((await browser.get(path)).status).not.toBe(303);
  expect(await userOf(browser)).toBeUndefined();
});

test('each request renews the cookie, so that no link outlives it', async () => {
  let now = Date.now();
  const app = await startApp({ options: { clock: () => now } });
  const browser = app.browser();
  for (let i = 0; i < 3; i++) {
    const { answer } = await requestLink(app, browser);
    expect(answer.setCookies.filter((cookie) => /^sid=.*; Expires=/.test(cookie))).toHaveLength(1);
    now += 60_000;
  }
});

test('an access log can read the session after a page that left it untouched', async () => {
  const seen: unknown[] = [];
  const app = await startApp({
    before: (express) =>
      express.use((req, res, next) => {
        res.once('finish', () => seen.push(typeof req.session, typeof req.sessionID));
        next();
      }),
  });
  const { path } = await requestLink(app, app.browser());
  seen.length = 0;
  await app.browser().get(path);
  expect(seen).toEqual(['object', 'string']);
});

test('a click on a link that nobody was logged in by is not sent on, also after another request', async () => {
  const { app, browser } = await startRouter({ verify: () => false });
  const { path } = await requestLink(app, browser);
  expect((await browser.get(path)).status).toBe(401);
  await requestLink(app, browser);
  expect((await browser.getJson(path)).json()).toEqual({ error: 'link_used' });
});
