/** Two tabs of one browser at once: asking, and opening one link. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { requestLink, useSites } from '../support/sites.js';

describe.each(['lax', 'strict'])('SameSite=%s', (sameSite) => {
  const sites = useSites({ COOKIE_SAMESITE: sameSite });
  // Chromium keeps the second request back until the first is answered, but with the cookie of before.
  test.each([
    ['a webmail', async (tab: Page) => void (await tab.getByRole('link').click())],
    ['outside any page', async (tab: Page, link: string) => void (await tab.goto(link))],
  ])(
    'SS-05, RC-01: one link opened in two tabs at once, from %s, makes one login, and both tabs get in',
    async (_from, open) => {
      const person = await sites.person();
      const from = sites.front.exchanges.length;
      const tabs = await Promise.all([person.context.newPage(), person.context.newPage()]);
      const inbox = sites.webmail.show(person.link);
      for (const tab of tabs) await tab.goto(inbox);
      await Promise.all(tabs.map((tab) => open(tab, person.link)));
      // With that cookie the second tab is a stranger; the landing page's button takes the new one along.
      for (const tab of tabs) {
        const landing = tab.getByRole('button', { name: 'Continue' });
        await landing.or(tab.getByRole('heading', { name: 'Account' })).waitFor();
        if (await landing.isVisible()) await landing.click();
      }
      for (const tab of tabs) await sites.expectAccount(tab, person);
      const cookies = sites.front.exchanges.slice(from).flatMap(({ setCookies }) => setCookies ?? []);
      expect(cookies.filter((cookie) => cookie.startsWith('sid='))).toHaveLength(1);
      await person.context.close();
    },
  );

  test.each([0, 1])(
    'BD-12: of two links requested in two tabs, number %i logs in, and the other is dead',
    async (first) => {
      const context = await sites.profile();
      const tabs = await Promise.all([context.newPage(), context.newPage()]);
      const addresses = [sites.newAddress(), sites.newAddress()];
      for (const tab of tabs) await sites.openForm(tab);
      for (const [i, tab] of tabs.entries()) await requestLink(tab, addresses[i] as string);
      const links = await Promise.all(addresses.map(async (address) => (await sites.front.mailTo(address)).link));

      const [page] = tabs;
      await page.goto(sites.webmail.show(links[first] as string));
      await page.getByRole('link').click();
      await sites.expectAccount(page, { address: addresses[first] as string });

      await page.goto(sites.webmail.show(links[1 - first] as string));
      await page.getByRole('link').click();
      await page.getByRole('button').click();
      await page.getByRole('heading', { name: 'Enter this code where you requested the link' }).waitFor();
      await page.goto(`${sites.front.origin}/account`);
      await sites.expectAccount(page, { address: addresses[first] as string });
      await context.close();
    },
  );

  test('BD-12: of two first requests at the same moment, the link of the session that the browser kept logs in', async () => {
    const context = await sites.profile();
    const tabs = await Promise.all([context.newPage(), context.newPage()]);
    const addresses = [sites.newAddress(), sites.newAddress()];
    for (const tab of tabs) await sites.openForm(tab);
    sites.front.gather(2, ({ method, url }) => method === 'POST' && url === '/login');
    await Promise.all(tabs.map((tab, i) => requestLink(tab, addresses[i] as string)));

    const outcomes: string[] = [];
    for (const address of addresses) {
      const { link } = await sites.front.mailTo(address);
      const page = await context.newPage();
      await page.goto(sites.webmail.show(link));
      await page.getByRole('link').click();
      await page.waitForURL((url) => url.origin === sites.front.origin);
      await page.getByRole('heading', { name: /^(Account|Is this the right browser\?)$/ }).waitFor();
      const shown = (await page.getByRole('main').textContent()) ?? '';
      outcomes.push(shown.includes(address) ? 'in' : 'out');
    }
    expect(outcomes.sort()).toEqual(['in', 'out']);
    await context.close();
  });
});
