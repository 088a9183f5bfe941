/** How a browser that did not ask for a link is answered. */
import { expect } from 'vitest';
import type { Browser } from './browser.js';
import { type Asked, whoIs } from './site.js';

/** The landing page and a code, not a login: nothing set, nobody logged in, and the code does not do it either. */
export async function expectWrongBrowser(browser: Browser, { path, token }: Asked, headers = {}) {
  const opened = await browser.get(path, { ...headers, accept: 'application/json' });
  expect(opened.json()).toEqual({ status: 'landing' });
  const posted = await browser.postJson('/login/callback', { token }, headers);
  expect(posted.status).toBe(401);
  const { code, ...refused } = posted.json<{ code: string }>();
  expect(refused).toEqual({ error: 'wrong_browser' });
  const typed = await browser.postJson('/login/code', { code }, headers);
  expect(typed.json()).toEqual({ error: 'code_wrong' });
  expect([...opened.setCookies, ...posted.setCookies, ...typed.setCookies]).toEqual([]);
  expect(await whoIs(browser)).toBeUndefined();
}
