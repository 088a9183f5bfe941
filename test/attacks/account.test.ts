/** AC, SS-10, RC-11: an address changes hands only by a second factor and its own mailbox, and one button ends it all. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventsOf, linkTo, logIn, requestLink, withSecondFactor } from '../support/account.js';
import { SECRET } from '../support/app.js';
import { type Browser, JSON_HEADERS, rawJson } from '../support/browser.js';
import { startExample } from '../support/example.js';
import { dump } from '../support/redis.js';
import { newAddress, type SiteConfig, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const change = (browser: Browser, email: unknown) => browser.postJson('/account/email', { email });
const openLink = (browser: Browser, { token }: { token: string }) => browser.postJson('/login/callback', { token });
const hasFactor = async (browser: Browser) =>
  (await browser.getJson('/step-up')).json<{ enrolled: string[] }>().enrolled.includes('totp');

const SITES: [string, SiteConfig][] = [
  ['in memory', {}],
  ['in Redis, with two processes', { processes: 2, env: { REDIS_CLIENT: 'node-redis' } }],
];

describe.each(SITES)('%s', (_where, config) => {
  const site = useSite(config);
  /** The same session, at the other process where there is one. */
  const elsewhere = (browser: Browser) => browser.copy(site.apps.at(-1)?.origin);

  test('AC-04: a link does not change the address, by GET or POST, for a program or a person', async () => {
    const email = newAddress();
    const browser = await logIn(site, email);
    const answer = await change(browser, newAddress());
    expect([answer.status, answer.json()]).toEqual([401, { error: 'step_up_required' }]);
    expect(answer.headers['www-authenticate']).toContain('insufficient_user_authentication');
    const page = await browser.post('/account/email', { email: newAddress() });
    expect([page.status, page.headers.location]).toEqual([303, '/step-up']);
    expect((await change(site.browser(), newAddress())).json()).toEqual({ error: 'login_required' });
    expect((await browser.getJson('/account/email')).status).toBe(405);
    expect(await whoIs(browser)).toBe(email);
    expect(await eventsOf(browser, 'address.changed')).toEqual([]);
  });

  test('AC-04, RC-11, AL-07: a change ends links of the old address and other sessions, tells it, and is proven by its own link', async () => {
    const { email: old, browser, stepUp } = await withSecondFactor(site);
    const to = newAddress();
    const [second, third, fourth] = [await logIn(site, old), site.browser(), site.browser()];
    const linkToOld = await requestLink(site, third, old);
    const linkToNew = await requestLink(site, fourth, to);

    expect((await change(browser, `${to.toUpperCase()}`)).json()).toEqual({ status: 'changed', email: to });
    expect((await openLink(third, linkToOld)).json()).toEqual({ error: 'link_revoked' });
    expect(await whoIs(elsewhere(second))).toBeUndefined();
    expect(await whoIs(elsewhere(browser))).toBe(to);
    const [event] = await eventsOf(browser, 'address.changed');
    expect(event).toMatchObject({ severity: 'warning' });
    await site.noticeTo(old, /^Your email address at .* was changed$/);

    // Until it is proven, the old address logs in, and the new one is nobody's.
    const proof = await linkTo(site, to);
    const byOld = await logIn(site, old);
    expect(await hasFactor(byOld)).toBe(true);
    expect((await browser.getJson(proof.path)).json()).toEqual({ status: 'confirm' });
    expect((await openLink(site.browser(), proof)).json()).toMatchObject({ error: 'wrong_browser' });
    const linkMeanwhile = await requestLink(site, third, old);
    expect((await openLink(browser, proof)).json()).toEqual({ status: 'authenticated', returnTo: '/account' });

    expect(await whoIs(browser)).toBe(to);
    expect(await whoIs(elsewhere(byOld))).toBeUndefined();
    expect((await openLink(third, linkMeanwhile)).json()).toEqual({ error: 'link_revoked' });
    expect((await openLink(fourth, linkToNew)).json()).toEqual({ error: 'link_revoked' });
    expect(await hasFactor(await logIn(site, to))).toBe(true);
    // Whoever logs in by the old address now has an account of their own.
    const byFormer = await logIn(site, old);
    expect([await whoIs(byFormer), await hasFactor(byFormer)]).toEqual([old, false]);
    // A login by a link is level 1 again, and the other factors go on.
    expect((await change(browser, newAddress())).status).toBe(401);
    expect((await change(await stepUp(browser), newAddress())).status).toBe(200);
  });

  test('EN-04, AC-04: to name a mailbox ends nothing that its owner was sent, and leaves nothing in its history', async () => {
    const owner = newAddress();
    const [known, asking] = [await logIn(site, owner), site.browser()];
    const link = await requestLink(site, asking, owner);
    const { browser } = await withSecondFactor(site);
    expect((await change(browser, owner)).json()).toEqual({ status: 'changed', email: owner });
    expect(await eventsOf(known, 'address.changed')).toEqual([]);
    expect((await openLink(asking, link)).json()).toMatchObject({ status: 'authenticated' });
  });

  test('AC-04: whoever else has the new address gets in nowhere, and takes it from the change that he was typed into', async () => {
    const { email: old, browser } = await withSecondFactor(site);
    const typo = newAddress();
    await change(browser, typo);
    const proof = await linkTo(site, typo);
    const stranger = await logIn(site, typo);
    expect([await whoIs(stranger), await hasFactor(stranger)]).toEqual([typo, false]);
    expect(await eventsOf(stranger, 'address.changed')).toEqual([]);
    expect((await openLink(browser, proof)).json()).toEqual({ error: 'login_refused' });
    expect(await hasFactor(await logIn(site, old))).toBe(true);
  });

  test('AC-04: a link to the new address that was requested in the login form proves no change', async () => {
    const { email: old, browser } = await withSecondFactor(site);
    const to = newAddress();
    await change(browser, to);
    await linkTo(site, to);
    await openLink(browser, await requestLink(site, browser, to));
    expect([await whoIs(browser), await hasFactor(browser)]).toEqual([to, false]);
    expect(await hasFactor(await logIn(site, old))).toBe(true);
  });

  test('AC-04: of two changes the last one is proven; one back to the old address ends it', async () => {
    const { email: old, browser } = await withSecondFactor(site);
    const [first, last] = [newAddress(), newAddress()];
    await change(browser, first);
    const early = await linkTo(site, first);
    await change(browser, last);
    await linkTo(site, last);
    expect((await openLink(browser, early)).json()).toEqual({ error: 'login_refused' });
    expect(await whoIs(browser)).toBe(last);
    expect((await change(browser, old)).json()).toEqual({ status: 'changed', email: old });
    expect(await whoIs(browser)).toBe(old);
    await openLink(browser, await linkTo(site, old));
    expect([await whoIs(browser), await hasFactor(browser)]).toEqual([old, true]);
  });

  test('EN-01, AC-04: an address that is another account’s is answered alike, and never becomes this one’s', async () => {
    const [taken, free] = [newAddress(), newAddress()];
    const owner = await withSecondFactor(site, taken);
    const { email: old, browser } = await withSecondFactor(site);
    const answers = [];
    for (const to of [free, taken]) {
      const { status, headers, text } = await change(browser, to);
      const { date, etag, 'content-length': _length, ...rest } = headers;
      answers.push({ status, rest, text: text.replace(to, 'EMAIL') });
      expect(await whoIs(browser)).toBe(to);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect((await openLink(browser, await linkTo(site, taken))).json()).toEqual({ error: 'login_refused' });
    expect(await whoIs(owner.browser)).toBe(taken);
    expect(await hasFactor(await logIn(site, taken))).toBe(true);
    expect(await hasFactor(await logIn(site, old))).toBe(true);
  });

  test('IN-01, IN-02, IN-04, IN-05: anything but one plain address changes nothing', async () => {
    const { email, browser } = await withSecondFactor(site);
    const other = await logIn(site, email);
    const refused: [unknown, string][] = [
      [undefined, 'invalid_request'],
      [['a@example.test'], 'invalid_request'],
      [{ address: 'a@example.test' }, 'invalid_request'],
      [1, 'invalid_request'],
      ['', 'invalid_address'],
      ['a@example.test,b@example.test', 'invalid_address'],
      ['a@example.test\r\nBcc: b@example.test', 'invalid_address'],
    ];
    for (const [value, error] of refused) {
      const answer = await change(browser, value);
      expect([answer.status, answer.json()], String(value)).toEqual([400, { error }]);
    }
    const sent = (options: object) => browser.send('/account/email', { method: 'POST', ...options });
    const double = await sent({ form: 'email=a@example.test&email=b@example.test', headers: JSON_HEADERS });
    expect(double.json()).toEqual({ error: 'invalid_request' });
    expect((await sent(rawJson('{"email":', JSON_HEADERS))).json()).toEqual({ error: 'invalid_request' });
    const long = await sent({ json: { email: 'a'.repeat(200_000) }, headers: JSON_HEADERS });
    expect([long.status, long.json()]).toEqual([413, { error: 'payload_too_large' }]);
    const page = await sent({ form: { email: 'nobody' } });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('doesn’t look like an email address')]);
    expect([await whoIs(browser), await whoIs(other)]).toEqual([email, email]);
    expect(await eventsOf(browser, 'address.changed')).toEqual([]);
  });

  test('SS-10: one button ends live links, other sessions and a change of address, and this session goes on', async () => {
    const { email, browser, stepUp } = await withSecondFactor(site);
    const [second, asker] = [await stepUp(await logIn(site, email)), site.browser()];
    const to = newAddress();
    await change(second, to);
    const proof = await linkTo(site, to);
    // The change has ended the first session.
    const owner = await logIn(site, email);
    const live = [await requestLink(site, asker, email), await requestLink(site, site.browser(), email)];
    const before = (await owner.getJson('/security')).json<{ links: { id: string; expiresAt: number }[] }>();
    expect(before.links).toHaveLength(live.length);
    expect((await site.browser().postJson('/security/revoke-all', {})).json()).toEqual({ error: 'login_required' });

    expect((await owner.postJson('/security/revoke-all', {})).json()).toEqual({ status: 'revoked', links: 2 });
    expect(await whoIs(elsewhere(owner))).toBe(email);
    expect((await owner.getJson('/security')).json()).toMatchObject({ links: [] });
    expect([await whoIs(browser), await whoIs(elsewhere(second))]).toEqual([undefined, undefined]);
    expect((await openLink(asker, live[0] as { token: string })).json()).toEqual({ error: 'link_revoked' });
    // The thief's session asked for it, and has it still.
    expect((await openLink(second, proof)).json()).toEqual({ error: 'login_refused' });
    // A step-up renews the session, and it has outlived the others all the same.
    await stepUp(owner);
    expect(await whoIs(elsewhere(owner))).toBe(email);
    expect(await whoIs(await logIn(site, email))).toBe(email);
  });

  test('SS-10: for a person it is a page, which says once what was done', async () => {
    const email = newAddress();
    const browser = await logIn(site, email);
    await requestLink(site, site.browser(), email);
    const answer = await browser.post('/security/revoke-all');
    expect([answer.status, answer.headers.location]).toEqual([303, '/security']);
    expect((await browser.get('/security')).text).toContain('One link was cancelled.');
    expect((await browser.get('/security')).text).not.toContain('logged out.');
  });
});

