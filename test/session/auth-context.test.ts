/** amr, acr, level and authTime: in the stored session before the answer arrives, in every wiring, and for nobody else. */

import { type Express, type NextFunction, type Request, type Response, urlencoded } from 'express';
import { expect, test } from 'vitest';
import { authContext } from '../../lib/index.js';
import {
  CALLBACK,
  CODE,
  codeOf,
  newSessions,
  plainRoutes,
  requestLink,
  startApp,
  type TestApp,
  type TestAppConfig,
} from '../support/app.js';
import type { Browser } from '../support/browser.js';

const NOW = Date.UTC(2030, 0, 1);
const factsOf = (by: 'link' | 'code', level: number) => {
  const name = `urn:passport-bound-link:${by}`;
  return { amr: [name], acr: name, level, authTime: NOW / 1000 };
};

type Way = [string, object, (app: TestApp, browser: Browser) => Promise<unknown>];

/** The ways to log in, and what they are worth. */
const WAYS: Way[] = [
  ['link', factsOf('link', 1), async (app, browser) => browser.get((await requestLink(app, browser)).path)],
  [
    'code',
    factsOf('code', 0),
    async (app, browser) => browser.post(CODE, { code: codeOf(app, (await requestLink(app, browser)).token) }),
  ],
];

type Stored = { passport?: { user: string }; 'passport-bound-link'?: { auth?: object } };

async function start(routes: TestAppConfig['routes'], config: TestAppConfig = {}) {
  const sessions = newSessions();
  const app = await startApp({
    ...config,
    options: { clock: () => NOW, ...config.options },
    session: { store: sessions },
    routes: (express, test) => {
      express.get('/auth', (req, res) => {
        res.json({ auth: authContext(req) ?? null });
      });
      routes?.(express, test);
    },
  });
  const kept = () => Object.entries(sessions.sessions).map(([id, text]): [string, Stored] => [id, JSON.parse(text)]);
  return { app, sessions, kept, browser: app.browser() };
}

const authOf = async (browser: Browser) => (await browser.get('/auth')).json<{ auth: object | null }>().auth;

const withOptions = (options: object) => (express: Express, test: TestApp) => plainRoutes(express, test, options);

type Finish = (req: Request, res: Response, next: NextFunction, user: Express.User) => void;

const withCallback = (finish: Finish) => (express: Express, test: TestApp) => {
  const authenticate = (options: object) => (req: Request, res: Response, next: NextFunction) =>
    test.passport.authenticate('magic-link', options, (error: unknown, user: Express.User) =>
      error ? next(error) : finish(req, res, next, user),
    )(req, res, next);
  express.all(CALLBACK, authenticate({}));
  express.all(CODE, urlencoded({ extended: false }), authenticate({ action: 'code' }));
  plainRoutes(express, test);
};

const WIRINGS: [string, TestAppConfig['routes']][] = [
  ['the next handler', withOptions({})],
  ['successRedirect', withOptions({ successRedirect: '/' })],
  ['successReturnToOrRedirect', withOptions({ successReturnToOrRedirect: '/' })],
  ['keepSessionInfo', withOptions({ keepSessionInfo: true })],
  ['successMessage', withOptions({ successMessage: 'Hello.' })],
  ['req.logIn', withCallback((req, res, next, user) => req.logIn(user, (error) => (error ? next(error) : res.end())))],
  ['req.login', withCallback((req, res, next, user) => req.login(user, (error) => (error ? next(error) : res.end())))],
  [
    'req.session.regenerate and req.logIn',
    withCallback((req, res, next, user) =>
      req.session.regenerate(() => req.logIn(user, (error) => (error ? next(error) : res.end()))),
    ),
  ],
];

const TABLE = WAYS.flatMap(([way, facts, logIn]) =>
  WIRINGS.map(([how, routes]) => [way, how, { facts, logIn, routes }] as const),
);

test.each(TABLE)('a %s, by %s: it is in the session', async (_way, _how, { facts, logIn, routes }) => {
  const { app, browser } = await start(routes);
  await logIn(app, browser);
  expect(await authOf(browser)).toMatchObject(facts);
});

