/** The session of a step-up: a new ID, the same user and data, and nothing elevated that outlives the login. */
import type { Express } from 'express';
import type session from 'express-session';
import { describe, expect, test } from 'vitest';
import { authContext } from '../../../lib/index.js';
import { type SteppedUp, stepUpContext } from '../../../lib/step-up/index.js';
import { ada, newSessions } from '../../support/app.js';
import type { Browser } from '../../support/browser.js';
import { sessionIdIn } from '../../support/site.js';
import { contextOf, isThrough, type StepUpApp, startStepUp, stepUpByTotp, withTotp } from '../../support/step-up.js';
import { wrongCode } from '../../support/totp.js';

const KEY = 'passport-bound-link/step-up';

const routes = (app: Express) => {
  app.post('/cart', (req, res) => {
    Object.assign(req.session, { cart: ['tea'] });
    res.end();
  });
  app.post('/remember-me', (req, res) => {
    req.session.cookie.maxAge = 7_200_000;
    res.end();
  });
  app.get('/session', (req, res) => {
    res.json({ session: req.session, auth: authContext(req), user: req.user, stepUp: stepUpContext(req) ?? null });
  });
};

type Seen = {
  session: Record<string, unknown>;
  auth: { recordId: string };
  user: { email: string };
  stepUp: object | null;
};
const seen = async (browser: Browser) => (await browser.get('/session')).json<Seen>();

async function start(options: Partial<session.SessionOptions> = {}) {
  const sessions = newSessions();
  const app = await startStepUp({ session: { store: sessions, ...options }, routes });
  const { browser, secret } = await withTotp(app);
  return { app, sessions, browser, secret };
}

test('SS-01: a step-up renews the session ID, and the old one is dead', async () => {
  const { app, sessions, browser, secret } = await start();
  const old = browser.copy();
  await stepUpByTotp(app, browser, secret);
  expect(sessionIdIn(browser)).not.toBe(sessionIdIn(old));
  expect(sessions.sessions).not.toHaveProperty(sessionIdIn(old));
  expect(Object.keys(sessions.sessions)).toEqual([sessionIdIn(browser)]);
  expect(await contextOf(old)).toBeNull();
  expect(await isThrough(old)).toBe(false);
  const again = browser.copy();
  await stepUpByTotp(app, browser, secret);
  expect(await isThrough(again)).toBe(false);
  expect(await isThrough(browser)).toBe(true);
});

test('the user, the data, the cookie’s life and the way of the login are kept', async () => {
  const { app, browser, secret } = await start({ cookie: { maxAge: 1_800_000 } });
  await browser.post('/cart');
  await browser.post('/remember-me');
  const before = await seen(browser);
  await stepUpByTotp(app, browser, secret);
  const after = await seen(browser);
  expect(after.user).toEqual(before.user);
  expect(after.session.cart).toEqual(['tea']);
  expect(after.auth.recordId).toBe(before.auth.recordId);
  // express-session moves it by the milliseconds that pass.
  const { originalMaxAge } = after.session.cookie as { originalMaxAge: number };
  expect(Math.round(originalMaxAge / 60_000)).toBe(120);
});

test('SS-08: the elevation is stored before the answer begins', async () => {
  const { app, sessions, browser, secret } = await start();
  let atAnswer: string[] = [];
  app.app.response.writeHead = new Proxy(app.app.response.writeHead, {
    apply(target, self, args) {
      atAnswer = Object.values(sessions.sessions);
      return Reflect.apply(target as never, self, args as never);
    },
  });
  await stepUpByTotp(app, browser, secret);
  expect(atAnswer).toEqual([expect.stringContaining('"factor":"totp"')]);
});

