/** The confirm page: one more click where the app wants it, and wherever somebody is logged in already. */
import type { Express } from 'express';
import { expect, test } from 'vitest';
import { ada, CALLBACK, plainRoutes, requestLink, startApp, type TestAppConfig, userOf } from '../../support/app.js';
import { JSON_HEADERS } from '../../support/browser.js';

const ALWAYS: TestAppConfig = { options: { confirm: 'always' } };
const CONFIRM = 'Confirm that you want to log in.';
const SWITCH = 'If you continue, they’ll be logged out.';

/** A browser logged in as ada that has requested a link to bob. */
async function askedWhileLoggedIn() {
  const app = await startApp();
  const browser = app.browser();
  await browser.get((await requestLink(app, browser)).path);
  return { app, browser, ...(await requestLink(app, browser, 'bob@example.com')) };
}

test('confirm: always asks the browser that requested the link for a click, which logs in', async () => {
  const app = await startApp(ALWAYS);
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  const page = await browser.get(path);
  expect([page.status, page.setCookies]).toEqual([200, []]);
  expect(page.text).toContain(CONFIRM);
  expect(await userOf(browser)).toBeUndefined();
  await browser.post(CALLBACK, { token });
  expect(await userOf(browser)).toEqual(ada);
});

test('the page’s one button posts the token to the callback', async () => {
  const app = await startApp(ALWAYS);
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  const { text } = await browser.get(path);
  expect(text.match(/<form[^>]*>/g)).toEqual(['<form method="post" action="/login/callback">']);
  expect(text).toContain(`<input type="hidden" name="token" value="${token}">`);
});

test('the page may be opened any number of times', async () => {
  const app = await startApp(ALWAYS);
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  for (let i = 0; i < 5; i++) expect((await browser.get(path)).text).toContain(CONFIRM);
  expect((await browser.post(CALLBACK, { token })).status).toBe(200);
});

test('as JSON it is the word', async () => {
  const app = await startApp(ALWAYS);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const answer = await browser.get(path, JSON_HEADERS);
  expect([answer.status, answer.json()]).toEqual([200, { status: 'confirm' }]);
});

test('another browser lands under confirm: always, too', async () => {
  const app = await startApp(ALWAYS);
  const { path } = await requestLink(app, app.browser());
  const other = app.browser();
  await requestLink(app, other);
  for (const browser of [app.browser(), other]) {
    expect((await browser.get(path)).text).toContain('Is this the right browser?');
  }
});

test('a revoked link is refused, not confirmed', async () => {
  const app = await startApp(ALWAYS);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await app.strategy.revokeAll('ada@example.com');
  expect((await browser.get(path)).status).toBe(401);
});

test('a used link is refused, not confirmed', async () => {
  const app = await startApp({ ...ALWAYS, verify: async () => false });
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  await browser.post(CALLBACK, { token });
  expect((await browser.get(path)).status).toBe(401);
});

test('BD-11: while somebody is logged in a link asks first, and switches nothing', async () => {
  const { browser, path } = await askedWhileLoggedIn();
  const page = await browser.get(path);
  expect([page.status, page.setCookies]).toEqual([200, []]);
  expect(page.text).toContain(SWITCH);
  expect(await userOf(browser)).toEqual(ada);
});

test('BD-11: the click switches, with a new session ID', async () => {
  const { browser, token } = await askedWhileLoggedIn();
  const old = browser.copy();
  await browser.post(CALLBACK, { token });
  expect([await userOf(browser), await userOf(old)]).toEqual([{ email: 'bob@example.com' }, undefined]);
});

test('BD-11: the same person, logged in already, is asked as well', async () => {
  const app = await startApp();
  const browser = app.browser();
  await browser.get((await requestLink(app, browser)).path);
  const { path } = await requestLink(app, browser);
  expect((await browser.get(path)).text).toContain(SWITCH);
});

/** A login by some other strategy, after which a link is requested. */
const otherLogin = (express: Express) =>
  express.post('/password', (req, res, next) =>
    req.logIn({ email: 'eve@example.com' } as Express.User, (error) => (error ? next(error) : res.end())),
  );

test('BD-11: who logged in by another strategy is asked, too', async () => {
  const app = await startApp({
    routes: (express, test) => {
      // Passport puts logIn on requests that pass one of its strategies.
      express.use(test.passport.initialize());
      otherLogin(express);
      plainRoutes(express, test);
    },
  });
  const browser = app.browser();
  expect((await browser.post('/password')).status).toBe(200);
  const { path } = await requestLink(app, browser);
  expect((await browser.get(path)).text).toContain(SWITCH);
  expect(await userOf(browser)).toEqual({ email: 'eve@example.com' });
});

test('BD-11: a login that passport.session() has not restored counts as one', async () => {
  const app = await startApp({
    routes: (express, test) => {
      express.post('/password', (req, res) => {
        Object.assign(req.session, { passport: { user: 'eve@example.com' } });
        res.end();
      });
      express.use((req, _res, next) => {
        req.isAuthenticated = (() => false) as typeof req.isAuthenticated;
        next();
      });
      plainRoutes(express, test);
    },
  });
  const browser = app.browser();
  await browser.post('/password');
  const { path } = await requestLink(app, browser);
  expect((await browser.get(path)).text).toContain(SWITCH);
});
