/** The strategy in an array of strategies: who is asked next, and whose login it is. */
import type { Request } from 'express';
import { expect, test } from 'vitest';
import { authContext } from '../../lib/index.js';
import { ada, plainRoutes, requestLink, startApp } from '../support/app.js';

/** The least of a strategy: by header, or not at all. */
const byHeader = {
  name: 'header',
  authenticate(this: { success(user: object): void; fail(challenge: string): void }, req: Request) {
    if (req.get('x-user')) this.success({ email: req.get('x-user') });
    else this.fail('Header');
  },
};

async function startArray(names: string[], options: object = {}, verify?: () => unknown) {
  return startApp({
    ...(verify && { verify }),
    routes: (express, test) => {
      test.passport.use(byHeader as never);
      express.get('/array', test.passport.authenticate(names, options), (req, res) => {
        res.json({ user: req.user, link: authContext(req) !== undefined });
      });
      express.get('/told', (req, res, next) =>
        test.passport.authenticate(names, ((...[, user, infos, statuses]: unknown[]) =>
          res.json({ user, infos, statuses })) as () => void)(req, res, next),
      );
      plainRoutes(express, test);
    },
  });
}

test.each([[['magic-link', 'header']], [['header', 'magic-link']]])('in %j the link logs in', async (names) => {
  const app = await startArray(names);
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  expect((await browser.get(`/array?token=${token}`)).json()).toEqual({ user: ada, link: true });
});

test('the next strategy is asked after a refusal, and its login is not ours', async () => {
  const app = await startArray(['magic-link', 'header']);
  const answer = await app.browser().get('/array?token=x', { 'x-user': 'eve@example.com' });
  expect(answer.json()).toEqual({ user: { email: 'eve@example.com' }, link: false });
});

test('the next strategy is asked after verify refused, and its login is not ours', async () => {
  const app = await startArray(['magic-link', 'header'], {}, () => false);
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  const answer = await browser.get(`/array?token=${token}`, { 'x-user': 'eve@example.com' });
  expect(answer.json()).toEqual({ user: { email: 'eve@example.com' }, link: false });
});

test('a landing page ends the row', async () => {
  const app = await startArray(['magic-link', 'header']);
  const { token } = await requestLink(app, app.browser());
  const answer = await app.browser().get(`/array?token=${token}`, { 'x-user': 'eve@example.com' });
  expect(answer.text).toContain('Is this the right browser?');
});

test('where all refuse, ours is among the reasons', async () => {
  const app = await startArray(['magic-link', 'header']);
  expect((await app.browser().get('/told?token=x')).json()).toMatchObject({
    user: false,
    infos: [{ code: 'link_invalid' }, 'Header'],
    statuses: [401, null],
  });
});

test('failureRedirect for the row', async () => {
  const app = await startArray(['header', 'magic-link'], { failureRedirect: '/login' });
  expect((await app.browser().get('/array?token=x')).headers.location).toBe('/login');
});
