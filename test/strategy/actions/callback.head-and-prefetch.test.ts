/** HEAD and speculative requests on the callback: the person has not clicked yet, so nothing happens. */
import { expect, test } from 'vitest';
import { ada, requestLink, startApp } from '../../support/app.js';
import type { RequestOptions } from '../../support/browser.js';

const NO_CLICK: [string, RequestOptions][] = [
  ['HEAD', { method: 'HEAD' }],
  ['Sec-Purpose: prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
  ['Sec-Purpose: prefetch;prerender', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['an empty Sec-Purpose', { headers: { 'sec-purpose': '' } }],
  ['Purpose: prefetch', { headers: { purpose: 'prefetch' } }],
  ['X-Moz: prefetch', { headers: { 'x-moz': 'prefetch' } }],
  ...['iframe', 'image', 'empty', 'script', 'object', ''].map((dest): [string, RequestOptions] => [
    `Sec-Fetch-Dest: ${dest}`,
    { headers: { 'sec-fetch-dest': dest } },
  ]),
];

test.each(NO_CLICK)(
  'SC-04: %s by the requesting browser lands, and its click still logs in',
  async (_what, request) => {
    const app = await startApp();
    const browser = app.browser();
    const { path } = await requestLink(app, browser);
    const answer = await browser.send(path, request);
    expect([answer.status, answer.setCookies]).toEqual([200, []]);
    expect(answer.text).toEqual(request.method === 'HEAD' ? '' : expect.stringContaining('Is this the right browser?'));
    expect((await browser.get(path)).json().user).toEqual(ada);
  },
);

test('SC-01: 50 HEAD and 50 prefetches, with the cookie, spend nothing', async () => {
  const app = await startApp();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  for (const [, request] of NO_CLICK.slice(0, 2)) {
    await Promise.all(Array.from({ length: 50 }, () => browser.send(path, request)));
  }
  expect((await browser.get(path)).json().user).toEqual(ada);
});

test.each(NO_CLICK)('SC-04: %s is told to nobody', async (_what, request) => {
  const app = await startApp();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  app.events.length = 0;
  await browser.send(path, request);
  await app.browser().send(path, request);
  expect(app.events).toEqual([]);
});

test('Sec-Fetch-Dest: document is a click', async () => {
  const app = await startApp();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const answer = await browser.get(path, { 'sec-fetch-dest': 'document' });
  expect(answer.json().user).toEqual(ada);
});

test('with confirm: always they land, too', async () => {
  const app = await startApp({ options: { confirm: 'always' } });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  const answer = await browser.get(path, { 'sec-purpose': 'prefetch' });
  expect(answer.text).toContain('Is this the right browser?');
});

test.each(NO_CLICK)('a forged token is refused to %s as to all', async (_what, request) => {
  const app = await startApp();
  expect((await app.browser().send('/login/callback?token=x', request)).status).toBe(401);
});
