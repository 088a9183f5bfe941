/** SE: secrets are where they must be, and nowhere else: not in answers, logs, Redis, errors or memory. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { TOKEN_PATTERN } from '../../lib/index.js';
import { SECRET } from '../support/app.js';
import { JSON_HEADERS } from '../support/browser.js';
import { runExample } from '../support/example.js';
import { AUDIT, dump } from '../support/redis.js';
import { newAddress, sessionIdIn, startSite, useSite } from '../support/site.js';

const site = useSite({ redis: true, env: { TRUST_PROXY: '1' } });
const FROM = { 'x-forwarded-for': '192.0.2.77', 'user-agent': 'Canary/7 Firefox/1' };

const secretOf = (token: string) => Buffer.from(token.slice(4), 'base64url').subarray(42, 74);
const spellings = (bytes: Buffer) =>
  (['latin1', 'hex', 'base64', 'base64url'] as const).map((to) => bytes.toString(to));

/** Without a key a hash of what can be guessed, an address or an IP, hides nothing. Whole or cut to 15 bytes. */
const hashes = (text: string | Buffer) => {
  const start = createHash('sha256').update(text).digest().subarray(0, 15);
  return [start.toString('hex'), start.toString('base64'), start.toString('base64url')];
};
/** Base64 is no secret either. */
const readable = (text: string) =>
  [
    text,
    ...[...text.matchAll(/[\w+/-]{16,}/g)].map(([run]) => Buffer.from(run, 'base64url').toString('latin1')),
  ].join();

test('SE-02: the answer to a request holds neither link nor token, record or address', async () => {
  for (const headers of [{}, JSON_HEADERS]) {
    const email = newAddress();
    const answer = await site.browser().post('/login', { email }, { ...FROM, ...headers });
    const mail = await site.mailTo(email);
    const token = mail.email.text?.match(TOKEN_PATTERN)?.[0] ?? '';
    const bytes = Buffer.from(token.slice(4), 'base64url');
    const raw = `${answer.text}\n${JSON.stringify(answer.headers)}`;
    const said = raw + decodeURIComponent(raw.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'));
    const forbidden = [token, email, ...spellings(secretOf(token)), ...spellings(bytes.subarray(20, 36)), 'pbl_'];
    for (const text of forbidden) expect(said).not.toContain(text);
  }
});

test('SE-01, SE-03: a whole life of links leaves no secret on stdout or stderr', async () => {
  const { browser, token, path, mail } = await site.logIn();
  await site.browser().get(path);
  await site.browser().post('/login/callback', { token });
  await browser.get(`${path}x`);
  await browser.get(`/${token}`);
  // As a link rewriter may hand it on.
  const encoded = [...token].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
  await site.browser().get(`/login/callback?token=${encoded}`);
  await browser.postJson('/logout', {});
  const said = site.app.stdout() + site.app.stderr();
  expect(said).toContain('GET /login/callback?token=[scrubbed]');
  expect(
    said.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
  ).not.toContain(token);
  for (const text of [token, mail.to[0] ?? '', sessionIdIn(browser), 'pbl_']) expect(said).not.toContain(text);
});

test('SE-04, SE-05: no answer of the login may be kept, or tells another site where the person was', async () => {
  const asker = site.browser();
  const { path, token, notMe, answer } = await site.requestLink(asker);
  const answers = [
    answer,
    await asker.get('/login'),
    await asker.post('/login', { email: 'nobody' }),
    await asker.post('/login', '', { 'sec-fetch-site': 'cross-site' }),
    await asker.send('/login', { method: 'PUT' }),
    await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' }),
    await site.browser().get(`/login/not-me?token=${notMe}`),
    await site.browser().post('/login/not-me', { token: notMe }),
    await site.browser().get(path),
    await site.browser().get(path, { 'sec-fetch-site': 'cross-site' }),
    await site.browser().post('/login/callback', { token }),
    await asker.get('/login/sent'),
    await asker.get('/login/callback?token=forged'),
    await asker.get(path),
    await asker.post('/login', '%', { 'content-type': 'application/json' }),
    await asker.send('/login/sent', { method: 'PUT' }),
  ];
  for (const { headers, text } of answers) {
    expect(headers['referrer-policy']).toBe('strict-origin');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers.pragma).toBe('no-cache');
    expect(headers.vary).toMatch(/\bCookie\b/);
    for (const [, target = ''] of text.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
      expect(new URL(target, site.origin).origin).toBe(site.origin);
    }
  }
});

