/** The TypeErrors of misuse: what is thrown, and shown with its stack, quotes neither a secret nor a person. */
import express from 'express';
import session from 'express-session';
import { expect, test } from 'vitest';
import { SECRET, startApp } from '../support/app.js';
import { Canary, WatchedBrowser, watchProcess } from '../support/canary.js';

test.each([
  [
    'no body parser',
    (app: express.Express) => app.use(session({ secret: SECRET, resave: false, saveUninitialized: false })),
  ],
  ['no session', (app: express.Express) => app.use(express.urlencoded({ extended: false }))],
] as const)('SE-01: %s: the TypeError quotes nobody', async (_what, before) => {
  const canary = new Canary();
  canary.issued('key', SECRET);
  watchProcess(canary);
  const email = canary.address();
  const errors: unknown[] = [];
  const test = await startApp({
    session: false,
    before: (app) => {
      before(app);
      app.post('/bare', (req, res, next) =>
        test.passport.authenticate('magic-link', { action: 'request' } as object)(req, res, next),
      );
      app.use(((error, _req, res, _next) => {
        errors.push(error);
        canary.saw('an error', error);
        res.status(500).send(error.stack);
      }) as express.ErrorRequestHandler);
    },
  });
  await new WatchedBrowser(test.origin, canary).post('/bare', { email });
  expect(errors).toEqual([expect.any(TypeError)]);
  expect(canary.leaks()).toEqual([]);
});

test('SE-01: options, revokeAll and listeners: what is thrown quotes neither secret nor address', async () => {
  const canary = new Canary();
  canary.issued('key', SECRET);
  watchProcess(canary);
  const email = canary.address();
  const { strategy } = await startApp();
  const attempts: (() => unknown)[] = [
    () => strategy.revokeAll(`${email},${email}`),
    () => strategy.events.on('*', SECRET as never),
    ...[
      { secret: [SECRET, SECRET] },
      { secret: [SECRET, 'short'] },
      { secrets: SECRET },
      { mail: { from: email } },
    ].map((options) => () => startApp({ options: options as never })),
  ];
  for (const [i, attempt] of attempts.entries()) {
    const error = await Promise.resolve()
      .then(attempt)
      .catch((thrown: unknown) => thrown);
    expect(error, String(i)).toBeInstanceOf(TypeError);
    canary.saw('a TypeError', error);
  }
  expect(canary.leaks()).toEqual([]);
});
