/** A second click on the same link, too soon or later: one login, and the person is in. */
import { describe, expect, test } from 'vitest';
import { isCallback } from '../support/front.js';
import { type Person, type Sites, useSites } from '../support/sites.js';

/** The mouse alone, twice: `click()` would wait for what the first click does. */
async function clickTwice({ webmail }: Sites, { page, link }: Person, between: () => Promise<unknown>): Promise<void> {
  await page.goto(webmail.show(link));
  const box = await page.getByRole('link').boundingBox();
  const [x, y] = [(box?.x ?? 0) + 3, (box?.y ?? 0) + 3];
  await page.mouse.click(x, y);
  await between();
  await page.mouse.click(x, y, { clickCount: 2 });
}

const logins = ({ front }: Sites) =>
  front.exchanges.filter((exchange) => isCallback(exchange) && exchange.setCookies?.some((c) => c.startsWith('sid=')));

describe.each(['lax', 'strict'])('SameSite=%s', (sameSite) => {
  describe('a browser that ignores the second click on the way', () => {
    const sites = useSites({ COOKIE_SAMESITE: sameSite });

    test('SS-05: a double click logs in, once', async () => {
      const person = await sites.person();
      await clickTwice(sites, person, async () => {});
      await sites.expectAccount(person.page, person);
      expect(logins(sites)).toHaveLength(1);
      await person.context.close();
    });

    test('SS-05: a click on the used link in the logged-in browser is sent on, without a second login', async () => {
      const person = await sites.person();
      const before = logins(sites).length;
      for (const _ of ['first', 'second', 'third']) {
        await person.page.goto(sites.webmail.show(person.link));
        await person.page.getByRole('link').click();
        await sites.expectAccount(person.page, person);
      }
      expect(logins(sites)).toHaveLength(before + 1);
      await person.context.close();
    });
  });
});
