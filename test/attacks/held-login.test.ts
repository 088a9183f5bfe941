/** HL: a held login can neither shed its hold, nor act or look around before a second factor of its own user. */
import express, { type Express, type Request, type RequestHandler } from 'express';
import { expect, test } from 'vitest';
import type { Decision } from '../../lib/index.js';
import { ada, requestLink } from '../support/app.js';
import type { Browser } from '../support/browser.js';
import { contextOf, type StepUpApp, startStepUp, stepUpByTotp, withTotp } from '../support/step-up.js';

const REFUSED = { error: 'step_up_required' };
const eve = { email: 'eve@example.com' };

/** An app in which Ada has TOTP, `/app` is closed to held logins, and from now on logins are judged by `judge`. */
async function start(routes: (app: Express, test: StepUpApp) => void = () => {}) {
  let decision: Decision = 'allow';
  const app = await startStepUp({
    options: { assess: () => decision },
    routes: (bare, test) => {
      bare.use(express.urlencoded({ extended: false }), express.json());
      routes(bare, test);
      bare.all('/app', test.stepUp.requireIfHeld(), (req, res) => void res.json({ user: req.user ?? null }));
    },
  });
  const owner = await withTotp(app);
  const judge = (next: Decision) => {
    decision = next;
  };
  return { app, owner, judge };
}

/** The same, with a login of Ada's that is held. */
async function startHeld(routes?: (app: Express, test: StepUpApp) => void) {
  const made = await start(routes);
  made.judge('stepUp');
  return { ...made, held: await made.app.logIn() };
}

const open = async (browser: Browser) => (await browser.getJson('/app')).json();

test('HL-01: a login that was to be held is refused where the app logs in without a session', async () => {
  const { app, judge } = await start((bare, { passport, stepUp }) => {
    const logInOnce: RequestHandler = (req, res, next) =>
      passport.authenticate('magic-link', (error: unknown, user?: Express.User) =>
        user ? req.logIn(user, { session: false }, next) : next(error ?? new Error('refused')),
      )(req, res, next);
    bare.post('/once', logInOnce, stepUp.requireIfHeld(), (req, res) => void res.json({ user: req.user ?? null }));
  });
  const once = async () => {
    const browser = app.browser();
    return browser.post('/once', { token: (await requestLink(app, browser)).token });
  };
  expect((await once()).json()).toEqual({ user: ada });
  judge('stepUp');
  const refused = await once();
  expect([refused.status, refused.text]).toEqual([401, expect.not.stringContaining(ada.email)]);
});

/** Writes the user into the session again, as apps do after a change of profile. */
const refresh: RequestHandler = (req, res, next) =>
  req.logIn(req.user as Express.User, { session: true, keepSessionInfo: true }, (error) =>
    error ? next(error) : res.end(),
  );

test('HL-02: a hold stays where the app renews the session and keeps its data, until a new login', async () => {
  const { app, owner, judge, held } = await startHeld((bare) => void bare.post('/refresh', refresh));
  expect(await open(held)).toEqual(REFUSED);
  expect((await held.post('/refresh')).status).toBe(200);
  expect(await open(held)).toEqual(REFUSED);
  judge('allow');
  await app.logIn(undefined, held);
  expect(await open(held)).toEqual({ user: ada });

  judge('stepUp');
  const released = await app.logIn();
  await stepUpByTotp(app, released, owner.secret);
  await released.post('/refresh');
  expect(await open(released), 'what was released stays released').toEqual({ user: ada });
});

/** Logs in whoever the header names, for this request only, as API tokens do. */
class Bearer {
  readonly name = 'bearer';
  declare success: (user: unknown) => void;
  declare pass: () => void;
  authenticate({ headers }: Request) {
    const email = headers['x-token'];
    return email ? this.success({ email }) : this.pass();
  }
}

test('HL-03: the factor of another user, whose API token the request has, raises and releases no session', async () => {
  const { app, held, judge } = await startHeld((bare, { passport, stepUp }) => {
    passport.use(new Bearer() as never);
    bare.use('/step-up-with-tokens', passport.authenticate('bearer', { session: false }), stepUp.router());
  });
  judge('allow');
  const { secret } = await withTotp(app, eve.email);
  const answer = await held.send('/step-up-with-tokens/totp', {
    method: 'POST',
    json: { code: app.code(secret) },
    headers: { accept: 'application/json', 'x-token': eve.email },
  });
  expect([answer.status, answer.json()]).toEqual([401, { error: 'login_required' }]);
  expect(await open(held)).toEqual(REFUSED);
});

test('HL-04: a held login is told which factors it can use, and nothing else about them', async () => {
  const { app, owner, held } = await startHeld();
  expect((await held.getJson('/step-up')).json()).toEqual({ enrolled: ['totp'], recoveryCodes: 10 });
  await stepUpByTotp(app, held, owner.secret);
  expect((await held.getJson('/step-up')).json()).toHaveProperty('factors');
});

test('HL-05: a held login revokes no links by "this was not me", and a released one does', async () => {
  const { app, owner, held } = await startHeld((bare, { passport }) => {
    bare.all('/login/not-me', passport.authenticate('magic-link', { action: 'not-me' } as object));
  });
  const { notMe } = await requestLink(app, app.browser());
  const report = () => held.postJson('/login/not-me', { token: notMe.token, end: 'links' });
  expect((await report()).json()).toEqual({ status: 'reported' });
  expect((await held.get(notMe.path)).text).not.toContain('name="end"');
  await stepUpByTotp(app, held, owner.secret);
  expect((await report()).json()).toEqual({ status: 'reported', links: 1 });
});

test('HL-06: a held login has no current context before a second factor', async () => {
  const { app, owner, held } = await startHeld();
  expect(await contextOf(held)).toBeNull();
  await stepUpByTotp(app, held, owner.secret);
  expect(await contextOf(held)).toMatchObject({ level: 2 });
});
