/** Each advisory of the last table in the threat catalogue, as the bug that it was elsewhere, tried here. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Client, JSON_HEADERS } from '../support/client.js';
import { dump } from '../support/redis.js';
import { type Asked, newAddress, sendRaw, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';
import { linkIn } from '../support/smtp.js';

const ORIGIN = 'http://localhost:9';
const site = useSite({ processes: 2 });

/** Sent at the same time by copies of one browser, half to each process; who is logged in then. */
async function race(asker: Client, count: number, send: (jar: Client, origin: string) => Promise<unknown>) {
  const users = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const jar = asker.copy();
      await send(jar, site.apps[i % 2]?.origin ?? '');
      return whoIs(jar);
    }),
  );
  return users.filter((user) => user !== undefined);
}

const click =
  ({ path }: Asked) =>
  (jar: Client, origin: string) =>
    jar.get(origin + path);
const press =
  ({ token }: Asked) =>
  (jar: Client, origin: string) =>
    jar.post(`${origin}/login/callback`, { token });

async function expectNoMailTo(pattern: RegExp) {
  // Had one of them been taken, its mail would have been on its way before this one.
  await site.ask(site.browser());
  expect(site.smtp.mails.flatMap(({ to }) => to).filter((to) => pattern.test(to))).toEqual([]);
}

test('GHSA-hc7v-rggr-4hvx, PR 9572 (better-auth): find, mark and create in three steps made two sessions of one link', async () => {
  const asker = site.browser();
  const asked = await site.ask(asker);
  const both = (jar: Client, origin: string) =>
    Promise.all([click(asked)(jar, origin), press(asked)(jar.copy(), origin)]);
  expect((await race(asker, 50, both)).length).toBeLessThanOrEqual(1);
  const next = site.browser();
  const second = await site.ask(next);
  expect(await race(next, 50, click(second))).toHaveLength(1);
  // No attempt is left over either.
  for (let i = 0; i < 5; i++) expect(await race(next, 1, click(second))).toEqual([]);
});

test('CVE-2026-114607, CVE-2026-110862, GHSA-965c-763c-88jm (better-auth): an OAuth state was taken for a link token', async () => {
  const { browser } = await site.logIn();
  await site.ask(browser);
  const given = [...(await dump(site.redis))].flat().flatMap((text) => text.match(/[A-Za-z0-9_-]{16,}/g) ?? []);
  for (const value of new Set([...given, ...browser.cookies.values(), sessionIdIn(browser)])) {
    const answer = await site.browser().getJson(`/login/callback?token=${encodeURIComponent(value)}`);
    expect(answer.json(), value).toEqual({ error: 'link_invalid' });
  }
});

test('CVE-2024-56734 (better-auth): the callback URL was judged on POST only', async () => {
  for (const evil of ['//evil.test', 'https://evil.test/', '/\\evil.test']) {
    for (const send of [click, press]) {
      const asker = site.browser();
      const asked = await site.ask(asker, newAddress(), { returnTo: evil });
      const query = `callbackURL=${encodeURIComponent(evil)}&returnTo=${encodeURIComponent(evil)}`;
      const answer = await send({ ...asked, path: `${asked.path}&${query}` })(asker, site.origin);
      expect(answer.headers.location).toBe(`${ORIGIN}/`);
    }
  }
});

test('PR 10239 (better-auth), formbricks PR 8971: whoever had signed up first shared the account with its owner', async () => {
  const victim = newAddress();
  const attacker = site.browser();
  const planted = await site.ask(attacker, victim);
  const { browser: owner, path, token } = await site.logIn(victim);
  await attacker.get(path);
  await attacker.post('/login/callback', { token });
  expect(await whoIs(attacker)).toBeUndefined();
  // The attacker's own ask, clicked by the owner, gives the attacker nothing.
  await site.browser().get(planted.path);
  await owner.get(planted.path);
  expect(await whoIs(attacker)).toBeUndefined();
  expect(await whoIs(owner)).toBe(victim);
});

test('CVE-2022-35924, GHSA-xv97-c62v-4587 (next-auth): a list of recipients reached the attacker too', async () => {
  for (const separator of [',', ', ', ';', ' ', '%2C', '\n']) {
    const email = `victim@listed.test${separator}attacker@listed.test`;
    expect((await site.browser().postJson('/login', { email })).json()).toEqual({ error: 'invalid_address' });
  }
  await expectNoMailTo(/listed\.test/);
});

