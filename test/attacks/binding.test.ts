/** BD: a link works in the browser that requested the link for it, and a browser is its secret session, nothing else. */
import { describe, expect, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { ada, CALLBACK, requestLink, startApp, userOf } from '../support/app.js';
import { type Asked, newAddress, startSite, useSite, whoIs } from '../support/site.js';
import { expectWrongBrowser } from '../support/wrong-browser.js';

const site = useSite({ redis: true, env: { TRUST_PROXY: '1' } });

const LOOKS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'accept-language': 'en-GB,en;q=0.5',
  'x-forwarded-for': '192.0.2.7',
};
const OTHER_LOOKS = { 'user-agent': 'curl/8', 'accept-language': 'fi', 'x-forwarded-for': '2001:db8::1' };

test('BD-01: a link that was forwarded logs nobody in, whatever its opener copies of the requesting browser', async () => {
  const asker = site.browser();
  const email = newAddress();
  const asked = await site.requestLink(asker, email, {}, LOOKS);
  const thief = site.browser();
  for (let i = 0; i < 10; i++) await expectWrongBrowser(thief, asked, LOOKS);
  // With a session of his own he is no more the browser that asked.
  await site.requestLink(thief, newAddress(), {}, LOOKS);
  await expectWrongBrowser(thief, asked, LOOKS);
  // Asking for the same address does not help him either.
  await site.requestLink(thief, email, {}, LOOKS);
  await expectWrongBrowser(thief, asked, LOOKS);
  await asker.get(asked.path, LOOKS);
  expect(await whoIs(asker)).toBe(email);
});

test('BD-02: neither User-Agent nor network is the binding', async () => {
  const asker = site.browser();
  const { path } = await site.requestLink(asker, newAddress(), {}, LOOKS);
  expect((await asker.get(path, OTHER_LOOKS)).status).toBe(303);
  expect(await whoIs(asker)).toBeDefined();
});

test('BD-07: a used record that comes back from a failover alone logs nobody in', async () => {
  const admin = site.admin();
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  const old = asker.copy();
  const keys = await admin.keys('pbl:*');
  const backup = await Promise.all(
    keys.map(async (key) => [key, await admin.dumpBuffer(key), await admin.pttl(key)] as const),
  );
  await asker.get(asked.path);
  await asker.postJson('/logout', {});
  for (const [key, value, ttl] of backup) await admin.restore(key, ttl, value, 'REPLACE');
  for (const jar of [old, asker, site.browser()]) await expectWrongBrowser(jar, asked);
});

test('BD-08, SS-01: a planted session cookie is worth nothing once the victim has logged in', async () => {
  const attacker = site.browser();
  await site.requestLink(attacker);
  // A sibling host has set it in the victim's browser.
  const victim = attacker.copy();
  const { path } = await site.requestLink(victim);
  await victim.get(path);
  expect(await whoIs(victim)).toBeDefined();
  expect(victim.cookies.get('sid')).not.toBe(attacker.cookies.get('sid'));
  expect(await whoIs(attacker)).toBeUndefined();
  await attacker.get(path);
  expect(await whoIs(attacker)).toBeUndefined();
});

