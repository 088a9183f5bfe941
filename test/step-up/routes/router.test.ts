/** The routes: who may ask, by which method and body, and what each answer carries. */
import express from 'express';
import { describe, expect, test } from 'vitest';
import { JSON_HEADERS, rawJson } from '../../support/browser.js';
import { enrolTotp, isThrough, startStepUp, withTotp } from '../../support/step-up.js';

const GETS = ['/step-up', '/step-up/factors'];
const POSTS = [
  ...['/step-up/totp/enrol', '/step-up/totp/confirm', '/step-up/totp', '/step-up/recovery', '/step-up/recovery/renew'],
  ...['/step-up/passkey/enrol/options', '/step-up/passkey/enrol', '/step-up/passkey/options', '/step-up/passkey'],
  ...['/step-up/remove', '/step-up/loss', '/step-up/loss/withdraw'],
];

const start = () => startStepUp({ stepUp: { recovery: { delay: 86_400, notify: () => {} } } });

test('SU-14: a POST of another site is refused, whatever it is for', async () => {
  const app = await start();
  const { browser, secret } = await withTotp(app);
  for (const path of POSTS) {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
      { 'sec-fetch-site': 'same-site', origin: 'https://evil.localhost' },
      { origin: 'https://evil.test' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      const answer = await browser.postJson(path, { code: app.code(secret) }, headers);
      expect([path, answer.status, answer.json()]).toEqual([path, 403, { error: 'cross_site' }]);
      expect((await browser.post(path, { code: app.code(secret) }, headers)).status).toBe(403);
    }
  }
  expect(await isThrough(browser)).toBe(false);
  const own = { 'sec-fetch-site': 'same-origin', origin: app.origin };
  expect((await browser.postJson('/step-up/totp', { code: app.code(secret) }, own)).status).toBe(200);
});

test('who is not logged in is sent to log in', async () => {
  const app = await start();
  for (const path of GETS) {
    expect((await app.browser().getJson(path)).json()).toEqual({ error: 'login_required' });
    const answer = await app.browser().get(path);
    expect([answer.status, answer.headers.location]).toEqual([303, '/login?returnTo=%2Fstep-up']);
  }
  for (const path of POSTS) {
    const answer = await app.browser().postJson(path, {});
    expect([path, answer.status, answer.json()]).toEqual([path, 401, { error: 'login_required' }]);
    expect((await app.browser().post(path)).headers.location).toBe('/login?returnTo=%2Fstep-up');
  }
});

test('SU-14: nothing is done by GET, and each route names what it takes', async () => {
  const app = await start();
  const { browser, secret } = await withTotp(app);
  for (const path of POSTS) {
    const answer = await browser.getJson(`${path}?code=${app.code(secret)}`);
    expect([path, answer.status, answer.headers.allow, answer.json()]).toEqual([
      path,
      405,
      'POST',
      { error: 'method_not_allowed' },
    ]);
  }
  for (const path of GETS) {
    const answer = await browser.send(path, { method: 'DELETE', headers: JSON_HEADERS });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  }
});

test('SE-05, SC-06: every answer is kept by nobody and framed by nobody', async () => {
  const app = await start();
  const { browser } = await withTotp(app);
  const answers = [
    ...(await Promise.all(GETS.flatMap((path) => [browser.get(path), browser.getJson(path)]))),
    ...(await Promise.all(POSTS.flatMap((path) => [browser.post(path), browser.postJson(path, {})]))),
    await app.browser().get('/step-up'),
    await browser.get('/guarded'),
  ];
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin',
    });
  }
  for (const { headers, text } of answers.filter(({ text: body }) => body.startsWith('<!doctype'))) {
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^' ]+';( script-src 'self'; connect-src 'self';)? form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(text).not.toMatch(/ style=| on\w+=|https?:\/\/(?!www\.w3\.org)/);
  }
});

test.each<[string, unknown]>([
  ['/step-up/totp', {}],
  ['/step-up/totp', { code: 123456 }],
  ['/step-up/totp', { code: ['123456'] }],
  ['/step-up/totp', { code: { toString: '123456' } }],
  ['/step-up/totp', []],
  ['/step-up/totp/confirm', { code: null }],
  ['/step-up/recovery', { code: 5 }],
  ['/step-up/recovery', { __proto__: { code: 'x' } }],
  ['/step-up/passkey', 5],
])('IN-02: %s is not given %j', async (path, body) => {
  const app = await start();
  const { browser } = await withTotp(app);
  const answer = await browser.postJson(path, body);
  expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid_request' }]);
});

