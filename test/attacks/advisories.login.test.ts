/** Advisories of the threat catalogue about who is logged in, each as the bug that it was elsewhere, tried here. */
import { expect, test } from 'vitest';
import { type Browser, JSON_HEADERS } from '../support/browser.js';
import { dump } from '../support/redis.js';
import { keepSession } from '../support/replay.js';
import { type Asked, newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const site = useSite({ processes: 2 });

type Send = (asked: Asked, jar: Browser, origin?: string) => Promise<unknown>;

const click: Send = ({ path }, jar, origin = jar.origin) => jar.get(origin + path);
const press: Send = ({ token }, jar, origin = jar.origin) => jar.post(`${origin}/login/callback`, { token });

/** Whether somebody is logged in in this browser after that, where nobody was before. */
async function logsIn(jar: Browser, asked: Asked, send: Send, origin?: string): Promise<boolean> {
  expect(await whoIs(jar)).toBeUndefined();
  await send(asked, jar, origin);
  return (await whoIs(jar)) !== undefined;
}

/** Sent at the same time by copies of one browser, half to each process; who is logged in then. */
async function race(
  asker: Browser,
  count: number,
  send: (jar: Browser, origin: string, i: number) => Promise<unknown>,
) {
  const users = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const jar = asker.copy();
      await send(jar, site.apps[i % 2]?.origin ?? '', i);
      return whoIs(jar);
    }),
  );
  return users.filter((user) => user !== undefined);
}

test('PK-02, GHSA-hc7v-rggr-4hvx, PR 9572 (better-auth): find, mark and create in three steps made two sessions of one link', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  const restore = await keepSession(site, asker);
  // By GET and by POST, both at each process.
  expect(await race(asker, 50, (jar, origin, i) => (i % 4 < 2 ? click : press)(asked, jar, origin))).toHaveLength(1);
  // No attempt is left over either.
  for (const send of [click, press]) expect(await logsIn(await restore(), asked, send)).toBe(false);
});

test('PK-02, CVE-2026-114607, CVE-2026-110862, GHSA-965c-763c-88jm (better-auth): an OAuth state was taken for a link token', async () => {
  const { browser } = await site.logIn();
  await site.requestLink(browser);
  const given = [...(await dump(site.redis))].flat().flatMap((text) => text.match(/[A-Za-z0-9_-]{16,}/g) ?? []);
  for (const value of new Set([...given, ...browser.cookies.values(), sessionIdIn(browser)])) {
    const answer = await site.browser().getJson(`/login/callback?token=${encodeURIComponent(value)}`);
    expect(answer.json(), value).toEqual({ error: 'link_invalid' });
  }
});

test('PK-02, PR 10239 (better-auth), formbricks PR 8971: whoever had signed up first shared the account with its owner', async () => {
  const victim = newAddress();
  const [attacker, owner] = [site.browser(), site.browser()];
  const planted = await site.requestLink(attacker, victim);
  const own = await site.requestLink(owner, victim);
  for (const send of [click, press]) {
    // Having asked for the same address makes the owner's link no link of the attacker's.
    expect(await logsIn(attacker, own, send)).toBe(false);
    // Nor does an owner who takes the attacker's mail for his own let anybody in.
    for (const jar of [owner, site.browser()]) expect(await logsIn(jar, planted, send)).toBe(false);
  }
  await owner.get(own.path);
  expect(await whoIs(owner)).toBe(victim);
  for (const send of [click, press]) await send(planted, owner);
  expect(await whoIs(owner)).toBe(victim);
  expect(await whoIs(attacker)).toBeUndefined();
});

test('PK-02, GHSA-x445-f3h2-j279 (next-auth): a flow begun at one provider ended at another', async () => {
  const other = await startSite({ env: { REDIS_URL: site.redis.url, ORIGIN: 'http://other.localhost' } });
  const asker = site.browser();
  const { path, token } = await site.requestLink(asker);
  // One browser, one cookie for both.
  const there = other.browser();
  there.setCookie('sid', asker.cookies.get('sid') ?? '');
  const theirs = await other.requestLink(there);
  for (const answer of [
    await asker.getJson(other.origin + path),
    await asker.postJson(`${other.origin}/login/callback`, { token }),
    await asker.getJson(theirs.path),
  ]) {
    expect(answer.json()).toEqual({ error: 'link_invalid' });
  }
});

test('PK-02, CVE-2026-82761, GHSA-23gr-vcp4-r27q (ash_authentication): verified, then revoked by an upsert, so that no request ever lost', async () => {
  for (let i = 0; i < 30; i++) {
    const asker = site.browser();
    const asked = await site.requestLink(asker);
    expect(await race(asker, 2, (jar, origin) => click(asked, jar, origin))).toHaveLength(1);
  }
});

