/** What a request leaves behind in events: one for each change of state, told of under pseudonyms. */
import { describe, expect, test } from 'vitest';
import { EVENT_CATALOGUE, type MagicLinkEvent, MemoryStore } from '../../lib/index.js';
import {
  ada,
  CALLBACK,
  CODE,
  eventOf,
  type Received,
  requestLink,
  startRouter,
  type TestApp,
  typesOf,
} from '../support/app.js';
import type { Browser } from '../support/browser.js';

const NOT_ME = '/login/not-me';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** One app, one link that was requested in its browser, and its mail on the way. */
async function asked(config: Parameters<typeof startRouter>[0] = {}) {
  const { app, browser } = await startRouter(config);
  const link = await requestLink(app, browser);
  await eventOf(app, 'mail.sent');
  return { app, browser, link };
}

const CHANGES: [string, (app: TestApp, browser: Browser, link: Received) => Promise<unknown>, string[]][] = [
  ['a look', (app, _, { path }) => app.browser().get(path), ['link.opened_elsewhere']],
  ['a wrong browser', (app, _, { token }) => app.browser().post(CALLBACK, { token }), ['link.wrong_browser']],
  ['a wrong code', (_app, browser) => browser.post(CODE, { code: 'WRNG-C0DE' }), ['code.wrong']],
  ['a login', (_app, browser, { path }) => browser.get(path), ['link.redeemed', 'login.new_browser']],
  ['a report', (app, _, { notMe }) => app.browser().post(NOT_ME, { token: notMe.token }), ['link.not_me']],
  ['an end of all', (app) => app.strategy.revokeAll(ada.email), ['link.revoked']],
];

describe('AL-01: each change of state is one event', () => {
  test.each(CHANGES)('AL-01: %s', async (_what, act, expected) => {
    const { app, browser, link } = await asked();
    const before = app.events.length;
    await act(app, browser, link);
    expect(typesOf(app).slice(before)).toEqual(expected);
  });

  test('AL-01: a request, and its mail', async () => {
    const { app } = await asked();
    expect(typesOf(app)).toEqual(['link.requested', 'mail.sent']);
  });

  test('AL-01: a request past the limit', async () => {
    const limits = { account: { networkQuarterHour: 1 } };
    const { app } = await asked({ options: { limits } });
    await app.browser().post('/login', { email: ada.email });
    expect(typesOf(app)).toEqual(['link.requested', 'mail.sent', 'link.limited']);
  });

  test('AL-01: a login that the app refuses', async () => {
    const { app, browser, link } = await asked({ verify: async () => false });
    await browser.get(link.path);
    expect(typesOf(app).slice(2)).toEqual(['link.redeemed', 'login.refused']);
    const [redeemed, refused] = app.events.slice(2);
    expect(refused).toMatchObject({ account: redeemed?.account, link: redeemed?.link, request: redeemed?.request });
  });

  test('AL-01: a store that is away', async () => {
    const store = new MemoryStore();
    const { app, browser, link } = await asked({ options: { store } });
    store.redeem = () => Promise.reject(new Error('away'));
    await browser.get(link.path);
    expect(app.events.slice(2)).toMatchObject([
      { type: 'store.unavailable', severity: 'critical', reason: 'store', request: expect.any(String) },
    ]);
  });
});

