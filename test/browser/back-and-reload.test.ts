/** F5, Back and Forward after a login and after a logout, with and without Chromium's back/forward cache. */
import { describe, expect, test } from 'vitest';
import { isCallback } from '../support/front.js';
import { useSites } from '../support/sites.js';

const CASES = ['lax', 'strict'].flatMap((sameSite) => [
  { sameSite, backForwardCache: false },
  { sameSite, backForwardCache: true },
]);

describe.each(CASES)('SameSite=$sameSite, back/forward cache: $backForwardCache', ({ sameSite, backForwardCache }) => {
  const sites = useSites({ COOKIE_SAMESITE: sameSite }, { backForwardCache });
  // A page from the back/forward cache is there without a load.
  const restored = { waitUntil: 'commit' } as const;

  async function loggedIn() {
    const person = await sites.person();
    await person.page.goto(sites.webmail.show(person.link));
    await person.page.getByRole('link').click();
    await sites.expectAccount(person.page, person);
    return person;
  }

  test('SE-06, SS-05: F5, Back and Forward after the login neither request again nor open the link again', async () => {
    const person = await loggedIn();
    const from = sites.front.exchanges.length;
    await person.page.reload();
    await sites.expectAccount(person.page, person);
    await person.page.goBack(restored);
    expect(person.page.url(), 'the callback has left no entry of its own').toBe(`${sites.webmail.origin}/`);
    await person.page.getByRole('link').waitFor();
    await person.page.goForward(restored);
    await sites.expectAccount(person.page, person);
    expect(sites.front.exchanges.slice(from).filter(isCallback)).toEqual([]);
    await person.context.close();
  });

  test('SS-09, SS-12: Back after the logout shows no login', async () => {
    const person = await loggedIn();
    await person.page.getByRole('button', { name: 'Log out' }).click();
    await person.page.waitForURL(`${sites.front.origin}/`);
    await person.page.goBack(restored);
    await person.page.waitForURL(`${sites.front.origin}/login?returnTo=/account`);
    expect(await person.page.getByRole('main').textContent()).not.toContain(person.address);
    await sites.expectNobody(person.context);
    await person.context.close();
  });

  test('SS-09, TK-03: the link logs nobody in after the logout', async () => {
    const person = await loggedIn();
    await person.page.getByRole('button', { name: 'Log out' }).click();
    await person.page.goto(sites.webmail.show(person.link));
    await person.page.getByRole('link').click();
    await sites.expectCode(person.page);
    await sites.expectNobody(person.context);
    await person.context.close();
  });
});
