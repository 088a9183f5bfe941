/** One click in a webmail page on another site, in a real browser, with and without scripts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChromium, startWebmail } from '../support/chromium.js';
import { type Example, startExample } from '../support/example.js';

let chromium: Awaited<ReturnType<typeof startChromium>>;
let webmail: Awaited<ReturnType<typeof startWebmail>>;

beforeAll(async () => {
  [chromium, webmail] = await Promise.all([startChromium(), startWebmail()]);
});

afterAll(async () => {
  webmail.close();
  await chromium.stop();
});

describe.each(['lax', 'strict'])('SameSite=%s', (sameSite) => {
  let example: Example;

  beforeAll(async () => {
    example = await startExample({ COOKIE_SAMESITE: sameSite });
  });

  afterAll(() => example.stop());

  /** A person with a profile of their own asks for a link, and looks into their webmail. */
  async function ask(address: string, javaScriptEnabled: boolean) {
    const context = await chromium.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${example.origin}/login?returnTo=/account`);
    await page.getByLabel('Email address').fill(address);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    const { link } = await example.mailTo(address);
    return { page, inbox: webmail.show(link) };
  }

  test.each([
    ['off', false],
    ['on', true],
  ])('BD-09, SC-09: with scripts %s, one click logs in', async (scripts, javaScriptEnabled) => {
    const address = `${scripts}@example.com`;
    const { page, inbox } = await ask(address, javaScriptEnabled);
    await page.goto(inbox);
    await page.getByRole('link').click();
    await page.waitForURL(`${example.origin}/account`);
    expect(await page.getByRole('main').textContent()).toContain(address);
    await page.context().close();
  });

  test('BD-01, SC-02: a second profile gets nowhere, button and all, and the first still logs in', async () => {
    const { page, inbox } = await ask('ada@example.com', false);

    const stranger = await chromium.newContext({ javaScriptEnabled: true });
    const other = await stranger.newPage();
    await other.goto(inbox);
    await other.getByRole('link').click();
    await other.getByRole('heading', { name: 'Open this link where you asked for it' }).waitFor();
    await other.getByRole('button').click();
    await other.getByRole('heading', { name: 'This did not work' }).waitFor();
    await other.goto(`${example.origin}/account`);
    expect(new URL(other.url()).pathname).toBe('/login');
    await stranger.close();

    await page.goto(inbox);
    await page.getByRole('link').click();
    await page.waitForURL(`${example.origin}/account`);
    await page.context().close();
  });
});
