/** What the example shows of what happened: to a person their own, to an admin all of it, named by nobody's address. */
import { describe, expect, test } from 'vitest';
import { linkTo, logIn, requestLink, withSecondFactor } from '../support/account.js';
import type { Browser } from '../support/browser.js';
import { newAddress, useSite } from '../support/site.js';

interface Shown {
  events: Record<string, unknown>[];
  links: { id: string; expiresAt: number }[];
  devices: { browser: string; firstLogin: number; lastLogin: number; logins: number }[];
}

const AGENTS = {
  firefox: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0' },
  safari: {
    'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604',
  },
};

const ADMIN = 'admin@example.test';

describe.each([
  ['in memory', {}],
  ['in Redis', { redis: true }],
])('%s', (_where, config) => {
  const site = useSite({ ...config, env: { ADMINS: `root@example.test, ${ADMIN}` } });
  const shownTo = async (browser: Browser) => (await browser.getJson('/security')).json<Shown>();
  const typesShown = async (browser: Browser) => (await shownTo(browser)).events.map(({ type }) => type);

  async function logInFrom(email: string, headers: Record<string, string>) {
    const browser = site.browser();
    await browser.post('/login', { email }, headers);
    const { path } = await linkTo(site, email);
    await browser.get(path, headers);
    return browser;
  }

  test('AL-01: the events of one mailbox, the newest first, its live links and the browsers that logged in', async () => {
    const email = newAddress();
    const started = Math.floor(Date.now() / 1000);
    await logInFrom(email, AGENTS.firefox);
    const browser = await logInFrom(email, AGENTS.safari);
    await logInFrom(email, AGENTS.firefox);
    // What strangers do to it, and what happens to others.
    const { token } = await requestLink(site, site.browser(), email);
    await site.browser().postJson('/login/callback', { token });
    await logIn(site, newAddress());

    const { events, links, devices } = await shownTo(browser);
    expect(devices.map(({ browser: name, logins }) => [name, logins])).toEqual([
      ['Firefox on Windows', 2],
      ['Safari on iPhone', 1],
    ]);
    for (const { firstLogin, lastLogin } of devices) {
      expect(firstLogin).toBeGreaterThanOrEqual(started);
      expect(lastLogin).toBeGreaterThanOrEqual(firstLogin);
    }
    expect(links).toEqual([{ id: events[0]?.link, expiresAt: expect.any(Number) }]);
    expect(events.map(({ type }) => type).filter((type) => type !== 'mail.sent')).toEqual([
      'link.wrong_browser',
      'link.requested',
      ...['login.new_browser', 'link.redeemed', 'link.requested'],
      ...['login.new_browser', 'link.redeemed', 'link.requested'],
      ...['login.new_browser', 'link.redeemed', 'link.requested'],
    ]);
    for (const event of events) {
      expect(event).toMatchObject({ id: expect.any(String), severity: expect.any(String), time: expect.any(Number) });
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  test('AL-08: nothing names a network, a request or an account, even by its digest', async () => {
    const { browser } = await withSecondFactor(site);
    const { text } = await browser.getJson('/security');
    for (const name of ['network', 'request', 'account', 'user', '@', '127.0.0.1'])
      expect(text).not.toContain(`"${name}`);
    expect(text).not.toContain('@');
  });

  test('SS-10, AL-01: second factors of the account are among it', async () => {
    const { browser } = await withSecondFactor(site);
    expect(await typesShown(browser)).toEqual(expect.arrayContaining(['factor.enrolled', 'step_up.succeeded']));
  });

  test('AC-04, EN-01: an address that is not proven yet shows nothing of its mailbox', async () => {
    const { browser } = await withSecondFactor(site);
    const victim = newAddress();
    await logIn(site, victim);
    const { token } = await requestLink(site, site.browser(), victim);
    await browser.postJson('/account/email', { email: victim });
    await site.browser().postJson('/login/callback', { token });
    expect(await typesShown(browser)).not.toContain('link.wrong_browser');
    expect((await shownTo(browser)).links).toEqual([]);
  });

  test('for a person it is in words, and nothing of a User-Agent is repeated', async () => {
    const email = newAddress();
    const evil = { 'user-agent': '<script>alert(1)</script> Firefox/1 Windows' };
    const browser = await logInFrom(email, evil);
    await requestLink(site, site.browser(), email);
    const { text, headers } = await browser.get('/security');
    expect(text).toContain('You logged in with Firefox on Windows (a new browser).');
    expect(text).toContain('Someone requested a login link for your address.');
    expect(text).toContain('Firefox on Windows');
    expect(text).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[^"]+">\d+ \w+ \d{4}, \d\d:\d\d UTC<\/time>/);
    expect(text).not.toMatch(/<script|undefined|NaN|null/);
    expect(headers['cache-control']).toBe('no-store');
  });

  test('nobody else sees it', async () => {
    expect((await site.browser().getJson('/security')).json()).toEqual({ error: 'login_required' });
    const page = await site.browser().get('/security');
    expect([page.status, page.headers.location]).toEqual([303, '/login?returnTo=%2Fsecurity']);
  });

  describe('/admin/security', () => {
    test('SU-01: takes a second factor, and an address in ADMINS that is proven', async () => {
      const path = '/admin/security';
      expect((await site.browser().getJson(path)).json()).toEqual({ error: 'login_required' });
      const { browser, email } = await withSecondFactor(site);
      expect([(await browser.getJson(path)).status, (await browser.get(path)).status]).toEqual([404, 404]);
      const byLink = await (await logIn(site, ADMIN)).getJson(path);
      expect([byLink.status, byLink.json()]).toEqual([401, { error: 'step_up_required' }]);
      expect((await (await logIn(site, email)).getJson(path)).json()).toEqual({ error: 'step_up_required' });
      // Whoever says that the address is his has not proven it.
      await browser.postJson('/account/email', { email: 'root@example.test' });
      await linkTo(site, 'root@example.test');
      expect((await browser.getJson(path)).json()).toEqual({ error: 'not_found' });
    });

    test('AL-01, AL-02: counts what there was in a day, and shows warnings and above, without an address', async () => {
      const { browser } = await withSecondFactor(site, 'root@example.test');
      const count = async () =>
        (await browser.getJson('/admin/security')).json<{ counts: Record<string, number>; events: { id: string }[] }>();
      const before = await count();
      const email = newAddress();
      const { token } = await requestLink(site, site.browser(), email);
      for (let i = 0; i < 10; i++) await site.browser().postJson('/login/callback', { token });
      const { counts, events } = await count();
      expect(counts['link.requested']).toBe((before.counts['link.requested'] ?? 0) + 1);
      expect(counts['link.wrong_browser']).toBe((before.counts['link.wrong_browser'] ?? 0) + 10);
      expect(events[0]).toMatchObject({ type: 'link.wrong_browser', severity: 'high', count: 10 });
      expect(events.filter(({ id }) => !before.events.some((one) => one.id === id))).toHaveLength(10);
      expect(JSON.stringify({ counts, events })).not.toMatch(/@|127\.0\.0\.1|::1/);
      const { text } = await browser.get('/admin/security');
      expect(text).toContain('link.wrong_browser');
      expect(text).not.toMatch(/@example|undefined|NaN/);
    });
  });
});

test('FT-02: with Redis gone the pages are 503, and so is the button', async () => {
  const browser = await logIn(down, newAddress());
  down.redis.pause();
  for (const answer of [
    await browser.getJson('/security'),
    await browser.postJson('/security/revoke-all', {}),
    await browser.getJson('/account'),
  ]) {
    expect([answer.status, answer.json()]).toEqual([503, { error: 'unavailable' }]);
    expect(answer.headers['retry-after']).toBeDefined();
  }
  down.redis.resume();
});

const down = useSite({ redis: true });
