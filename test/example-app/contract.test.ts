/** Routes, methods and codes of the example app, as black-box checks see them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JSON_HEADERS, type RequestOptions } from '../support/browser.js';
import { type Example, startExample } from '../support/example.js';
import { tokenIn } from '../support/smtp.js';

let example: Example;

beforeAll(async () => {
  example = await startExample();
});

afterAll(() => example.stop());

const send = (path: string, options: RequestOptions) => example.browser().send(path, options);

test.each(['/login', '/login/', '/login/sent', '/', '/dev/inbox', '/healthz'])('GET %s answers', async (path) => {
  expect((await example.browser().get(path)).status).toBe(200);
});

test.each(['/nowhere', '/admin'])('%s is not there', async (path) => {
  const browser = example.browser();
  expect((await browser.get(path)).status).toBe(404);
  expect((await browser.getJson(path)).status).toBe(404);
});

test.each([
  ['PUT', '/login', 'GET, HEAD, POST'],
  ['OPTIONS', '/login/callback', 'GET, HEAD, POST'],
  ['DELETE', '/login/callback', 'GET, HEAD, POST'],
  ['POST', '/login/sent', 'GET, HEAD'],
  ['GET', '/login/code', 'POST'],
  ['PUT', '/login/not-me', 'GET, HEAD, POST'],
  ['POST', '/account', 'GET, HEAD'],
  ['GET', '/logout', 'POST'],
  ['GET', '/account/email', 'POST'],
  ['POST', '/security', 'GET, HEAD'],
  ['GET', '/security/revoke-all', 'POST'],
  ['POST', '/admin/security', 'GET, HEAD'],
])('%s %s is method_not_allowed', async (method, path, allowed) => {
  const answer = await send(path, { method, headers: JSON_HEADERS });
  expect(answer.status).toBe(405);
  expect(answer.headers.allow).toBe(allowed);
  expect(answer.json()).toEqual({ error: 'method_not_allowed' });
});

const UNSAFE = [
  ...['/login', '/login/callback', '/login/code', '/login/not-me', '/logout'],
  ...['/account/email', '/security/revoke-all'],
];

describe.each(UNSAFE)('SS-03, SC-05: a POST to %s from', (path) => {
  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin of the site', { 'sec-fetch-site': 'same-site' }],
    ['another site, whatever Origin says', { 'sec-fetch-site': 'cross-site', origin: 'ours' }],
    ['an old browser on another site', { origin: 'https://evil.test' }],
    ['an old browser that hides its origin', { origin: 'null' }],
  ])('%s is cross_site', async (_from, headers) => {
    const answer = await example
      .browser()
      .postJson(path, { email: 'ada@example.com', token: 'x', code: 'x' }, own(headers));
    expect(answer.status).toBe(403);
    expect(answer.json()).toEqual({ error: 'cross_site' });
  });

  test.each<[string, Record<string, string>]>([
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['the person alone', { 'sec-fetch-site': 'none' }],
    ['our own page in an old browser', { origin: 'ours' }],
    ['no browser', {}],
  ])('%s is not', async (_from, headers) => {
    const answer = await example
      .browser()
      .postJson(path, { email: 'ada@example.com', token: 'x', code: 'x' }, own(headers));
    expect(answer.status).not.toBe(403);
  });
});

const own = (headers: Record<string, string>) =>
  headers.origin === 'ours' ? { ...headers, origin: example.origin } : headers;

test('with confirm=always the requesting browser is requested a click', async () => {
  const confirming = await startExample({ CONFIRM: 'always' });
  const asker = confirming.browser();
  await asker.post('/login', { email: 'ada@example.com' });
  const { link } = await confirming.mailTo('ada@example.com');
  expect((await asker.getJson(link)).json()).toEqual({ status: 'confirm' });
  expect((await asker.get(link)).status).toBe(200);
  expect((await asker.getJson('/account')).status).toBe(401);
  const confirmed = await asker.postJson('/login/callback', { token: tokenIn(link) });
  expect(confirmed.status).toBe(200);
  expect(confirmed.json()).toEqual({ status: 'authenticated', returnTo: '/' });
  expect((await asker.getJson('/account')).status).toBe(200);
  await confirming.stop();
});

test('/account without a login leads to the form and back', async () => {
  const answer = await example.browser().get('/account');
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toBe('/login?returnTo=/account');
  expect((await example.browser().get('/login?returnTo=/account')).text).toContain('name="returnTo" value="/account"');
});
