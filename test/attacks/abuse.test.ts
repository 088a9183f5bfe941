/** EN: with the limits on, nobody learns who has an account, floods a mailbox or keeps its owner out. */
import { describe, expect, test } from 'vitest';
import type { Browser } from '../support/browser.js';
import { AUDIT, monitor } from '../support/redis.js';
import { newAddress, type Site, startSite, whoIs } from '../support/site.js';

const ENV = { LIMITS: 'on', TRUST_PROXY: '1' };
const limitedSite = (env: Record<string, string> = {}) => startSite({ redis: true, env: { ...ENV, ...env } });

let networks = 0;
/** A network that has not asked before. */
const newNetwork = () => ({ 'x-forwarded-for': `203.0.${Math.floor(++networks / 250)}.${networks % 250}` });

const ask = (site: Site, email: string, from = newNetwork(), browser: Browser = site.browser()) =>
  browser.post('/login', { email }, from);

/** A browser that has logged in to this address, and is logged out again. */
async function knownBrowser(site: Site, email: string): Promise<Browser> {
  const browser = site.browser();
  const { path } = await site.requestLink(browser, email, {}, newNetwork());
  await browser.get(path);
  await browser.postJson('/logout', {});
  return browser;
}

describe('EN-01, EN-02: known, unknown and limited addresses', () => {
  test('EN-01: are answered byte for byte alike, and Redis does the same for them', async () => {
    const [known, closed, full] = ['known@victim.test', 'nobody@victim.test', 'limited@victim.test'];
    const site = await limitedSite({ CLOSED_SIGNUP: `${known},${full}` });
    // The first use of a script sends its text.
    for (let i = 0; i < 5; i++) expect((await ask(site, full)).status).toBe(303);
    const seen = [];
    for (const email of [known, closed, full, 'undeliverable@nowhere.invalid']) {
      for (const accept of ['text/html', 'application/json']) {
        const watch = await monitor(site.redis);
        const { status, headers, text, setCookies } = await ask(site, email, { ...newNetwork(), accept } as never);
        await watch.stop();
        const { date, 'set-cookie': _cookies, ...rest } = headers;
        const cookies = setCookies.map((cookie) => cookie.replace(/sid=[^;]+/, 'sid=').replace(/Expires=[^;]+/, ''));
        // The doctor looks at Redis once a minute, and what the audit log writes comes after the answer.
        const commands = watch.commands
          .filter((args) => !args.some((arg) => arg.startsWith('pbl:doctor:') || AUDIT.test(arg)))
          .map(([command, ...args]) => [command?.toLowerCase(), args.length]);
        seen.push(JSON.stringify([accept, status, rest, text, cookies, commands]));
      }
    }
    expect(new Set(seen).size).toBe(2);
    expect((await site.recipients()).filter((to) => to === full)).toHaveLength(5);
  });

  test('EN-01: the page that follows tells them apart no more', async () => {
    const site = await limitedSite({ CLOSED_SIGNUP: 'known@victim.test' });
    const pages: string[] = [];
    /** What was typed is shown again, and how long to wait. */
    const keep = (text: string, email: string) =>
      pages.push(text.replaceAll(email, 'EMAIL').replaceAll(/data-wait="\d+"|\d+ seconds/g, 'soon'));
    for (const email of ['known@victim.test', 'nobody@victim.test']) {
      const browser = site.browser();
      await ask(site, email, newNetwork(), browser);
      keep((await browser.get('/login/sent')).text, email);
      keep((await browser.getJson('/login/sent')).text, email);
      // Nor does asking again too soon.
      const again = await ask(site, email, newNetwork(), browser);
      expect(again.status).toBe(429);
      keep(again.text, email);
    }
    expect(pages[0]).toContain('EMAIL');
    expect(pages.slice(0, 3)).toEqual(pages.slice(3));
  });
});

describe('EN-03, IN-11: a mailbox cannot be flooded', () => {
  test('EN-03: from many networks, under whatever spelling and tag, five mails reach it', async () => {
    const site = await limitedSite();
    const spellings = [
      'ada@victim.test',
      'ADA@victim.test',
      'aDa+1@victim.test',
      'ada+2@VICTIM.test',
      'ada+a+b@victim.test',
    ];
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(site, spellings[i % 5] ?? '')));
    for (const { status } of answers) expect(status).toBe(303);
    expect(await site.recipients()).toHaveLength(5);
  });

  test('EN-03: one browser waits between two requests, and is told how long', async () => {
    const site = await limitedSite();
    const browser = site.browser();
    expect((await ask(site, newAddress(), newNetwork(), browser)).status).toBe(303);
    const again = await ask(site, newAddress(), newNetwork(), browser);
    expect(again.status).toBe(429);
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(again.headers['retry-after'])).toBeLessThanOrEqual(30);
    expect(await site.recipients()).toHaveLength(1);
  });

  test('EN-03, EN-08: one network requests twenty times, for whatever addresses, and then makes no session either', async () => {
    const site = await limitedSite();
    const from = newNetwork();
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(site, newAddress(), from)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(40);
    for (const { headers, setCookies } of refused) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(setCookies).toEqual([]);
    }
    expect(await site.admin().keys('sess:*')).toHaveLength(20);
    // Whoever asks from elsewhere is none the worse.
    expect((await ask(site, newAddress())).status).toBe(303);
    expect(await site.recipients()).toHaveLength(21);
  });
});

