/** BD: a link works in the browser that asked for it, and a browser is its secret session, nothing else. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Client } from '../support/client.js';
import { dump } from '../support/redis.js';
import { type Asked, newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const site = useSite({ redis: true, env: { TRUST_PROXY: '1' } });

const LOOKS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'accept-language': 'en-GB,en;q=0.5',
  'x-forwarded-for': '192.0.2.7',
};
const OTHER_LOOKS = { 'user-agent': 'curl/8', 'accept-language': 'fi', 'x-forwarded-for': '2001:db8::1' };

/** The landing page, not a login: nothing set, nobody logged in. */
async function expectRefusedIn(browser: Client, { path, token }: Asked, headers = {}) {
  const opened = await browser.get(path, { ...headers, accept: 'application/json' });
  expect(opened.json()).toEqual({ status: 'landing' });
  const posted = await browser.postJson('/login/callback', { token }, headers);
  expect(posted.status).toBe(401);
  expect(posted.json()).toEqual({ error: 'wrong_browser' });
  expect([...opened.setCookies, ...posted.setCookies]).toEqual([]);
  expect(await whoIs(browser)).toBeUndefined();
}

test('BD-01: a link that was forwarded logs nobody in, whatever its opener copies of the asking browser', async () => {
  const asker = site.browser();
  const email = newAddress();
  const asked = await site.ask(asker, email, {}, LOOKS);
  const thief = site.browser();
  for (let i = 0; i < 10; i++) await expectRefusedIn(thief, asked, LOOKS);
  // With a session of his own he is no more the browser that asked.
  await site.ask(thief, newAddress(), {}, LOOKS);
  await expectRefusedIn(thief, asked, LOOKS);
  // Asking for the same address does not help him either.
  await site.ask(thief, email, {}, LOOKS);
  await expectRefusedIn(thief, asked, LOOKS);
  await asker.get(asked.path, LOOKS);
  expect(await whoIs(asker)).toBe(email);
});

test('BD-02: neither User-Agent nor network is the binding', async () => {
  const asker = site.browser();
  const { path } = await site.ask(asker, newAddress(), {}, LOOKS);
  expect((await asker.get(path, OTHER_LOOKS)).status).toBe(303);
  expect(await whoIs(asker)).toBeDefined();
});

test('BD-03: an ask makes a session, which is kept before the mail goes out; a mere visit makes none', async () => {
  const asker = site.browser();
  const sessions = () => site.admin().keys('sess:*');
  const before = await sessions();
  expect((await asker.get('/login')).setCookies).toEqual([]);
  expect((await asker.get('/login/sent')).setCookies).toEqual([]);
  expect(await sessions()).toHaveLength(before.length);
  const { answer } = await site.ask(asker);
  expect(answer.setCookies).toHaveLength(1);
  expect(await sessions()).toContain(`sess:${sessionIdIn(asker)}`);
});

test('BD-04: the session ID is in no key or value of ours, nor is a plain hash of it', async () => {
  const asker = site.browser();
  await site.ask(asker);
  const id = sessionIdIn(asker);
  const everything = [...(await dump(site.redis))];
  expect(everything.map(([key]) => key)).toContain(`sess:${id}`);
  const ours = everything
    .filter(([key]) => key.startsWith('pbl:'))
    .flat()
    .join('\n');
  const cookie = decodeURIComponent(asker.cookies.get('sid') ?? '');
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => createHash(name).update(id).digest(encoding)),
  );
  for (const text of [id, cookie, ...hashes]) expect(ours).not.toContain(text);
});

test('BD-06: a login erases the binding', async () => {
  const asker = site.browser();
  const sessionOf = () => site.admin().get(`sess:${sessionIdIn(asker)}`);
  await site.ask(asker);
  expect(await sessionOf()).toMatch(/"nonce":"[A-Za-z0-9_-]{43}"/);
  await site.logIn(newAddress(), asker);
  expect(await sessionOf()).not.toContain('nonce');
});