test('SE-07, SE-08: Redis holds nothing of it in the clear but what the session must', async () => {
  // With the limits, which count by network and by address.
  const limited = await startSite({ redis: true, env: { LIMITS: 'on', TRUST_PROXY: '1' } });
  const asker = limited.browser();
  const email = newAddress();
  const { path, token } = await limited.requestLink(asker, email, { returnTo: '/account?canary' }, FROM);
  const before = sessionIdIn(asker);
  const live = await dump(limited.redis);
  await asker.get(path, FROM);
  const used = await dump(limited.redis);
  const asked = live.get(`sess:${before}`) ?? '';
  const nonce = asked.match(/nonce[\\":]+([\w-]{43})/)?.[1] ?? 'not there';
  expect(asked).toContain(nonce);

  const nowhere = [token, ...spellings(secretOf(token)), ...hashes(token), ...hashes(secretOf(token))];
  const nobody = ['192.0.2.77', ...hashes('192.0.2.77'), 'Canary'];
  const who = [email, email.split('@')[0] ?? '', 'example.test', ...hashes(email)];
  const session = [before, sessionIdIn(asker), nonce].flatMap((id) => [id, ...hashes(id)]);
  for (const [key, value] of [...live, ...used]) {
    // The app's own session may say who logged in and where that led.
    // What happened names the browser, in words of ours.
    const agent = AUDIT.test(key) ? [] : ['Firefox'];
    const forbidden = [
      ...nowhere,
      ...nobody,
      ...agent,
      ...(key.startsWith('sess:') ? [] : [...who, ...session, 'canary']),
    ];
    const text = readable(key) + readable(value);
    for (const secret of forbidden) expect(text, key).not.toContain(secret);
  }
  // Until somebody is logged in, the session does not know the address either.
  expect(readable(asked)).not.toContain(email);
});

test('SE-10, SE-11: the mail tracks nobody, and shows no secret outside its text', async () => {
  const { mail, token, link } = await site.requestLink(site.browser());
  const { html = '', subject = '', text = '' } = mail.email;
  expect(html).not.toMatch(/<img|<script|<iframe|<object|<form|<link|@import|@font-face|url\(|background=/i);
  const targets = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target]) => target);
  expect(targets).toContain(link);
  for (const target of targets) expect(new URL(target ?? '').origin).toBe(site.origin);
  expect(subject).not.toMatch(/pbl_|https?:|\d{6}/);
  const [head = ''] = mail.raw.split('\r\n\r\n');
  expect(head.replaceAll(/\s+/g, '')).not.toContain(token.slice(0, 20));
  // What a preview or a locked screen would show: how the mail begins, hidden parts included.
  expect(html).not.toMatch(/display:\s*none|font-size:\s*0|max-height:\s*0|hidden/i);
  const seen = html.replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ').replaceAll(/\s+/g, ' ');
  for (const body of [text, seen]) expect(body.slice(0, 80)).not.toMatch(/pbl_|https?:/);
});

test('SE-12: once the mail is out, its token is in no string of the process', async () => {
  const folder = mkdtempSync(`${tmpdir()}/pbl-heap-`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const watched = await startSite({
    redis: true,
    env: { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}` },
  });
  const asker = watched.browser();
  const asked = await Promise.all(Array.from({ length: 5 }, () => watched.requestLink(watched.browser())));
  // Later work of the same kind takes the place of what a library keeps of its latest.
  await watched.requestLink(asker);
  await watched.browser().get('/healthz');
  watched.app.process.kill('SIGUSR2');
  const snapshot = await vi.waitFor(
    () => {
      const [file = ''] = readdirSync(folder);
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      // The snapshot is written bit by bit; it is JSON once it is whole.
      if (!text.trimEnd().endsWith(']}')) throw new Error('not written yet');
      return text;
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(snapshot).toContain('passport-bound-link');
  // A string that was put together of two is listed in its parts.
  for (const { token } of asked) expect(snapshot).not.toContain(token.slice(4));
});

describe('SE-13: an error names no URL', () => {
  test('SE-13: neither to the person nor on stderr, with Redis refusing or gone', async () => {
    const failing = await startSite({ redis: true });
    const asker = failing.browser();
    const { path, token } = await failing.requestLink(asker);
    const expectNothingSaid = async () => {
      const answers = [
        await asker.get(path),
        await asker.getJson(path),
        await asker.post('/login/callback', { token }),
        await asker.post('/login', { email: newAddress() }),
      ];
      for (const { status, text, headers } of answers) {
        expect(status).toBe(503);
        expect(headers['retry-after']).toBeDefined();
        expect(text).not.toMatch(/pbl_|ECONNREFUSED|NOPERM|evalsha|redis|node_modules|\.js:/i);
      }
    };
    // Without scripts there are sessions and no links, which the package answers; without Redis the app does.
    const admin = failing.admin();
    await admin.call('ACL', 'SETUSER', 'default', '-eval', '-evalsha');
    await expectNothingSaid();
    admin.disconnect();
    await failing.redis.stop();
    await expectNothingSaid();
    failing.app.process.kill('SIGTERM');
    await once(failing.app.process, 'close');
    expect(failing.app.stdout() + failing.app.stderr()).not.toMatch(/pbl_|token=(?!\[scrubbed\])|example\.test/);
  });

  test('SE-13: nor does a path or a body that cannot be read', async () => {
    const { token } = await site.requestLink(site.browser());
    const answers = [
      await site.browser().get(`/${token}/%E0%A4%A`),
      await site.browser().get(`/login/callback/${token}`),
      await site.browser().send('/login/callback', {
        method: 'POST',
        body: `{"token":"${token}"`,
        headers: { 'content-type': 'application/json' },
      }),
    ];
    for (const { status, text } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('pbl_');
    }
    expect(site.app.stderr()).not.toContain('pbl_');
  });
});

test('SE-14: the dev inbox is refused in production, and away with a real mail server', async () => {
  const { code, stderr } = await runExample({
    ORIGIN: 'https://app.example.com',
    REDIS_URL: site.redis.url,
    MAGIC_LINK_SECRET: SECRET,
    SESSION_SECRET: SECRET,
    LIMITS: 'on',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^SMTP_URL must be set/m);
  for (const path of ['/dev/inbox', '/dev/inbox.json']) expect((await site.browser().get(path)).status).toBe(404);
});
