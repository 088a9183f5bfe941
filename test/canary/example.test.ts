/** The example app as a process, with Redis and SMTP: whatever leaves it, but for the mail, holds no secret and names nobody. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { JSON_HEADERS, rawJson } from '../support/browser.js';
import { Canary, WatchedBrowser } from '../support/canary.js';
import { startExample } from '../support/example.js';
import { dump, monitor, startRedis, type TestRedis } from '../support/redis.js';
import { isNotice, linkIn, notMeLinkIn, startSmtp, type TestSmtp, tokenIn } from '../support/smtp.js';
import { codeOf } from '../support/totp.js';

const LINK_SECRET = 'the secret that links are signed with in these tests';
const SESSION_SECRET = 'the secret that sessions are signed with in these tests';
const SESSIONS = 'sess:';
const BOUNCES = '+bounces';

let redis: TestRedis;
let smtp: TestSmtp;

beforeAll(async () => {
  redis = await startRedis();
  smtp = await startSmtp({
    onRcptTo({ address }, _session, callback) {
      const refusal = Object.assign(new Error(`<${address}>: no such user`), { responseCode: 550 });
      callback(address.includes(BOUNCES) ? refusal : null);
    },
  });
});

afterAll(() => Promise.all([redis.stop(), smtp.close()]));

async function start(env: Record<string, string> = {}) {
  const canary = new Canary();
  canary.issued('key', LINK_SECRET);
  canary.issued('key', SESSION_SECRET);
  const example = await startExample({
    REDIS_URL: redis.url,
    SMTP_URL: smtp.url,
    MAGIC_LINK_SECRET: LINK_SECRET,
    SESSION_SECRET,
    ...env,
  });
  const watch = await monitor(redis);
  onTestFinished(async () => {
    redis.resume();
    await example.stop();
  });
  const ownPages = ['/', '/account', '/account/email', '/step-up/totp/enrol'];
  const browser = () => new WatchedBrowser(example.origin, canary, ownPages);
  return { canary, example, watch, browser };
}

type Life = Awaited<ReturnType<typeof start>>;

async function ask({ canary, browser }: Life, asker = browser(), email = canary.address()) {
  await asker.post('/login', { email, returnTo: '/account' });
  const text = await mailWithLink(email);
  const [link, notMeLink] = [linkIn(text), notMeLinkIn(text)];
  const [token, notMe] = [tokenIn(link), tokenIn(notMeLink)];
  canary.issued('token', token);
  canary.issued('notMe', notMe);
  return { asker, email, link, token, notMeLink, notMe };
}

/** Every key and value that is there, and every command that came since the start. */
async function seeRedis({ canary, watch }: Life): Promise<void> {
  const sawSession = (id: string, json: string) => {
    canary.sawSession(id, json);
    // Here the app's own user is an id.
    canary.saw("the session's user", JSON.stringify(JSON.parse(json).passport ?? {}));
  };
  for (const [key, value] of await dump(redis)) {
    if (key.startsWith(SESSIONS)) sawSession(key.slice(SESSIONS.length), JSON.parse(value));
    else canary.saw('Redis', `${key} ${value}`);
  }
  await watch.stop();
  for (const [command = '', key = '', ...args] of watch.commands) {
    const id = key.slice(SESSIONS.length);
    if (!key.startsWith(SESSIONS)) canary.saw('a command', [command, key, ...args].join(' '));
    else if (command.toLowerCase() === 'set') sawSession(id, args[0] ?? '');
    else canary.saw("the session store's key", id, ['session']);
  }
}