test.each(TABLE)(
  'SS-08: a %s, by %s: it is stored before the answer begins, with the user',
  async (_way, _how, { facts, logIn, routes }) => {
    let atAnswer: Stored[] = [];
    const started: Awaited<ReturnType<typeof start>> = await start((express, test) => {
      express.use([CALLBACK, CODE], (_req, res, next) => {
        const { writeHead } = res;
        res.writeHead = ((...args: Parameters<typeof writeHead>) => {
          atAnswer = started.kept().map(([, stored]) => stored);
          return writeHead.apply(res, args);
        }) as typeof writeHead;
        next();
      });
      routes?.(express, test);
    });
    await logIn(started.app, started.browser);
    expect(atAnswer).toEqual([
      expect.objectContaining({
        passport: { user: 'ada@example.com' },
        'passport-bound-link': { auth: expect.objectContaining(facts) },
      }),
    ]);
  },
);

test('the context names the link and where it led, and holds no session ID', async () => {
  const { app, browser, kept } = await start(withOptions({}));
  const { path } = await requestLink(app, browser, 'ada@example.com', { returnTo: '/orders' });
  await browser.get(path);
  const recordId = app.events.find(({ type }) => type === 'link.requested')?.link;
  expect(await authOf(browser)).toMatchObject({ recordId, returnTo: `${app.origin}/orders` });
  for (const [id, stored] of kept()) expect(JSON.stringify(stored)).not.toContain(id);
});

test.each(WAYS)('SU-16: a mailed %s is one factor, never mfa, otp or hwk', async (_way, _facts, logIn) => {
  const { app, browser } = await start(withOptions({}));
  await logIn(app, browser);
  const { amr } = (await authOf(browser)) as { amr: string[] };
  expect(amr.every((value) => value.startsWith('urn:passport-bound-link:'))).toBe(true);
});

test('nobody has one before the login, or after the logout', async () => {
  const { app, browser } = await start((express, test) => {
    express.post('/logout', (req, res, next) =>
      req.logout({ keepSessionInfo: true }, (error) => (error ? next(error) : res.end())),
    );
    plainRoutes(express, test);
  });
  const { path } = await requestLink(app, browser);
  expect(await authOf(browser)).toBeNull();
  await browser.get(path);
  await browser.post('/logout');
  expect(await authOf(browser)).toBeNull();
});

/** Somebody logged in by a link, and somebody logged in by something else. */
async function twoSessions() {
  const started = await start((express, test) => {
    express.post('/password', (req, res, next) =>
      req.logIn({ email: String(req.query.email) } as Express.User, (error) => (error ? next(error) : res.end())),
    );
    plainRoutes(express, test);
  });
  const { app, browser, sessions, kept } = started;
  await browser.get((await requestLink(app, browser)).path);
  const [[id, stored] = ['', {}]] = kept();
  return { ...started, other: app.browser(), id, stored, sessions, app };
}

test('SU-11: copied into another session it reads as missing', async () => {
  const { other, stored, sessions, kept, id } = await twoSessions();
  await other.post('/password?email=ada@example.com');
  const [target] = kept().find(([each]) => each !== id) ?? [''];
  const whole = {
    ...JSON.parse(sessions.sessions[target] as string),
    'passport-bound-link': stored['passport-bound-link'],
  };
  sessions.sessions[target] = JSON.stringify(whole);
  expect(await authOf(other)).toBeNull();
});

test('SU-13: with another user put into its session it reads as missing', async () => {
  const { browser, id, stored, sessions } = await twoSessions();
  sessions.sessions[id] = JSON.stringify({ ...stored, passport: { user: 'eve@example.com' } });
  expect(await authOf(browser)).toBeNull();
});

test('SU-13: with nobody logged in any more it reads as missing', async () => {
  const { browser, id, stored, sessions } = await twoSessions();
  sessions.sessions[id] = JSON.stringify({ ...stored, passport: {} });
  expect(await authOf(browser)).toBeNull();
});

test('SS-07: a login by something else in the same browser ends it', async () => {
  const { browser } = await twoSessions();
  await browser.post('/password?email=ada@example.com');
  expect(await authOf(browser)).toBeNull();
});

test('without a session there is none', () => {
  expect(authContext({} as Request)).toBeUndefined();
});
