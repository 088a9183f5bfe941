/** Routes, codes and headers of the example app, as black-box checks see them. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JSON_HEADERS, type RequestOptions } from '../support/browser.js';
import { type Example, startExample } from '../support/example.js';
import { notMeLinkIn, tokenIn } from '../support/smtp.js';

let example: Example;

beforeAll(async () => {
  example = await startExample({ CLOSED_SIGNUP: 'ada@example.com,grace@example.com' });
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

describe('what is not one plain address is refused before anything is done', () => {
  test.each<[string, RequestOptions, number, string]>([
    ['no body', {}, 400, 'invalid_request'],
    ['no email', { form: {} }, 400, 'invalid_request'],
    ['IN-01: two', { form: 'email=ada@example.com&email=eve@example.com' }, 400, 'invalid_request'],
    ['IN-02: an array', { json: { email: ['ada@example.com'] } }, 400, 'invalid_request'],
    ['IN-02: an object', { json: { email: { address: 'ada@example.com' } } }, 400, 'invalid_request'],
    ['IN-02: a number', { json: { email: 1 } }, 400, 'invalid_request'],
    ['a returnTo of the wrong type', { json: { email: 'ada@example.com', returnTo: ['/'] } }, 400, 'invalid_request'],
    [
      'IN-16: broken JSON',
      { body: '{"email":', headers: { 'content-type': 'application/json' } },
      400,
      'invalid_request',
    ],
    [
      'IN-20: plain text',
      { body: 'email=a@b.test', headers: { 'content-type': 'text/plain' } },
      400,
      'invalid_request',
    ],
    ['IN-15: 200 kB', { form: { email: 'a'.repeat(200_000) } }, 413, 'payload_too_large'],
    ['empty', { form: { email: '' } }, 400, 'invalid_address'],
    ['IN-04: a line break', { form: { email: 'ada@example.com\r\nBcc: eve@example.com' } }, 400, 'invalid_address'],
    ['IN-05: a list', { form: { email: 'ada@example.com,eve@example.com' } }, 400, 'invalid_address'],
    ['IN-05: a display name', { form: { email: 'Ada <ada@example.com>' } }, 400, 'invalid_address'],
    ['IN-06: a wide @', { form: { email: 'ada＠example.com' } }, 400, 'invalid_address'],
    ['IN-09: 10,000 characters', { form: { email: `${'a'.repeat(10_000)}@example.com` } }, 400, 'invalid_address'],
  ])('%s', async (_what, options, status, code) => {
    const before = await mails();
    const answer = await send('/login', {
      ...options,
      method: 'POST',
      headers: { ...JSON_HEADERS, ...options.headers },
    });
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ error: code });
    expect(answer.setCookies).toEqual([]);
    expect(await mails()).toEqual(before);
  });
});

const mails = async () => (await example.browser().getJson('/dev/inbox.json')).json<unknown[]>();

test('EN-01, EN-09: an address that may not log in is answered alike, and has no mail', async () => {
  const answers = [];
  for (const email of ['nobody@example.com', 'grace@example.com']) {
    const { status, headers, text } = await example.browser().post('/login', { email });
    const { date, 'set-cookie': cookie, ...rest } = headers;
    answers.push({ status, text, rest, cookie: cookie?.map((one) => one.replace(/=.*?;|Expires=.*?;/g, '')) });
  }
  expect(answers[0]).toEqual(answers[1]);
  await example.mailTo('grace@example.com');
  const recipients = (await mails()).map((mail) => (mail as { to: string }).to);
  expect(recipients).not.toContain('nobody@example.com');
});

test.each(['/login/%E0%A4%A', '/%', '/login/callback/%00'])('IN-17: %s has our own answer', async (path) => {
  const answer = await example.browser().getJson(path);
  expect([400, 404]).toContain(answer.status);
  expect(Object.keys(answer.json())).toEqual(['error']);
});

test.each([
  '/login/callback?token=a&token=b',
  '/login/callback?token[]=a',
  '/login/callback?token=%ZZ',
  '/login/callback',
])('IN-18: %s is link_invalid', async (path) => {
  const answer = await example.browser().getJson(path);
  expect(answer.status).toBe(401);
  expect(answer.json()).toEqual({ error: 'link_invalid' });
});

test('SS-12, SC-06, SE-04, SE-05: every answer of the login is protected', async () => {
  const asker = example.browser();
  const asked = await asker.post('/login', { email: 'ada@example.com' });
  const { link, text: mail } = await example.mailTo('ada@example.com');
  const sent = await asker.get('/login/sent');
  const notMe = notMeLinkIn(mail);
  const answers = [
    asked,
    await asker.get('/login'),
    sent,
    await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' }),
    await example.browser().get(notMe),
    await example.browser().post('/login/not-me', { token: tokenIn(notMe) }),
    await example.browser().get(link),
    await example.browser().post('/login/callback', { token: tokenIn(link) }),
    await example.browser().get('/login/callback?token=forged'),
    await example.browser().get(link, { 'sec-fetch-site': 'cross-site' }),
    await asker.get(link),
  ];
  for (const { headers } of answers) {
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('strict-origin');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers.vary).toMatch(/Cookie/);
  }
  // The waiting page alone has a script, and its policy names that text and no other.
  const [script = ''] = sent.text.match(/(?<=<script>).*(?=<\/script>)/s) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  for (const { headers, text } of answers) {
    const policy = String(headers['content-security-policy']);
    expect(policy.match(/script-src[^;]*/)?.[0]).toBe(
      text.includes('<script') ? `script-src 'sha256-${hash}'` : undefined,
    );
    expect(text.replace(`<script>${script}</script>`, '')).not.toMatch(/<script|\son\w+=/i);
  }
});

test('with confirm=always the asking browser is asked for a click', async () => {
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

test('BD-11: with somebody logged in, a link asks before it switches', async () => {
  const asker = example.browser();
  for (const address of ['ada@example.com', 'grace@example.com']) {
    await asker.post('/login', { email: address });
    const { link } = await newest(address);
    if (address === 'ada@example.com') {
      await asker.get(link);
      continue;
    }
    expect((await asker.getJson(link)).json()).toEqual({ status: 'confirm' });
    expect((await asker.getJson('/account')).json()).toMatchObject({ email: 'ada@example.com' });
    await asker.post('/login/callback', { token: tokenIn(link) });
    expect((await asker.getJson('/account')).json()).toMatchObject({ email: 'grace@example.com' });
  }
});

/** The mail of the ask just made: the newest is the first that was not there before. */
async function newest(address: string): Promise<{ link: string }> {
  const known = seen.get(address);
  for (;;) {
    const mail = await example.mailTo(address);
    if (mail.link === known) continue;
    seen.set(address, mail.link);
    return mail;
  }
}

const seen = new Map<string, string>();

test('/account without a login leads to the form and back', async () => {
  const answer = await example.browser().get('/account');
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toBe('/login?returnTo=/account');
  expect((await example.browser().get('/login?returnTo=/account')).text).toContain('name="returnTo" value="/account"');
});