test('IN-02: no body at all is no answer of a passkey', async () => {
  const app = await start();
  const { browser } = await withTotp(app);
  const answer = await browser.postJson('/step-up/passkey', undefined);
  // Express 4 makes an empty object of it, which is given and wrong.
  expect([answer.status, answer.json()]).toBeOneOf([
    [400, { error: 'invalid_request' }],
    [401, { error: 'factor_wrong' }],
  ]);
});

test('IN-16, IN-15: a broken body is 400, one that is too large 413, a repeated field none', async () => {
  const app = await start();
  const { browser } = await withTotp(app);
  expect((await browser.send('/step-up/totp', rawJson('{"code":', JSON_HEADERS))).status).toBe(400);
  expect((await browser.send('/step-up/totp', rawJson(`"${'x'.repeat(200_000)}"`, JSON_HEADERS))).status).toBe(413);
  const text = { method: 'POST', body: 'code=123456', headers: { ...JSON_HEADERS, 'content-type': 'text/plain' } };
  expect((await browser.send('/step-up/totp', text)).status).toBe(400);
  expect(
    (await browser.send('/step-up/totp', { method: 'POST', form: 'code=123456&code=1', headers: JSON_HEADERS })).status,
  ).toBe(400);
});

test('the overview is the JSON of the contract', async () => {
  const app = await start();
  const browser = await app.logIn();
  expect((await browser.getJson('/step-up')).json()).toEqual({
    enrolled: [],
    available: ['passkey', 'totp'],
    factors: [],
    waiting: [],
    recoveryCodes: 0,
  });
  await enrolTotp(app, browser);
  expect((await browser.getJson('/step-up')).json()).toEqual({
    enrolled: ['totp'],
    available: ['passkey'],
    factors: [{ id: expect.any(String), factor: 'totp', enrolledAt: expect.any(Number) }],
    waiting: [],
    recoveryCodes: 10,
  });
});

test('the script is our own, and one file', async () => {
  const app = await start();
  const answer = await app.browser().get('/step-up/passkey.js');
  expect(answer.headers['content-type']).toMatch(/^(text|application)\/javascript/);
  expect(() => new Function(answer.text)).not.toThrow();
});

test('it can be mounted elsewhere, and its links and redirects follow', async () => {
  const app = await startStepUp({
    stepUp: { path: '/account/confirm' },
    // Where the helpers of the tests enrol.
    routes: (app, { stepUp }) => app.use('/step-up', stepUp.router()),
  });
  const { browser, secret } = await withTotp(app);
  expect((await browser.get('/guarded')).headers.location).toBe('/account/confirm');
  const page = await browser.get('/account/confirm');
  expect(page.text).toContain('action="/account/confirm/totp"');
  expect(page.text).not.toContain('"/step-up');
  expect((await browser.post('/account/confirm/remove', { id: 'x' })).text).toContain(
    'href="/account/confirm/factors"',
  );
  const done = await browser.post('/account/confirm/totp', { code: app.code(secret) });
  expect(done.headers.location).toBe(`${app.origin}/guarded`);
});

test('successRedirect is where a step-up goes that nothing requested', async () => {
  const app = await startStepUp({ stepUp: { successRedirect: '/home' } });
  const { browser, secret } = await withTotp(app);
  expect((await browser.post('/step-up/totp', { code: app.code(secret) })).headers.location).toBe('/home');
});

describe("an app's faults", () => {
  test('a user that fails, or is none, is the error handler’s', async () => {
    for (const user of [
      () => {
        throw new Error('no users');
      },
      async () => ({ id: 5, name: 'Ada' }) as never,
      async () => ({ id: '', name: 'Ada' }),
    ]) {
      const app = await startStepUp({ stepUp: { user } });
      expect((await (await app.logIn()).getJson('/step-up')).status).toBe(500);
    }
  });

  test('nobody is nobody', async () => {
    const app = await startStepUp({ stepUp: { user: () => undefined } });
    expect((await (await app.logIn()).getJson('/step-up')).json()).toEqual({ error: 'login_required' });
  });

  test('a view that fails is the error handler’s', async () => {
    const fails = async () => {
      throw new Error('no template');
    };
    const app = await startStepUp({ stepUp: { views: { confirm: fails } } });
    expect((await (await app.logIn()).get('/step-up')).status).toBe(500);
  });
});

test('Express’s own json parser before it is no obstacle', async () => {
  const app = await startStepUp({
    before: (bare) => void bare.use(express.json(), express.urlencoded({ extended: true })),
  });
  const { browser, secret } = await withTotp(app);
  expect((await browser.postJson('/step-up/totp', { code: app.code(secret) })).status).toBe(200);
});
