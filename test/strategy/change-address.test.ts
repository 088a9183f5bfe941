/** A change of address: the links of both addresses die, and the app is told once. */
import { expect, test } from 'vitest';
import { ada, requestLink, startApp, tellingRoutes, typesOf, userOf } from '../support/app.js';

const FROM = ada.email;
const TO = 'lovelace@example.com';

test('RC-11, SS-10: a link sent to either address dies, and neither address’s other browser logs in', async () => {
  const app = await startApp({ routes: tellingRoutes });
  const [old, other, stranger] = [app.browser(), app.browser(), app.browser()];
  const links = [await requestLink(app, old, FROM), await requestLink(app, other, TO)];
  const elsewhere = await requestLink(app, stranger, 'eve@example.com');

  expect(await app.strategy.addressChanged({ user: ada, from: FROM, to: TO })).toBe(2);

  for (const [i, browser] of [old, other].entries()) {
    expect((await browser.get(links[i]?.path ?? '')).json()).toMatchObject({ code: 'link_revoked' });
    expect(await userOf(browser)).toBeUndefined();
  }
  await stranger.get(elsewhere.path);
  expect(await userOf(stranger)).toEqual({ email: 'eve@example.com' });
});

test('RC-11: a link that is being redeemed meanwhile is either spent before, or dead', async () => {
  const app = await startApp();
  for (let round = 0; round < 20; round++) {
    const browser = app.browser();
    const { path } = await requestLink(app, browser, FROM);
    const [, revoked] = await Promise.all([
      browser.get(path),
      app.strategy.addressChanged({ user: ada, from: FROM, to: TO }),
    ]);
    expect(Number((await userOf(browser)) !== undefined) + revoked).toBe(1);
  }
});

test('AL-01: is told once, with both accounts, after the links are dead', async () => {
  const app = await startApp();
  await requestLink(app, app.browser(), FROM);
  await app.strategy.addressChanged({ user: ada, from: FROM, to: TO });
  expect(typesOf(app).slice(-2)).toEqual(['link.revoked', 'address.changed']);
  expect(app.events.at(-1)).toMatchObject({
    severity: 'warning',
    account: app.strategy.accountTags(TO)[0],
    formerAccount: app.strategy.accountTags(FROM)[0],
  });
});

test('to what is no address changes nothing', async () => {
  const app = await startApp();
  await requestLink(app, app.browser(), FROM);
  const change = app.strategy.addressChanged({ user: ada, from: FROM, to: 'nobody' });
  await expect(change).rejects.toThrow('addressChanged.to takes one plain email address');
  expect(await app.strategy.outstanding(FROM)).toHaveLength(1);
});
