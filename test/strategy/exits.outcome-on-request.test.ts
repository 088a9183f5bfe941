/** `req.magicLink`: what became of the request, also where Passport tells nobody. */
import { expect, test } from 'vitest';
import type { MagicLinkOutcome } from '../../lib/index.js';
import { ada, plainRoutes, requestLink, startApp, type TestAppConfig } from '../support/app.js';

async function start(config: TestAppConfig = {}, callback: object = {}, ask: object = {}) {
  const outcomes: (MagicLinkOutcome | undefined)[] = [];
  const app = await startApp({
    routes: (express, test) => {
      express.use((req, res, next) => {
        res.once('finish', () => outcomes.push(req.magicLink));
        next();
      });
      plainRoutes(express, test, callback, ask);
    },
    ...config,
  });
  return { app, outcomes, browser: app.browser() };
}

test('a request: sent', async () => {
  const { app, outcomes, browser } = await start({}, {}, { successRedirect: '/sent' });
  await requestLink(app, browser);
  expect(outcomes).toEqual([{ status: 'sent', address: ada.email }]);
});

test('a login: authenticated, with claims, facts and the target', async () => {
  const { app, outcomes, browser } = await start({}, { successRedirect: '/home' }, { state: 'plan=pro' });
  const { path } = await requestLink(app, browser, 'ada@example.com', { returnTo: '/orders' });
  await browser.get(path);
  expect(outcomes[1]).toEqual({
    status: 'authenticated',
    claims: {
      address: 'ada@example.com',
      returnTo: `${app.origin}/orders`,
      state: 'plan=pro',
      recordId: app.events[0]?.link,
      account: app.events[0]?.account,
      issuedAt: expect.any(Number),
      requestedIn: { browser: undefined, system: undefined },
    },
    login: {
      amr: ['urn:passport-bound-link:link'],
      acr: 'urn:passport-bound-link:link',
      level: 1,
      authTime: expect.any(Number),
    },
    decision: 'allow',
    returnTo: `${app.origin}/orders`,
  });
});

test.each([
  [{ successReturnToOrRedirect: '/a', successRedirect: '/b' }, '/a'],
  [{ successRedirect: '/b' }, '/b'],
  [{}, '/'],
])('without a returnTo the target of %j is %s', async (options, target) => {
  const { app, outcomes, browser } = await start({}, options);
  await browser.get((await requestLink(app, browser)).path);
  expect(outcomes[1]).toMatchObject({ returnTo: app.origin + target });
});

test.each([{}, { failureRedirect: '/login' }, { failureMessage: true }, { failWithError: true }])(
  'a refusal under %j: refused, with code, status and message',
  async (options) => {
    const { outcomes, browser } = await start({}, options);
    await browser.get('/login/callback?token=x');
    expect(outcomes).toEqual([
      { status: 'refused', refusal: { code: 'link_invalid', status: 401, message: expect.any(String) } },
    ]);
  },
);

test('a refused request: refused', async () => {
  const { outcomes, browser } = await start();
  await browser.post('/login', { email: 'nobody' });
  expect(outcomes).toEqual([
    { status: 'refused', refusal: { code: 'invalid_address', status: 400, message: expect.any(String) } },
  ]);
});

test('a verify that says no: refused, with its words', async () => {
  type Done = (error: null, user: false, info: object) => void;
  const { app, outcomes, browser } = await start({
    options: { verifyStyle: 'callback' },
    verify: (_claims, done: Done) => done(null, false, { message: 'Ask your admin.' }),
  });
  await browser.get((await requestLink(app, browser)).path);
  expect(outcomes[1]).toEqual({
    status: 'refused',
    refusal: { code: 'login_refused', status: 401, message: 'Ask your admin.' },
  });
});

test('a page on the way, and a second click: nothing', async () => {
  const { app, outcomes, browser } = await start();
  const { path } = await requestLink(app, browser);
  await app.browser().get(path);
  await browser.get(path);
  await browser.get(path);
  expect(outcomes.map((outcome) => outcome?.status)).toEqual(['sent', undefined, 'authenticated', undefined]);
});
