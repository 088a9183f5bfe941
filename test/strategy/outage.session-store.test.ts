/** The session store is down: 503 with Retry-After, soon, and neither a mail nor a login. */
import express from 'express';
import session from 'express-session';
import { describe, expect, test } from 'vitest';
import { magicLinkRouter } from '../../lib/index.js';
import { ada, expectNoMail, requestLink, SECRET, startBare, userOf } from '../support/app.js';
import { JSON_HEADERS } from '../support/browser.js';
import { expectUnavailable, spoil, startBreakable } from '../support/outage.js';

type Saved = (error?: unknown) => void;

const HOW: [string, (...args: unknown[]) => unknown][] = [
  ['fails', (...args) => (args.at(-1) as Saved)(new Error('connection refused'))],
  ['hangs', () => {}],
  [
    'throws',
    () => {
      throw new Error('connection refused');
    },
  ],
];

describe.each(HOW)('the session store %s', (_how, fault) => {
  test('FT-01: at the request, 503 within a second and no mail', async () => {
    const { app, sessions, browser } = await startBreakable();
    spoil(sessions, 'set', fault as never);
    const begin = performance.now();
    expectUnavailable(await browser.post('/login', ada));
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(app.events.at(-1)).toMatchObject({ type: 'store.unavailable', reason: 'session store' });
    await expectNoMail(app);
  });

  // To renew a session express-session destroys the old one, and sets the new one.
  test.each(['destroy', 'set'] as const)(
    'FT-12: at the login, in %s, 503 within a second and nobody logged in',
    async (method) => {
      const { app, sessions, browser } = await startBreakable();
      const { path } = await requestLink(app, browser);
      const mend = spoil(sessions, method, fault as never);
      const begin = performance.now();
      expectUnavailable(await browser.get(path));
      expect(performance.now() - begin).toBeLessThan(1000);
      mend();
      expect(app.events.at(-1)).toMatchObject({ type: 'store.unavailable', reason: 'session store' });
      expect(await userOf(browser)).toBeUndefined();
      await browser.get(path);
      expect(await userOf(browser)).toBeUndefined();
    },
  );
});

/** express-session alone before the routes: `passport.session()` has an error of its own for a missing session. */
async function startDisconnecting() {
  const sessions = new session.MemoryStore();
  const options = { secret: SECRET, name: 'sid', store: sessions, resave: false, saveUninitialized: false };
  const app = await startBare((bare) => bare.use(session(options)));
  return { app, sessions };
}

describe('the session store is disconnected', () => {
  test('FT-01: at the request, 503 and no mail', async () => {
    const { app, sessions } = await startDisconnecting();
    // express-session then leaves nothing on the request, as if it were not there; so it is remembered that it was.
    await app.browser().get('/login/callback');
    sessions.emit('disconnect');
    expectUnavailable(await app.browser().post('/login', ada));
    await expectNoMail(app);
  });

  test('FT-12: at the callback, 503, and the link works afterwards', async () => {
    const { app, sessions } = await startDisconnecting();
    const browser = app.browser();
    const { path } = await requestLink(app, browser);
    sessions.emit('disconnect');
    expectUnavailable(await browser.get(path));
    sessions.emit('connect');
    expect((await browser.get(path)).json()).toEqual(ada);
  });
});

test.each(['/login/sent', '/login/callback'])(
  'FT-12: %s of the router is 503 while the store is disconnected',
  async (path) => {
    const sessions = new session.MemoryStore();
    let router: express.RequestHandler = (_req, _res, next) => next();
    const app = await startBare((bare) => {
      bare.use(session({ secret: SECRET, store: sessions, resave: false, saveUninitialized: false }));
      bare.use('/router', (req, res, next) => router(req, res, next));
    });
    router = magicLinkRouter(app.passport as never, app.strategy);
    const browser = app.browser();
    await browser.post('/router', ada);
    sessions.emit('disconnect');
    const answer = await browser.get(path.replace('/login', '/router'), JSON_HEADERS);
    expect([answer.status, answer.json()]).toEqual([503, { error: 'unavailable' }]);
  },
);

test('FT-12: a store that goes away in the middle of a request is 503', async () => {
  const { app, browser } = await startBreakable({
    routes: (bare, { passport }) => {
      bare.use(express.urlencoded({ extended: false }));
      bare.use((req, _res, next) => {
        Reflect.deleteProperty(req, 'session');
        next();
      });
      bare.post('/login', passport.authenticate('magic-link', { action: 'request' } as object));
    },
  });
  expectUnavailable(await browser.post('/login', ada));
  await expectNoMail(app);
});
