/** Beside other strategies: arrays of them, and several instances of ours by name. */
import type { Request } from 'express';
import { expect, test } from 'vitest';
import { authContext, MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import { ada, askFor, CALLBACK, plainRoutes, SECRET, startApp, userOf } from '../support/app.js';

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
  const { token } = await askFor(app, browser);
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
  const { token } = await askFor(app, browser);
  const answer = await browser.get(`/array?token=${token}`, { 'x-user': 'eve@example.com' });
  expect(answer.json()).toEqual({ user: { email: 'eve@example.com' }, link: false });
});

test('a landing page ends the row', async () => {
  const app = await startArray(['magic-link', 'header']);
  const { token } = await askFor(app, app.browser());
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

/** Two instances with the same secret, store and origin, told apart by their names alone. */
async function startTwo() {
  const store = new MemoryStore();
  const app = await startApp({
    options: { store },
    routes: (express, test) => {
      test.passport.use(
        new MagicLinkStrategy(
          {
            name: 'admin-link',
            secret: SECRET,
            origin: test.origin,
            callbackPath: '/admin/callback',
            store,
            mail: { deliver: test.mailbox.deliver },
            dangerouslyNoLimits: true,
          },
          async ({ address }) => ({ email: `admin:${address}` }),
        ),
      );
      plainRoutes(express, test);
      express.post('/admin', test.passport.authenticate('admin-link', { action: 'request' } as object), (_req, res) => {
        res.end();
      });
      express.all('/admin/callback', test.passport.authenticate('admin-link'), (req, res) => {
        res.json({ user: req.user });
      });
    },
  });
  const browser = app.browser();
  const login = await askFor(app, browser);
  await browser.post('/admin', ada);
  return { app, browser, login, admin: await app.mailbox.next() };
}

test('each instance logs in by its own link', async () => {
  const { browser, admin } = await startTwo();
  expect(admin.path).toMatch(/^\/admin\/callback\?/);
  expect((await browser.get(admin.path)).json()).toEqual({ user: { email: 'admin:ada@example.com' } });
});

test.each(['GET', 'POST'])('GHSA-x445-f3h2-j279: the link of one is refused by the other (%s)', async (method) => {
  const { browser, login, admin } = await startTwo();
  const present = (path: string, { token }: { token: string }) =>
    method === 'GET' ? browser.get(`${path}?token=${token}`) : browser.post(path, { token });
  expect((await present('/admin/callback', login)).status).toBe(401);
  expect((await present(CALLBACK, admin)).status).toBe(401);
  expect(await userOf(browser)).toBeUndefined();
});

test('GHSA-x445-f3h2-j279: a refused link still works where it belongs', async () => {
  const { browser, login } = await startTwo();
  await browser.get(`/admin/callback?token=${login.token}`);
  await browser.get(login.path);
  expect(await userOf(browser)).toEqual(ada);
});

test('revokeAll of one leaves the other’s links alone', async () => {
  const { app, browser, admin } = await startTwo();
  expect(await app.strategy.revokeAll('ada@example.com')).toBe(1);
  expect((await browser.get(admin.path)).status).toBe(200);
});
