/** A whole life of links in one process, wired by hand and by the router, into an app that shows every error's stack. */
import express from 'express';
import { expect, test } from 'vitest';
import { magicLinkRouter } from '../../lib/index.js';
import type { MailMessage } from '../../lib/mail/mailer.js';
import { CALLBACK, Mailbox, plainRoutes, SECRET, startApp, type TestApp } from '../support/app.js';
import { Canary, WatchedClient, WatchedSessions, watchProcess } from '../support/canary.js';
import { JSON_HEADERS, rawJson } from '../support/client.js';
import { linkIn, tokenIn } from '../support/smtp.js';

const HOUR_MS = 3_600_000;

const WIRINGS: [string, (app: express.Express, test: TestApp) => void][] = [
  [
    'wired by hand',
    (app, test) => {
      const home = { successReturnToOrRedirect: '/', failWithError: true };
      plainRoutes(app, test, home, { failWithError: true });
    },
  ],
  [
    'by the router',
    (app, { passport, strategy }) => void app.use('/login', magicLinkRouter(passport as never, strategy)),
  ],
];

/** Answers with what no app should: the stack of each error. */
const showStack =
  (canary: Canary): express.ErrorRequestHandler =>
  (error, req, res, _next) => {
    canary.saw('an error', error);
    canary.saw('req.magicLink', req.magicLink);
    res
      .status(error.status ?? 500)
      .type('text')
      .send(`${error.stack}\n${error.message}`);
  };

/** What verify and the mail do, by how the address is tagged. */
const TAGS = { refused: '+refused', throws: '+throws', throwsText: '+text', bounces: '+bounces', strays: '+strays' };

async function start(wire: (app: express.Express, test: TestApp) => void) {
  const canary = new Canary();
  canary.issued('key', SECRET);
  watchProcess(canary);
  const mailbox = new Mailbox();
  const clock = { now: Date.now() };
  const test = await startApp({
    options: {
      clock: () => clock.now,
      limits: { account: { networkQuarterHour: 2 }, network: { quarterHour: 100 }, resend: 1 },
      mail: {
        deliver: (message: MailMessage) => {
          const { address } = message.to;
          if (address.includes(TAGS.bounces)) throw bounce(address);
          canary.issued('token', tokenIn(linkIn(message.text)));
          void mailbox.deliver(message);
          return { accepted: [address.includes(TAGS.strays) ? 'mallory@example.net' : address] };
        },
      },
    },
    verify: async ({ address }: { address: string }) => {
      if (address.includes(TAGS.refused)) return false;
      if (address.includes(TAGS.throws)) throw new Error('the user table is away');
      if (address.includes(TAGS.throwsText)) throw 'the user table is away';
      return { email: address };
    },
    session: { store: new WatchedSessions(canary) },
    routes: (app, started) => {
      app.use((req, res, next) => {
        res.once('close', () => {
          if (req.magicLink?.status === 'refused') canary.saw('a refusal', req.magicLink);
        });
        next();
      });
      wire(app, started);
      app.use(showStack(canary));
    },
  });
  test.strategy.events.on('*', (event) => canary.saw('an event', event));
  return { canary, clock, mailbox, test, browser: () => new WatchedClient(test.origin, canary) };
}

/** As an SMTP server says it, recipient and all. */
const bounce = (address: string) =>
  Object.assign(new Error(`550 5.1.1 <${address}>: no such user`), {
    code: 'EENVELOPE',
    responseCode: 550,
    response: `550 5.1.1 <${address}>: no such user`,
    rejected: [address],
  });

type Life = Awaited<ReturnType<typeof start>>;

/** Asks in a new browser, and waits for the link. */
async function ask({ canary, browser, mailbox }: Life, tag = '') {
  const asker = browser();
  const email = canary.address(tag);
  await asker.post('/login', { email, returnTo: '/account' });
  const { path, token } = await mailbox.next();
  return { asker, email, path, token };
}

