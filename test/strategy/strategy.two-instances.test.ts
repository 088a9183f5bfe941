/** Two strategies of one app, told apart by their names. */
import { expect, test } from 'vitest';
import { MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import { ada, CALLBACK, plainRoutes, requestLink, SECRET, startApp, userOf } from '../support/app.js';

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
  const login = await requestLink(app, browser);
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
