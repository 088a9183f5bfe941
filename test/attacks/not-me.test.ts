/** "This was not me": whoever has the mail may say so, a scanner among them, and nothing else comes of it. */
import { describe, expect, test } from 'vitest';
import { eventOf, requestLink, startRouter } from '../support/app.js';
import type { Browser } from '../support/browser.js';
import { AUDIT, dump } from '../support/redis.js';
import { newAddress, useSite, whoIs } from '../support/site.js';

const site = useSite({ redis: true });

const PATH = '/login/not-me';
const page = (notMe: string) => `${PATH}?token=${notMe}`;
/** Pressed as its page does, with everything that the page has for anybody. */
const end = (browser: Browser, notMe: string) => browser.postJson(PATH, { token: notMe, end: 'links' });
const REPORTED = { status: 'reported' };

/** All that lies in Redis, but for the record of what happened. */
const kept = async () => [...(await dump(site.redis))].filter(([key]) => !AUDIT.test(key)).sort();

/** Everything that a scanner can do with the link, in this browser. */
async function scan(browser: Browser, notMe: string) {
  return [
    await browser.get(page(notMe)),
    await browser.get(page(notMe), { 'sec-purpose': 'prefetch' }),
    await browser.get(page(notMe), { 'sec-fetch-site': 'cross-site' }),
    await browser.send(page(notMe), { method: 'HEAD' }),
    await browser.getJson(page(notMe)),
    await browser.post(PATH, { token: notMe }),
    await browser.post(PATH, { token: notMe, end: 'links' }),
    await browser.post(page(notMe), { token: notMe }, { 'sec-fetch-site': 'same-origin' }),
    await end(browser, notMe),
  ];
}

test('SC-01, SC-02: a scanner that gets and posts it changes nothing of link, account or session', async () => {
  const asker = site.browser();
  const { path, notMe } = await site.requestLink(asker);
  const before = await kept();
  const scanner = site.browser();
  for (let i = 0; i < 20; i++) {
    for (const answer of await scan(scanner, notMe)) {
      expect(answer.status).toBe(200);
      expect(answer.setCookies).toEqual([]);
    }
  }
  expect(await kept()).toEqual(before);
  expect((await asker.get(path)).status).toBe(303);
  expect((await asker.getJson('/account')).json()).toMatchObject({ level: 1, acr: 'urn:passport-bound-link:link' });
});

test('SC-01: nor does anybody who presses it change a login that lives', async () => {
  const { browser, notMe } = await site.logIn();
  const account = (await browser.getJson('/account')).json();
  const before = await kept();
  for (const answer of await scan(site.browser(), notMe)) expect(answer.status).toBe(200);
  expect(await kept()).toEqual(before);
  expect((await browser.getJson('/account')).json()).toEqual(account);
});

describe('SS-10: only whoever is logged in to the account ends its links by it', () => {
  test('SS-10: not the browser that requested the link, before it has logged in, nor one that is logged in to another account', async () => {
    const asker = site.browser();
    const { path, notMe } = await site.requestLink(asker);
    const { browser: other } = await site.logIn();
    for (const browser of [asker, other]) {
      expect((await browser.get(page(notMe))).text).not.toContain('name="end"');
      expect((await end(browser, notMe)).json()).toEqual(REPORTED);
    }
    await asker.get(path);
    expect(await whoIs(asker)).toBeDefined();
  });

  test('SS-10: the owner is offered it, and without that button nothing ends', async () => {
    const email = newAddress();
    const { browser } = await site.logIn(email);
    const elsewhere = [site.browser(), site.browser()] as const;
    const asked = [await site.requestLink(elsewhere[0], email), await site.requestLink(elsewhere[1], email)] as const;
    const stranger = site.browser();
    const { path: strangers } = await site.requestLink(stranger);
    const { notMe } = asked[0];

    expect((await browser.get(page(notMe))).text).toContain('name="end" value="links"');
    expect((await browser.postJson(PATH, { token: notMe })).json()).toEqual(REPORTED);
    for (const other of [true, 1, ['links'], { links: true }, 'all']) {
      expect((await browser.postJson(PATH, { token: notMe, end: other })).json()).toEqual(REPORTED);
    }
    expect((await elsewhere[1].get(asked[1].path)).status).toBe(303);

    expect((await end(browser, notMe)).json()).toEqual({ ...REPORTED, links: 1 });
    expect((await elsewhere[0].getJson(asked[0].path)).json()).toEqual({ error: 'link_revoked' });
    expect((await end(browser, notMe)).json()).toEqual({ ...REPORTED, links: 0 });
    // Logged in he stays, as does whoever was; and other accounts' links live.
    expect(await whoIs(browser)).toBe(email);
    expect(await whoIs(elsewhere[1])).toBe(email);
    expect((await stranger.get(strangers)).status).toBe(303);
  });

  test('SS-03, SC-05: nor does another site’s page end them in the owner’s browser', async () => {
    const email = newAddress();
    const { browser } = await site.logIn(email);
    const asker = site.browser();
    const { path, notMe } = await site.requestLink(asker, email);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.test' }, { origin: 'null' }]) {
      const answer = await browser.postJson(PATH, { token: notMe, end: 'links' }, headers as never);
      expect(answer.status).toBe(403);
      expect(answer.json()).toEqual({ error: 'cross_site' });
    }
    expect((await browser.get(`${page(notMe)}&end=links`)).status).toBe(200);
    expect((await asker.get(path)).status).toBe(303);
  });
});

