/** The session that a login makes: the old one ends as it begins, and it is saved once. */
import express, { type Express } from 'express';
import session from 'express-session';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ada, CALLBACK, newSessions, requestLink, startApp, type TestApp, userOf } from '../support/app.js';

/** A store that says what is asked of it, in order, by method. */
class Told extends session.MemoryStore {
  readonly calls: string[] = [];
  failing: string | undefined;

  #tell(method: string, done: ((error?: unknown) => void) | undefined, work: () => void): void {
    this.calls.push(method);
    if (this.failing === method) done?.(new Error('down'));
    else work();
  }

  override set(id: string, data: session.SessionData, done?: (error?: unknown) => void): void {
    this.#tell('set', done, () => super.set(id, data, done));
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.#tell('destroy', done, () => super.destroy(id, done));
  }
}

/** Asked for a link in a browser; from here on the store is watched. */
async function asked(after: (req: express.Request) => void = () => {}) {
  const store = new Told();
  const routes = (app: Express, { passport }: TestApp) => {
    app.use(express.urlencoded({ extended: false }));
    app.post('/login', passport.authenticate('magic-link', { action: 'request' } as object), (_req, res) => {
      res.sendStatus(202);
    });
    app.get(CALLBACK, passport.authenticate('magic-link'), (req, res) => {
      after(req);
      res.sendStatus(200);
    });
    app.get('/me', (req, res) => void res.json({ user: req.user, session: req.session }));
  };
  const app = await startApp({ session: { store }, routes });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  store.calls.length = 0;
  return { app, store, browser, path };
}

test('a login ends the old session and saves the new one once', async () => {
  const { store, browser, path } = await asked();
  expect((await browser.get(path)).status).toBe(200);
  expect(store.calls).toEqual(['destroy', 'set']);
  expect(await userOf(browser)).toEqual(ada);
});

test('what the app writes to it after the login is saved, too', async () => {
  const { store, browser, path } = await asked((req) => Object.assign(req.session, { cart: 3 }));
  await browser.get(path);
  expect(store.calls).toEqual(['destroy', 'set', 'set']);
  expect((await browser.get('/me')).json()).toMatchObject({ user: ada, session: { cart: 3 } });
});

test('what the app makes of its cookie after the login is saved, too', async () => {
  // express-session reads the clock twice for one lifetime, when it is set and again when the answer ends: a millisecond
  // that passes between is lost.
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now());
  onTestFinished(() => clock.mockRestore());
  const { store, browser, path } = await asked((req) => {
    req.session.cookie.maxAge = 60_000;
  });
  await browser.get(path);
  expect(store.calls).toEqual(['destroy', 'set', 'set']);
  const [, kept = '{}'] =
    Object.entries((store as unknown as { sessions: Record<string, string> }).sessions).at(-1) ?? [];
  expect(JSON.parse(kept).cookie.originalMaxAge).toBe(60_000);
});

test('what was written, saved and taken back is saved each time', async () => {
  const { store, browser, path } = await asked((req) => {
    const session = req.session as unknown as Record<string, unknown> & typeof req.session;
    session.flash = 'hello';
    session.save();
    delete session.flash;
  });
  await browser.get(path);
  expect(store.calls).toEqual(['destroy', 'set', 'set', 'set']);
  expect((await browser.get('/me')).json<{ session: object }>().session).not.toHaveProperty('flash');
});

test.each(['destroy', 'set'])('SS-01, FT-12: where the store fails to %s, nobody is logged in', async (method) => {
  const { app, store, browser, path } = await asked();
  store.failing = method;
  const answer = await browser.get(path);
  expect(answer.status).toBe(503);
  expect(answer.setCookies).toEqual([]);
  store.failing = undefined;
  expect(await userOf(browser)).toBeUndefined();
  expect(app.events.at(-1)).toMatchObject({ type: 'store.unavailable', reason: 'session store' });
});

test('SS-01: the old session is gone', async () => {
  const sessions = newSessions();
  const app = await startApp({ session: { store: sessions } });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const [old = ''] = Object.keys(sessions.sessions);
  await browser.get(path);
  expect(Object.keys(sessions.sessions)).toHaveLength(1);
  expect(Object.keys(sessions.sessions)).not.toContain(old);
});
