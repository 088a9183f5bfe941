/** One click on the mailed link, from wherever it is made, logs in the browser that requested the link, and no other. */
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type Person, requestLink, type Sites, useSites } from '../support/sites.js';

/** How a person may come from a mail to a link; resolves with the tab in which it opens. */
const WAYS: Record<string, (sites: Sites, person: Pick<Person, 'page' | 'link'>) => Promise<Page>> = {
  'a webmail page': async ({ webmail }, { page, link }) => {
    await page.goto(webmail.show(link));
    await page.getByRole('link').click();
    return page;
  },
  'a redirect of the webmail’s site': async ({ webmail }, { page, link }) => {
    await page.goto(webmail.show(webmail.redirecting(link)));
    await page.getByRole('link').click();
    return page;
  },
  'outside any page': async (_sites, { page, link }) => {
    await page.goto(link);
    return page;
  },
  'a Ctrl-click': async ({ webmail }, { page, link }) => {
    await page.goto(webmail.show(link));
    const tab = page.context().waitForEvent('page');
    await page.getByRole('link').click({ modifiers: ['ControlOrMeta'] });
    return tab;
  },
  'a link that opens a new tab': async ({ webmail }, { page, link }) => {
    await page.goto(webmail.show(link, { target: '_blank' }));
    const tab = page.context().waitForEvent('page');
    await page.getByRole('link').click();
    return tab;
  },
};

/** The cookie by which the server knows this browser again. */
async function deviceOf(context: BrowserContext): Promise<string> {
  const cookie = (await context.cookies()).find(({ name }) => name === 'magic-link-device');
  expect(cookie).toBeDefined();
  return cookie?.value ?? '';
}

/** The link in this person's next mail. */
async function nextLinkOf({ front }: Sites, { address, link }: Person): Promise<string> {
  for (;;) {
    const mail = await front.mailTo(address);
    if (mail.link !== link) return mail.link;
  }
}

describe.each(['lax', 'strict'])('SameSite=%s', (sameSite) => {
  const sites = useSites({ COOKIE_SAMESITE: sameSite });

  const cases = [
    ...Object.keys(WAYS).map((way) => ({ way, scripts: 'off', javaScriptEnabled: false })),
    // No page on this way has a script: with them on, one way stands for all.
    { way: 'a webmail page', scripts: 'on', javaScriptEnabled: true },
  ];

  test.each(cases)('BD-09, SC-09: from $way, scripts $scripts, one click logs in', async (row) => {
    const person = await sites.person({ javaScriptEnabled: row.javaScriptEnabled });
    const tab = await WAYS[row.way]?.(sites, person);
    await sites.expectAccount(tab as Page, person);
    await person.context.close();
  });

  test.each(['a webmail page', 'outside any page', 'a Ctrl-click'])(
    'BD-01, SC-02: from %s, a second profile gets nowhere, button and all, and the first still logs in',
    async (way) => {
      const person = await sites.person();

      const stranger = await sites.profile();
      const tab = (await WAYS[way]?.(sites, { page: await stranger.newPage(), link: person.link })) as Page;
      await sites.expectCode(tab);
      expect(await stranger.cookies(), 'a cookie of ours could overwrite one that matters').toEqual([]);
      await sites.expectNobody(stranger);
      await stranger.close();

      await sites.expectAccount((await WAYS[way]?.(sites, person)) as Page, person);
      await person.context.close();
    },
  );

  test('BU-14: a click in webmail, where a login was made before, comes from a known browser', async () => {
    const person = await sites.person();
    const { page, context, address } = person;
    await page.goto(person.link);
    await sites.expectAccount(page, person);
    const device = await deviceOf(context);
    await page.goto(sites.front.origin);
    await page.getByRole('button', { name: 'Log out' }).click();
    await sites.expectNobody(context);

    await sites.openForm(page);
    await requestLink(page, address);
    await page.goto(sites.webmail.show(await nextLinkOf(sites, person)));
    await page.getByRole('link').click();
    await sites.expectAccount(page, person);
    expect(await deviceOf(context), 'an unknown browser gets an id of its own').toBe(device);
    await context.close();
  });

  test('SS-02: a link that somebody else requested logs nobody into their account', async () => {
    const [attacker, victim] = await Promise.all([sites.person(), sites.person()]);
    await victim.page.goto(sites.webmail.show(attacker.link));
    await victim.page.getByRole('link').click();
    await sites.expectCode(victim.page);
    await sites.expectNobody(victim.context);

    await victim.page.goto(victim.link);
    await sites.expectAccount(victim.page, victim);
    await Promise.all([attacker.context.close(), victim.context.close()]);
  });
});
