/** The guard: who is let through, for how long, and how everybody else is answered. */
import type express from 'express';
import type { ErrorRequestHandler } from 'express';
import session from 'express-session';
import { describe, expect, test } from 'vitest';
import type { StepUpDemand } from '../../lib/step-up/index.js';
import { startApp } from '../support/app.js';
import { type Browser, JSON_HEADERS } from '../support/browser.js';
import { misuse } from '../support/errors.js';
import { sendRaw } from '../support/raw-request.js';
import {
  contextOf,
  isThrough,
  newStepUp,
  type StepUpApp,
  startStepUp,
  stepUpByTotp,
  withTotp,
} from '../support/step-up.js';

const challenge = (acr: string, maxAge?: number) =>
  'Bearer error="insufficient_user_authentication", ' +
  'error_description="A different authentication level is required", ' +
  `acr_values="urn:passport-bound-link:${acr}"${maxAge === undefined ? '' : `, max_age="${maxAge}"`}`;

describe('a JSON client', () => {
  test('SU-01, SU-02: with a link alone gets the challenge of RFC 9470', async () => {
    const app = await startStepUp({ demand: { level: 2, maxAge: 300 } });
    const browser = await app.logIn();
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await browser.send('/guarded', { method, headers: JSON_HEADERS });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(challenge('second-factor', 300));
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.json()).toEqual({ error: 'step_up_required' });
    }
  });

  test.each<[StepUpDemand, string, number | undefined]>([
    [{}, 'second-factor', 300],
    [{ level: 3, maxAge: 60 }, 'passkey', 60],
    [{ acr: 'urn:passport-bound-link:passkey' }, 'passkey', 300],
    [{ level: 1, maxAge: 5 }, 'link', 5],
  ])('SU-02: is told what %j asks for', async (demand, acr, maxAge) => {
    const app = await startStepUp({ demand });
    const browser = await app.logIn();
    app.later(6);
    expect((await browser.getJson('/guarded')).headers['www-authenticate']).toBe(challenge(acr, maxAge));
  });

  test('SU-01: who is not logged in is told so', async () => {
    const app = await startStepUp();
    const answer = await app.browser().getJson('/guarded');
    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual({ error: 'login_required' });
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });
});

describe('a person', () => {
  test('SU-15: goes to the step-up and comes back to the page they wanted', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    const refused = await browser.get('/guarded?a=1&b=2');
    expect([refused.status, refused.headers.location]).toEqual([303, '/step-up']);
    const back = await browser.post('/step-up/totp', { code: app.code(secret) });
    expect([back.status, back.headers.location]).toEqual([303, `${app.origin}/guarded?a=1&b=2`]);
    expect((await browser.get('/guarded?a=1&b=2')).json()).toEqual({ passed: true });
  });

  test('SU-15: an unsafe request is not repeated: they come back by GET, to where the guard says', async () => {
    const app = await startStepUp({ demand: { returnTo: '/form' } });
    const { browser, secret } = await withTotp(app);
    expect((await browser.post('/guarded?amount=5', { to: 'eve' })).headers.location).toBe('/step-up');
    const back = await browser.post('/step-up/totp', { code: app.code(secret) });
    expect([back.status, back.headers.location]).toEqual([303, `${app.origin}/form`]);
  });

  test('SU-15: a target is followed once', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    await browser.get('/guarded');
    await browser.post('/step-up/totp', { code: app.code(secret) });
    app.later(30);
    const again = await browser.post('/step-up/totp', { code: app.code(secret) });
    expect(again.headers.location).toBe('/step-up/factors');
  });

  test('RD-05, SU-15: a target that leads off the origin is not followed', async () => {
    const app = await startStepUp({ routes: (express, { stepUp }) => express.use(stepUp.require()) });
    const { browser, secret } = await withTotp(app);
    // A path that a browser would take for a host.
    const request = ['GET //evil.test/ HTTP/1.1', 'Host: x', 'Accept: text/html', `Cookie: ${browser.cookieHeader}`];
    expect(await sendRaw(app.origin, request)).toContain('Location: /step-up\r\n');
    const answer = await browser.post('/step-up/totp', { code: app.code(secret) });
    expect(answer.headers.location).toBe('/step-up/factors');
  });

  test('who is not logged in goes to the login, and back', async () => {
    const app = await startStepUp({ stepUp: { loginPath: '/enter' } });
    const answer = await app.browser().get('/guarded?a=1');
    expect([answer.status, answer.headers.location]).toEqual([303, '/enter?returnTo=%2Fguarded%3Fa%3D1']);
    expect(answer.setCookies).toEqual([]);
  });

  test('a level that a login has takes a new login', async () => {
    const app = await startStepUp({ demand: { level: 1, maxAge: 60 } });
    const browser = await app.logIn();
    expect(await isThrough(browser)).toBe(true);
    app.later(61);
    expect((await browser.get('/guarded')).headers.location).toBe('/login?returnTo=%2Fguarded');
  });
});

