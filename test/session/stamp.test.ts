/** One spent link stamps one login: the first, by either of Passport's names, if it makes a session. */
import type { Express, NextFunction, Request, Response } from 'express';
import { describe, expect, test, vi } from 'vitest';
import { authContext } from '../../lib/index.js';
import { loginFacts } from '../../lib/session/auth-context.js';
import { type LoginStamp, type StampOptions, stampOnLogIn } from '../../lib/session/stamp.js';
import { ada, newSessions, startApp } from '../support/app.js';

const eve = { email: 'eve@example.com' };

const STAMP: LoginStamp = {
  ...loginFacts('link', 1_900_000_000),
  recordId: 'record',
  account: 'account',
  returnTo: 'https://app.example.com/orders',
  decision: 'allow',
};

type LogIn = (req: Request, done: (error?: unknown) => void) => void;

const as = (user: object) => user as Express.User;

/** An app that stamps at `POST /in`, and then does what the test says; and whatever the stamp reports, in order. */
async function start(logIn: LogIn, options: Partial<StampOptions> = {}) {
  const calls: string[] = [];
  const sessions = newSessions();
  const finish = (req: Request, res: Response, next: NextFunction) =>
    logIn(req, (error) => {
      calls.push('done');
      if (error) next(error);
      else res.json({ returnTo: Reflect.get(req.session, 'returnTo') });
    });
  const app = await startApp({
    session: { store: sessions },
    routes: (express: Express) => {
      express.post('/in', (req, res, next) => {
        stampOnLogIn(req, STAMP, {
          ttl: 600,
          passportReturnTo: undefined,
          onLogIn: () => calls.push('onLogIn'),
          onRefused: () => calls.push('onRefused'),
          onStoreFailure: () => calls.push('onStoreFailure'),
          ...options,
        });
        finish(req, res, next);
      });
      express.post('/later', finish);
      express.get('/state', (req, res) => {
        res.json({ id: req.sessionID, user: req.user ?? null, auth: authContext(req) ?? null });
      });
    },
  });
  const browser = app.browser();
  const state = async () =>
    (await browser.get('/state')).json<{ id: string; user: object | null; auth: object | null }>();
  return { browser, calls, sessions, state };
}

const STAMPED = { user: ada, auth: { recordId: 'record', level: 1, decision: 'allow' } };

describe.each(['logIn', 'login'] as const)('req.%s', (name) => {
  test.each<[string, LogIn]>([
    ['with a callback', (req, done) => req[name](as(ada), done)],
    ['with options and a callback', (req, done) => req[name](as(ada), { session: true, keepSessionInfo: true }, done)],
  ])('%s is stamped, and told of before the app is', async (_how, logIn) => {
    const { browser, calls, state } = await start(logIn);
    await browser.post('/in');
    expect(await state()).toMatchObject(STAMPED);
    expect(calls).toEqual(['onLogIn', 'done']);
  });
});

test('SS-07: a second login in the request has no context, and is told of as little', async () => {
  const { browser, calls, state } = await start((req, done) => {
    req.logIn(as(ada), () => req.login(as(eve), done));
  });
  await browser.post('/in');
  expect(await state()).toMatchObject({ user: eve, auth: null });
  expect(calls).toEqual(['onLogIn', 'done']);
});

test('another request of the browser is not stamped', async () => {
  const { browser, calls, state } = await start((req, done) => req.logIn(as(ada), done));
  await browser.post('/in');
  await browser.post('/later');
  expect(await state()).toMatchObject({ user: ada, auth: null });
  expect(calls).toEqual(['onLogIn', 'done', 'done']);
});

test('RS-06: a login without a session is told of, and leaves the session to the app', async () => {
  const { browser, calls, state } = await start((req, done) => {
    req.logIn(as(ada), { session: false }, () => req.logIn(as(eve), done));
  });
  await browser.post('/in');
  expect(await state()).toMatchObject({ user: eve, auth: null });
  expect(calls).toEqual(['onLogIn', 'done']);
});

test('FT-12: a store that fails is reported before Passport is told, and nobody is logged in', async () => {
  const { browser, calls, sessions, state } = await start((req, done) => req.logIn(as(ada), done));
  const set = vi.spyOn(sessions, 'set').mockImplementation((_id, _data, done) => done?.(new Error('down')));
  expect((await browser.post('/in')).status).toBe(503);
  set.mockRestore();
  expect(calls).toEqual(['onStoreFailure', 'done']);
  expect(await state()).toMatchObject({ user: null, auth: null });
});

test.each([undefined, '/orders'])('Passport finds a return target where there is one: %s', async (passportReturnTo) => {
  const { browser } = await start((req, done) => req.logIn(as(ada), done), { passportReturnTo });
  expect((await browser.post('/in')).json()).toEqual(passportReturnTo ? { returnTo: passportReturnTo } : {});
});

test.each([
  ['the short one of a session that only requested a link is dropped', 4200, null],
  ['one of the app’s own is kept', 60, 60],
])('under keepSessionInfo, of the lifetimes %s', async (_what, seconds, kept) => {
  const { browser, sessions } = await start((req, done) => {
    req.session.cookie.maxAge = seconds * 1000;
    req.logIn(as(ada), { session: true, keepSessionInfo: true }, done);
  });
  await browser.post('/in');
  const { originalMaxAge } = JSON.parse(Object.values(sessions.sessions).at(-1) ?? '{}').cookie;
  expect(originalMaxAge && Math.ceil(originalMaxAge / 1000)).toBe(kept);
});