describe('BD-09: a click from webmail comes without a Strict cookie', () => {
  const fromWebmail = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const fromOurPage = { ...fromWebmail, 'sec-fetch-site': 'same-origin' };

  test.each(['hop', 'button'])('BD-09, SC-09: and the page that it gets logs in, without a script: %s', async (way) => {
    const strict = await startSite({ env: { COOKIE_SAMESITE: 'strict' } });
    const asker = strict.browser();
    const { path, token, answer } = await strict.requestLink(asker);
    expect(answer.setCookies[0]).toMatch(/SameSite=Strict/);
    const page = await strict.browser().get(path, fromWebmail);
    expect(page.status).toBe(200);
    expect(page.setCookies).toEqual([]);
    expect(page.text).not.toMatch(/<script|wrong|not valid/i);

    const next = page.text.match(/http-equiv="refresh" content="0; url=([^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(new URL(next).origin).toBe(strict.origin);
    if (way === 'hop') {
      // Once: a browser that has no cookie on our own site either sees the landing page.
      expect((await strict.browser().get(next, fromWebmail)).text).not.toContain('http-equiv="refresh"');
      expect((await asker.get(next, fromOurPage)).status).toBe(303);
    } else {
      const landing = await strict.browser().get(next, fromWebmail);
      expect(landing.text).toMatch(/<form method="post" action="\/login\/callback">/);
      expect(landing.text).toContain(`name="token" value="${token}"`);
      expect((await asker.post('/login/callback', { token }, fromOurPage)).status).toBe(303);
    }
    expect(await whoIs(asker)).toBeDefined();
  });
});

test('BD-11: a link for B never replaces A silently', async () => {
  const { browser, mail } = await site.logIn();
  const [a] = mail.to;
  const b = newAddress();
  const { path, token } = await site.requestLink(browser, b);
  for (let i = 0; i < 3; i++) {
    const opened = await browser.get(path);
    expect(opened.status).toBe(200);
    expect(opened.text).toMatch(/Someone is already logged in here/);
    expect((await browser.getJson(path)).json()).toEqual({ status: 'confirm' });
    expect(await whoIs(browser)).toBe(a);
  }
  await browser.post('/login/callback', { token });
  expect(await whoIs(browser)).toBe(b);
});

test('BD-12: of two requests of one browser each link works until one has logged in', async () => {
  for (const first of [0, 1]) {
    const asker = site.browser();
    const emails = [newAddress(), newAddress()];
    const links = [await site.requestLink(asker, emails[0]), await site.requestLink(asker, emails[1])];
    const [used, left] = [links[first] as Asked, links[1 - first] as Asked];
    const loser = asker.copy();
    await asker.get(used.path);
    expect(await whoIs(asker)).toBe(emails[first]);
    await asker.post('/login/callback', { token: left.token });
    expect(await whoIs(asker)).toBe(emails[first]);
    await loser.get(left.path);
    expect(await whoIs(loser)).toBeUndefined();
    await asker.postJson('/logout', {});
    await expectWrongBrowser(asker, left);
  }
});

test('BD-13: who opens a link elsewhere learns nothing of its account, nor whether it lives', async () => {
  const known = newAddress();
  await site.logIn(known);
  const used = await site.logIn();
  const links = [await site.requestLink(site.browser(), known), await site.requestLink(site.browser()), used];
  const seen = [];
  for (const { path, token, mail } of links) {
    for (const answer of [
      await site.browser().get(path),
      await site.browser().post('/login/callback', { token }),
      await site.browser().postJson('/login/callback', { token }),
      await site.browser().getJson(path),
    ]) {
      expect(answer.text).not.toContain(mail.to[0]);
      // The ETag digests the page, in which each has its own token or code, and the time at which it was asked for.
      const { date, etag, 'content-length': _length, ...headers } = answer.headers;
      const text = answer.text
        .replaceAll(token, 'TOKEN')
        .replaceAll(/(?<=[">])[0-9A-Z]{4}-[0-9A-Z]{4}(?=["<])/g, 'CODE')
        .replaceAll(/\d+:\d\d\s[AP]M/g, 'TIME');
      seen.push(JSON.stringify([answer.status, headers, text]));
    }
  }
  expect(new Set(seen).size).toBe(4);
});

test('BD-14: however often it is refused elsewhere, a link stays alive where it was requested', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  await Promise.all(Array.from({ length: 100 }, () => site.browser().post('/login/callback', { token: asked.token })));
  await expectWrongBrowser(site.browser(), asked);
  await asker.get(asked.path);
  expect(await whoIs(asker)).toBeDefined();
});

test('BD-14: each refusal is counted, and the tenth on one link raises the alarm, once', async () => {
  const redis = site.admin();
  await redis.ping();
  const app = await startApp({ options: { store: new RedisStore(redis) } });
  const asker = app.browser();
  const { path, token } = await requestLink(app, asker);
  const other = await requestLink(app, app.browser());
  await Promise.all(Array.from({ length: 30 }, () => app.browser().post(CALLBACK, { token })));
  await app.browser().post(CALLBACK, { token: other.token });

  const refused = app.events.filter(({ type }) => type === 'link.wrong_browser');
  const counts = refused.map(({ count = 0 }) => count).sort((a, b) => a - b);
  expect(counts).toEqual([1, ...Array.from({ length: 30 }, (_, i) => i + 1)]);
  expect(refused.filter(({ severity }) => severity === 'high').map(({ count }) => count)).toEqual([10]);
  await asker.get(path);
  expect(await userOf(asker)).toEqual(ada);
});