describe('onStepUp', () => {
  test('is told of each step-up, in the session that it raised, and before the answer', async () => {
    const told: unknown[] = [];
    const onStepUp = async ({ req, user, address }: SteppedUp) => {
      await new Promise((resolve) => setImmediate(resolve));
      told.push([user, address, stepUpContext(req)?.factor]);
    };
    const app = await startStepUp({ stepUp: { onStepUp } });
    const { browser, secret, recoveryCodes } = await withTotp(app);
    await browser.postJson('/step-up/totp', { code: wrongCode(secret, app.now()) });
    expect(told).toEqual([]);
    await stepUpByTotp(app, browser, secret);
    expect(told).toEqual([[ada, undefined, 'totp']]);
    await browser.postJson('/step-up/recovery', { code: recoveryCodes[0] });
    expect(told).toEqual([
      [ada, undefined, 'totp'],
      [ada, undefined, 'recovery'],
    ]);
  });

  test('what it throws is the error handler’s, and the step-up stands', async () => {
    const app = await startStepUp({ stepUp: { onStepUp: () => Promise.reject(new Error('no table')) } });
    const { browser, secret } = await withTotp(app);
    const answer = await browser.postJson('/step-up/totp', { code: app.code(secret) });
    expect([answer.status, answer.json().message]).toEqual([500, 'no table']);
    expect(await isThrough(browser)).toBe(true);
  });
});

test('the stored context holds no session ID', async () => {
  const { app, sessions, browser, secret } = await start();
  await stepUpByTotp(app, browser, secret);
  expect(sessions.sessions[sessionIdIn(browser)]).not.toContain(sessionIdIn(browser));
});

describe('an elevation ends', () => {
  test('SS-07, SU-12: with the logout', async () => {
    const { app, browser, secret } = await start();
    await stepUpByTotp(app, browser, secret);
    await browser.post('/logout');
    expect(await contextOf(browser)).toBeNull();
    await app.logIn(undefined, browser);
    expect(await contextOf(browser)).toMatchObject({ level: 1 });
  });

  test('SS-07, SU-12, SU-13: with a login as the same user, or as another', async () => {
    for (const email of ['ada@example.com', 'eve@example.com']) {
      const { app, browser, secret } = await start();
      await stepUpByTotp(app, browser, secret);
      await app.logIn(email, browser);
      expect(await contextOf(browser)).toMatchObject({ level: 1 });
    }
  });

  test('SU-13: where it was carried into another session, or put beside another user', async () => {
    const { app, sessions, browser, secret } = await start();
    await stepUpByTotp(app, browser, secret);
    const elevated = JSON.parse(sessions.sessions[sessionIdIn(browser)] as string);

    const other = await app.logIn();
    const stored = JSON.parse(sessions.sessions[sessionIdIn(other)] as string);
    sessions.sessions[sessionIdIn(other)] = JSON.stringify({ ...stored, [KEY]: elevated[KEY] });
    expect(await contextOf(other)).toMatchObject({ level: 1 });

    const eve = await app.logIn('eve@example.com');
    const hers = JSON.parse(sessions.sessions[sessionIdIn(eve)] as string);
    const { session: id, user } = hers['passport-bound-link'].auth;
    for (const forged of [{ session: id }, { user }]) {
      const context = { ...elevated[KEY].context, ...forged };
      sessions.sessions[sessionIdIn(eve)] = JSON.stringify({ ...hers, [KEY]: { context } });
      expect(await contextOf(eve)).toMatchObject({ level: 1 });
    }
  });

  test('SU-11: where the login that it was added to is gone', async () => {
    const { app, sessions, browser, secret } = await start();
    await stepUpByTotp(app, browser, secret);
    const elevated = JSON.parse(sessions.sessions[sessionIdIn(browser)] as string);
    delete elevated['passport-bound-link'];
    sessions.sessions[sessionIdIn(browser)] = JSON.stringify(elevated);
    expect(await isThrough(browser)).toBe(false);
    expect((await seen(browser)).stepUp).toBeNull();
  });
});