test('BD-13: its pages name nobody, and are alike for whoever has the mail', async () => {
  const known = newAddress();
  await site.logIn(known);
  const asked = [await site.requestLink(site.browser(), known), await site.requestLink(site.browser())];
  const seen = [];
  for (const { notMe, mail } of asked) {
    for (const answer of await scan(site.browser(), notMe)) {
      expect(answer.text).not.toContain(mail.to[0]?.split('@')[0]);
      seen.push(JSON.stringify([answer.status, answer.text.replaceAll(notMe, 'TOKEN')]));
    }
  }
  expect(seen.slice(0, seen.length / 2)).toEqual(seen.slice(seen.length / 2));
});

test('TK-09: a "not me" token that was forged or damaged reports nothing, and says so kindly', async () => {
  const { notMe } = await site.requestLink(site.browser());
  const at = (i: number) => notMe.slice(0, i) + (notMe[i] === 'A' ? 'B' : 'A') + notMe.slice(i + 1);
  const damaged = Array.from({ length: notMe.length - 4 }, (_, i) => at(i + 4));
  for (const text of [...damaged, '', 'pbn_', notMe.slice(0, -1), notMe.slice(1), notMe.toUpperCase()]) {
    expect((await site.browser().postJson(PATH, { token: text })).json(), text).toEqual({ error: 'link_invalid' });
  }
  const kindly = await site.browser().get(page(notMe.slice(0, -1)));
  expect(kindly.status).toBe(200);
  expect(kindly.text).toMatch(/part of the link is missing/);
  expect(kindly.text).not.toContain('<form');
});

test('TK-09: exactly one string stands for a "not me" token', async () => {
  const { notMe } = await site.requestLink(site.browser());
  const accepted = [];
  for (const more of ['', 'A', '=', '!', '\n', ' ', '.']) {
    const answer = await site.browser().postJson(PATH, { token: notMe + more });
    if (answer.status === 200) accepted.push(more);
  }
  expect(accepted).toEqual(['']);
});

test('AL-01: each report is an event about the link and its account, and names nobody', async () => {
  const { app, browser } = await startRouter();
  const { message, token } = await requestLink(app, browser);
  const notMe = message.text.match(/pbn_\S+/)?.[0] ?? '';
  const event = eventOf(app, 'link.not_me');
  await app.browser().get(page(notMe));
  expect(app.events.map(({ type }) => type)).not.toContain('link.not_me');
  await app.browser().postJson(PATH, { token: notMe });
  expect(await event).toEqual({
    type: 'link.not_me',
    severity: 'warning',
    id: expect.any(String),
    time: expect.any(Number),
    durationMs: expect.any(Number),
    request: expect.any(String),
    network: expect.any(String),
    account: app.events.find(({ type }) => type === 'link.requested')?.account,
    link: Buffer.from(token.slice(4), 'base64url').subarray(20, 36).toString('base64url'),
  });
});
