/** People of the example who have gone further than a login: a second factor, a step-up, a change of address. */
import type { Browser } from './browser.js';
import { newAddress, type Site } from './site.js';
import { linkIn, tokenIn } from './smtp.js';
import { codeOf } from './totp.js';

export interface Mailed {
  readonly path: string;
  readonly token: string;
}

/** The link of the next mail to this address that has one. */
export async function linkTo(site: Site, email: string): Promise<Mailed> {
  const { email: mail } = await site.mailTo(email);
  const link = linkIn(mail.text);
  const { pathname, search } = new URL(link);
  return { path: pathname + search, token: tokenIn(link) };
}

export async function requestLink(site: Site, browser: Browser, email: string): Promise<Mailed> {
  const answer = await browser.post('/login', { email });
  if (answer.status !== 303) throw new Error(`the ask was refused: ${answer.status}`);
  return linkTo(site, email);
}

/** By POST, which logs in also where somebody is logged in already. */
export async function logIn(site: Site, email: string, browser = site.browser()): Promise<Browser> {
  const { token } = await requestLink(site, browser, email);
  const answer = await browser.postJson('/login/callback', { token });
  if (answer.status !== 200) throw new Error(`the login was refused: ${answer.text}`);
  return browser;
}

/** Somebody new, stepped up by TOTP; a recovery code steps up another session. */
export async function withSecondFactor(site: Site, email = newAddress()) {
  const browser = await logIn(site, email);
  const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
  const code = codeOf(secret, Date.now());
  const confirmed = await browser.postJson('/step-up/totp/confirm', { code });
  const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
  const stepUp = async (other: Browser) => {
    const answer = await other.postJson('/step-up/recovery', { code: recoveryCodes.pop() });
    if (answer.status !== 200) throw new Error(`the step-up was refused: ${answer.text}`);
    return other;
  };
  await stepUp(browser);
  return { email, browser, stepUp };
}

/** What this browser's owner is shown of an event type, the newest first. */
export async function eventsOf(browser: Browser, type: string): Promise<Record<string, unknown>[]> {
  const { events } = (await browser.getJson('/security')).json<{ events: Record<string, unknown>[] }>();
  return events.filter((event) => event.type === type);
}
