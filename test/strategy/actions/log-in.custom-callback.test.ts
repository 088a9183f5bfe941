/** The callback with the app's own function, `authenticate(name, options, callback)`. */
import type { NextFunction, Request, Response } from 'express';
import { expect, test } from 'vitest';
import { authContext } from '../../../lib/index.js';
import { ada, CALLBACK, plainRoutes, requestLink, startApp, type TestAppConfig } from '../../support/app.js';
import type { Browser } from '../../support/browser.js';

type Finish = (
  exchange: { req: Request; res: Response; next: NextFunction },
  ...told: [error: unknown, user?: Express.User, info?: object, status?: number]
) => void;

async function start(finish: Finish, config: TestAppConfig = {}) {
  const faults: string[] = [];
  const app = await startApp({
    routes: (express, test) => {
      express.all(CALLBACK, (req, res, next) => {
        const finished = (...args: [unknown, Express.User?, object?, number?]) => finish({ req, res, next }, ...args);
        test.passport.authenticate('magic-link', finished as () => void)(req, res, next);
      });
      express.get('/auth', (req, res) => {
        res.json({ user: req.user, auth: authContext(req) });
      });
      plainRoutes(express, test);
      express.use((error: Error, _req: Request, _res: Response, next: NextFunction) => {
        faults.push(error.message);
        next(error);
      });
    },
    ...config,
  });
  return { ...app, faults };
}

async function click(finish: Finish, config: TestAppConfig = {}) {
  const app = await start(finish, config);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  return { app, browser, path, answer: await browser.get(path) };
}

const LINK = { acr: 'urn:passport-bound-link:link', level: 1 };
const authOf = async (browser: Browser) => (await browser.get('/auth')).json();

test('it gets the user and how the login was made', async () => {
  const { answer } = await click(({ res }, error, user, info) => res.json({ error, user, info }));
  expect(answer.json()).toEqual({
    error: null,
    user: ada,
    info: { ...LINK, amr: ['urn:passport-bound-link:link'], authTime: expect.any(Number) },
  });
});

test('who is not logged in by it is not logged in, and the link is used', async () => {
  const { browser, path } = await click(({ res }) => res.end());
  expect(await authOf(browser)).toEqual({});
  expect((await browser.get(path)).status).toBe(200);
  expect(await authOf(browser)).toEqual({});
});

test('it gets a refusal with message, code and status', async () => {
  const app = await start(({ res }, ...[error, user, info, status]) => res.json({ error, user, info, status }));
  const answer = await app.browser().get('/login/callback?token=x');
  expect(answer.json()).toEqual({
    error: null,
    user: false,
    info: { code: 'link_invalid', message: expect.any(String) },
    status: 401,
  });
});

test('it gets a fault', async () => {
  const verify = async () => Promise.reject(new Error('the directory is down'));
  const { answer } = await click(({ res }, error) => res.json({ told: String(error) }), { verify });
  expect(answer.json()).toEqual({ told: 'Error: the directory is down' });
});

test('a page on the way is not its business', async () => {
  let called = false;
  const app = await start(({ res }) => {
    called = true;
    res.end();
  });
  const { path } = await requestLink(app, app.browser());
  await app.browser().get(path);
  expect(called).toBe(false);
});

const logIns: [string, Finish][] = [
  [
    'req.logIn',
    ({ req, res, next }, _error, user) => req.logIn(user as Express.User, (e) => (e ? next(e) : res.end())),
  ],
  [
    'req.login',
    ({ req, res, next }, _error, user) => req.login(user as Express.User, (e) => (e ? next(e) : res.end())),
  ],
  [
    'req.logIn with keepSessionInfo',
    ({ req, res, next }, _error, user) =>
      req.logIn(user as Express.User, { session: true, keepSessionInfo: true }, (e) => (e ? next(e) : res.end())),
  ],
  [
    'its own req.session.regenerate, then req.logIn',
    ({ req, res, next }, _error, user) =>
      req.session.regenerate(() => req.logIn(user as Express.User, (e) => (e ? next(e) : res.end()))),
  ],
  [
    'req.logIn, a while later',
    ({ req, res, next }, _error, user) =>
      setImmediate(() => req.logIn(user as Express.User, (e) => (e ? next(e) : res.end()))),
  ],
  [
    'req.logIn, and a save of its own after it',
    ({ req, res, next }, _error, user) =>
      req.logIn(user as Express.User, (e) => {
        Object.assign(req.session, { seen: true });
        req.session.save((failure) => (e || failure ? next(e ?? failure) : res.end()));
      }),
  ],
];

test.each(logIns)('%s logs in, with its context', async (_how, finish) => {
  const { browser } = await click(finish);
  expect(await authOf(browser)).toEqual({ user: ada, auth: expect.objectContaining(LINK) });
});

test.each(logIns)('SS-01: %s renews the session ID', async (_how, finish) => {
  const app = await start(finish);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const old = browser.copy();
  await browser.get(path);
  expect([(await authOf(old)).user, browser.cookieHeader === old.cookieHeader]).toEqual([undefined, false]);
});

test('the stamp is for that one request: a later login by something else has none', async () => {
  const app = await start(
    ({ req, res, next }, _error, user) => req.logIn(user as Express.User, (e) => (e ? next(e) : res.end())),
    {
      routes: (express, test) => {
        express.post('/password', (req, res, next) => req.logIn(ada as Express.User, (e) => (e ? next(e) : res.end())));
        express.get('/auth', (req, res) => {
          res.json({ user: req.user, auth: authContext(req) });
        });
        plainRoutes(express, test);
      },
    },
  );
  const browser = app.browser();
  await browser.get((await requestLink(app, browser)).path);
  await browser.post('/password');
  expect(await authOf(browser)).toEqual({ user: ada });
});

const boom = () => {
  throw new Error('a mistake of the app');
};
const broken: [string, (link: string) => string, Finish][] = [
  ['throws on a login', (link) => link, boom],
  ['throws on a refusal', () => '/login/callback?token=x', boom],
  ['throws when req.logIn is done', (link) => link, ({ req }, _error, user) => req.logIn(user as Express.User, boom)],
];

test.each(broken)('FT-15: one that %s is answered by the error handler, once', async (_how, choose, finish) => {
  const app = await start(finish);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const answer = await browser.get(choose(path));
  expect([answer.status, answer.json().message]).toEqual([500, 'a mistake of the app']);
  expect(app.faults).toEqual(['a mistake of the app']);
});

test('FT-15: one that throws after it has answered changes nothing', async () => {
  const { app, answer } = await click(({ res }) => {
    res.json({ own: true });
    throw new Error('too late');
  });
  expect(answer.json()).toEqual({ own: true });
  expect((await app.browser().get('/me')).status).toBe(200);
});