describe('RD-04: a requester is counted by the network he really comes from', () => {
  const spoofed = (i: number) => ({
    'x-forwarded-for': `192.0.2.${i}`,
    'x-real-ip': `192.0.2.${i}`,
    forwarded: `for=192.0.2.${i}`,
  });

  test.each<[string, Record<string, string>, (i: number) => Record<string, string>]>([
    ['without a proxy', { TRUST_PROXY: 'false' }, spoofed],
    ['behind one, by what stands before its entry', {}, (i) => ({ 'x-forwarded-for': `192.0.2.${i}, 198.51.100.9` })],
    [
      'behind one, within an IPv6 /64',
      {},
      (i) => ({ 'x-forwarded-for': `2001:db8:0:1:${i.toString(16)}::${i.toString(16)}` }),
    ],
    ['behind one, IPv4 as IPv6', {}, (i) => ({ 'x-forwarded-for': i % 2 ? '198.51.100.9' : '::ffff:198.51.100.9' })],
  ])('RD-04: %s a rotating header opens nothing', async (_how, env, headers) => {
    const site = await limitedSite(env);
    const answers = [];
    for (let i = 1; i <= 100; i++) answers.push(await ask(site, newAddress(), headers(i) as never));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(20);
    expect(answers.slice(20).every(({ status }) => status === 429)).toBe(true);
  });
});

describe('EN-04: a stranger does not keep the owner out', () => {
  const OWNER = 'owner@victim.test';

  test('EN-04: one network floods; a new browser elsewhere, and a known one even of that network, still get mail', async () => {
    const site = await limitedSite();
    const known = await knownBrowser(site, OWNER);
    const flood = newNetwork();
    for (let i = 0; i < 15; i++) await ask(site, OWNER, flood);
    const elsewhere = site.browser();
    await site.mailTo(OWNER);
    await site.mailTo(OWNER);
    const { path } = await site.requestLink(elsewhere, OWNER, {}, newNetwork());
    await elsewhere.get(path);
    expect(await whoIs(elsewhere)).toBe(OWNER);
    expect((await ask(site, OWNER, flood, known)).status).toBe(303);
    // One by the known browser's login, two by the flood, one elsewhere, one by the known browser.
    expect(await site.recipients()).toHaveLength(5);
  });

  test('EN-04: all networks flood; a known browser still gets its mail, and what it has is not to be forged', async () => {
    const site = await limitedSite();
    const known = await knownBrowser(site, OWNER);
    const other = await knownBrowser(site, 'other@victim.test');
    const forger = site.browser();
    for (const [name, value] of known.cookies) {
      if (name !== 'sid') forger.setCookie(name, value.slice(0, -4) + (value.endsWith('AAAA') ? 'BBBB' : 'AAAA'));
    }
    for (let i = 0; i < 30; i++) await ask(site, OWNER);
    await ask(site, OWNER, newNetwork(), forger);
    // To be known for one account is worth nothing for another.
    await ask(site, OWNER, newNetwork(), other);
    await ask(site, OWNER, newNetwork(), known);
    const toOwner = (await site.recipients()).filter((to) => to === OWNER);
    // Five shared, the login of the known browser among them, and its own one.
    expect(toOwner).toHaveLength(6);
  });
});

test('EN-07: with the limiter’s store gone nothing is sent, and nobody is told that something was', async () => {
  const site = await limitedSite();
  await ask(site, 'before@victim.test');
  site.redis.pause();
  for (let i = 0; i < 3; i++) {
    const answer = await ask(site, `during${i}@victim.test`);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBeDefined();
  }
  site.redis.resume();
  expect(await site.recipients()).toEqual(['before@victim.test']);
});

test('EN-08: whatever a request leaves in Redis ends by itself', async () => {
  const site = await limitedSite();
  await Promise.all(Array.from({ length: 30 }, () => ask(site, newAddress())));
  const admin = site.admin();
  const keys = await admin.keys('*');
  expect(keys.length).toBeGreaterThan(30);
  const DAY = 24 * 60 * 60 * 1000;
  for (const key of keys) {
    const ttl = await admin.pttl(key);
    expect(ttl, key).toBeGreaterThan(0);
    // The audit log's stream of time is one for all, and has a length that it does not pass.
    expect(ttl, key).toBeLessThanOrEqual(key === 'example:audit' ? 90 * DAY : DAY);
  }
});

test('EN-09: with sign-up closed, only those who exist get mail', async () => {
  const site = await limitedSite({ CLOSED_SIGNUP: 'in@victim.test' });
  for (const email of ['out@victim.test', 'in@victim.test', 'in@victim.test.evil.test']) {
    expect((await ask(site, email)).status).toBe(303);
  }
  expect(await site.recipients()).toEqual(['in@victim.test']);
});
