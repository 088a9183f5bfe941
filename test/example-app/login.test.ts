/** The login from outside, with two cookie jars, on every store and client that the example can be started with. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from '../support/browser.js';
import { type Example, startExample } from '../support/example.js';
import { startCluster, startRedis, type TestCluster, type TestRedis } from '../support/redis.js';
import { tokenIn } from '../support/smtp.js';

const CODE = /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/;

let redis: TestRedis;
let cluster: TestCluster;

beforeAll(async () => {
  [redis, cluster] = await Promise.all([startRedis(), startCluster()]);
});

afterAll(() => Promise.all([redis.stop(), cluster.stop()]));

describe.each<[string, () => Record<string, string>]>([
  ['memory', () => ({})],
  ['Redis by ioredis', () => ({ REDIS_URL: redis.url })],
  ['Redis by node-redis', () => ({ REDIS_URL: redis.url, REDIS_CLIENT: 'node-redis' })],
  ['a Cluster by ioredis', () => ({ REDIS_URL: cluster.urls.join(',') })],
  ['a Cluster by node-redis', () => ({ REDIS_URL: cluster.urls.join(','), REDIS_CLIENT: 'node-redis' })],
])('in %s', (name, env) => {
  let example: Example;
  let asker: Browser;
  let stranger: Browser;
  let link: string;
  let code: string;
  const address = `ada@${name.replaceAll(' ', '-').toLowerCase()}.example`;

  beforeAll(async () => {
    example = await startExample(env());
    asker = example.browser();
    stranger = example.browser();
    const asked = await asker.post('/login', { email: address, returnTo: '/account' });
    expect(asked.status).toBe(303);
    expect(asked.headers.location).toBe('/login/sent');
    expect((await asker.getJson('/login/sent')).json()).toEqual({ status: 'waiting' });
    ({ link } = await example.mailTo(address));
  });

  afterAll(() => example.stop());

  test('BD-01, SC-01: another browser gets nowhere, however often, and burns nothing', async () => {
    const token = tokenIn(link);
    for (let i = 0; i < 20; i++) {
      const opened = await stranger.get(link);
      expect(opened.status).toBe(200);
      expect(opened.setCookies).toEqual([]);
      expect((await stranger.getJson(link)).json()).toEqual({ status: 'landing' });
      const posted = await stranger.postJson('/login/callback', { token });
      expect(posted.status).toBe(401);
      expect(posted.json()).toEqual({ error: 'wrong_browser', code: expect.stringMatching(CODE) });
      code ??= posted.json<{ code: string }>().code;
      expect(posted.json()).toMatchObject({ code });
      const page = await stranger.post('/login/callback', { token });
      expect(page.status).toBe(401);
      expect(page.text).toContain(code);
      expect((await stranger.postJson('/login/code', { code })).json()).toEqual({ error: 'code_wrong' });
    }
    expect((await stranger.getJson('/account')).status).toBe(401);
  });

  test('the requesting browser then logs in by one GET', async () => {
    const anonymous = asker.copy();
    const opened = await asker.get(link);
    expect(opened.status).toBe(303);
    expect(opened.headers.location).toBe(`${example.origin}/account`);
    expect(opened.setCookies.map((cookie) => cookie.split('=')[0])).toEqual(['magic-link-device', 'sid']);
    const account = (await asker.getJson('/account')).json();
    expect(account).toEqual({
      email: address,
      amr: ['urn:passport-bound-link:link'],
      acr: 'urn:passport-bound-link:link',
      level: 1,
      authTime: expect.any(Number),
    });
    // SS-01: the session that asked is gone.
    expect((await anonymous.getJson('/account')).status).toBe(401);
  });

  test('TK-03: a second use is harmless in that browser, and refused in any other', async () => {
    const before = (await asker.getJson('/account')).json();
    const again = await asker.get(link);
    expect(again.status).toBe(303);
    expect(again.headers.location).toBe(`${example.origin}/account`);
    expect((await asker.getJson(link)).json()).toEqual({ status: 'authenticated', returnTo: '/account' });
    expect((await asker.getJson('/account')).json()).toEqual(before);
    expect((await asker.getJson('/login/sent')).json()).toEqual({ status: 'authenticated', returnTo: '/account' });

    expect((await stranger.getJson(link)).json()).toEqual({ status: 'landing' });
    const posted = await stranger.postJson('/login/callback', { token: tokenIn(link) });
    expect(posted.json()).toEqual({ error: 'wrong_browser', code });
    expect((await stranger.getJson('/account')).status).toBe(401);
  });

  test('the code that another browser is shown logs in the one that requested it, at level 0', async () => {
    const asking = example.browser();
    const email = `code-${address}`;
    await asking.post('/login', { email, returnTo: '/account' });
    const mail = await example.mailTo(email);
    const shown = await stranger.postJson('/login/callback', { token: tokenIn(mail.link) });
    const anonymous = asking.copy();
    const typed = await asking.post('/login/code', { code: shown.json<{ code: string }>().code });
    expect(typed.status).toBe(303);
    expect(typed.headers.location).toBe(`${example.origin}/account`);
    expect((await asking.getJson('/account')).json()).toEqual({
      email,
      amr: ['urn:passport-bound-link:code'],
      acr: 'urn:passport-bound-link:code',
      level: 0,
      authTime: expect.any(Number),
    });
    // SS-01, TK-03: the session that asked is gone, and the link with it.
    expect((await anonymous.getJson('/account')).status).toBe(401);
    expect((await anonymous.getJson(mail.link)).json()).toEqual({ status: 'landing' });
    expect((await stranger.getJson('/account')).status).toBe(401);
  });

  test('logging out ends it', async () => {
    expect((await asker.postJson('/logout', {})).json()).toEqual({ status: 'logged_out' });
    expect((await asker.getJson('/account')).json()).toEqual({ error: 'login_required' });
  });
});
