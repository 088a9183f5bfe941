/** An account that is added (`passport.authorize`) and a login without a session, beside a login and without one. */
import express, { type Express, type Request, type RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { authContext } from '../../lib/index.js';
import { ada, plainRoutes, requestLink, startApp, type TestApp, typesOf } from '../support/app.js';

const bob = { email: 'bob@example.com' };
const eve = { email: 'eve@example.com' };

/** What a request shows of its session. */
const stateOf = (req: Request) => ({
  id: req.sessionID,
  user: req.user ?? null,
  auth: authContext(req) ?? null,
  requested: 'binding' in Object((req.session as unknown as Record<string, unknown>)['passport-bound-link']),
});

const WAYS = {
  'passport.authorize': {
    path: '/connect',
    authenticate: ({ passport }: TestApp): RequestHandler => passport.authorize('magic-link'),
  },
  'session: false': {
    path: '/once',
    authenticate: ({ passport }: TestApp): RequestHandler => passport.authenticate('magic-link', { session: false }),
  },
} as const;
type Way = keyof typeof WAYS;
const NAMES = Object.keys(WAYS) as Way[];

async function start(options: object = {}) {
  const app = await startApp({
    options,
    routes: (bare: Express, testApp) => {
      bare.use(express.urlencoded({ extended: false }));
      for (const { path, authenticate } of Object.values(WAYS)) {
        bare.all(path, authenticate(testApp), (req, res) => {
          res.json({ account: (req as { account?: unknown }).account ?? null, user: req.user ?? null });
        });
        bare.all(`${path}/then-state`, authenticate(testApp), (req, res) => void res.json(stateOf(req)));
        bare.all(`${path}/then-eve`, authenticate(testApp), logInAsEve);
      }
      bare.all('/in/then-eve', testApp.passport.authenticate('magic-link'), logInAsEve);
      plainRoutes(bare, testApp);
      bare.get('/state', (req, res) => void res.json(stateOf(req)));
    },
  });
  const browser = app.browser();
  const state = async () => (await browser.get('/state')).json<ReturnType<typeof stateOf>>();
  /** A link of this person, requested in this browser, and its click on a route of the test's. */
  const linkOf = async ({ email }: { email: string }) => {
    const { token } = await requestLink(app, browser, email);
    return (path: string, method: 'GET' | 'POST' = 'POST') =>
      method === 'POST' ? browser.post(path, { token }) : browser.get(`${path}?token=${token}`);
  };
  return { app, browser, state, linkOf };
}

const logInAsEve: RequestHandler = (req, res, next) =>
  req.logIn(eve as Express.User, (error) => (error ? next(error) : res.end()));

describe.each(NAMES)('RS-06: %s', (way) => {
  const { path } = WAYS[way];
  const isAuthorize = way === 'passport.authorize';

  test('RS-06: the login that is there stays, with its session and its context', async () => {
    const { app, state, linkOf } = await start();
    await (await linkOf(ada))('/login/callback');
    const before = await state();
    expect(before).toMatchObject({ user: ada, auth: { level: 1 } });
    const click = await linkOf(bob);
    app.events.length = 0;
    const answer = await click(path);
    expect(answer.json()).toEqual(isAuthorize ? { account: bob, user: ada } : { account: null, user: bob });
    expect(await state()).toEqual(before);
    // An added account is no login, and makes the browser no known one.
    expect(answer.setCookies).toHaveLength(isAuthorize ? 0 : 1);
    expect(typesOf(app)).toEqual(isAuthorize ? ['link.redeemed'] : ['link.redeemed', 'login.new_browser']);
  });

  test('RS-14: for the rest of the request the user and the auth context are one person, or there is no context', async () => {
    const { state, linkOf } = await start();
    await (await linkOf(ada))('/login/callback');
    const click = await linkOf(bob);
    const { user, auth } = (await click(`${path}/then-state`)).json<ReturnType<typeof stateOf>>();
    expect({ user, auth }).toMatchObject(isAuthorize ? { user: ada, auth: { level: 1 } } : { user: bob, auth: null });
    expect(await state()).toMatchObject({ user: ada, auth: { level: 1 } });
  });

  test('RS-06: without a login nobody is logged in afterwards', async () => {
    const { state, linkOf } = await start();
    const answer = await (await linkOf(bob))(path, 'GET');
    expect(answer.json()).toEqual(isAuthorize ? { account: bob, user: null } : { account: null, user: bob });
    expect(await state()).toMatchObject({ user: null, auth: null });
  });

  test.each([ada, undefined])('RS-06: the other links of this browser are dead; logged in: %j', async (user) => {
    const { app, state, linkOf } = await start();
    if (user) await (await linkOf(user))('/login/callback');
    const clicks = [await linkOf(bob), await linkOf(bob)] as const;
    expect((await state()).requested).toBe(true);
    expect((await clicks[0](path)).status).toBe(200);
    expect((await state()).requested).toBe(false);
    expect((await clicks[1](path)).status).toBe(401);
    expect(typesOf(app).at(-1)).toBe('link.wrong_browser');
  });

  test('RS-06: it is refused as any other, and the login that is there stays', async () => {
    const { state, linkOf, browser } = await start();
    await (await linkOf(ada))('/login/callback');
    const before = await state();
    expect((await browser.post(path, { token: 'x' })).status).toBe(401);
    expect(await state()).toEqual(before);
  });

  test('SS-07: whom the app logs in afterwards has no context of this link', async () => {
    const { state, linkOf } = await start();
    expect((await (await linkOf(bob))(`${path}/then-eve`)).status).toBe(200);
    expect(await state()).toMatchObject({ user: eve, auth: null });
  });

  test('AL-04: a hold that no session could keep is a denial', async () => {
    const { app, state, linkOf } = await start({ assess: () => 'stepUp' });
    app.strategy.port.acceptHeldLogins();
    expect((await (await linkOf(bob))(path)).status).toBe(401);
    expect(typesOf(app).at(-1)).toBe('login.refused');
    expect(await state()).toMatchObject({ user: null, auth: null });
    await (await linkOf(bob))('/login/callback');
    expect(await state(), 'a login with a session is held').toMatchObject({ user: bob, auth: { decision: 'stepUp' } });
  });
});

test('SS-07: whom the app logs in after the login, in the same request, has no context of its link', async () => {
  const { state, linkOf } = await start();
  await (await linkOf(bob))('/in/then-eve');
  expect(await state()).toMatchObject({ user: eve, auth: null });
});