describe('how long', () => {
  test('SU-12: an elevation ends after maxAge, to the second, and the login is what is left', async () => {
    const app = await startStepUp({ demand: { level: 2, maxAge: 300 } });
    const { browser, secret } = await withTotp(app);
    const login = await contextOf(browser);
    expect(login).toMatchObject({ level: 1, acr: 'urn:passport-bound-link:link' });
    const time = app.now() / 1000;
    await stepUpByTotp(app, browser, secret);
    expect(await contextOf(browser)).toEqual({
      level: 2,
      acr: 'urn:passport-bound-link:second-factor',
      amr: ['urn:passport-bound-link:link', 'otp'],
      authTime: time,
    });
    app.later(270);
    expect(await isThrough(browser)).toBe(true);
    app.later(1);
    expect(await isThrough(browser)).toBe(false);
    expect(await contextOf(browser)).toEqual(login);
  });

  test('SU-12: each guard has its own maxAge, and a second step-up starts anew', async () => {
    const app = await startStepUp({
      demand: { maxAge: 600 },
      routes: (express, { stepUp }) => {
        express.get('/strict', stepUp.require({ maxAge: 60 }), (_req, res) => void res.end());
      },
    });
    const { browser, secret } = await withTotp(app);
    await stepUpByTotp(app, browser, secret);
    app.later(31);
    expect((await browser.getJson('/strict')).status).toBe(401);
    expect(await isThrough(browser)).toBe(true);
    await stepUpByTotp(app, browser, secret);
    expect((await browser.getJson('/strict')).status).toBe(200);
  });

  test('SU-12: a clock that is set back by more than maxAge revives nothing', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    await stepUpByTotp(app, browser, secret);
    app.later(-3600);
    expect(await isThrough(browser)).toBe(false);
  });

  test('a link is enough for level 1, however old, where no maxAge is named', async () => {
    const app = await startStepUp({ demand: { level: 1 } });
    const browser = await app.logIn();
    app.later(1_000_000);
    expect(await isThrough(browser)).toBe(true);
  });
});

test('SU-03: a fresh link is no step-up, nor is a second one in the same session', async () => {
  const app = await startStepUp({ demand: { level: 2, maxAge: 86_400 } });
  const { browser } = await withTotp(app);
  for (let i = 0; i < 3; i++) {
    await app.logIn(undefined, browser);
    expect(await isThrough(browser)).toBe(false);
  }
});

test('SU-01: levels and factors: less is never enough', async () => {
  const app = await startStepUp({
    routes: (express, { stepUp }) => {
      const guard = (path: string, demand: StepUpDemand) =>
        express.get(path, stepUp.require(demand), (_req, res) => void res.end());
      guard('/2', { level: 2 });
      guard('/3', { level: 3 });
      guard('/totp', { level: 2, factors: ['totp'] });
      guard('/passkey', { level: 2, factors: ['passkey'] });
      guard('/recovery', { level: 2, factors: ['recovery'] });
    },
  });
  const { browser, secret, recoveryCodes } = await withTotp(app);
  const open = async () => {
    const paths = ['/2', '/3', '/totp', '/passkey', '/recovery'];
    const answers = await Promise.all(paths.map((path) => browser.getJson(path)));
    return paths.filter((_path, i) => answers[i]?.status === 200);
  };
  expect(await open()).toEqual([]);
  await stepUpByTotp(app, browser, secret);
  expect(await open()).toEqual(['/2', '/totp']);
  await browser.postJson('/step-up/recovery', { code: recoveryCodes[0] });
  expect(await open()).toEqual(['/2', '/recovery']);
});

