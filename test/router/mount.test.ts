/** The drop-in router in an app: where it is mounted, and beside whose parsers and error handler. */
import express from 'express';
import { expect, test } from 'vitest';
import { magicLinkRouter } from '../../lib/index.js';
import { ada, requestLink, startApp, startRouter } from '../support/app.js';
import { JSON_HEADERS } from '../support/browser.js';
import { misuse } from '../support/errors.js';

test.each(['/login', '/callback', '/login/callback/', '/login/cb'])(
  'callbackPath %s is a TypeError',
  async (callbackPath) => {
    const app = await startApp({ options: { callbackPath } });
    expect(() => magicLinkRouter(app.passport as never, app.strategy)).toThrow(TypeError);
    expect(() => magicLinkRouter(app.passport as never, app.strategy)).toThrow('/login/callback');
  },
);

test('another mount serves its own paths', async () => {
  const app = await startApp({
    options: { callbackPath: '/auth/mail/callback' },
    routes: (bare, { passport, strategy }) => bare.use('/auth/mail', magicLinkRouter(passport as never, strategy)),
  });
  const browser = app.browser();
  expect((await browser.get('/auth/mail')).text).toContain('action="/auth/mail"');
  const answer = await browser.post('/auth/mail', ada);
  expect(answer.headers.location).toBe('/auth/mail/sent');
  expect((await browser.get('/auth/mail/sent')).text).toContain('action="/auth/mail/code"');
  const { path, notMe } = await app.mailbox.next();
  expect(notMe.path).toMatch(/^\/auth\/mail\/not-me\?token=pbn_/);
  expect((await browser.get(notMe.path)).text).toContain('action="/auth/mail/not-me"');
  expect((await browser.get(path)).status).toBe(303);
});

test.each([
  ['form', { form: ada }],
  ['JSON', { json: ada }],
])('a %s body that the app has parsed already is taken as it is', async (_type, request) => {
  const { browser } = await startRouter({
    before: (bare) => bare.use(express.json(), express.urlencoded({ extended: true })),
  });
  expect((await browser.send('/login', { method: 'POST', ...request })).status).toBe(303);
});

test('a body that the app’s extended parser made an object of is refused', async () => {
  const { browser } = await startRouter({ before: (bare) => bare.use(express.urlencoded({ extended: true })) });
  const answer = await browser.post('/login', 'email[a]=ada@example.com', JSON_HEADERS);
  expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid_request' }]);
});

test('an error that is not a body’s goes to the app’s error handler', async () => {
  const { app, browser } = await startRouter({
    verify: () => Promise.reject(Object.assign(new Error('directory'), { status: 404 })),
  });
  const { path } = await requestLink(app, browser);
  const answer = await browser.get(path);
  expect([answer.status, answer.json().message]).toEqual([404, 'directory']);
});

test('another strategy under the same name is a TypeError, and nobody is logged in', async () => {
  const { app, browser } = await startRouter();
  app.passport.use('magic-link', {
    authenticate(this: { success(user: object): void }) {
      this.success(ada);
    },
  } as never);
  const answer = await browser.get('/login/callback?token=x', JSON_HEADERS);
  expect([answer.status, answer.json().message]).toEqual([
    500,
    misuse(
      "passport knows another strategy as 'magic-link': call passport.use(strategy), or give the strategy another name",
    ).message,
  ]);
  expect((await browser.get('/me')).json().user).toBeUndefined();
});
