/** SU: what the inbox alone must not open stays shut, to whoever holds a session of the mailbox, a seed's code or a cookie. */
import { describe, expect, test } from 'vitest';
import { Authenticator } from '../support/authenticator.js';
import { type Browser, JSON_HEADERS } from '../support/browser.js';
import { newAddress, sessionIdIn, useSite } from '../support/site.js';
import { codeOf, wrongCode } from '../support/totp.js';

/** Two processes, one Redis. */
const site = useSite({ processes: 2 });

const TRANSFER = { amount: '12.50', to: 'Bob' };
const transfer = (browser: Browser) => browser.postJson('/transfer', TRANSFER);
const account = async (browser: Browser) =>
  (await browser.getJson('/account')).json<{ level: number; acr: string; amr: string[] }>();

/** The same cookies, at the other process. */
const atOther = (browser: Browser): Browser => browser.copy(site.apps[1]?.origin);

/** Somebody new who has enrolled TOTP; the mail that says so is read. */
async function withTotp() {
  const email = newAddress();
  const { browser } = await site.logIn(email);
  const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string; uri: string }>();
  const code = codeOf(secret, Date.now());
  const confirmed = await browser.postJson('/step-up/totp/confirm', { code });
  const { status, recoveryCodes } = confirmed.json<{ status: string; recoveryCodes: string[] }>();
  expect(status).toBe('enrolled');
  await site.noticeTo(email, /^A second factor was added/);
  // Of the step after the one that enrolled, whatever time it is by now.
  return { email, browser, secret, used: code, recoveryCodes, next: () => codeOf(secret, Date.now(), 1) };
}

test('SU-01, SU-02: a link does not transfer, by GET or POST, for a program or a person', async () => {
  const { browser } = await site.logIn();
  for (const method of ['GET', 'POST']) {
    const answer = await browser.send('/transfer', { method, json: TRANSFER, headers: JSON_HEADERS });
    expect([answer.status, answer.json()]).toEqual([401, { error: 'step_up_required' }]);
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer error="insufficient_user_authentication", error_description="[^"]+", acr_values="urn:passport-bound-link:second-factor", max_age="300"$/,
    );
    const page = await browser.send('/transfer', { method, ...(method === 'POST' && { form: TRANSFER }) });
    expect([page.status, page.headers.location]).toEqual([303, '/step-up']);
  }
  expect((await transfer(site.browser())).json()).toEqual({ error: 'login_required' });
  expect((await site.browser().get('/transfer')).headers.location).toBe('/login?returnTo=%2Ftransfer');
});

test('SU-03: however many links are opened, none is a step-up', async () => {
  const { browser, email } = await withTotp();
  for (let i = 0; i < 2; i++) {
    const { token } = await site.requestLink(browser, email);
    await browser.post('/login/callback', { token });
    expect((await transfer(browser)).status).toBe(401);
    expect((await transfer((await site.logIn(email)).browser)).status).toBe(401);
  }
});

test('SU-04: a code is used once, on whichever process, and the one that enrolled is used up', async () => {
  const { browser, used, next } = await withTotp();
  expect((await browser.postJson('/step-up/totp', { code: used })).json()).toEqual({ error: 'factor_wrong' });
  const code = next();
  expect((await browser.postJson('/step-up/totp', { code })).json()).toEqual({ status: 'stepped_up' });
  expect((await transfer(browser)).json()).toEqual({ status: 'transferred' });
  expect((await transfer(atOther(browser))).json()).toEqual({ status: 'transferred' });
  for (const session of [browser, atOther(browser)]) {
    expect((await session.postJson('/step-up/totp', { code })).json()).toEqual({ error: 'factor_wrong' });
  }
});

test('SU-04, RC-08: of 500 uses of one code at the same time, on two processes, one is accepted', async () => {
  const { browser, next } = await withTotp();
  const code = next();
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, i) =>
      (i % 2 ? browser.copy() : atOther(browser)).postJson('/step-up/totp', { code }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(499);
});

test('SU-05: five wrong codes lock, over sessions and processes, and a stranger’s do not lock anybody else', async () => {
  const { browser, email, secret, recoveryCodes, next } = await withTotp();
  const thief = (await site.logIn(email)).browser;
  const sessions = [browser, atOther(thief), thief, atOther(browser), thief];
  for (const session of sessions) {
    const answer = await session.postJson('/step-up/totp', { code: wrongCode(secret, Date.now()) });
    expect(answer.json()).toEqual({ error: 'factor_wrong' });
  }
  for (const session of sessions) {
    expect((await session.postJson('/step-up/totp', { code: next() })).json()).toEqual({ error: 'factor_locked' });
    const recovery = await session.postJson('/step-up/recovery', { code: recoveryCodes[0] });
    expect(recovery.json()).toEqual({ error: 'factor_locked' });
  }
  await site.noticeTo(email, /^Wrong codes entered/);
  const other = await withTotp();
  expect((await other.browser.postJson('/step-up/totp', { code: other.next() })).status).toBe(200);
});

