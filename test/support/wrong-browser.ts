/** How a browser that did not ask for a link is answered. */
import { expect } from 'vitest';
import type { Client } from './client.js';
import { type Asked, whoIs } from './site.js';

/** The landing page, not a login: nothing set, nobody logged in. */
export async function expectWrongBrowser(browser: Client, { path, token }: Asked, headers = {}) {
  const opened = await browser.get(path, { ...headers, accept: 'application/json' });
  expect(opened.json()).toEqual({ status: 'landing' });
  const posted = await browser.postJson('/login/callback', { token }, headers);
  expect(posted.status).toBe(401);
  expect(posted.json()).toEqual({ error: 'wrong_browser' });
  expect([...opened.setCookies, ...posted.setCookies]).toEqual([]);
  expect(await whoIs(browser)).toBeUndefined();
}
