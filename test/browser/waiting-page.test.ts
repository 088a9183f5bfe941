/** "Check your inbox": pleasant with scripts, complete without, and quiet while nobody looks. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ada, startRouter, userOf } from '../support/app.js';
import { type Chromium, startChromium } from '../support/chromium.js';

let chromium: Chromium;
beforeAll(async () => {
  chromium = await startChromium();
});
afterAll(() => chromium.stop());

/** Somebody who has asked, in a browser whose clock and server's are set by the test. */
async function waiting({ javaScriptEnabled = true }: BrowserContextOptions = {}) {
  const clock = { now: Date.now() };
  const { app } = await startRouter({
    router: { successRedirect: '/me' },
    options: { limits: { resend: 30 }, clock: () => clock.now },
  });
  const context = await chromium.newContext({ javaScriptEnabled });
  context.setDefaultTimeout(10_000);
  await context.clock.install({ time: clock.now });
  const page = await context.newPage();
  await page.goto(`${app.origin}/login`);
  await page.getByLabel('Email address').fill(ada.email);
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  return {
    app,
    context,
    page,
    ...(await app.mailbox.next()),
    button: page.getByRole('button', { name: 'Send me a new link' }),
    async pass(seconds: number): Promise<void> {
      clock.now += seconds * 1000;
      await context.clock.runFor(seconds * 1000);
    },
  };
}

const looks = (page: Page): string[] => {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) seen.push(request.url());
  });
  return seen;
};

test('SC-03: it moves on by itself once the link was opened in another tab, and not before', async () => {
  const { app, context, page, link, pass } = await waiting();
  const answered = page.waitForResponse(`${app.origin}/login/sent`);
  await pass(4);
  expect(await (await answered).json()).toEqual({ status: 'waiting' });
  expect(page.url()).toBe(`${app.origin}/login/sent`);

  const tab = await context.newPage();
  await tab.goto(link);
  await tab.waitForURL(`${app.origin}/me`);
  await pass(4);
  await page.waitForURL(`${app.origin}/me`);
  expect(await page.textContent('body')).toContain(ada.email);
  await context.close();
});

test('BD-01: the link being opened elsewhere moves nothing', async () => {
  const { app, context, page, link, pass } = await waiting();
  const elsewhere = app.browser();
  await elsewhere.get(link);
  await elsewhere.post('/login/callback', { token: new URL(link).searchParams.get('token') ?? '' });
  const answered = page.waitForResponse(`${app.origin}/login/sent`);
  await pass(4);
  expect(await (await answered).json()).toEqual({ status: 'waiting' });
  expect(page.url()).toBe(`${app.origin}/login/sent`);
  expect(await userOf(elsewhere)).toBeUndefined();
  await context.close();
});

test('EN-03: the way to send it again counts down, and works then', async () => {
  const { app, context, page, button, pass, link } = await waiting();
  expect(await button.isDisabled()).toBe(true);
  await page.getByText('You can request a new link in 30 seconds.').waitFor();
  await pass(11);
  await page.getByText('You can request a new link in 19 seconds.').waitFor();
  expect(await button.isDisabled()).toBe(true);
  await pass(20);
  await page.getByText('You can request a new link').waitFor({ state: 'hidden' });
  expect(await button.isEnabled()).toBe(true);

  await button.click();
  const again = await app.mailbox.next();
  expect(again.link).not.toBe(link);
  await page.getByText('You can request a new link in 30 seconds.').waitFor();
  await page.goto(again.link);
  await page.waitForURL(`${app.origin}/me`);
  await context.close();
});

test('SC-09, EN-03: without scripts its link moves on, and requesting again too soon is told', async () => {
  const { app, context, page, button, link, pass } = await waiting({ javaScriptEnabled: false });
  await button.click();
  await page.getByRole('alert').getByText('Please wait 30 seconds and try again.').waitFor();
  expect(await page.getByLabel('Email address').inputValue()).toBe(ada.email);
  await page.goto(`${app.origin}/login/sent`);
  await page.getByRole('link', { name: 'I’ve opened the link' }).click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();

  await pass(31);
  await button.click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  expect((await app.mailbox.next()).link).not.toBe(link);

  const tab = await context.newPage();
  await tab.goto(link);
  await page.getByRole('link', { name: 'I’ve opened the link' }).click();
  await page.getByRole('heading', { name: 'You’re logged in' }).waitFor();
  await page.getByRole('link', { name: 'Continue' }).click();
  await page.waitForURL(`${app.origin}/me`);
  await context.close();
});

test('SC-09: a wrong address leads back to the form', async () => {
  const { context, page } = await waiting();
  await page.getByRole('link', { name: 'Use a different address' }).click();
  await page.getByLabel('Email address').waitFor();
  await context.close();
});

test('EN-08: it asks only while it is looked at, and no longer than the link lives', async () => {
  const { context, page, pass } = await waiting();
  const hide = (state: string) =>
    page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${state}' });
      document.dispatchEvent(new Event('visibilitychange'));`);
  await hide('hidden');
  const seen = looks(page);
  await pass(60);
  expect(seen).toEqual([]);

  const looked = page.waitForRequest((request) => !request.isNavigationRequest());
  await hide('visible');
  await looked;

  await pass(600);
  seen.length = 0;
  await hide('visible');
  await pass(60);
  expect(seen).toEqual([]);
  await context.close();
});