test('GHSA-5jpx-9hw9-2fx4, GHSA-mm7p-fcc7-pg87 (next-auth, nodemailer): a quoted local part was another recipient', async () => {
  for (const email of [
    '"attacker@quoted.test x"@victim.test',
    '"attacker@quoted.test"@victim.test',
    '"a\\"b"@quoted.test',
  ]) {
    expect((await site.browser().postJson('/login', { email })).json()).toEqual({ error: 'invalid_address' });
  }
  await expectNoMailTo(/quoted\.test|^"/);
});

test('CVE-2026-73420, GHSA-7rqj-j65f-68wh (next-auth): the address was judged before NFKC', async () => {
  for (const email of [
    'attacker@folded.test\uff20victim.test',
    'victim\ufe6bfolded.test',
    'v@victim.test\uff0ca@folded.test',
  ]) {
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
      const answer = await site.browser().postJson('/login', { email: email.normalize(form) });
      // One @ in ASCII after the folding is what anybody may type.
      if (email.normalize(form) === 'victim@folded.test') continue;
      expect(answer.json()).toEqual({ error: 'invalid_address' });
    }
  }
  await expectNoMailTo(/^(?!victim@folded\.test).*folded\.test/);
});

test('GHSA-x445-f3h2-j279 (next-auth): a flow begun at one provider ended at another', async () => {
  const other = await startSite({ env: { REDIS_URL: site.redis.url, ORIGIN: 'http://other.localhost' } });
  const asker = site.browser();
  const { path, token } = await site.ask(asker);
  // One browser, one cookie for both.
  const there = other.browser();
  there.cookies.set('sid', asker.cookies.get('sid') ?? '');
  const theirs = await other.ask(there);
  for (const answer of [
    await asker.getJson(other.origin + path),
    await asker.postJson(`${other.origin}/login/callback`, { token }),
    await asker.getJson(theirs.path),
  ]) {
    expect(answer.json()).toEqual({ error: 'link_invalid' });
  }
});

test('CVE-2026-62862 (Typebot): a short code of Math.random, no limit that held, and many live at once', async () => {
  const limited = await startSite({ redis: true, env: { LIMITS: 'on' } });
  const email = newAddress();
  const answers = [];
  for (let i = 0; i < 40; i++) {
    answers.push(await limited.browser().post('/login', { email }, { 'x-forwarded-for': `192.0.2.${i}` }));
  }
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  const token = linkIn((await limited.mailTo(email)).email.text).split('token=')[1] ?? '';
  expect(token.length).toBeGreaterThan(43);
  expect(await limited.recipients()).toHaveLength(2);
});

test('CVE-2026-82761, GHSA-23gr-vcp4-r27q (ash_authentication): verified, then revoked by an upsert, so that no request ever lost', async () => {
  for (let i = 0; i < 30; i++) {
    const asker = site.browser();
    expect(await race(asker, 2, click(await site.ask(asker)))).toHaveLength(1);
  }
});

test('CVE-2026-107276 (MISP): what was read, judged and deleted in three steps was good for several', async () => {
  const confirming = await startSite({ redis: true, env: { CONFIRM: 'always' } });
  const asker = confirming.browser();
  const asked = await confirming.ask(asker);
  expect((await asker.getJson(asked.path)).json()).toEqual({ status: 'confirm' });
  expect(await race(asker, 50, (jar) => jar.get(asked.path))).toEqual([]);
  expect(await race(asker, 50, (jar) => jar.post('/login/callback', { token: asked.token }))).toHaveLength(1);
});

test('CVE-2026-39912 (v2board): the link was in the answer to whoever asked', async () => {
  for (const headers of [{}, JSON_HEADERS]) {
    const asker = site.browser();
    const email = newAddress();
    const answer = await asker.post('/login', { email }, headers);
    const { raw } = await site.mailTo(email);
    const token = raw.replaceAll('=\r\n', '').match(/pbl_[A-Za-z0-9_-]{112}/)?.[0] ?? '';
    const pages = [
      answer,
      await asker.get('/login/sent'),
      await asker.getJson('/login/sent'),
      await asker.get('/login'),
    ];
    for (const { text, headers: said } of pages) {
      const everything = text + decodeURIComponent(JSON.stringify(said));
      expect(everything).not.toMatch(/pbl_|login\/callback\?/);
      expect(everything).not.toContain(token.slice(60, 110));
    }
  }
});

test('CVE-2026-73431 (Vulnerability-Lookup): a signed link was good again and again within its age', async () => {
  const { browser, path, token } = await site.logIn();
  await browser.postJson('/logout', {});
  for (const jar of [browser, site.browser()]) {
    for (const app of site.apps) {
      await jar.get(app.origin + path);
      await jar.post(`${app.origin}/login/callback`, { token });
      expect(await whoIs(jar)).toBeUndefined();
    }
  }
});

