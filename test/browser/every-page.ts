/** Leads browsers to every page of a login, in any language, and shows each of them. */
import type { BrowserContext, Page } from 'playwright-core';
import { de, en, MemoryStore, type Texts, type ThemeOptions } from '../../lib/index.js';
import { startRouter, type TestApp } from '../support/app.js';
import { he } from './hebrew.js';

export const LANGUAGES = { en, de, he };

/** A page, or a mail as one, to be looked at. */
export type Show = (name: string, page: Page) => Promise<void>;

const ADDRESS = 'ada.lovelace@example.com';
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" rx="8" fill="#a2006d"/></svg>';

/** An app whose store can be down, and whose clock can be set. */
export async function startPages(theme: ThemeOptions) {
  const clock = { now: Date.now() };
  const store = new MemoryStore();
  const outage = { open: () => Promise.reject(new Error('down')) };
  const { app } = await startRouter({
    before: (bare) => bare.get('/logo.svg', (_req, res) => void res.type('svg').send(LOGO)),
    options: {
      store,
      theme,
      languages: LANGUAGES,
      confirm: 'always',
      clock: () => clock.now,
      mail: { code: true, deliver: (message) => app.mailbox.deliver(message) },
      limits: { resend: 30, account: { quarterHour: 99, day: 99, networkQuarterHour: 99, networkDay: 99 } },
    },
  });
  return {
    app,
    /** Milliseconds. */
    pass(ms: number) {
      clock.now += ms;
    },
    async down(during: () => Promise<void>): Promise<void> {
      Object.assign(store, outage);
      await during();
      Reflect.deleteProperty(store, 'open');
    },
  };
}

export async function everyPage(
  { app, pass, down }: Awaited<ReturnType<typeof startPages>>,
  texts: Texts,
  profile: (language: string) => Promise<BrowserContext>,
  show: Show,
): Promise<void> {
  const [owner, stranger] = [await profile(texts.language), await profile(texts.language)];
  const [page, elsewhere] = [await owner.newPage(), await stranger.newPage()];
  const { origin } = app;
  const login = `${origin}/login`;

  await page.goto(login);
  await show('form', page);
  await page.getByLabel(texts.form.email).fill('ada@localhost');
  await page.getByRole('button').click();
  await page.getByRole('alert').waitFor();
  await show('form with a problem', page);

  const ask = async (asking = page) => {
    pass(31_000);
    await asking.goto(login);
    await asking.getByLabel(texts.form.email).fill(ADDRESS);
    await asking.getByRole('button').click();
    await asking.getByRole('heading', { name: texts.sent.title }).waitFor();
    return mailOf(app);
  };
  const mail = await ask();
  await show('sent', page);
  await page.getByLabel(texts.sent.code, { exact: true }).fill('ABCD-EFGH');
  await page.getByRole('button', { name: texts.sent.codeButton }).click();
  await page.getByRole('alert').waitFor();
  await show('sent with a wrong code', page);

  await elsewhere.goto(mail.link);
  await show('landing', elsewhere);
  await elsewhere.getByRole('button').click();
  await elsewhere.getByRole('heading', { name: texts.code.title }).waitFor();
  await show('code', elsewhere);
  await elsewhere.goto(`${mail.link}x`);
  await show('refused', elsewhere);
  await elsewhere.goto(mail.notMe);
  await show('not me', elsewhere);
  await elsewhere.getByRole('button').click();
  await elsewhere.getByRole('heading', { name: texts.reported.title }).waitFor();
  await show('reported', elsewhere);
  await elsewhere.goto(mail.notMe.slice(0, -1));
  await elsewhere.getByText(texts.notMe.expired).waitFor();
  await show('not me, too old', elsewhere);

  await openHop(elsewhere, mail.link);
  await show('hop', elsewhere);
  await down(async () => {
    await page.goto(mail.link);
    await show('unavailable', page);
  });

  await app.strategy.revokeAll(ADDRESS);
  await page.goto(mail.link);
  await page.getByRole('button').waitFor();
  await show('refused, with the address', page);

  const second = await ask();
  await page.goto(second.link);
  await show('confirm', page);
  await page.getByRole('button').click();
  await page.waitForURL(`${origin}/`);
  await page.goto(`${login}/sent`);
  await show('sent, logged in', page);
  await page.goto(second.notMe);
  await show('not me, with a way to end', page);
  await page.getByRole('button', { name: texts.notMe.endLinks }).click();
  await page.getByRole('heading', { name: texts.reported.title }).waitFor();
  await show('reported and ended', page);

  const third = await ask();
  await show('sent, with somebody logged in', page);
  await page.goto(third.link);
  await show('confirm, switching', page);
  await show('mail', await asPage(elsewhere, third.html));

  await app.strategy.invite({ address: ADDRESS, language: texts.language });
  const invitation = await mailOf(app);
  await page.goto(invitation.link);
  await show('form, invited', page);
  await show('mail, invitation', await asPage(elsewhere, invitation.html));

  await Promise.all([owner.close(), stranger.close()]);
}

async function mailOf({ mailbox }: TestApp) {
  const { message } = await mailbox.next();
  const [link = '', notMe = ''] = message.text.match(/http:\S+/g) ?? [];
  return { html: message.html, link, notMe };
}

/** As it is before it goes on by itself. */
async function openHop(page: Page, link: string): Promise<void> {
  await page.route(link, async (route) => {
    const headers = { ...route.request().headers(), 'sec-fetch-site': 'cross-site' };
    const response = await route.fetch({ headers });
    const body = (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/, '');
    await route.fulfill({ response, body });
  });
  await page.goto(link);
  await page.unrouteAll();
}

async function asPage(page: Page, html: string): Promise<Page> {
  await page.goto('about:blank');
  await page.setContent(html);
  return page;
}