test.each(['ioredis', 'node-redis'])('SE-01, SE-02, SE-07, SE-08, RD-07: a whole life, with %s', async (client) => {
  const life = await start({ REDIS_CLIENT: client });
  const { canary, browser } = life;
  const { asker, link, token } = await ask(life);
  const stranger = browser();
  await stranger.get(link);
  await stranger.get(link, { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' });
  await stranger.get(link, JSON_HEADERS);
  await stranger.post('/login/callback', { token });
  await stranger.postJson('/login/callback', { token });
  await stranger.post('/login/callback', { token }, { origin: 'http://evil.example' });
  await stranger.send(link, { method: 'DELETE' });
  await stranger.get(`/login/callback?token=${token.replace(/.$/, '')}`);
  await stranger.get(`/nowhere?token=${token}`);
  await stranger.get(`/login/%E0%A4%A?token=${token}`);

  expect((await asker.get(link)).status).toBe(303);
  await asker.get(link);
  await stranger.post('/login/callback', { token });
  expect((await asker.getJson('/account')).status).toBe(200);
  await asker.get('/account');
  await asker.get('/');
  await asker.get('/security');
  await asker.getJson('/security');
  await changed(life, asker);
  const switching = await ask(life, asker);
  expect((await asker.get(switching.link)).status).toBe(200);
  await asker.post('/login/callback', { token: switching.token });
  await asker.post('/logout');

  await byCode(life);
  await notMine(life);

  const email = canary.address();
  await browser().send('/login', rawJson(`{"email":"${email}"`));
  await browser().postJson('/login', { email: [email] });
  await browser().post('/login', { email: `${email}@` });
  await browser().post('/login', { email }, { 'sec-fetch-site': 'cross-site' });
  await browser().post('/login', { email: `${email}${'x'.repeat(200_000)}` });
  await browser().post('/login', { email: canary.address(BOUNCES) });
  await browser().getJson('/healthz');

  await failing(life, await ask(life));
  await expectNothing(life, ['code in the body of POST /login/callback', 'notMe in the body of GET /login/not-me']);
  // The notices were there to be seen, too.
  const subjects = smtp.mails.map(({ email: { subject = '' } }) => subject).join();
  for (const words of ['New login to', 'A used login link for', 'Wrong login codes entered at'])
    expect(subjects).toContain(words);
});

/** Refused, stepped up, done, shown, proven, and ended. */
async function changed({ canary, browser }: Life, asker: WatchedBrowser) {
  const to = canary.address();
  const change = (email: string) => asker.postJson('/account/email', { email });
  expect((await change(to)).status).toBe(401);
  const { secret = '' } = (await asker.postJson('/step-up/totp/enrol', {})).json<{ secret?: string }>();
  await asker.postJson('/step-up/totp/confirm', { code: codeOf(secret, Date.now()) });
  const stepUp = { code: codeOf(secret, Date.now(), 1) };
  expect((await asker.postJson('/step-up/totp', stepUp)).json()).toEqual({ status: 'stepped_up' });
  expect((await change(`${to},${to}`)).status).toBe(400);
  expect((await change(to)).json()).toEqual({ status: 'changed', email: to });
  await asker.get('/account');
  await asker.get('/admin/security');
  const mail = await mailWithLink(to);
  const token = tokenIn(linkIn(mail));
  canary.issued('token', token);
  canary.issued('notMe', tokenIn(notMeLinkIn(mail)));
  await browser().post('/login/callback', { token });
  await asker.get(linkIn(mail));
  expect((await asker.post('/login/callback', { token })).status).toBe(303);
  await asker.get('/security');
  await asker.getJson('/security');
  await browser().get('/admin/security');
  await asker.post('/security/revoke-all');
  expect((await asker.postJson('/security/revoke-all', {})).json()).toEqual({ status: 'revoked', links: 0 });
}

/** The text of the next mail to this address that has a login link; notices are passed over. */
async function mailWithLink(email: string): Promise<string> {
  for (;;) {
    const { to, email: mail } = await smtp.next();
    if (to[0] === email && mail.text?.includes('/login/callback?token=')) return mail.text;
  }
}

/** Typed wrong, elsewhere, right, and again, before and after the login. */
async function byCode(life: Life) {
  const { asker, token } = await ask(life);
  const stranger = life.browser();
  await stranger.post('/login/callback', { token });
  const { code = '' } = (await stranger.postJson('/login/callback', { token })).json<{ code?: string }>();
  expect(code).not.toBe('');
  await stranger.post('/login/code', { code });
  const other = await ask(life);
  // Wrong there, and a secret all the same.
  await other.asker.post('/login/code', { code });
  await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' });
  await asker.postJson('/login/code', { code: `${code}${code}` });
  await asker.get(`/login/code?code=no`);
  expect((await asker.post('/login/code', { code })).status).toBe(303);
  expect((await asker.post('/login/code', { code })).status).toBe(303);
  await asker.getJson('/login/sent');
  for (let i = 0; i < 5; i++) await other.asker.post('/login/code', { code: 'ZZZZ-ZZZZ' });
}

/** Pressed by a scanner, then by the person, who ends what is live. */
async function notMine(life: Life) {
  const { asker, link, notMe, notMeLink } = await ask(life);
  const stranger = life.browser();
  await stranger.get(notMeLink);
  await stranger.get(notMeLink, JSON_HEADERS);
  await stranger.post('/login/not-me', { token: notMe });
  await stranger.postJson('/login/not-me', { token: notMe, end: 'links' });
  await stranger.post('/login/not-me', { token: notMe }, { origin: 'http://evil.example' });
  await stranger.get(notMeLink.slice(0, -1));
  await asker.get(link);
  await asker.get(notMeLink);
  await asker.post('/login/not-me', { token: notMe, end: 'links' });
}

/** Redis takes no writes, then answers nothing; what a session store's error carries stays inside. */
async function failing(life: Life, { asker, email, link }: Awaited<ReturnType<typeof ask>>) {
  await seeRedis(life);
  const admin = new Redis(redis.url);
  await admin.replicaof('127.0.0.1', 1);
  expect((await asker.post('/login', { email })).status).toBe(503);
  await admin.replicaof('NO', 'ONE');
  admin.disconnect();
  redis.pause();
  expect((await asker.get(link)).status).toBe(503);
  expect((await life.browser().post('/login', { email })).status).toBe(503);
  await life.browser().getJson('/healthz');
  redis.resume();
}

/** The example has ended: what it had in hand is sent, what it had to say is said. */
async function expectNothing({ canary, example }: Life, shown: string[] = []) {
  await example.stop();
  expect(example.stdout().split('\n')).toEqual([expect.stringMatching(/^listening on /), '']);
  canary.saw('stdout', example.stdout());
  canary.saw('stderr', example.stderr());
  for (const { email } of smtp.mails) {
    if (isNotice(email)) canary.saw('a notice', [email.subject, email.text, email.html, email.messageId]);
  }
  expect(canary.leaks()).toEqual([]);
  // The watch is awake: each secret was seen where it belongs.
  expect(canary.allowed()).toEqual(
    expect.arrayContaining([
      "nonce in the session store's data",
      "session in the session store's key",
      'session in the header set-cookie of POST /login',
      'token in the body of GET /login/callback',
      ...shown,
    ]),
  );
}

test('SE-01, SE-02, SE-07, RD-07: expired, limited and closed, with a click to confirm', async () => {
  const closed = new Canary();
  const email = closed.address();
  const life = await start({ LIMITS: 'on', LINK_TTL: '1', CONFIRM: 'always', CLOSED_SIGNUP: email });
  const { canary, browser } = life;
  canary.issued('address', email);
  const { asker, link, token } = await ask(life, browser(), email);
  // Within its second a page with a button; then expired, to whoever has it.
  while ((await asker.get(link)).status === 200);
  await asker.post('/login/callback', { token });
  await browser().get(link);
  // The cooldown: 429, and the form again.
  expect((await asker.post('/login', { email })).status).toBe(429);
  // Two a network; and to another address there is no mail at all.
  for (const address of [email, email, canary.address(), canary.address()]) {
    expect((await browser().post('/login', { email: address })).status).toBe(303);
  }
  await seeRedis(life);
  await expectNothing(life);
});
