/** The request, refused: which requests, with which code, and that nothing was sent or kept. */
import express from 'express';
import { expect, test } from 'vitest';
import { expectNoMail, startApp, type TestApp, type TestAppConfig, tellingRoutes } from '../../support/app.js';
import { type Answer, type RequestOptions, rawJson } from '../../support/browser.js';

const start = (config: TestAppConfig = {}) => startApp({ routes: tellingRoutes, ...config });

async function expectRefused(app: TestApp, answer: Answer, status: number, code: string) {
  expect([answer.status, answer.json().code]).toEqual([status, code]);
  await expectNothingSent(app, answer);
}

async function expectNothingSent(app: TestApp, answer: Answer) {
  await expectNoMail(app);
  expect(app.events).toEqual([]);
  expect(answer.setCookies).toEqual([]);
}

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
  'SS-04: %s is no way to request a link',
  async (method) => {
    const app = await start({
      routes: (app, { passport }) =>
        app.use('/login', passport.authenticate('magic-link', { action: 'request' } as object)),
    });
    const answer = await app.browser().send('/login?email=ada@example.com', { method });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    await expectNothingSent(app, answer);
  },
);

const FOREIGN: [string, Record<string, string>][] = [
  ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
  ['Sec-Fetch-Site empty', { 'sec-fetch-site': '' }],
  ['Origin of another site', { origin: 'https://evil.test' }],
  ['Origin null', { origin: 'null' }],
  ['Origin of another port', { origin: 'http://127.0.0.1:1' }],
];

test.each(FOREIGN)('SS-03: %s is cross_site', async (_what, headers) => {
  const app = await start();
  const answer = await app.browser().post('/login', { email: 'ada@example.com' }, headers);
  await expectRefused(app, answer, 403, 'cross_site');
});

test('SS-03: Sec-Fetch-Site decides, whatever Origin says', async () => {
  const app = await start();
  const headers = { 'sec-fetch-site': 'cross-site', origin: app.origin };
  await expectRefused(app, await app.browser().post('/login', { email: 'a@example.com' }, headers), 403, 'cross_site');
});

test.each<[string, (origin: string) => Record<string, string>]>([
  ['Sec-Fetch-Site: same-origin', () => ({ 'sec-fetch-site': 'same-origin', origin: 'null' })],
  ['Sec-Fetch-Site: none', () => ({ 'sec-fetch-site': 'none' })],
  ['its own Origin', (origin) => ({ origin })],
  ['neither header', () => ({})],
])('a request with %s may ask', async (_what, headers) => {
  const app = await startApp();
  const answer = await app.browser().post('/login', { email: 'ada@example.com' }, headers(app.origin));
  expect(answer.status).toBe(202);
});

const INVALID_REQUEST: [string, RequestOptions][] = [
  ['IN-01: two addresses in a form', { form: 'email=a@example.com&email=b@example.com' }],
  ['IN-01: an array', rawJson('{"email":["ada@example.com"]}')],
  ['IN-02: an object', rawJson('{"email":{"address":"ada@example.com"}}')],
  ['IN-02: an object with a length', rawJson('{"email":{"length":3,"toString":"x"}}')],
  ['IN-02: a number', rawJson('{"email":1}')],
  ['IN-02: null', rawJson('{"email":null}')],
  ['IN-02: true', rawJson('{"email":true}')],
  ['IN-02: no address', rawJson('{}')],
  ['IN-02: an array for a body', rawJson('["ada@example.com"]')],
  ['IN-14: an address under __proto__', rawJson('{"__proto__":{"email":"ada@example.com"}}')],
  ['IN-14: an address under constructor', rawJson('{"constructor":{"prototype":{"email":"ada@example.com"}}}')],
  ['IN-02: an array for returnTo', rawJson('{"email":"ada@example.com","returnTo":["/"]}')],
  ['IN-02: an object for returnTo', rawJson('{"email":"ada@example.com","returnTo":{"href":"/"}}')],
  ['IN-02: null for returnTo', rawJson('{"email":"ada@example.com","returnTo":null}')],
  ['IN-03: no body', {}],
  ['IN-03: text/plain', { body: 'email=ada@example.com', headers: { 'content-type': 'text/plain' } }],
  ['IN-20: multipart', { body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
];

test.each(INVALID_REQUEST)('%s is invalid_request', async (_what, request) => {
  const app = await start();
  const answer = await app.browser().send('/login', { method: 'POST', ...request });
  await expectRefused(app, answer, 400, 'invalid_request');
});

test('IN-14: nothing that was sent reaches the prototype of objects', async () => {
  const app = await start();
  await app.browser().send('/login', rawJson('{"__proto__":{"polluted":1},"email":"x"}'));
  expect('polluted' in {}).toBe(false);
});

test('IN-01: an object made by the extended form parser is invalid_request', async () => {
  const app = await start({ before: (app) => app.use(express.urlencoded({ extended: true })) });
  const answer = await app.browser().post('/login', 'email[address]=ada@example.com');
  await expectRefused(app, answer, 400, 'invalid_request');
});

// What an address is, test/protocol says; here, that what it is not is refused.
test.each([
  '',
  'ada',
  'a@example.com,b@example.com',
  'a@example.com\r\nBcc: b@example.com',
  `${'a'.repeat(100_000)}@b.c`,
])('IN-05: %j is invalid_address', async (email) => {
  const app = await start();
  const answer = await app.browser().postJson('/login', { email: email.slice(0, 90_000) });
  await expectRefused(app, answer, 400, 'invalid_address');
});

const withoutParser: TestAppConfig['routes'] = (app, { passport }) =>
  app.post('/login', passport.authenticate('magic-link', { action: 'request' } as object));

test.each([
  ['a form', { form: { email: 'ada@example.com' } }, 'express.urlencoded('],
  ['JSON', { json: { email: 'ada@example.com' } }, 'express.json('],
])('IN-03: %s that nothing has parsed is an error that names the parser', async (_what, request, cure) => {
  const app = await start({ routes: withoutParser });
  const answer = await app.browser().send('/login', { method: 'POST', ...request });
  expect([answer.status, answer.json()]).toEqual([500, { error: 'TypeError', message: expect.stringContaining(cure) }]);
  await expectNothingSent(app, answer);
});

test('no parser, and neither a form nor JSON, is invalid_request', async () => {
  const app = await start({ routes: withoutParser });
  const answer = await app
    .browser()
    .send('/login', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } });
  expect(answer.status).toBe(400);
  await expectNothingSent(app, answer);
});
