/** What the app does between an ask that is accepted and its link. */
import { expect, test, vi } from 'vitest';
import { ada, askFor, plainRoutes, startApp, type TestAppConfig, typesOf, userOf } from '../support/app.js';

const withAsk = (ask: object): TestAppConfig => ({ routes: (app, test) => plainRoutes(app, test, {}, ask) });

test('RC-11: it is told the canonical address, and what it ends is every link but the one that comes', async () => {
  const told: string[] = [];
  const beforeLink = async (address: string) => {
    told.push(address);
    await app.strategy.revokeAll(address);
  };
  const app = await startApp(withAsk({ beforeLink }));
  const [first, second] = [app.browser(), app.browser()];
  const old = await askFor(app, first, 'Ada@Example.COM');
  const { path } = await askFor(app, second, ada.email);
  expect(told).toEqual([ada.email, ada.email]);
  await first.get(old.path);
  expect(await userOf(first)).toBeUndefined();
  await second.get(path);
  expect(await userOf(second)).toEqual(ada);
});

test('it is not called for an ask that is refused', async () => {
  const beforeLink = vi.fn();
  const app = await startApp({ ...withAsk({ beforeLink }), options: { limits: { resend: 30 } } });
  const browser = app.browser();
  await askFor(app, browser);
  expect(beforeLink).toHaveBeenCalledTimes(1);
  for (const email of [ada.email, 'nobody', ['ada@example.com']]) await browser.postJson('/login', { email });
  await browser.post('/login', { email: ada.email }, { 'sec-fetch-site': 'cross-site' });
  expect(beforeLink).toHaveBeenCalledTimes(1);
});

test('where it fails there is no link and no mail', async () => {
  const app = await startApp(withAsk({ beforeLink: () => Promise.reject(new Error('no table')) }));
  const answer = await app.browser().post('/login', { email: ada.email });
  expect(answer.status).toBe(500);
  expect(typesOf(app)).toEqual([]);
  expect(app.mailbox.messages).toEqual([]);
});
