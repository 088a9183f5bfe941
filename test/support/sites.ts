/** What a browser's test needs: Chromium, the example on `localhost`, and a webmail on `127.0.0.1`. */
import { type BrowserContext, type BrowserContextOptions, devices, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Chromium, type ChromiumOptions, startChromium, startWebmail, type Webmail } from './chromium.js';
import type { InboxMail } from './example.js';
import { type Front, startFront } from './front.js';

/** Somebody with a profile of their own who has requested a link. */
export interface Person {
  readonly address: string;
  readonly context: BrowserContext;
  /** Where they asked, on "Check your inbox". */
  readonly page: Page;
  readonly mail: InboxMail;
  readonly link: string;
}

/** A desk's browser and a phone's, as far as their windows, touch and names go. */
export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
export const PHONE: BrowserContextOptions = { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } };

export class Sites {
  chromium!: Chromium;
  front!: Front;
  webmail!: Webmail;
  #people = 0;

  async start(env: Record<string, string>, options: ChromiumOptions): Promise<void> {
    [this.chromium, this.front, this.webmail] = await Promise.all([
      startChromium(options),
      startFront(env),
      startWebmail(),
    ]);
  }

  async stop(): Promise<void> {
    this.webmail.close();
    await Promise.all([this.chromium.stop(), this.front.stop()]);
  }

  /** A profile that has not been anywhere. */
  async profile(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.chromium.newContext(options);
    context.setDefaultTimeout(10_000);
    return context;
  }

  /** Has asked, to be led to `/account`. */
  async person(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await this.profile(options);
    const page = await context.newPage();
    const address = this.newAddress();
    await this.openForm(page);
    await requestLink(page, address);
    const mail = await this.front.mailTo(address);
    return { address, context, page, mail, link: mail.link };
  }

  newAddress(): string {
    this.#people += 1;
    return `person-${this.#people}@example.com`;
  }

  async openForm(page: Page): Promise<void> {
    await page.goto(`${this.front.origin}/login?returnTo=/account`);
  }

  /** This page has come to the account of this person. */
  async expectAccount(page: Page, { address }: Pick<Person, 'address'>): Promise<void> {
    // A page from the back/forward cache has no load to wait for.
    await page.waitForURL(`${this.front.origin}/account`, { waitUntil: 'commit' });
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    expect(await page.getByRole('main').textContent()).toContain(address);
  }

  /** The link says where it works; its one button says what to do there. Resolves with the code. */
  async expectCode(page: Page): Promise<string> {
    await page.getByRole('heading', { name: 'Is this the right browser?' }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Enter this code where you requested the link' }).waitFor();
    expect(await page.getByRole('main').textContent(), 'where alone to type it').toContain(this.front.origin);
    const code = (await page.locator('.code').textContent()) ?? '';
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    return code;
  }

  /** Nobody is logged in in this profile. */
  async expectNobody(context: BrowserContext): Promise<void> {
    const page = await context.newPage();
    await page.goto(`${this.front.origin}/account`);
    expect(new URL(page.url()).pathname).toBe('/login');
    await page.close();
  }
}

/** In an open form. */
export async function requestLink(page: Page, address: string): Promise<void> {
  await page.getByLabel('Email address').fill(address);
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
}

/** Of a mail, where "this was not me" leads. */
export const notMeLinkOf = ({ mail }: Pick<Person, 'mail'>): string =>
  mail.text.match(/\S+\/login\/not-me\S+/)?.[0] ?? '';

/** Started before the block's first test and gone after its last. */
export function useSites(env: Record<string, string>, options: ChromiumOptions = {}): Sites {
  const sites = new Sites();
  beforeAll(() => sites.start(env, options));
  afterAll(() => sites.stop());
  return sites;
}
