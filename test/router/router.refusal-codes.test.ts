/** Every refusal code of the drop-in router: its status, as JSON and as a page. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../lib/index.js';
import { ada, CALLBACK, CODE, codeOf, requestLink, startRouter } from '../support/app.js';
import { type Answer, type Browser, JSON_HEADERS, type RequestOptions, rawJson } from '../support/browser.js';

const titleOf = ({ text }: Answer) => text.match(/<h1>(.*)<\/h1>/)?.[1];

const BIG = 'x'.repeat(200_000);

const CODES: [string, string, number, RequestOptions][] = [
  ['invalid_address', '/login', 400, { method: 'POST', form: { email: 'nobody' } }],
  ['invalid_request', '/login', 400, { method: 'POST', form: 'email=a@b.test&email=c@d.test' }],
  ['invalid_request', '/login', 400, { method: 'POST' }],
  ['cross_site', '/login', 403, { method: 'POST', form: ada, headers: { 'sec-fetch-site': 'cross-site' } }],
  ['cross_site', CALLBACK, 403, { method: 'POST', form: { token: 'x' }, headers: { origin: 'null' } }],
  ['cross_site', CODE, 403, { method: 'POST', form: { code: 'x' }, headers: { origin: 'null' } }],
  ['cross_site', '/login/not-me', 403, { method: 'POST', form: { token: 'x' }, headers: { origin: 'null' } }],
  ['invalid_request', CODE, 400, { method: 'POST' }],
  ['invalid_request', '/login/not-me', 400, { method: 'POST' }],
  ['code_wrong', CODE, 401, { method: 'POST', form: { code: 'ABCD-EFGH' } }],
  ['link_invalid', '/login/not-me', 401, { method: 'POST', form: { token: 'x' } }],
  ['link_invalid', `${CALLBACK}?token=x`, 401, {}],
  ['link_invalid', CALLBACK, 401, { method: 'POST', form: { token: 'x' } }],
  ['payload_too_large', '/login', 413, rawJson(JSON.stringify({ email: BIG }))],
  ['payload_too_large', '/login', 413, { method: 'POST', form: { email: BIG } }],
  ['payload_too_large', CALLBACK, 413, { method: 'POST', form: { token: BIG } }],
  ['payload_too_large', CODE, 413, { method: 'POST', form: { code: BIG } }],
  ['payload_too_large', '/login/not-me', 413, { method: 'POST', form: { token: BIG } }],
  ['invalid_request', '/login', 400, rawJson('{"email":')],
  [
    'invalid_request',
    '/login',
    400,
    rawJson('{"email":"a@b.test"}', { 'content-type': 'application/json; charset=utf-99' }),
  ],
  ['invalid_request', '/login', 400, rawJson('not gzip', { 'content-encoding': 'gzip' })],
  ['invalid_request', '/login', 400, rawJson(gzipSync('{"email":1}').subarray(0, 20), { 'content-encoding': 'gzip' })],
  ['invalid_request', '/login', 400, rawJson('{}', { 'content-encoding': 'unknown' })],
  ['payload_too_large', '/login', 413, { method: 'POST', form: 'a&'.repeat(2000) }],
];

describe.each(CODES)('IN-15, IN-16: %s at %s', (code, path, status, request) => {
  test(`is ${status} as JSON`, async () => {
    const { browser } = await startRouter();
    const answer = await browser.send(path, { ...request, headers: { ...request.headers, ...JSON_HEADERS } });
    expect([answer.status, answer.json()]).toEqual([status, { error: code }]);
  });

  test(`is ${status} as a page, without a stack`, async () => {
    const { browser } = await startRouter();
    const answer = await browser.send(path, request);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.text).not.toMatch(/ at .+:\d+/);
    expect(answer.text).toMatch(/<form|href="\/login"/);
  });
});

test('what was typed is shown again, with what is wrong about it', async () => {
  const { browser } = await startRouter();
  const { text } = await browser.post('/login', { email: 'nobody', returnTo: '/orders' });
  expect(text).toContain('value="nobody"');
  expect(text).toContain('value="/orders"');
  expect(text).toContain('role="alert"');
});

describe('the rest of the codes', () => {
  const callbackCode = async (browser: Browser, path: string) => {
    const answer = await browser.get(path, JSON_HEADERS);
    return [answer.status, answer.json().error];
  };

  test('link_expired', async () => {
    let now = Date.now();
    const { app, browser } = await startRouter({ options: { clock: () => now } });
    const { path } = await requestLink(app, browser);
    now += 600_000;
    expect(await callbackCode(browser, path)).toEqual([401, 'link_expired']);
  });

  test('link_revoked', async () => {
    const { app, browser } = await startRouter();
    const { path } = await requestLink(app, browser);
    await app.strategy.revokeAll(ada.email);
    expect(await callbackCode(browser, path)).toEqual([401, 'link_revoked']);
  });

  test('login_refused, then link_used', async () => {
    const { app, browser } = await startRouter({ verify: () => false });
    const { path } = await requestLink(app, browser);
    expect(await callbackCode(browser, path)).toEqual([401, 'login_refused']);
    expect(await callbackCode(browser, path)).toEqual([401, 'link_used']);
  });

  test('wrong_browser, with the code', async () => {
    const { app, browser } = await startRouter();
    const { token } = await requestLink(app, browser);
    const answer = await app.browser().postJson(CALLBACK, { token });
    expect([answer.status, answer.json()]).toEqual([401, { error: 'wrong_browser', code: codeOf(app, token) }]);
  });

  test('wrong_browser, under deny without it', async () => {
    const { app, browser } = await startRouter({ options: { otherBrowser: 'deny' } });
    const { token } = await requestLink(app, browser);
    const answer = await app.browser().postJson(CALLBACK, { token });
    expect([answer.status, answer.json()]).toEqual([401, { error: 'wrong_browser' }]);
  });

  test('unavailable, with Retry-After', async () => {
    const store = Object.assign(new MemoryStore(), { issue: () => Promise.reject(new Error('down')) });
    const { browser } = await startRouter({ options: { store } });
    const json = await browser.postJson('/login', ada);
    expect([json.status, json.headers['retry-after'], json.json()]).toEqual([503, '15', { error: 'unavailable' }]);
    const page = await browser.post('/login', ada);
    expect([page.status, page.headers['retry-after'], titleOf(page)]).toEqual([
      503,
      '15',
      'Login is temporarily unavailable',
    ]);
  });
});