test('BD-07: a used record that comes back from a failover alone logs nobody in', async () => {
  const admin = site.admin();
  const asker = site.browser();
  const asked = await site.ask(asker);
  const old = asker.copy();
  const keys = await admin.keys('pbl:*');
  const backup = await Promise.all(
    keys.map(async (key) => [key, await admin.dumpBuffer(key), await admin.pttl(key)] as const),
  );
  await asker.get(asked.path);
  await asker.postJson('/logout', {});
  for (const [key, value, ttl] of backup) await admin.restore(key, ttl, value, 'REPLACE');
  for (const jar of [old, asker, site.browser()]) await expectRefusedIn(jar, asked);
});

test('BD-08, SS-01: a planted session cookie is worth nothing once the victim has logged in', async () => {
  const attacker = site.browser();
  await site.ask(attacker);
  // A sibling host has set it in the victim's browser.
  const victim = attacker.copy();
  const { path } = await site.ask(victim);
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
    const { path, token, answer } = await strict.ask(asker);
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

test('BD-10: a browser whose session was renewed since is told so, with a way on', async () => {
  const asker = site.browser();
  const asked = await site.ask(asker);
  await site.admin().del(`sess:${sessionIdIn(asker)}`);
  await expectRefusedIn(asker, asked);
  await site.ask(asker);
  await expectRefusedIn(asker, asked);
  const page = await asker.post('/login/callback', { token: asked.token });
  expect(page.text).toContain('href="/login"');
  await site.logIn(newAddress(), asker);
});

test('BD-11: a link for B never replaces A silently', async () => {
  const { browser, mail } = await site.logIn();
  const [a] = mail.to;
  const b = newAddress();
  const { path, token } = await site.ask(browser, b);
  for (let i = 0; i < 3; i++) {
    const opened = await browser.get(path);
    expect(opened.status).toBe(200);
    expect(opened.text).toMatch(/Somebody is logged in here already/);
    expect(await whoIs(browser)).toBe(a);
  }
  await browser.post('/login/callback', { token });
  expect(await whoIs(browser)).toBe(b);
});

test('BD-12: of two asks of one browser each link works until one has logged in', async () => {
  for (const first of [0, 1]) {
    const asker = site.browser();
    const emails = [newAddress(), newAddress()];
    const links = [await site.ask(asker, emails[0]), await site.ask(asker, emails[1])];
    const [used, left] = [links[first] as Asked, links[1 - first] as Asked];
    const loser = asker.copy();
    await asker.get(used.path);
    expect(await whoIs(asker)).toBe(emails[first]);
    await asker.post('/login/callback', { token: left.token });
    expect(await whoIs(asker)).toBe(emails[first]);
    await loser.get(left.path);
    expect(await whoIs(loser)).toBeUndefined();
    await asker.postJson('/logout', {});
    await expectRefusedIn(asker, left);
  }
});

test('BD-13: who opens a link elsewhere learns nothing of its account, nor whether it lives', async () => {
  const known = newAddress();
  await site.logIn(known);
  const used = await site.logIn();
  const links = [await site.ask(site.browser(), known), await site.ask(site.browser()), used];
  const seen = [];
  for (const { path, token, mail } of links) {
    for (const answer of [
      await site.browser().get(path),
      await site.browser().post('/login/callback', { token }),
      await site.browser().getJson(path),
    ]) {
      expect(answer.text).not.toContain(mail.to[0]);
      // The ETag digests the page, in which each has its own token.
      const { date, etag, ...headers } = answer.headers;
      seen.push(JSON.stringify([answer.status, headers, answer.text.replaceAll(token, 'TOKEN')]));
    }
  }
  expect(new Set(seen).size).toBe(3);
});

test('BD-14: however often it is refused elsewhere, a link stays alive where it was asked for', async () => {
  const asker = site.browser();
  const asked = await site.ask(asker);
  await Promise.all(Array.from({ length: 100 }, () => site.browser().post('/login/callback', { token: asked.token })));
  await expectRefusedIn(site.browser(), asked);
  await asker.get(asked.path);
  expect(await whoIs(asker)).toBeDefined();
});
