/** The live links of one address, as the app lists and revokes them. */
import { expect, test } from 'vitest';
import { ada, requestLink, startApp } from '../support/app.js';
import { misuse } from '../support/errors.js';

test('names the live links of a mailbox as events name them, the first to end first', async () => {
  const app = await startApp();
  expect(await app.strategy.outstanding(ada.email)).toEqual([]);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await requestLink(app, app.browser(), 'Ada+more@example.com');
  await requestLink(app, app.browser(), 'lovelace@example.com');

  const asked = app.events.filter(({ type }) => type === 'link.requested');
  const live = await app.strategy.outstanding(ada.email);
  expect(live.map(({ id }) => id).sort()).toEqual([asked[0]?.link, asked[1]?.link].sort());
  for (const { expiresAt } of live) expect(Math.abs(expiresAt - Date.now() / 1000 - 600)).toBeLessThan(60);
  expect(live.map(({ expiresAt }) => expiresAt)).toEqual(live.map(({ expiresAt }) => expiresAt).sort());

  await browser.get(path);
  expect((await app.strategy.outstanding(ada.email)).map(({ id }) => id)).toEqual([asked[1]?.link]);
  expect(await app.strategy.revokeAll(ada.email)).toBe(1);
  expect(await app.strategy.outstanding(ada.email)).toEqual([]);
});

test.each(['', 'ada', 'ada@example.com, eve@example.com'])('takes one plain address, not %j', async (address) => {
  const { strategy } = await startApp();
  await expect(strategy.outstanding(address)).rejects.toThrow('outstanding takes one plain email address');
  expect(() => strategy.accountTags(address)).toThrow(misuse('accountTags takes one plain email address'));
});
