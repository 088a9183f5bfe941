/** A session of express-session's is saved again where it differs from what was saved last, and not otherwise. */
import type { Request } from 'express';
import session from 'express-session';
import { expect, test, vi } from 'vitest';
import { saveOnlyIfChanged } from '../../lib/session/save-only-if-changed.js';
import type { Session, SessionStore } from '../../lib/session/session.js';
import { SECRET } from '../support/app.js';
import { useFakeTimers } from '../support/timers.js';

// The clock stands still: express-session reads it twice for one lifetime.
useFakeTimers();

type AppSession = Session & session.Session & { cart?: number };

/** A session, as a login leaves it, and what its store is asked to keep. */
function saved(cookie: session.CookieOptions = {}) {
  const store = new session.MemoryStore();
  // It is the middleware that gives the store `generate`.
  session({ store, secret: SECRET, resave: false, saveUninitialized: false, cookie });
  const req = {} as Request;
  (store as unknown as SessionStore).generate(req);
  const set = vi.spyOn(store, 'set').mockImplementation((_id, _data, done) => done?.());
  Object.assign(req, { sessionStore: store });
  const made = req.session as AppSession;
  saveOnlyIfChanged(made);
  return { made, set, save: () => new Promise<unknown>((resolve) => made.save(resolve)) };
}

test('unchanged, it is not saved, and the caller is answered', async () => {
  const { set, save } = saved();
  expect(await save()).toBeUndefined();
  expect(set).not.toHaveBeenCalled();
});

test('changed, it is saved once for each change', async () => {
  const { made, set, save } = saved();
  for (const cart of [1, 2, undefined]) {
    Object.assign(made, { cart });
    expect(await save()).toBeUndefined();
    await save();
  }
  expect(set).toHaveBeenCalledTimes(3);
});

test.each<[string, (cookie: session.Cookie) => unknown, number]>([
  ['another lifetime', (cookie) => Object.assign(cookie, { maxAge: 60_000 }), 1],
  ['a second more', (cookie) => Object.assign(cookie, { maxAge: 3_601_000 }), 1],
  ['no lifetime', (cookie) => Object.assign(cookie, { maxAge: null }), 1],
  ['another attribute', (cookie) => Object.assign(cookie, { sameSite: 'strict' }), 1],
  ['the same lifetime anew', (cookie) => Object.assign(cookie, { maxAge: 3_600_000 }), 0],
  ['a millisecond less, as the clock goes on', (cookie) => Object.assign(cookie, { originalMaxAge: 3_599_999 }), 0],
])('of the cookie, %s', async (_what, change, saves) => {
  const { made, set, save } = saved({ maxAge: 3_600_000 });
  change(made.cookie as session.Cookie);
  await save();
  expect(set).toHaveBeenCalledTimes(saves);
});

test('the end of its lifetime moves as time passes, and is no change', async () => {
  const { made, set, save } = saved({ maxAge: 3_600_000 });
  vi.setSystemTime(Date.now() + 90_000);
  made.touch();
  await save();
  expect(set).not.toHaveBeenCalled();
});

test('FT-12: what the store did not take is saved again', async () => {
  const { made, set, save } = saved();
  const down = new Error('down');
  set.mockImplementationOnce((_id, _data, done) => done?.(down));
  made.cart = 1;
  expect(await save()).toBe(down);
  expect(await save()).toBeUndefined();
  expect(set).toHaveBeenCalledTimes(2);
});

test('it can be called without a callback, and returns the session', () => {
  const { made, set } = saved();
  expect(made.save(undefined as never)).toBe(made);
  made.cart = 1;
  expect(made.save(undefined as never)).toBe(made);
  expect(set).toHaveBeenCalledOnce();
});

test('it is neither stored nor carried into another session', () => {
  const { made } = saved();
  expect(Object.keys(made)).not.toContain('save');
  expect(JSON.stringify(made)).not.toContain('save');
});
