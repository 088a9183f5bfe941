/** A mail scanner that runs every script and presses every button, in its own profile, before and after the person. */
import { describe, expect, test } from 'vitest';
import { isCallback } from '../support/front.js';
import { linksOf, scan } from '../support/scanner.js';
import { notMeLinkOf, type Person, useSites } from '../support/sites.js';

const CASES = [
  { sameSite: 'lax', confirm: 'auto' },
  { sameSite: 'strict', confirm: 'auto' },
  { sameSite: 'strict', confirm: 'always' },
];

describe.each(CASES)('SameSite=$sameSite, confirm=$confirm', ({ sameSite, confirm }) => {
  const sites = useSites({ COOKIE_SAMESITE: sameSite, CONFIRM: confirm });

  /** Scans the mail, comes by a page of another site too, and ends with nothing. */
  async function expectNothingForScanner({ mail, link }: Person): Promise<void> {
    const profile = await sites.profile();
    const from = sites.front.exchanges.length;
    expect(linksOf(mail)).toEqual([link, notMeLinkOf({ mail })]);
    const headings = await scan(profile, [...linksOf(mail), sites.webmail.show(link)]);
    expect([...headings], 'or it has not scanned').toEqual(
      expect.arrayContaining([
        'Is this the right browser?',
        'Enter this code where you requested the link',
        'Didn’t request this email?',
        'Thanks for letting us know',
      ]),
    );
    const posts = sites.front.exchanges.slice(from).filter(({ method }) => method === 'POST');
    expect(posts.filter(isCallback).length, 'or it has pressed no button').toBeGreaterThan(1);
    expect(await profile.cookies()).toEqual([]);
    await sites.expectNobody(profile);
    await profile.close();
  }

  async function click({ page, link }: Person): Promise<void> {
    await page.goto(sites.webmail.show(link));
    await page.getByRole('link').click();
    if (confirm === 'always') await page.getByRole('button', { name: 'Log in' }).click();
  }

  test('SC-02, SC-01: a scanner before the person gets nothing and burns nothing', async () => {
    const person = await sites.person();
    await expectNothingForScanner(person);
    await click(person);
    await sites.expectAccount(person.page, person);
    await person.context.close();
  });

  test('SC-02, TK-03: a scanner after the person gets nothing, and the person stays logged in', async () => {
    const person = await sites.person();
    await click(person);
    await sites.expectAccount(person.page, person);
    await expectNothingForScanner(person);
    await person.page.reload();
    await sites.expectAccount(person.page, person);
    await person.context.close();
  });
});

describe('a scanner that types, too', () => {
  const sites = useSites({});

  test('SC-02, EN-05: it requests a link of its own, types the code that it was shown, and the code still works', async () => {
    const person = await sites.person();
    const elsewhere = await (await sites.profile()).newPage();
    await elsewhere.goto(person.link);
    const code = await sites.expectCode(elsewhere);

    const profile = await sites.profile();
    const typing = { email: sites.newAddress(), code };
    const { origin } = sites.front;
    const headings = await scan(profile, [`${origin}/login`, `${origin}/login/sent`, ...linksOf(person.mail)], typing);
    expect([...headings], 'or it has not asked').toContain('Check your inbox');
    const typed = sites.front.exchanges.filter(({ method, url }) => method === 'POST' && url === '/login/code');
    expect(typed.length, 'or it has typed no code').toBeGreaterThan(5);
    expect(new Set(typed.map(({ status }) => status))).toEqual(new Set([401]));
    await sites.expectNobody(profile);

    await person.page.getByLabel('Code').fill(code);
    await person.page.getByRole('button', { name: 'Log in with the code' }).click();
    await sites.expectAccount(person.page, person);
    await Promise.all([profile.close(), elsewhere.context().close(), person.context.close()]);
  });
});