describe('RC-10: beside a step-up that is being made', () => {
  /** Holds what the step-up asks of its factor store until `meanwhile` is done. */
  async function during(test: StepUpApp, browser: Browser, secret: string, meanwhile: () => Promise<unknown>) {
    const { store } = test;
    const write = store.write.bind(store);
    let done: Promise<unknown> | undefined;
    store.write = async (...args) => {
      if (!done) {
        done = meanwhile();
        await done;
      }
      return write(...args);
    };
    const answer = await browser.postJson('/step-up/totp', { code: test.code(secret) });
    expect(done).toBeDefined();
    return answer;
  }

  test.each([false, true])('RC-10: a logout leaves no elevated session, nor any other (resave: %s)', async (resave) => {
    const { app, sessions, browser, secret } = await start({ resave, rolling: resave });
    const other = browser.copy();
    const answer = await during(app, browser, secret, () => other.post('/logout'));
    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual({ error: 'login_required' });
    expect(answer.setCookies).toEqual([]);
    for (const jar of [browser, other]) expect(await contextOf(jar)).toBeNull();
    expect(Object.values(sessions.sessions).filter((data) => data.includes('"user"'))).toEqual([]);
  });

  test('RC-10: a logout of which only the first write is done leaves none either', async () => {
    const { app, sessions, browser, secret } = await start();
    const id = sessionIdIn(browser);
    const answer = await during(app, browser, secret, async () => {
      const { passport: _, ...rest } = JSON.parse(sessions.sessions[id] as string);
      sessions.sessions[id] = JSON.stringify(rest);
    });
    expect(answer.json()).toEqual({ error: 'login_required' });
    expect(Object.keys(sessions.sessions)).toEqual([id]);
  });

  test('RC-10: a login as somebody else wins, and is not elevated', async () => {
    const { app, browser, secret } = await start();
    const other = browser.copy();
    const answer = await during(app, browser, secret, () => app.logIn('eve@example.com', other));
    expect(answer.status).toBe(401);
    expect(await contextOf(browser)).toBeNull();
    expect((await seen(other)).user.email).toBe('eve@example.com');
    expect(await contextOf(other)).toMatchObject({ level: 1 });
  });

  test('RC-10: another step-up wins, and its session lives', async () => {
    const { app, browser, secret } = await start();
    const other = browser.copy();
    const code = app.code(secret, 1);
    const answer = await during(app, browser, secret, () => other.postJson('/step-up/totp', { code }));
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toEqual([]);
    expect(await isThrough(other)).toBe(true);
  });
});

describe('a session store that fails', () => {
  test.each(['get', 'destroy', 'set'] as const)('FT-12: at %s elevates nothing and sets no cookie', async (method) => {
    const { app, sessions, browser, secret } = await start();
    const original = sessions[method].bind(sessions) as (...args: unknown[]) => void;
    const write = app.store.write.bind(app.store);
    // From the moment on at which the proof was accepted.
    app.store.write = async (...args) => {
      const written = await write(...args);
      sessions[method] = ((...rest: unknown[]) => (rest.at(-1) as (error: Error) => void)(new Error('down'))) as never;
      return written;
    };
    const answer = await browser.postJson('/step-up/totp', { code: app.code(secret) });
    expect(answer.status).toBe(503);
    expect(answer.json()).toEqual({ error: 'unavailable' });
    expect(answer.headers['retry-after']).toBe('15');
    expect(answer.setCookies).toEqual([]);
    expect(app.events.at(-1)).toMatchObject({ type: 'store.unavailable', reason: 'session store' });
    sessions[method] = original as never;
    expect(await isThrough(browser)).toBe(false);
  });

  test('FT-12: one that does not answer is 503 within a second', async () => {
    const { app, sessions, browser, secret } = await start();
    const write = app.store.write.bind(app.store);
    app.store.write = async (...args) => {
      sessions.destroy = () => {};
      return write(...args);
    };
    const answer = await browser.postJson('/step-up/totp', { code: app.code(secret) });
    expect(answer.status).toBe(503);
  });
});

test('a refusal writes no session and sets no cookie, whatever express-session is told', async () => {
  const { app, browser } = await start({ rolling: true, resave: true, saveUninitialized: true });
  const answer = await browser.postJson('/step-up/totp', { code: '000000' });
  expect(answer.setCookies).toEqual([]);
  expect((await app.browser().postJson('/step-up/totp', { code: '000000' })).setCookies).toEqual([]);
});