describe('AL-01: what an event tells', () => {
  test('AL-01: each has an id of its own; those of one request share its name, its network and its browser', async () => {
    const { app, browser, link } = await asked();
    await browser.get(link.path, { 'user-agent': FIREFOX });
    const [asking, sent, redeemed, known] = app.events as [MagicLinkEvent, ...MagicLinkEvent[]];
    expect(new Set(app.events.map(({ id }) => id)).size).toBe(4);
    expect(asking).toMatchObject({ network: expect.stringMatching(/^[\w-]{22}$/), durationMs: expect.any(Number) });
    expect(asking).not.toHaveProperty('browser');
    expect(sent).not.toHaveProperty('request');
    expect(sent?.durationMs).toBeGreaterThanOrEqual(0);
    expect(redeemed).toMatchObject({ browser: 'Firefox on Windows', network: asking.network, link: asking.link });
    expect(redeemed?.request).not.toBe(asking.request);
    expect(known).toMatchObject({ request: redeemed?.request, account: asking.account });
  });

  test('AL-01: a request is named as the app names it', async () => {
    const before: NonNullable<Parameters<typeof startRouter>[0]>['before'] = (app) =>
      app.use((req, _res, next) => {
        Object.assign(req, { id: 42 });
        next();
      });
    const { app } = await asked({ before });
    expect(app.events[0]?.request).toBe('42');
  });

  test('AL-08: networks are told apart, and no network address is in any event', async () => {
    const { app } = await startRouter({ before: (app) => app.set('trust proxy', true) });
    const from = (ip: string) => app.browser().post('/login', { email: ada.email }, { 'x-forwarded-for': ip });
    const IPS = ['198.51.100.7', '198.51.100.8', '2001:db8:1:2::3', '2001:db8:1:2:ffff::1', '198.51.100.7'];
    for (const ip of IPS) await from(ip);
    const [a, b, c, d, e] = app.events.filter(({ type }) => type === 'link.requested').map(({ network }) => network);
    expect([a === e, c === d, new Set([a, b, c]).size]).toEqual([true, true, 3]);
    const told = JSON.stringify(app.events);
    expect(['198.51', '2001:db8'].filter((text) => told.includes(text))).toEqual([]);
  });

  test('AL-03: a User-Agent cannot forge a line of a log, nor say a word in it', async () => {
    const { app, browser, link } = await asked();
    // Node's own parser refuses CR and LF in a header; what it lets through is no better.
    await browser.get(link.path, { 'user-agent': '\u0085{"type":"link.redeemed"}\t\u009bFirefox/1 <b>' });
    for (const event of app.events) expect(JSON.stringify(event)).not.toMatch(/[\p{C}]|<b>|u0085/u);
    expect(app.events.at(-1)?.browser).toBe('Firefox');
  });

  test('AL-01: nothing is told that the catalogue does not list', async () => {
    const OF_REQUESTS = ['request', 'network', 'browser', 'durationMs'];
    const OF_ALL = ['type', 'severity', 'id', 'time'];
    const seen: MagicLinkEvent[] = [];
    for (const [, act] of CHANGES) {
      const { app, browser, link } = await asked();
      await act(app, browser, link);
      seen.push(...app.events);
    }
    expect(new Set(seen.map(({ type }) => type)).size).toBe(9);
    for (const event of seen) {
      const listed: string[] = [...EVENT_CATALOGUE[event.type].evidence, ...OF_ALL, ...OF_REQUESTS];
      expect(
        Object.keys(event).filter((name) => !listed.includes(name)),
        event.type,
      ).toEqual([]);
    }
  });
});

describe('AL-02: what scanners do all day is info', () => {
  test('AL-02: opening, looking ahead and coming late raise no alarm', async () => {
    let now = Date.now();
    const { app, link } = await asked({ options: { clock: () => now } });
    for (let i = 0; i < 20; i++) {
      await app.browser().get(link.path);
      await app.browser().send(link.path, { method: 'HEAD' });
      await app.browser().get(link.path, { 'sec-purpose': 'prefetch' });
    }
    now += 601_000;
    await app.browser().get(link.path);
    expect([...new Set(app.events.map(({ severity }) => severity))]).toEqual(['info']);
    expect(typesOf(app)).toContain('link.opened_elsewhere');
    expect(typesOf(app)).toContain('link.expired');
  });
});

describe('login.new_browser', () => {
  const newBrowsers = (app: TestApp) => typesOf(app).filter((type) => type === 'login.new_browser').length;

  test('is told of the first login of a browser to a mailbox, once, and of no other', async () => {
    const { app, browser } = await startRouter();
    const logIn = async (by: Browser, email?: string) => by.get((await requestLink(app, by, email)).path);
    await logIn(browser);
    expect(newBrowsers(app)).toBe(1);
    browser.dropCookie('sid');
    await logIn(browser, 'ADA+again@example.com');
    expect(newBrowsers(app)).toBe(1);
    browser.dropCookie('sid');
    await logIn(browser, 'bob@example.com');
    expect(newBrowsers(app)).toBe(2);
    await logIn(app.browser());
    expect(newBrowsers(app)).toBe(3);
    expect(app.events.at(-1)).toMatchObject({ type: 'login.new_browser', network: expect.any(String) });
  });

  test('is not told of a login that failed', async () => {
    const { app, browser, link } = await asked({ verify: async () => false });
    await browser.get(link.path);
    expect(newBrowsers(app)).toBe(0);
  });
});
