/** SS: a login makes a session of its own, only by the requesting browser's own doing, and ends when it is ended. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type Browser, JSON_HEADERS } from '../support/browser.js';
import { newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';
import { startSlowLine } from '../support/slow-line.js';

const site = useSite({ redis: true });

test('SS-01: a login renews the session ID, and the old one is dead', async () => {
  const asker = site.browser();
  const { path } = await site.requestLink(asker);
  const old = asker.copy();
  await asker.get(path);
  expect(sessionIdIn(asker)).not.toBe(sessionIdIn(old));
  expect(await site.admin().exists(`sess:${sessionIdIn(old)}`)).toBe(0);
  expect(await whoIs(old)).toBeUndefined();
  expect(await whoIs(asker)).toBeDefined();
  // Logging in again from the logged-in session renews it once more.
  const loggedIn = asker.copy();
  const again = await site.requestLink(asker);
  await asker.post('/login/callback', { token: again.token });
  expect(sessionIdIn(asker)).not.toBe(sessionIdIn(loggedIn));
  expect(await whoIs(loggedIn)).toBeUndefined();
});

describe("SS-02: an attacker's link", () => {
  const victims: [string, () => Promise<Browser>][] = [
    ['who was never here', async () => site.browser()],
    [
      'who has requested a link of his own',
      async () => {
        const victim = site.browser();
        await site.requestLink(victim);
        return victim;
      },
    ],
    ['who is logged in', async () => (await site.logIn()).browser],
  ];

  test.each(victims)('SS-02: logs nobody in as the attacker %s', async (_who, makeVictim) => {
    const victim = await makeVictim();
    const before = await whoIs(victim);
    const { path, token } = await site.requestLink(site.browser(), newAddress());
    const fromMail = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' };
    await victim.get(path, fromMail);
    await victim.get(`${path}&hop=1`);
    await victim.post('/login/callback', { token }, { 'sec-fetch-site': 'same-origin' });
    expect(await whoIs(victim)).toBe(before);
  });
});

test.each<Record<string, string>>([
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
  { 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' },
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.test' },
  { origin: 'null' },
])('SS-03: %o starts no login and ends none', async (headers) => {
  const victim = site.browser();
  const email = newAddress();
  const asked = await victim.postJson('/login', { email }, headers);
  expect(asked.status).toBe(403);
  expect(asked.setCookies).toEqual([]);
  const { browser } = await site.logIn();
  expect((await browser.post('/logout', {}, headers)).status).toBe(403);
  expect(await whoIs(browser)).toBeDefined();
  expect(site.smtp.mails.flatMap(({ to }) => to)).not.toContain(email);
});

test('SS-04: only a POST requests a link, and no method override makes one', async () => {
  const email = newAddress();
  const query = `/login?email=${encodeURIComponent(email)}`;
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await site.browser().send(query, { method, form: { email }, headers: JSON_HEADERS });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
    expect(answer.setCookies).toEqual([]);
  }
  for (const headers of [{}, { 'x-http-method-override': 'POST' }] as Record<string, string>[]) {
    for (const path of [query, `${query}&_method=POST`]) {
      expect((await site.browser().get(path, headers)).setCookies).toEqual([]);
    }
  }
  // The address is the body's alone.
  expect((await site.browser().post(query)).status).toBe(400);
  await site.requestLink(site.browser());
  expect(site.smtp.mails.flatMap(({ to }) => to)).not.toContain(email);
});

describe('SS-05: clicks in parallel in one browser', () => {
  test.each([2, 10, 50])('SS-05: of %i exactly one logs in, and no other sets a cookie', async (count) => {
    const asker = site.browser();
    const { path } = await site.requestLink(asker, newAddress(), { returnTo: '/account' });
    const clicks = await Promise.all(
      Array.from({ length: count }, async () => {
        const jar = asker.copy();
        return { jar, answer: await jar.get(path) };
      }),
    );
    const [winner, ...more] = clicks.filter(({ answer }) => answer.setCookies.length > 0);
    expect(more).toEqual([]);
    // A jar that had taken every answer's cookies, in whatever order, holds the winner's.
    expect(await whoIs(winner?.jar ?? site.browser())).toBeDefined();
    for (const { answer } of clicks) {
      expect([200, 303]).toContain(answer.status);
      if (answer.status === 303) expect(answer.headers.location).toBe(`${site.origin}/account`);
    }
    // And a later click in the browser that is logged in is sent on.
    expect((await winner?.jar.get(path))?.headers.location).toBe(`${site.origin}/account`);
  });
});

test('SS-06: the return target comes from the record, and nothing else of the old session survives', async () => {
  const asker = site.browser();
  await site.requestLink(asker, newAddress(), { returnTo: '/first' });
  const { path } = await site.requestLink(asker, newAddress(), { returnTo: '/second?x=1#y' });
  await site.requestLink(asker, newAddress(), { returnTo: '/third' });
  // What an attacker had left in the session that asked.
  const key = `sess:${sessionIdIn(asker)}`;
  const admin = site.admin();
  const data = JSON.parse((await admin.get(key)) ?? '{}');
  await admin.set(key, JSON.stringify({ ...data, returnTo: 'https://evil.test/', planted: 'yes' }), 'KEEPTTL');
  expect((await asker.get(path)).headers.location).toBe(`${site.origin}/second?x=1#y`);
  const session = await admin.get(`sess:${sessionIdIn(asker)}`);
  expect(session).not.toMatch(/planted|evil/);
});

test('SS-07: what a login was does not outlive it', async () => {
  const { browser } = await site.logIn();
  const first = browser.copy();
  await browser.postJson('/logout', {});
  expect((await browser.getJson('/account')).json()).toEqual({ error: 'login_required' });
  const email = newAddress();
  await site.logIn(email, browser);
  expect((await browser.getJson('/account')).json()).toMatchObject({ email, level: 1 });
  expect(await whoIs(first)).toBeUndefined();

  // A context that was carried into another session, or put beside another user, is none.
  const admin = site.admin();
  const key = `sess:${sessionIdIn(browser)}`;
  const mine = await admin.get(key);
  const other = await site.logIn();
  const { passport } = JSON.parse((await admin.get(`sess:${sessionIdIn(other.browser)}`)) ?? '');
  await admin.set(key, JSON.stringify({ ...JSON.parse(mine ?? ''), passport }), 'KEEPTTL');
  expect((await browser.getJson('/account')).status).toBe(401);
  await admin.set(`sess:${sessionIdIn(other.browser)}`, mine ?? '', 'KEEPTTL');
  expect((await other.browser.getJson('/account')).status).toBe(401);
});

test('SS-08: the login is kept before its answer begins, however slow the session store', async () => {
  const slow = await startSite({ env: { REDIS_URL: await startSlowLine(site.redis, 50), ORIGIN: site.origin } });
  const asker = slow.browser();
  const { path } = await slow.requestLink(asker);
  const click = request(new URL(path, slow.origin), { agent: false, headers: { cookie: asker.cookieHeader } }).end();
  // A browser may follow a redirect as soon as its head is there; here to a process that has a fast line.
  const [answer]: IncomingMessage[] = await once(click, 'response');
  const cookie = (answer?.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
  expect((await site.browser().get('/account', { ...JSON_HEADERS, cookie })).status).toBe(200);
  answer?.resume();
});

test('SS-09: a logout ends the session on the server, and the Back button finds nothing kept', async () => {
  const { browser, path } = await site.logIn();
  // A link that it asked for meanwhile is the session's, too.
  const { path: asked } = await site.requestLink(browser);
  const kept = browser.copy();
  expect((await browser.get('/account')).headers['cache-control']).toBe('no-store');
  expect((await browser.postJson('/logout', {})).json()).toEqual({ status: 'logged_out' });
  for (const jar of [browser, kept]) {
    expect((await site.admin().get(`sess:${sessionIdIn(jar)}`)) ?? '').not.toMatch(/example\.test|nonce|"auth"/);
    expect(await whoIs(jar)).toBeUndefined();
    for (const link of [path, asked]) await jar.get(link);
    expect(await whoIs(jar)).toBeUndefined();
  }
});

describe('SS-11: the session cookie', () => {
  test('SS-11: is HttpOnly, SameSite and of this host alone', async () => {
    const { answer, opened } = await site.logIn();
    for (const cookie of [...answer.setCookies, ...opened.setCookies]) {
      expect(cookie).toMatch(/; HttpOnly/);
      expect(cookie).toMatch(/; SameSite=(?:Lax|Strict)/);
      expect(cookie).toMatch(/; Path=\//);
      expect(cookie).not.toMatch(/Domain=/i);
    }
  });

  test('SS-11, BD-08: is __Host- and Secure on https, and so is every other cookie', async () => {
    const https = await startSite({ env: { ORIGIN: 'https://localhost', TRUST_PROXY: '1' } });
    const proxied = { 'x-forwarded-proto': 'https' };
    const asker = https.browser();
    const { answer, path } = await https.requestLink(asker, newAddress(), {}, proxied);
    const opened = await asker.get(path, proxied);
    const cookies = [...answer.setCookies, ...opened.setCookies];
    expect(cookies.length).toBeGreaterThanOrEqual(2);
    for (const cookie of cookies) expect(cookie).toMatch(/^__Host-[^;]+; .*\bSecure\b/);
  });
});

test('SS-12: nothing that somebody who is logged in is shown may be kept by a cache', async () => {
  const { browser, path, opened } = await site.logIn();
  const answers = [
    opened,
    await browser.get(path),
    await browser.get('/login/sent'),
    await browser.get('/account'),
    await browser.getJson('/account'),
  ];
  for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
});