test('AC-04, EN-03: a change that is limited has changed nothing, and says how long to wait', async () => {
  const site = await startSite({ env: { LIMITS: 'on' } });
  const { browser } = await withSecondFactor(site);
  const [first, second] = [newAddress(), newAddress()];
  expect((await change(browser, first)).status).toBe(200);
  const limited = await change(browser, second);
  expect([limited.status, limited.json()]).toEqual([429, { error: 'rate_limited' }]);
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  expect((await browser.post('/account/email', { email: second })).text).toMatch(/Please wait \d+ seconds/);
  expect(await whoIs(browser)).toBe(first);
  expect(await eventsOf(browser, 'address.changed')).toHaveLength(1);
  expect((await openLink(browser, await linkTo(site, first))).status).toBe(200);
  expect((await site.recipients()).filter((to) => to === second)).toEqual([]);
});

test('AC-04, SE-07: Redis holds no address of an account in the clear, be it old, new or to come; sessions neither', async () => {
  const site = await startSite({ redis: true });
  const { email: old, browser, stepUp } = await withSecondFactor(site);
  const [to, toCome] = [newAddress(), newAddress()];
  await change(browser, to);
  await openLink(browser, await linkTo(site, to));
  await change(await stepUp(browser), toCome);
  const kept = await dump(site.redis);
  const keys = [...kept.keys()];
  expect(keys).toEqual(expect.arrayContaining([`sess:${sessionIdIn(browser)}`, 'example:audit']));
  for (const address of [old, to, toCome]) expect([...kept].flat().join('\n')).not.toContain(address);
  // One row for the user, and a name for the address that logs in.
  expect(keys.filter((key) => key.startsWith('users:'))).toHaveLength(2);
});

test('AC-04: while a secret is replaced, accounts are found under the old one and the new one', async () => {
  const site = await startSite({ redis: true });
  const { email, browser } = await withSecondFactor(site);
  const next = await startExample({
    REDIS_URL: site.redis.url,
    SMTP_URL: site.smtp.url,
    MAGIC_LINK_SECRET: SECRET,
    ORIGIN: site.origin,
    SESSION_SECRET: `the session secret that comes from now on,${SECRET}`,
  });
  onTestFinished(async () => void (await next.stop()));
  expect(await whoIs(browser.copy(next.origin))).toBe(email);
  expect(await hasFactor(await logIn(site, email, next.browser()))).toBe(true);
});
