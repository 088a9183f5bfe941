/** The limits of asking, as a person, a stranger and a flood of strangers meet them. */
import { expect, test } from 'vitest';
import { type LimitOptions, MemoryStore } from '../../../lib/index.js';
import { plainRoutes, startApp, type TestApp } from '../../support/app.js';
import type { Browser } from '../../support/browser.js';

const ADA = 'ada@example.com';

/** Limits as they are by default, but for the cooldown of a browser, which each test asks for by itself. */
async function startLimited(limits: LimitOptions = {}) {
  let now = Date.now();
  const app = await startApp({
    options: { limits, clock: () => now },
    before: (express) => express.set('trust proxy', 1),
    routes: (express, test) => {
      plainRoutes(express, test, {}, { failWithError: true });
      express.use(((error, req, res, next) => {
        if (req.magicLink?.status !== 'refused') return next(error);
        res.status(error.status).json(req.magicLink.refusal);
      }) as import('express').ErrorRequestHandler);
    },
  });
  return { app, pass: (seconds: number) => (now += seconds * 1000) };
}

const from = (network: string) => ({ 'x-forwarded-for': network });

const ask = (browser: Browser, email: string, network: string) => browser.post('/login', { email }, from(network));

const count = (app: TestApp, type: string) => app.events.filter((event) => event.type === type).length;

/** Everything that was requested has been sent once the outbox is empty. */
async function sent(app: TestApp): Promise<number> {
  await app.strategy.close(2000);
  return app.mailbox.messages.length;
}

test('EN-03: a browser waits thirty seconds between requests, and is told so', async () => {
  const { app, pass } = await startLimited();
  const browser = app.browser();
  expect((await ask(browser, ADA, '192.0.2.1')).status).toBe(202);
  const refused = await ask(browser, 'eve@example.com', '198.51.100.1');
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('30');
  expect(refused.json()).toMatchObject({ code: 'rate_limited', message: 'Please wait 30 seconds and try again.' });
  pass(29);
  expect((await ask(browser, ADA, '192.0.2.1')).headers['retry-after']).toBe('1');
  pass(1);
  expect((await ask(browser, ADA, '192.0.2.1')).status).toBe(202);
});

test('a clock that was set back makes nobody wait longer', async () => {
  const { app, pass } = await startLimited();
  const browser = app.browser();
  await ask(browser, ADA, '192.0.2.1');
  pass(-86_400);
  expect((await ask(browser, ADA, '192.0.2.1')).headers['retry-after']).toBe('30');
});

test('the cooldown runs on from a limited request, and a login ends it', async () => {
  const { app, pass } = await startLimited({ account: { quarterHour: 1 } });
  const browser = app.browser();
  await ask(browser, ADA, '192.0.2.1');
  const { path } = await app.mailbox.next();
  pass(30);
  expect((await ask(browser, ADA, '192.0.2.1')).status).toBe(202);
  expect(count(app, 'link.limited')).toBe(1);
  expect((await ask(browser, ADA, '192.0.2.1')).status).toBe(429);
  // The limited ask has left the earlier one alone.
  expect((await browser.get(path)).status).toBe(200);
  expect((await ask(browser, 'eve@example.com', '192.0.2.1')).status).toBe(202);
});

test('RD-04, EN-03: a network requests twenty times in a quarter of an hour, for whatever addresses', async () => {
  const { app } = await startLimited();
  for (let i = 0; i < 20; i++) {
    expect((await ask(app.browser(), `user${i}@example.com`, '192.0.2.1')).status).toBe(202);
  }
  const refused = await ask(app.browser(), 'another@example.com', '192.0.2.1');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
  expect(refused.setCookies).toEqual([]);
  expect((await ask(app.browser(), 'another@example.com', '192.0.2.2')).status).toBe(202);
  expect(await sent(app)).toBe(21);
});

test('RD-04: without trust proxy a forged X-Forwarded-For opens no new bucket', async () => {
  const app = await startApp({ options: { limits: { network: { quarterHour: 3 } } } });
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await ask(app.browser(), `u${i}@example.com`, `192.0.2.${i}`)).status);
  expect(statuses).toEqual([202, 202, 202, 429, 429]);
});

test('EN-01, EN-03: an account’s limit is silent', async () => {
  const { app } = await startLimited();
  const answers = [];
  for (let i = 0; i < 7; i++) {
    const { status, headers, text } = await ask(app.browser(), ADA, `192.0.2.${i}`);
    const { date, 'set-cookie': cookies, ...rest } = headers;
    answers.push({
      status,
      text,
      rest,
      cookies: cookies?.map((cookie) => cookie.replace(/=[^;]*;|Expires=[^;]*;/g, '')),
    });
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(count(app, 'link.limited')).toBe(2);
  expect(await sent(app)).toBe(5);
});

test('IN-11: a mailbox’s spellings share its limit', async () => {
  const { app } = await startLimited();
  const spellings = [
    ADA,
    'ADA@example.com',
    'ada+1@example.com',
    'Ada+2@EXAMPLE.com',
    'ada+x+y@example.com',
    'ada+3@example.com',
  ];
  for (const [i, email] of spellings.entries()) await ask(app.browser(), email, `192.0.2.${i}`);
  expect(await sent(app)).toBe(5);
});

test('RC-06: fifty parallel requests send no more than the limit', async () => {
  const { app } = await startLimited();
  await Promise.all(Array.from({ length: 50 }, (_, i) => ask(app.browser(), ADA, `192.0.2.${i}`)));
  expect(await sent(app)).toBe(5);
});

test('EN-04: one network that floods an address uses only its part', async () => {
  const { app } = await startLimited();
  for (let i = 0; i < 10; i++) await ask(app.browser(), ADA, '192.0.2.1');
  expect(count(app, 'link.requested')).toBe(2);
  await ask(app.browser(), ADA, '198.51.100.1');
  expect(await sent(app)).toBe(3);
});

test('EN-04: a browser that has logged in before has a lane to itself, also after a logout', async () => {
  const { app, pass } = await startLimited();
  const owner = app.browser();
  await ask(owner, ADA, '203.0.113.1');
  await owner.get((await app.mailbox.next()).path);
  expect([...owner.cookies.keys()]).toContain('magic-link-device');
  owner.dropCookie('sid');

  for (let i = 0; i < 20; i++) await ask(app.browser(), ADA, `192.0.2.${i}`);
  const before = count(app, 'link.requested');
  expect(before).toBe(5);
  for (let i = 0; i < 6; i++) {
    expect((await ask(owner, ADA, '192.0.2.1')).status).toBe(202);
    pass(30);
  }
  expect(count(app, 'link.requested') - before).toBe(5);
});

test('EN-07: a limit that cannot be counted sends nothing', async () => {
  const store = Object.assign(new MemoryStore(), { increment: () => Promise.reject(new Error('down')) });
  const app = await startApp({ options: { limits: {}, store } });
  const answer = await ask(app.browser(), ADA, '192.0.2.1');
  expect(answer.status).toBe(503);
  expect(answer.setCookies).toEqual([]);
  expect(await sent(app)).toBe(0);
});
