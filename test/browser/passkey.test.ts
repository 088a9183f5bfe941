/** A passkey end to end: a real Chromium and its own authenticator, from enrolment to a guarded page and back. */
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useSites } from '../support/sites.js';
import { codeOf } from '../support/totp.js';

const sites = useSites({});

/** Gives this page an authenticator, which verifies the person or does not. */
async function withAuthenticator(context: BrowserContext, page: Page, verifies = true) {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verify: (isUserVerified: boolean) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    credentials: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

async function loggedIn() {
  const person = await sites.person();
  const { page, context, link } = person;
  await page.goto(link);
  return { page, context, authenticator: await withAuthenticator(context, page) };
}

async function enrol(page: Page): Promise<void> {
  await page.goto(`${sites.front.origin}/step-up/factors`);
  await page.getByRole('button', { name: 'Add passkey' }).click();
  await page.getByRole('heading', { name: 'Second factor added' }).waitFor();
}

test('SU-08: Chromium enrols a passkey and steps up by it, and comes back to where it was refused', async () => {
  const { page, authenticator } = await loggedIn();
  await enrol(page);
  expect(await authenticator.credentials()).toMatchObject([{ rpId: 'localhost', isResidentCredential: true }]);
  expect(await page.locator('ol.codes li').count()).toBe(10);

  await page.goto(`${sites.front.origin}/transfer?amount=5&to=Bob`);
  await page.getByRole('heading', { name: 'Confirm that it’s you' }).waitFor();
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await page.getByRole('heading', { name: 'Confirm the transfer' }).waitFor();
  expect(page.url()).toBe(`${sites.front.origin}/transfer?amount=5&to=Bob`);
  await page.getByRole('button', { name: 'Transfer' }).click();
  await page.getByText('You transferred 5 to Bob').waitFor();
  await page.goto(`${sites.front.origin}/account`);
  expect(await page.getByRole('main').textContent()).toContain('level 3');
});

test('SU-08: an authenticator that does not verify the person steps nobody up, and the page says so', async () => {
  const { page, authenticator } = await loggedIn();
  await enrol(page);
  await authenticator.verify(false);
  await page.goto(`${sites.front.origin}/transfer`);
  const button = page.getByRole('button', { name: 'Use your passkey' });
  await button.click();
  await page.getByText('That didn’t work').waitFor();
  // And once it does, the same page goes on.
  await authenticator.verify(true);
  await button.click();
  await page.getByRole('heading', { name: 'Transfer', exact: true }).waitFor();
});

test('SC-09: everything but passkeys works without JavaScript', async () => {
  const { page, link } = await sites.person({ javaScriptEnabled: false });
  await page.goto(link);
  await page.goto(`${sites.front.origin}/transfer`);
  await page.getByText('You haven’t set one up yet').waitFor();
  await page.getByRole('link', { name: 'Set up a second factor' }).click();
  await page.locator('noscript p').waitFor();
  expect(await page.getByRole('button', { name: 'Add passkey' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Add authenticator app' }).click();
  expect(await page.locator('.qr-code svg').count()).toBe(1);
  const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '');
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Code').fill(codeOf(secret, Date.now()));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const [code = ''] = await page.locator('ol.codes code').allTextContents();
  // What was wanted before all this is where it goes on.
  await page.getByRole('link', { name: 'Continue' }).click();
  await page.getByLabel('Code from your authenticator app').fill(codeOf(secret, Date.now(), 1));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Transfer', exact: true }).waitFor();
  await page.goto(`${sites.front.origin}/step-up`);
  await page.getByText('Use a recovery code').click();
  await page.getByLabel('Recovery code').fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Use this code' }).click();
  await page.getByText('You have 9 recovery codes left').waitFor();
});

test('SC-07: no page of step-up breaks its own policy, or asks anybody else for anything', async () => {
  const { page } = await loggedIn();
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(error.message));
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).origin));
  await enrol(page);
  for (const path of ['/step-up', '/step-up/factors', '/transfer']) await page.goto(`${sites.front.origin}${path}`);
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await page.getByRole('heading', { name: 'Transfer', exact: true }).waitFor();
  await page.goto(`${sites.front.origin}/step-up/factors`);
  await page.getByRole('button', { name: 'Add authenticator app' }).click();
  await page.locator('.qr-code svg').waitFor();
  expect(trouble).toEqual([]);
  expect([...hosts]).toEqual([sites.front.origin]);
});