test('SU-01: with `when` only those requests are requested a factor, however they are made', async () => {
  const app = await startStepUp({ demand: { when: (req) => req.headers['x-odd'] !== undefined } });
  const { browser, secret } = await withTotp(app);
  const statuses = async (browser: Browser) =>
    Promise.all([{}, { 'x-odd': '1' }].map(async (headers) => (await browser.get('/guarded', headers)).status));
  expect(await statuses(browser)).toEqual([200, 303]);
  expect(await statuses(app.browser()), 'who is not logged in').toEqual([200, 303]);
  await stepUpByTotp(app, browser, secret);
  expect(await statuses(browser)).toEqual([200, 200]);
});

test('a `when` that throws lets nobody through', async () => {
  const when = () => {
    throw new Error('odd');
  };
  const app = await startStepUp({ demand: { when } });
  expect((await (await app.logIn()).getJson('/guarded')).status).toBe(500);
});

test('app.use guards all that comes after it', async () => {
  const app = await startStepUp({
    routes: (express, { stepUp }) => {
      express.use('/deep', stepUp.require());
      express.get('/deep/down', (_req, res) => void res.json({ passed: true }));
    },
  });
  const { browser, secret } = await withTotp(app);
  expect((await browser.getJson('/deep/down')).status).toBe(401);
  expect((await browser.get('/deep/down?x=1')).headers.location).toBe('/step-up');
  const back = await browser.post('/step-up/totp', { code: app.code(secret) });
  expect(back.headers.location).toBe(`${app.origin}/deep/down?x=1`);
  expect((await browser.getJson('/deep/down')).status).toBe(200);
});

describe('SU-01: what is missing is refused:', () => {
  const guarded = (middleware: express.RequestHandler[]) =>
    startApp({
      session: false,
      before: (app) => {
        for (const handler of middleware) app.use(handler);
        app.get('/guarded', newStepUp().require(), (_req, res) => void res.json({ passed: true }));
      },
    });

  test.each<[string, express.RequestHandler[]]>([
    ['no session', []],
    ['a session that nobody is logged in to', [session({ secret: 'x', resave: false, saveUninitialized: true })]],
    [
      'a user by another strategy',
      [
        session({ secret: 'x', resave: false, saveUninitialized: true }),
        (req, _res, next) => {
          Object.assign(req.session, { passport: { user: 'ada' } });
          next();
        },
      ],
    ],
    [
      'a step-up that somebody has written, without a login',
      [
        session({ secret: 'x', resave: false, saveUninitialized: true }),
        (req, _res, next) => {
          const context = { level: 3, acr: 'x', amr: [], factor: 'passkey', time: Math.floor(Date.now() / 1000) };
          Object.assign(req.session, { passport: { user: 'ada' }, 'passport-bound-link/step-up': { context } });
          next();
        },
      ],
    ],
  ])('SU-01: %s', async (_what, middleware) => {
    const app = await guarded(middleware);
    expect((await app.browser().getJson('/guarded')).json()).toEqual({ error: 'login_required' });
    expect((await app.browser().get('/guarded')).status).toBe(303);
  });
});