async function login(life: Life): Promise<void> {
  const { asker, email, path, token } = await ask(life);
  const stranger = life.browser();
  await stranger.get(path);
  await stranger.get(path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' });
  await stranger.get(path, JSON_HEADERS);
  await stranger.send(path, { method: 'HEAD' });
  await stranger.send(path, { method: 'PUT' });
  await stranger.post(CALLBACK, { token });
  await stranger.postJson(CALLBACK, { token });
  await stranger.post(CALLBACK, { token }, { 'sec-fetch-site': 'cross-site' });
  await stranger.get(path.replace(token.slice(-4), 'AAAA'));
  expect((await asker.get(path)).status).toBeGreaterThanOrEqual(300);
  await asker.get(path);
  // Somebody is logged in: the confirm page.
  life.clock.now += 2000;
  await asker.post('/login', { email });
  const second = await life.mailbox.next();
  expect((await asker.get(second.path)).status).toBe(200);
  await asker.post(CALLBACK, { token: second.token });
  // Other browsers of one network have two a quarter of an hour; the first asked above.
  await life.browser().post('/login', { email });
  await life.mailbox.next();
  await life.browser().post('/login', { email });
}

/** The link is spent, and nobody is logged in. */
async function refusedLogins(life: Life): Promise<void> {
  for (const tag of [TAGS.refused, TAGS.throws, TAGS.throwsText]) {
    const { asker, path } = await ask(life, tag);
    expect((await asker.get(path)).status).toBeGreaterThanOrEqual(400);
    await asker.get(path);
    await asker.get(path, JSON_HEADERS);
  }
}

async function deadLinks(life: Life): Promise<void> {
  const revoked = await ask(life);
  await life.test.strategy.revokeAll(revoked.email);
  await revoked.asker.get(revoked.path);
  const expired = await ask(life);
  life.clock.now += HOUR_MS;
  await expired.asker.get(expired.path);
  await expired.asker.post(CALLBACK, { token: expired.token });
  for (const tag of [TAGS.bounces, TAGS.strays]) {
    await life.browser().post('/login', { email: life.canary.address(tag) });
  }
  await life.mailbox.next();
}

async function badInput({ canary, browser, clock }: Life): Promise<void> {
  const email = canary.address();
  const asker = browser();
  for (const json of [
    { email: `${email}\r\nBcc: ${email}` },
    { email: `${email},${email}` },
    { email: [email, email] },
    { email: { address: email } },
    { email, returnTo: [email] },
    { email, __proto__: { email } },
  ]) {
    await asker.postJson('/login', json);
    clock.now += 2000;
  }
  await asker.post('/login', { email: `${email}@${email}` });
  await asker.post('/login', { email }, { 'sec-fetch-site': 'cross-site' });
  await asker.get(`/login?returnTo=${encodeURIComponent('"><script>')}`);
  await asker.postJson('/login', { email });
  // Within the cooldown: 429, and the form again.
  await asker.post('/login', { email });
  await asker.post('/login', { email }, JSON_HEADERS);
  await asker.get(`${CALLBACK}?token=a&token=b`);
  await asker.post(CALLBACK, 'token[a]=b');
  await asker.get('/login/sent');
}

test.each(WIRINGS)(
  'SE-01, SE-02, SE-08, SE-13, RD-07: %s, nothing shows a token, nonce, session ID, address or key',
  async (name, wire) => {
    const life = await start(wire);
    const { canary, test, browser } = life;
    await login(life);
    await refusedLogins(life);
    await deadLinks(life);
    await badInput(life);
    if (name === 'by the router') {
      // What the router's own parsers make of a broken body; wired by hand, the parser is the app's.
      await browser().send('/login', rawJson(`{"email":"${canary.address()}"`));
    }
    await test.strategy.close();

    for (const type of WHAT_HAPPENED) expect(test.events.map((event) => event.type)).toContain(type);
    canary.saw('the strategy', test.strategy);
    canary.saw('its config', test.strategy.config);
    canary.saw('its store', test.strategy.config.store);
    canary.saw('Passport', test.passport);
    expect(canary.leaks()).toEqual([]);
    // The watch is awake: each kind was issued, and seen where it belongs.
    expect([canary.count('token'), canary.count('nonce'), canary.count('session')]).toEqual([
      expect.toSatisfy((count: number) => count >= 7),
      expect.toSatisfy((count: number) => count >= 7),
      expect.toSatisfy((count: number) => count >= 7),
    ]);
    expect(canary.allowed()).toEqual(
      expect.arrayContaining([
        "nonce in the session store's data",
        "session in the session store's key",
        'session in the header set-cookie of POST /login',
        'token in the body of GET /login/callback',
      ]),
    );
  },
);

const WHAT_HAPPENED = [
  ...['link.asked', 'link.limited', 'mail.sent', 'mail.failed', 'mail.misdelivered', 'link.opened_elsewhere'],
  ...['link.wrong_browser', 'link.redeemed', 'link.revoked', 'login.refused'],
];