test('CVE-2026-18363 (osTicket): the end was judged only where one was set', async () => {
  const admin = site.admin();
  for (const end of ['-inf', '+inf', '0', undefined]) {
    const asker = site.browser();
    const { path } = await site.ask(asker);
    for (const key of await admin.keys('pbl:{*')) {
      if ((await admin.type(key)) !== 'zset' || key.includes('/')) continue;
      if (end === undefined) await admin.del(key);
      else for (const record of await admin.zrange(key, 0, -1)) await admin.zadd(key, end, record);
    }
    expect((await asker.getJson(path)).status).toBe(401);
    expect(await whoIs(asker)).toBeUndefined();
  }
});

test('CVE-2026-18963 (Keycloak): the flow went on without the click in the mail', async () => {
  const asker = site.browser();
  await site.ask(asker);
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

test('CVE-2026-9087 (Keycloak): the proof of one mailbox was taken for that of another', async () => {
  const asker = site.browser();
  const [mine, victim] = [newAddress(), newAddress()];
  const { path, token } = await site.ask(asker, mine);
  await site.ask(asker, victim);
  const old = asker.copy();
  await asker.get(`${path}&email=${victim}`);
  expect(await whoIs(asker)).toBe(mine);
  await old.post('/login/callback', { token, email: victim });
  expect(await whoIs(old)).toBeUndefined();
});

test('CVE-2026-93340, CVE-2017-12161, Note-Vault 561, monica 7154: Host or Origin went into the mailed link', async () => {
  const evil = [
    'Host: evil.test',
    'X-Forwarded-Host: evil.test',
    'Forwarded: host=evil.test',
    'Origin: https://evil.test',
    'Referer: https://evil.test/',
  ];
  const email = newAddress();
  const body = `email=${email}&origin=https://evil.test&baseUrl=https://evil.test&callbackURL=https://evil.test`;
  const type = 'Content-Type: application/x-www-form-urlencoded';
  await sendRaw(site.origin, ['POST /login HTTP/1.1', ...evil, 'Sec-Fetch-Site: same-origin', type], body);
  const { email: mail, raw } = await site.mailTo(email);
  expect(mail.text).toContain(`\n${ORIGIN}/login/callback?token=`);
  expect(raw).not.toContain('evil');
});

test('CVE-2022-25896 (passport), CVE-2023-29019 (@fastify/passport): the session ID survived the login', async () => {
  const attacker = site.browser();
  await site.ask(attacker);
  const victim = attacker.copy();
  await site.logIn(newAddress(), victim);
  expect(sessionIdIn(victim)).not.toBe(sessionIdIn(attacker));
  expect(await whoIs(attacker)).toBeUndefined();
});

test('nodemailer 8.x (envelope.size CRLF, GHSA-vvjj-xcjg-gr5g EHLO name, List-* headers, raw): nothing of a request is in SMTP', async () => {
  for (const input of ['x\r\nRCPT TO:<e@injected.test>', 'injected.test']) {
    const email = newAddress();
    const query = encodeURIComponent(input);
    const headers = { 'user-agent': 'injected.test', 'x-forwarded-host': 'injected.test', host: 'injected.test' };
    const fields = { email, name: input, envelope: input, raw: input, list: input, headers: input, size: input };
    await site.browser().post(`/login?list=${query}&raw=${query}`, fields, headers);
    const { raw, to } = await site.mailTo(email);
    expect(to).toEqual([email]);
    expect(raw).not.toMatch(/injected|^List-/im);
  }
  const { version } = JSON.parse(
    readFileSync(new URL('../../node_modules/nodemailer/package.json', import.meta.url), 'utf8'),
  );
  expect(Number(version.split('.')[0])).toBeGreaterThan(8);
});

test('supabase auth 1214, better-auth 9690, ash 972, emdash 3298, FusionAuth 1.49, keycloak-magic-link 36: a scanner used the link up, or it stayed good', async () => {
  const asker = site.browser();
  const { path, token } = await site.ask(asker);
  const scanner = site.browser();
  for (let i = 0; i < 10; i++) {
    for (const method of ['HEAD', 'GET', 'OPTIONS']) await scanner.send(path, { method });
    await scanner.get(path, { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)', 'sec-fetch-site': 'cross-site' });
    await scanner.post('/login/callback', { token }, { 'sec-fetch-site': 'same-origin' });
  }
  expect(await whoIs(scanner)).toBeUndefined();
  await asker.get(path);
  expect(await whoIs(asker)).toBeDefined();
  await asker.postJson('/logout', {});
  await asker.get(path);
  expect(await whoIs(asker)).toBeUndefined();
});
