/** The request, refused: each of Passport's own ways to say so. */
import flash from 'connect-flash';
import type { NextFunction, Request, Response } from 'express';
import { expect, test } from 'vitest';
import { expectNoMail, plainRoutes, startApp } from '../../support/app.js';

/** A request that is refused under these options, and the session after it. */
async function refusedAsk(options: object) {
  const app = await startApp({
    routes: (express, test) => {
      express.use(flash());
      plainRoutes(express, test, {}, options);
    },
  });
  const browser = app.browser();
  const answer = await browser.post('/login', { email: 'nobody' });
  const { session } = (await browser.get('/me')).json<{ session: { messages?: string[]; flash?: object } }>();
  await expectNoMail(app);
  return { answer, session };
}

const MESSAGE = 'That doesn’t look like an email address. Check it for typos.';

test('without options the answer is the bare status', async () => {
  const { answer } = await refusedAsk({});
  expect([answer.status, answer.text]).toEqual([400, 'Bad Request']);
});

test('failureRedirect', async () => {
  const { answer } = await refusedAsk({ failureRedirect: '/login?again' });
  expect([answer.status, answer.headers.location]).toEqual([302, '/login?again']);
});

test('successRedirect is not for a refusal', async () => {
  const { answer } = await refusedAsk({ successRedirect: '/login/sent' });
  expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
});

test('failureMessage: true keeps our words in the session', async () => {
  const { session } = await refusedAsk({ failureMessage: true });
  expect(session.messages).toEqual([MESSAGE]);
});

test('failureMessage: the app’s words', async () => {
  const { session } = await refusedAsk({ failureMessage: 'No.' });
  expect(session.messages).toEqual(['No.']);
});

test('failureFlash: true flashes our words', async () => {
  const { session } = await refusedAsk({ failureFlash: true, failureRedirect: '/login' });
  expect(session.flash).toEqual({ error: [MESSAGE] });
});

test('failureFlash: the app’s type and words', async () => {
  const { session } = await refusedAsk({ failureFlash: { type: 'warning', message: 'No.' } });
  expect(session.flash).toEqual({ warning: ['No.'] });
});

test('failWithError hands the status to the error handler', async () => {
  const { answer } = await refusedAsk({ failWithError: true });
  expect([answer.status, answer.json()]).toEqual([400, { error: 'AuthenticationError', message: 'Bad Request' }]);
});

test('the custom callback gets message, code and status', async () => {
  const calls: unknown[][] = [];
  const app = await startApp({
    routes: (express, test) => {
      plainRoutes(express, test);
      const tell = (req: Request, res: Response, next: NextFunction) =>
        test.passport.authenticate(
          'magic-link',
          { action: 'request' } as object,
          ((...args: unknown[]) => {
            calls.push(args);
            res.end();
          }) as () => void,
        )(req, res, next);
      express.post('/ask', tell);
    },
  });
  await app.browser().post('/ask', { email: 'nobody' });
  expect(calls).toEqual([[null, false, { message: MESSAGE, code: 'invalid_address' }, 400]]);
});
