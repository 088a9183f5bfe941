/** A SameSite=Strict cookie does not come with a click on another site: one hop over our own page fetches it. */
import { expect, test } from 'vitest';
import { ada, requestLink, startApp } from '../../support/app.js';

const CROSS_SITE = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };
const LANDING = 'Is this the right browser?';

const start = () => startApp({ session: { cookie: { sameSite: 'strict' } } });

/** Where the page goes on to by itself. */
const refreshOf = (text: string) => text.match(/<meta http-equiv="refresh" content="0; url=([^"]+)">/)?.[1];

test('BD-09: without the cookie a cross-site click is sent on once, with it the second GET logs in', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const withoutCookie = await app.browser().get(path, CROSS_SITE);
  const target = refreshOf(withoutCookie.text)?.replaceAll('&amp;', '&') ?? '';
  expect([withoutCookie.status, withoutCookie.setCookies]).toEqual([200, []]);
  const answer = await browser.get(target, { ...CROSS_SITE, 'sec-fetch-site': 'same-origin' });
  expect(answer.json().user).toEqual(ada);
});

test('the hop goes to the configured origin and path, with the token and a mark', async () => {
  const app = await start();
  const { path, token } = await requestLink(app, app.browser());
  const answer = await app.browser().get(`${path}&x=1`, { ...CROSS_SITE, host: 'evil.test' });
  expect(refreshOf(answer.text)).toBe(`${app.origin}/login/callback?token=${token}&amp;hop=1`);
});

test('the hop page may do nothing else', async () => {
  const app = await start();
  const { path } = await requestLink(app, app.browser());
  const { headers, text } = await app.browser().get(path, CROSS_SITE);
  const policy = String(headers['content-security-policy']);
  for (const directive of [`default-src 'none'`, `form-action 'none'`, `base-uri 'none'`, `frame-ancestors 'none'`]) {
    expect(policy).toContain(directive);
  }
  // `sandbox` would stop the refresh.
  expect(policy).not.toContain('sandbox');
  expect(text).not.toContain('<form');
});

const NO_HOP: [string, string, Record<string, string>][] = [
  ['the second time', '&hop=1', CROSS_SITE],
  ['whatever the mark says', '&hop=', CROSS_SITE],
  ['from the same site', '', { ...CROSS_SITE, 'sec-fetch-site': 'same-site' }],
  ['from the address bar', '', { ...CROSS_SITE, 'sec-fetch-site': 'none' }],
  ['without Fetch Metadata', '', {}],
  ['to a prefetch', '', { ...CROSS_SITE, 'sec-purpose': 'prefetch' }],
  ['into a frame', '', { ...CROSS_SITE, 'sec-fetch-dest': 'iframe' }],
];

test.each(NO_HOP)('no hop %s: the landing page', async (_when, query, headers) => {
  const app = await start();
  const { path } = await requestLink(app, app.browser());
  const { text } = await app.browser().get(path + query, headers);
  expect(text).toContain(LANDING);
  expect(refreshOf(text)).toBeUndefined();
});

test('no hop for JSON: the landing', async () => {
  const app = await start();
  const { path } = await requestLink(app, app.browser());
  const answer = await app.browser().get(path, { ...CROSS_SITE, accept: 'application/json' });
  expect(answer.json()).toEqual({ status: 'landing' });
});

test('no hop for a browser whose session came along, bound to another link', async () => {
  const app = await start();
  const { path } = await requestLink(app, app.browser());
  const other = app.browser();
  await requestLink(app, other);
  expect((await other.get(path, CROSS_SITE)).text).toContain(LANDING);
});

test('no hop for a token that is none', async () => {
  const app = await start();
  const answer = await app.browser().get('/login/callback?token="><script>', CROSS_SITE);
  expect([answer.status, refreshOf(answer.text)]).toEqual([401, undefined]);
});

test('a scanner that follows the hop lands', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const scanner = app.browser();
  await scanner.get(path, CROSS_SITE);
  expect((await scanner.get(`${path}&hop=1`, CROSS_SITE)).text).toContain(LANDING);
  expect((await browser.get(path)).json().user).toEqual(ada);
});

test('the hop requests no store', async () => {
  const app = await start();
  const { path } = await requestLink(app, app.browser());
  app.strategy.services.config.store.open = () => Promise.reject(new Error('asked'));
  expect((await app.browser().get(path, CROSS_SITE)).status).toBe(200);
});