test('SU-11: nothing that a client sends elevates', async () => {
  const app = await startStepUp();
  const { browser } = await withTotp(app);
  const context = { level: 3, acr: 'urn:passport-bound-link:passkey', amr: ['mfa'], time: app.now() / 1000 };
  const said = { ...context, 'passport-bound-link/step-up': { context }, stepUp: context };
  await browser.postJson('/step-up/totp', { code: '000000', ...said });
  await browser.post('/step-up/totp', { code: '000000', level: '3', acr: context.acr });
  const answer = await browser.send(`/guarded?acr=${context.acr}&level=3`, {
    method: 'POST',
    json: said,
    headers: { ...JSON_HEADERS, 'x-acr': context.acr },
  });
  expect(answer.json()).toEqual({ error: 'step_up_required' });
});

const FACTORS = 'factors must be one or more of: passkey, totp, recovery';

describe('a wrong option is a TypeError that names the right one:', () => {
  test.each<[object, string]>([
    [{ levl: 2 }, "stepUp.require has no option 'levl'; did you mean level?"],
    [{ level: 4 }, 'level must be 0 (code), 1 (link), 2 (second factor) or 3 (passkey)'],
    [{ level: '2' }, 'level must be 0 (code), 1 (link), 2 (second factor) or 3 (passkey)'],
    [{ level: 2, acr: 'urn:passport-bound-link:link' }, 'stepUp.require takes a level or an acr, not both'],
    [
      { acr: 'urn:passport-bound-link:mfa' },
      'acr must be one of: urn:passport-bound-link:code, urn:passport-bound-link:link, urn:passport-bound-link:second-factor, urn:passport-bound-link:passkey',
    ],
    [{ maxAge: 0 }, 'maxAge must be a whole number of seconds, 1 to 86400'],
    [{ maxAge: '300' }, 'maxAge must be a whole number of seconds, 1 to 86400'],
    [{ maxAge: Number.POSITIVE_INFINITY }, 'maxAge must be a whole number of seconds, 1 to 86400'],
    [{ factors: [] }, FACTORS],
    [{ factors: 'totp' }, FACTORS],
    [{ factors: ['totp', 'sms'] }, FACTORS],
    [{ factors: ['toString'] }, FACTORS],
    [{ level: 1, factors: ['totp'] }, 'factors says which second factor counts: level must be 2 or 3'],
    [{ returnTo: 'home' }, 'returnTo must be a path of the origin'],
    [{ returnTo: '//evil.test' }, 'returnTo must be a path of the origin'],
    [{ returnTo: 5 }, 'returnTo must be a path of the origin'],
    [{ when: true }, 'when must be a function of a request that returns true or false'],
    [
      { path: '/step-up' },
      "stepUp.require has no option 'path'; there are: level, acr, maxAge, factors, when, returnTo",
    ],
  ])('%j', (demand, message) => {
    expect(() => newStepUp().require(demand as StepUpDemand)).toThrow(misuse(message));
  });
});

test('a session store that is down is the error handler’s to tell', async () => {
  const sessions = new session.MemoryStore();
  const app: StepUpApp = await startStepUp({ session: { store: sessions } });
  const { browser } = await withTotp(app);
  sessions.set = (_id, _data, done) => done?.(new Error('down'));
  expect((await browser.get('/guarded')).status).toBe(503);
});

test('what a redirect throws once the session is saved is the error handler’s, too', async () => {
  const sessions = new session.MemoryStore();
  const thrown = new Promise<unknown>((resolve) => {
    sessions.on('thrown', resolve);
  });
  const app = await startStepUp({
    session: { store: sessions },
    routes: (express, { stepUp }) => {
      express.get(
        '/hasty',
        (_req, res, next) => {
          // Somebody else answers while the guard waits for the session store.
          const { set } = sessions;
          sessions.set = (...args) => {
            sessions.set = set;
            res.end('answered');
            return set.apply(sessions, args);
          };
          next();
        },
        stepUp.require(),
      );
      const tell: ErrorRequestHandler = (error, _req, _res, next) => {
        sessions.emit('thrown', error);
        next(error);
      };
      express.use('/hasty', tell);
    },
  });
  const browser = await app.logIn();
  expect((await browser.get('/hasty')).text).toBe('answered');
  expect(await thrown).toMatchObject({ code: 'ERR_HTTP_HEADERS_SENT' });
});
