/** A whole life of links in one process, wired by hand and by the router, into an app that shows every error's stack. */
import type express from 'express';
import { expect, test } from 'vitest';
import { magicLinkRouter } from '../../lib/index.js';
import { CALLBACK, plainRoutes, type TestApp } from '../support/app.js';
import { JSON_HEADERS, rawJson } from '../support/browser.js';
import { ask, type Life, start, TAGS } from './watched-app.js';

const HOUR_MS = 3_600_000;
const CODE = '/login/code';
const NOT_ME = '/login/not-me';

const WIRINGS: [string, (app: express.Express, test: TestApp) => void][] = [
  [
    'wired by hand',
    (app, test) => {
      const home = { successReturnToOrRedirect: '/', failWithError: true };
      plainRoutes(app, test, home, { failWithError: true });
      const also = (action: string) => test.passport.authenticate('magic-link', { ...home, action } as object);
      app.post('/login/code', also('code'));
      app.all('/login/not-me', also('not-me'));
    },
  ],
  [
    'by the router',
    (app, { passport, strategy }) => void app.use('/login', magicLinkRouter(passport as never, strategy)),
  ],
];

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
  await stranger.post(CALLBACK, { token });
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

/** Typed wrong, locked, right, and right once more; in another browser too. */
async function codes(life: Life): Promise<void> {
  const locked = await ask(life);
  for (let i = 0; i < 6; i++) await locked.asker.post(CODE, { code: 'ZZZZ-ZZZZ' });
  await locked.asker.post(CODE, { code: locked.code });
  const { asker, code } = await ask(life);
  await asker.postJson(CODE, { code: `${code}0` });
  // Wrong here, and a secret all the same.
  await asker.post(CODE, { code: locked.code });
  await life.browser().post(CODE, { code });
  await asker.post(CODE, { code }, { 'sec-fetch-site': 'cross-site' });
  await asker.postJson(CODE, { code: [code] });
  const old = asker.copy();
  expect((await asker.post(CODE, { code: code.toLowerCase() })).status).toBeLessThan(400);
  await asker.post(CODE, { code });
  await old.postJson(CODE, { code });
}

/** Reported by a stranger, and by the person, who then ends what is live. */
async function notMine(life: Life): Promise<void> {
  const { asker, email, path, notMe } = await ask(life);
  const page = `${NOT_ME}?token=${notMe}`;
  for (const browser of [life.browser(), asker]) {
    await browser.get(page);
    await browser.get(page, JSON_HEADERS);
    await browser.post(NOT_ME, { token: notMe });
    await browser.postJson(NOT_ME, { token: notMe, end: 'links' });
    await browser.get(`${page}0`);
    await browser.post(NOT_ME, { token: `${notMe.slice(0, -4)}AAAA` });
    await browser.post(NOT_ME, { token: notMe }, { 'sec-fetch-site': 'cross-site' });
  }
  await asker.get(path);
  life.clock.now += 2000;
  await asker.post('/login', { email });
  await life.mailbox.next();
  await asker.get(page);
  expect((await asker.postJson(NOT_ME, { token: notMe, end: 'links' })).json()).toEqual({
    status: 'reported',
    links: 1,
  });
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
  'SE-01, SE-02, SE-08, SE-13, RD-07: %s, nothing shows a token, code, nonce, session ID, address or key',
  async (name, wire) => {
    const life = await start(wire);
    const { canary, test, browser } = life;
    await login(life);
    await codes(life);
    await notMine(life);
    await refusedLogins(life);
    await deadLinks(life);
    await badInput(life);
    if (name === 'by the router') {
      // What the router's own parsers make of a broken body; wired by hand, the parser is the app's.
      await browser().send('/login', rawJson(`{"email":"${canary.address()}"`));
    }
    await test.strategy.addressChanged({ user: {}, from: canary.address(), to: canary.address() });
    await test.strategy.close();

    const told = test.events.filter(({ type }) => type === 'mail.sent').flatMap(({ notice = [] }) => notice);
    expect([...new Set(told)].sort()).toEqual(['addressChanged', 'newBrowser', 'usedElsewhere', 'wrongCodes']);
    for (const type of WHAT_HAPPENED) expect(test.events.map((event) => event.type)).toContain(type);
    canary.saw('the strategy', test.strategy);
    canary.saw('its config', test.strategy.services.config);
    canary.saw('its store', test.strategy.services.config.store);
    canary.saw('Passport', test.passport);
    expect(canary.leaks()).toEqual([]);
    // The watch is awake: each kind was issued, and seen where it belongs.
    for (const kind of ['token', 'code', 'notMe', 'nonce', 'session'] as const) {
      expect(canary.count(kind), kind).toBeGreaterThanOrEqual(7);
    }
    expect(canary.allowed()).toEqual(
      expect.arrayContaining([
        'address in what a refusal offers',
        'code in what a refusal shows',
        "nonce in the session store's data",
        'notMe in the body of GET /login/not-me',
        "session in the session store's key",
        'session in the header set-cookie of POST /login',
        'token in the body of GET /login/callback',
      ]),
    );
  },
);

const WHAT_HAPPENED = [
  ...['link.requested', 'link.limited', 'mail.sent', 'mail.failed', 'mail.misdelivered', 'link.opened_elsewhere'],
  ...[
    'code.wrong',
    'code.locked',
    'link.not_me',
    'link.wrong_browser',
    'link.redeemed',
    'link.revoked',
    'login.refused',
  ],
];
