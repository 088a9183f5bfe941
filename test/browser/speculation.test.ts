/** A browser that fetches or renders the link before the click spends nothing, and the click still logs in. */
import { describe, expect, test } from 'vitest';
import { pageWithLink } from '../support/chromium.js';
import { isCallback } from '../support/front.js';
import { useSites } from '../support/sites.js';

const rules = (kind: string, link: string) =>
  `<script type="speculationrules">${JSON.stringify({
    [kind]: [{ source: 'list', urls: [link], eagerness: 'immediate' }],
  })}</script>`;

const HINTS = {
  'link rel=prefetch': (link: string) => `<link rel="prefetch" href="${link}">`,
  'speculation rules, prefetch': (link: string) => rules('prefetch', link),
  'speculation rules, prerender': (link: string) => rules('prerender', link),
};
type Hint = keyof typeof HINTS;
const ALL = Object.keys(HINTS) as Hint[];

describe.each(['lax', 'strict'])('SameSite=%s', (sameSite) => {
  const sites = useSites({ COOKIE_SAMESITE: sameSite });

  const ahead = (link: string) => (exchange: { url: string; headers: Record<string, unknown> }) =>
    link.endsWith(exchange.url) && exchange.headers['sec-purpose'] !== undefined;

  test.each(ALL)('SC-04, SC-01: %s on our own site changes nothing, and the person logs in', async (hint) => {
    const person = await sites.person();
    await person.page.goto(sites.front.show(pageWithLink(person.link, '_self', HINTS[hint](person.link))));
    const early = await sites.front.answered(ahead(person.link));
    expect(early.headers.cookie, 'or this would show nothing').toContain('sid=');
    expect(early.status).not.toBe(303);
    expect(early.setCookies).toEqual([]);

    await person.page.getByRole('link').click();
    // A page that was fetched by speculation rules is the one that the click shows: the landing page, with its button.
    if (hint !== 'link rel=prefetch') await person.page.getByRole('button', { name: 'Continue' }).click();
    await sites.expectAccount(person.page, person);
    await person.context.close();
  });

  test.each(ALL)('SC-04: %s in a webmail changes nothing, and the click logs in', async (hint) => {
    const person = await sites.person();
    await person.page.goto(sites.webmail.show(person.link, { head: HINTS[hint](person.link) }));
    // To another site, with cookies there, Chromium follows no speculation rules.
    if (hint === 'link rel=prefetch') await sites.front.answered(ahead(person.link));
    await person.page.getByRole('link').click();
    await sites.expectAccount(person.page, person);

    const early = sites.front.exchanges.filter((exchange) => isCallback(exchange) && ahead(person.link)(exchange));
    expect(early.flatMap(({ setCookies }) => setCookies ?? [])).toEqual([]);
    await person.context.close();
  });
});
