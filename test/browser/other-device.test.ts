/** Asked on one device, opened on the other: the code that is shown there logs in the one that asked. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, useSites } from '../support/sites.js';

const DEVICES: Readonly<Record<string, BrowserContextOptions>> = { 'a desk': DESKTOP, 'a phone': PHONE };

const CASES = [
  ['a desk', 'a phone'],
  ['a phone', 'a desk'],
].flatMap(([asked = '', opened = '']) => [
  { asked, opened, scripts: 'on', javaScriptEnabled: true },
  { asked, opened, scripts: 'off', javaScriptEnabled: false },
]);

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Log in with the code' }).click();
}

describe('with a code', () => {
  const sites = useSites({});

  test.each(CASES)(
    'BD-01, SC-09, TK-03: asked on $asked, opened on $opened, scripts $scripts: the code logs in the first, the second gets nothing',
    async ({ asked, opened, javaScriptEnabled }) => {
      const person = await sites.person({ ...DEVICES[asked], javaScriptEnabled });
      const other = await sites.profile({ ...DEVICES[opened], javaScriptEnabled });
      const elsewhere = await other.newPage();
      await elsewhere.goto(sites.webmail.show(person.link));
      await elsewhere.getByRole('link').click();
      const code = await sites.expectCode(elsewhere);
      expect(await elsewhere.getByRole('main').textContent(), 'nothing says whose it is').not.toContain(person.address);

      await typeCode(person.page, code);
      await sites.expectAccount(person.page, person);
      expect(await person.page.getByRole('main').textContent()).toMatch(/urn:passport-bound-link:code, level 0/);

      expect(await other.cookies(), 'a cookie of ours could overwrite one that matters').toEqual([]);
      await sites.expectNobody(other);
      // Link and code are spent: they log in nobody any more, there or here.
      await elsewhere.goto(person.link);
      await elsewhere.getByRole('button').click();
      await sites.expectNobody(other);
      await Promise.all([person.context.close(), other.close()]);
    },
  );

  test('BD-01, TK-06: typed where the link was opened, the code does nothing', async () => {
    const person = await sites.person(DESKTOP);
    const phone = await sites.profile(PHONE);
    const elsewhere = await phone.newPage();
    await elsewhere.goto(person.link);
    const code = await sites.expectCode(elsewhere);
    await elsewhere.goto(`${sites.front.origin}/login/sent`);
    await typeCode(elsewhere, code);
    await elsewhere.getByRole('alert').waitFor();
    expect(await phone.cookies()).toEqual([]);
    await sites.expectNobody(phone);

    await typeCode(person.page, code);
    await sites.expectAccount(person.page, person);
    await Promise.all([person.context.close(), phone.close()]);
  });

  test('EN-05: a wrong code is told of, and the right one works after it; spaces, case and look-alikes are forgiven', async () => {
    const person = await sites.person(DESKTOP);
    const phone = await sites.profile(PHONE);
    const elsewhere = await phone.newPage();
    await elsewhere.goto(person.link);
    const code = await sites.expectCode(elsewhere);

    await typeCode(person.page, code === 'AAAA-AAAA' ? 'BBBB-BBBB' : 'AAAA-AAAA');
    await person.page.getByRole('alert').waitFor();
    await sites.expectNobody(person.context);

    const sloppy = ` ${[...code.replace('-', '')].join(' ')} `.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
    await typeCode(person.page, sloppy);
    await sites.expectAccount(person.page, person);
    await Promise.all([person.context.close(), phone.close()]);
  });

  test('SC-09: what was copied with spaces, in lower case, is pasted', async () => {
    const person = await sites.person({ ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] });
    const phone = await sites.profile(PHONE);
    const elsewhere = await phone.newPage();
    await elsewhere.goto(person.link);
    const code = (await sites.expectCode(elsewhere)).replace('-', ' ').toLowerCase();
    await person.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(`  ${code}\t`)})`);
    await person.page.getByLabel('Code').focus();
    await person.page.keyboard.press('ControlOrMeta+V');
    expect((await person.page.getByLabel('Code').inputValue()).trim(), 'or nothing was pasted').toBe(code);
    await person.page.keyboard.press('Enter');
    await sites.expectAccount(person.page, person);
    await Promise.all([person.context.close(), phone.close()]);
  });

  test('BD-11: with somebody logged in already, the waiting page says that the code switches, and it does', async () => {
    const person = await sites.person(DESKTOP);
    await person.page.goto(person.link);
    await sites.expectAccount(person.page, person);
    const address = sites.newAddress();
    await sites.openForm(person.page);
    await person.page.getByLabel('Email address').fill(address);
    await person.page.getByRole('button').click();
    await person.page.getByText('If you use the code, they’ll be logged out.').waitFor();

    const phone = await sites.profile(PHONE);
    const elsewhere = await phone.newPage();
    await elsewhere.goto((await sites.front.mailTo(address)).link);
    await typeCode(person.page, await sites.expectCode(elsewhere));
    await sites.expectAccount(person.page, { address });
    await Promise.all([person.context.close(), phone.close()]);
  });
});

describe('without', () => {
  const sites = useSites({ OTHER_BROWSER: 'deny' });

  test('BD-01: no page has a code, or a field for one; the link still works where it was requested', async () => {
    const person = await sites.person(DESKTOP);
    expect(await person.page.locator('input:visible').count()).toBe(0);
    const phone = await sites.profile(PHONE);
    const elsewhere = await phone.newPage();
    await elsewhere.goto(person.link);
    await elsewhere.getByRole('button', { name: 'Continue' }).click();
    await elsewhere.getByRole('heading', { name: 'That didn’t work' }).waitFor();
    expect(await elsewhere.locator('.code').count()).toBe(0);
    expect(await phone.cookies()).toEqual([]);
    await sites.expectNobody(phone);

    await person.page.goto(person.link);
    await sites.expectAccount(person.page, person);
    await Promise.all([person.context.close(), phone.close()]);
  });
});