test('SU-06, SE-07: Redis and the session hold no seed, recovery code or address in the clear', async () => {
  const { browser, email, secret, recoveryCodes } = await withTotp();
  const admin = site.admin();
  const factorKeys = await admin.keys('pbl:factors:*');
  expect(factorKeys.length).toBeGreaterThan(0);
  const keys = (await admin.keys('*')).filter((key) => !key.startsWith('sess:'));
  const values = await Promise.all(
    keys.map(async (key) => ((await admin.type(key)) === 'string' ? await admin.get(key) : '')),
  );
  const session = await admin.get(`sess:${sessionIdIn(browser)}`);
  for (const needle of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))]) {
    expect([...keys, ...values, session].join('\n')).not.toContain(needle);
  }
  expect([...keys, ...values].join('\n')).not.toContain(email);
});

describe('SU-07: a thief of the mailbox', () => {
  test('SU-07: enrols nothing that counts, is seen by the owner, and is cancelled', async () => {
    const email = newAddress();
    const owner = (await site.logIn(email)).browser;
    const thief = (await site.logIn(email)).browser;
    const { secret } = (await thief.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    const confirmed = await thief.postJson('/step-up/totp/confirm', { code: codeOf(secret, Date.now()) });
    const { activeAt, recoveryCodes } = confirmed.json<{ activeAt: number; recoveryCodes?: string[] }>();
    expect(activeAt).toBeGreaterThan(Date.now() / 1000 + 86_000);
    expect(recoveryCodes).toBeUndefined();
    await site.noticeTo(email, /^A second factor is about to be added/);
    expect((await thief.postJson('/step-up/totp', { code: codeOf(secret, Date.now(), 1) })).status).toBe(401);
    expect((await transfer(thief)).status).toBe(401);
    // At each login, and at each look.
    for (const path of ['/', '/step-up', '/step-up/factors']) {
      expect((await owner.get(path)).text).toMatch(/become active soon|Added, but not active yet/);
    }
    const [{ id = '' } = {}] = (await owner.getJson('/step-up')).json<{ waiting: { id: string }[] }>().waiting;
    expect((await owner.postJson('/step-up/remove', { id })).json()).toEqual({ status: 'removed' });
    expect((await thief.getJson('/step-up')).json()).toMatchObject({ enrolled: [], waiting: [] });
  });

  test('SU-07, SU-10: adds to, takes from and renews nothing of an account that has a factor', async () => {
    const { email, browser } = await withTotp();
    const [{ id = '' } = {}] = (await browser.getJson('/step-up')).json<{ factors: { id: string }[] }>().factors;
    const thief = (await site.logIn(email)).browser;
    for (const path of ['totp/enrol', 'passkey/enrol/options', 'recovery/renew', 'remove']) {
      const answer = await thief.postJson(`/step-up/${path}`, { id });
      expect([path, answer.status, answer.json()]).toEqual([path, 401, { error: 'step_up_required' }]);
    }
    for (const path of ['loss', 'reset', 'totp/remove', 'disable']) {
      expect((await thief.postJson(`/step-up/${path}`, {})).status).toBe(404);
    }
    expect((await browser.getJson('/step-up')).json()).toMatchObject({ enrolled: ['totp'], recoveryCodes: 10 });
  });
});

test('SU-08: a passkey steps up to level 3, and one of another origin, session or challenge does not', async () => {
  const { browser } = await site.logIn();
  const options = async (path: string, by = browser) =>
    (await by.postJson(`/step-up/passkey${path}`, {})).json<{
      challenge: string;
      rpId?: string;
      rp?: { id: string };
    }>();
  // The origin that is configured, not the one that is asked.
  const authenticator = new Authenticator('http://localhost:9');
  const asked = await options('/enrol/options');
  expect(asked.rp?.id).toBe('localhost');
  await browser.postJson('/step-up/passkey/enrol', authenticator.create(asked));
  const use = (body: unknown, by = browser) => by.postJson('/step-up/passkey', body);
  expect((await use(authenticator.get(await options('/options'), { origin: site.origin }))).status).toBe(401);
  expect((await use(authenticator.get(await options('/options'), { unverified: true }))).status).toBe(401);
  const fresh = await options('/options');
  expect((await use(authenticator.get(fresh), (await site.logIn()).browser)).status).toBe(401);
  const right = await browser.postJson('/step-up/passkey', authenticator.get(await options('/options')));
  expect(right.json()).toEqual({ status: 'stepped_up' });
  expect(await account(browser)).toMatchObject({ level: 3, acr: 'urn:passport-bound-link:passkey' });
});

test('RC-09: of 50 answers to one challenge at the same time, on two processes, one is looked at', async () => {
  const { browser } = await site.logIn();
  const authenticator = new Authenticator('http://localhost:9');
  const begin = async (path: string) => (await browser.postJson(path, {})).json<{ challenge: string }>();
  const created = authenticator.create(await begin('/step-up/passkey/enrol/options'));
  await browser.postJson('/step-up/passkey/enrol', created);
  const asked = await begin('/step-up/passkey/options');
  const proofs = Array.from({ length: 50 }, () => authenticator.get(asked));
  const answers = await Promise.all(
    proofs.map((proof, i) => (i % 2 ? browser.copy() : atOther(browser)).postJson('/step-up/passkey', proof)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('SU-09: ten recovery codes, each once, also for 100 at the same time', async () => {
  const { browser, email, recoveryCodes } = await withTotp();
  expect(recoveryCodes).toHaveLength(10);
  expect(new Set(recoveryCodes).size).toBe(10);
  const [first] = recoveryCodes;
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      (i % 2 ? browser.copy() : atOther(browser)).postJson('/step-up/recovery', { code: first }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  await site.noticeTo(email, /^(A recovery code was used|Wrong codes)/);
  expect((await browser.getJson('/step-up/factors')).text).not.toContain(first);
});

test('SU-11: nothing that is sent along elevates', async () => {
  const { browser } = await site.logIn();
  const forged = {
    level: 3,
    acr: 'urn:passport-bound-link:passkey',
    amr: ['mfa'],
    auth_time: Date.now(),
    time: Date.now(),
  };
  const headers = {
    'x-acr': forged.acr,
    authorization: 'Bearer x',
    cookie: `${browser.cookieHeader}; acr=${forged.acr}; level=3`,
  };
  const answer = await browser.postJson(
    '/transfer?level=3&acr=mfa',
    { ...TRANSFER, ...forged, session: forged },
    headers,
  );
  expect(answer.json()).toEqual({ error: 'step_up_required' });
  expect(await account(browser)).toMatchObject({ level: 1, amr: ['urn:passport-bound-link:link'] });
});

test('SS-01, SS-07: a step-up renews the session ID; logout and a login as anybody end the elevation', async () => {
  const { browser, email, recoveryCodes, next } = await withTotp();
  const old = browser.copy();
  await browser.postJson('/step-up/totp', { code: next() });
  expect(sessionIdIn(browser)).not.toBe(sessionIdIn(old));
  expect(await site.admin().exists(`sess:${sessionIdIn(old)}`)).toBe(0);
  expect((await transfer(old)).json()).toEqual({ error: 'login_required' });
  expect(await account(browser)).toMatchObject({ level: 2, amr: ['urn:passport-bound-link:link', 'otp'] });

  const elevated = browser.copy();
  await browser.post('/logout');
  for (const jar of [browser, elevated]) expect((await transfer(jar)).json()).toEqual({ error: 'login_required' });
  await site.logIn(email, browser);
  expect((await transfer(browser)).json()).toEqual({ error: 'step_up_required' });

  await browser.postJson('/step-up/recovery', { code: recoveryCodes[0] });
  expect((await transfer(browser)).status).toBe(200);
  await site.noticeTo(email, /^A recovery code was used/);
  const { token } = await site.requestLink(browser, newAddress());
  await browser.post('/login/callback', { token });
  expect((await transfer(browser)).json()).toEqual({ error: 'step_up_required' });
});

test('SU-12, SU-13: a step-up that was written into another session, or made old, counts for nothing', async () => {
  const { browser, email, next } = await withTotp();
  await browser.postJson('/step-up/totp', { code: next() });
  const admin = site.admin();
  const key = `sess:${sessionIdIn(browser)}`;
  const mine = JSON.parse((await admin.get(key)) ?? '{}');
  const KEY = 'passport-bound-link/step-up';
  const other = (await site.logIn(email)).browser;
  const theirs = JSON.parse((await admin.get(`sess:${sessionIdIn(other)}`)) ?? '{}');
  await admin.set(`sess:${sessionIdIn(other)}`, JSON.stringify({ ...theirs, [KEY]: mine[KEY] }), 'KEEPTTL');
  expect((await transfer(other)).json()).toEqual({ error: 'step_up_required' });
  expect((await transfer(browser)).status).toBe(200);
  mine[KEY].context.time -= 301;
  await admin.set(key, JSON.stringify(mine), 'KEEPTTL');
  expect((await transfer(browser)).json()).toEqual({ error: 'step_up_required' });
  expect(await account(browser)).toMatchObject({ level: 1, acr: 'urn:passport-bound-link:link' });
});

test('SU-14: another site steps nobody up, enrols nothing and transfers nothing', async () => {
  const { browser, next } = await withTotp();
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
  for (const path of ['totp', 'recovery', 'totp/enrol', 'totp/confirm', 'passkey/options', 'remove']) {
    const answer = await browser.postJson(`/step-up/${path}`, { code: next() }, foreign);
    expect([answer.status, answer.json()]).toEqual([403, { error: 'cross_site' }]);
  }
  await browser.postJson('/step-up/totp', { code: next() });
  expect((await browser.postJson('/transfer', TRANSFER, foreign)).status).toBe(403);
});

describe('SU-15: a person whose transfer was refused', () => {
  test('SU-15: sees it again after the step-up, and it is they who send it', async () => {
    const { browser, next } = await withTotp();
    const refused = await browser.get('/transfer?amount=12.50&to=Bob+%26+Co');
    expect(refused.headers.location).toBe('/step-up');
    const back = await browser.post('/step-up/totp', { code: next() });
    expect(back.headers.location).toBe('http://localhost:9/transfer?amount=12.50&to=Bob+%26+Co');
    const page = await browser.get('/transfer?amount=12.50&to=Bob+%26+Co');
    expect(page.text).toContain('Transfer <strong>12.50</strong> to <strong>Bob &amp; Co</strong>');
    const confirmation = /name="confirmation" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const fields = { amount: '12.50', to: 'Bob & Co', confirmation };
    // What was confirmed is what is sent: anything else is shown first.
    for (const changed of [{ amount: '1250' }, { to: 'Eve' }, { confirmation: '' }]) {
      expect((await browser.post('/transfer', { ...fields, ...changed })).text).toContain('Confirm the transfer');
    }
    expect((await browser.post('/transfer', fields)).text).toContain('You transferred 12.50 to Bob &amp; Co');
  });

  test('SU-15: by POST comes back by GET, to the form', async () => {
    const { browser, next } = await withTotp();
    expect((await browser.post('/transfer', TRANSFER)).headers.location).toBe('/step-up');
    const back = await browser.post('/step-up/totp', { code: next() });
    expect([back.status, back.headers.location]).toEqual([303, 'http://localhost:9/transfer']);
  });
});

test('RC-10: a logout beside a step-up leaves nobody logged in by the cookie that both had', async () => {
  for (let i = 0; i < 10; i++) {
    const { browser, next } = await withTotp();
    const [steps, leaves] = [browser.copy(), atOther(browser)];
    const [stepped] = await Promise.all([steps.postJson('/step-up/totp', { code: next() }), leaves.post('/logout')]);
    // Whoever came first: the old session is over, and a refused step-up sets no cookie.
    expect((await transfer(browser)).json()).toEqual({ error: 'login_required' });
    if (stepped.status !== 200) expect(stepped.setCookies).toEqual([]);
    if (stepped.status !== 200) expect((await transfer(steps)).json()).toEqual({ error: 'login_required' });
  }
});

test('IN-02: a transfer is an amount and a payee', async () => {
  const { browser, next } = await withTotp();
  await browser.postJson('/step-up/totp', { code: next() });
  for (const wrong of [
    {},
    { amount: 5 },
    { amount: 0, to: 'Bob' },
    { amount: -5, to: 'Bob' },
    { amount: '1e9', to: 'Bob' },
    { amount: Number.MAX_VALUE, to: 'Bob' },
    { amount: [5], to: 'Bob' },
    { amount: 5, to: ['Bob'] },
    { amount: 5, to: ' ' },
    { amount: 5, to: 'Bob\r\nEve' },
    [],
  ]) {
    const answer = await browser.postJson('/transfer', wrong);
    expect([wrong, answer.status, answer.json()]).toEqual([wrong, 400, { error: 'invalid_request' }]);
  }
  expect((await browser.postJson('/transfer', { amount: 12.5, to: 'Bob' })).json()).toEqual({ status: 'transferred' });
});
