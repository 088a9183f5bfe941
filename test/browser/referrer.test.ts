/** Where the token could be read after the click: Referer at either server, address bar, history, `document.referrer`. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { requestLink, useSites } from '../support/sites.js';

const TOKEN = 'pbl_';

describe.each(['lax', 'strict'])('SameSite=%s', (sameSite) => {
  const sites = useSites({ COOKIE_SAMESITE: sameSite });

  /** What both servers have been told about where requests came from. */
  const referrers = () =>
    [...sites.front.exchanges.map(({ headers }) => headers), ...sites.webmail.requests]
      .map(({ referer }) => referer)
      .filter((referer) => referer !== undefined);

  /** Leaves a page for another site, as by a link on it. */
  async function leave(page: Page): Promise<void> {
    const { origin } = sites.webmail;
    const from = sites.webmail.requests.length;
    await page.evaluate(`location.assign('${origin}/elsewhere')`);
    await page.waitForURL(`${origin}/elsewhere`);
    expect(sites.webmail.requests.at(from)?.referer).toBe(`${sites.front.origin}/`);
    expect(await page.evaluate('document.referrer')).toBe(`${sites.front.origin}/`);
  }

  test('SE-04, SE-06, RD-07: after a login no server, no address bar and no document holds the token', async () => {
    const person = await sites.person();
    await person.page.goto(sites.webmail.show(person.link));
    await person.page.getByRole('link').click();
    await sites.expectAccount(person.page, person);
    expect(person.page.url()).toBe(`${sites.front.origin}/account`);
    expect(await person.page.evaluate('document.referrer')).not.toContain(TOKEN);
    await leave(person.page);

    expect(referrers()).not.toEqual([]);
    expect(referrers().filter((referer) => referer.includes(TOKEN))).toEqual([]);
    await person.context.close();
  });

  test('SE-04: whoever leaves a page of ours that has the token in its URL takes only our origin along', async () => {
    const person = await sites.person();
    const stranger = await sites.profile();
    const page = await stranger.newPage();

    await page.goto(person.link);
    await leave(page);

    await page.goto(person.link);
    await sites.expectCode(page);
    await leave(page);

    await page.goto(`${person.link}x`);
    await page.getByRole('heading', { name: 'That didn’t work' }).waitFor();
    await page.getByRole('link', { name: 'Request a new link' }).click();
    await page.getByLabel('Email address').waitFor();
    expect(await page.evaluate('document.referrer')).not.toContain(TOKEN);

    expect(referrers().filter((referer) => referer.includes(TOKEN))).toEqual([]);
    await Promise.all([stranger.close(), person.context.close()]);
  });

  test('SE-04, SC-07: no page of a login loads anything, but for the waiting page, which asks how it stands', async () => {
    const person = await sites.person();
    const loaded: string[] = [];
    const stranger = await sites.profile();
    const page = await stranger.newPage();
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) loaded.push(request.url());
    });
    await page.goto(person.link);
    await sites.expectCode(page);
    await page.goto(`${person.link}x`);
    await page.getByRole('link', { name: 'Request a new link' }).click();
    await page.getByLabel('Email address').waitFor();
    expect(loaded).toEqual([]);

    const looked = page.waitForRequest((request) => !request.isNavigationRequest());
    await requestLink(page, sites.newAddress());
    await looked;
    expect([...new Set(loaded)]).toEqual([`${sites.front.origin}/login/sent`]);
    await Promise.all([stranger.close(), person.context.close()]);
  });
});