test('PK-02, CVE-2026-107276 (MISP): what was read, judged and deleted in three steps was good for several', async () => {
  const confirming = await startSite({ redis: true, env: { CONFIRM: 'always' } });
  const asker = confirming.browser();
  const asked = await confirming.requestLink(asker);
  expect((await asker.getJson(asked.path)).json()).toEqual({ status: 'confirm' });
  expect(await race(asker, 50, (jar) => click(asked, jar))).toEqual([]);
  expect(await race(asker, 50, (jar) => press(asked, jar))).toHaveLength(1);
});

test('PK-02, CVE-2026-73431 (Vulnerability-Lookup): a signed link was good again and again within its age', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  const restore = await keepSession(site, asker);
  expect(await logsIn(asker, asked, click)).toBe(true);
  await asker.postJson('/logout', {});
  for (const { origin } of site.apps) {
    for (const send of [click, press]) {
      for (const jar of [await restore(), asker, site.browser()]) {
        expect(await logsIn(jar, asked, send, origin)).toBe(false);
      }
    }
  }
});

test('PK-02, CVE-2026-18363 (osTicket): the end was judged only where one was set', async () => {
  const admin = site.admin();
  for (const end of ['-inf', '+inf', '0', undefined]) {
    const asker = site.browser();
    const { path } = await site.requestLink(asker);
    for (const key of await admin.keys('pbl:{*')) {
      if ((await admin.type(key)) !== 'zset' || key.includes('/')) continue;
      if (end === undefined) await admin.del(key);
      else for (const record of await admin.zrange(key, 0, -1)) await admin.zadd(key, end, record);
    }
    expect((await asker.getJson(path)).status).toBe(401);
    expect(await whoIs(asker)).toBeUndefined();
  }
});

test('PK-02, CVE-2026-18963 (Keycloak): the flow went on without the click in the mail', async () => {
  const asker = site.browser();
  await site.requestLink(asker);
  for (const path of [
    '/login/sent',
    '/login/callback',
    '/login/callback?hop=1',
    '/login/callback?token=',
    '/login',
    '/',
  ]) {
    for (const method of ['GET', 'POST']) {
      await asker.send(path, { method, headers: JSON_HEADERS, ...(method === 'POST' && { form: { confirm: '1' } }) });
      expect(await whoIs(asker)).toBeUndefined();
    }
  }
});

test('PK-02, CVE-2026-9087 (Keycloak): the proof of one mailbox was taken for that of another', async () => {
  const [mine, victim] = [newAddress(), newAddress()];
  const ways: [string, (jar: Browser, asked: Asked) => Promise<unknown>][] = [
    ['GET', (jar, { path }) => jar.get(`${path}&email=${victim}&address=${victim}`)],
    [
      'POST',
      (jar, { token }) => jar.post(`/login/callback?email=${victim}`, { token, email: victim, address: victim }),
    ],
  ];
  for (const [way, send] of ways) {
    const asker = site.browser();
    const asked = await site.requestLink(asker, mine);
    // The flow that it began last is the other's.
    await site.requestLink(asker, victim);
    await send(asker, asked);
    expect(await whoIs(asker), way).toBe(mine);
  }
});

test('PK-02, CVE-2022-25896 (passport), CVE-2023-29019 (@fastify/passport): the session ID survived the login', async () => {
  const attacker = site.browser();
  await site.requestLink(attacker);
  const victim = attacker.copy();
  await site.logIn(newAddress(), victim);
  expect(sessionIdIn(victim)).not.toBe(sessionIdIn(attacker));
  expect(await whoIs(attacker)).toBeUndefined();
});

test('PK-02, supabase auth 1214, better-auth 9690, ash 972, emdash 3298, FusionAuth 1.49, keycloak-magic-link 36: a scanner used the link up, or it stayed good', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  const { path, token } = asked;
  const restore = await keepSession(site, asker);
  const scanner = site.browser();
  for (let i = 0; i < 10; i++) {
    for (const method of ['HEAD', 'GET', 'OPTIONS']) await scanner.send(path, { method });
    await scanner.get(path, { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)', 'sec-fetch-site': 'cross-site' });
    await scanner.post('/login/callback', { token }, { 'sec-fetch-site': 'same-origin' });
  }
  expect(await whoIs(scanner)).toBeUndefined();
  expect(await logsIn(asker, asked, click)).toBe(true);
  for (const jar of [await restore(), scanner]) expect(await logsIn(jar, asked, click)).toBe(false);
});
