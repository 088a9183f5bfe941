/** Passkeys: bound to origin, session, user and one challenge, with user verification, and a counter that moves on. */
import { expect, test } from 'vitest';
import { passkeys } from '../../../lib/step-up/factors/passkeys.js';
import { Authenticator, type Lies } from '../../support/authenticator.js';
import type { Browser } from '../../support/browser.js';
import { misuse } from '../../support/errors.js';
import { contextOf, isThrough, type StepUpApp, startStepUp } from '../../support/step-up.js';

type Options = { challenge: string };

const options = async (browser: Browser, path: string) => (await browser.postJson(path, {})).json<Options>();

async function enrol(app: StepUpApp, browser: Browser, authenticator = new Authenticator(app.origin)) {
  const created = authenticator.create(await options(browser, '/step-up/passkey/enrol/options'));
  const answer = await browser.postJson('/step-up/passkey/enrol', created);
  return { authenticator, answer };
}

async function withPasskey() {
  const app = await startStepUp({ demand: { level: 3 } });
  const browser = await app.logIn();
  const { authenticator } = await enrol(app, browser);
  return { app, browser, authenticator };
}

const use = async (browser: Browser, authenticator: Authenticator, lies: Lies = {}) =>
  browser.postJson('/step-up/passkey', authenticator.get(await options(browser, '/step-up/passkey/options'), lies));

test('SU-08: a passkey is enrolled and used, and is level 3', async () => {
  const app = await startStepUp({ demand: { level: 3 } });
  const browser = await app.logIn();
  const { authenticator, answer } = await enrol(app, browser);
  expect(answer.json()).toMatchObject({ status: 'enrolled', recoveryCodes: expect.any(Array) });
  expect(await isThrough(browser)).toBe(false);
  expect((await use(browser, authenticator)).json()).toEqual({ status: 'stepped_up' });
  expect(await isThrough(browser)).toBe(true);
  expect(await contextOf(browser)).toMatchObject({ level: 3, acr: 'urn:passport-bound-link:passkey' });
});

test('SU-16: amr says of a passkey what was seen, and nothing of where its key lies', async () => {
  const { browser, authenticator } = await withPasskey();
  await use(browser, authenticator);
  expect((await contextOf(browser))?.amr).toEqual(['urn:passport-bound-link:link', 'pop', 'user', 'mfa']);
});

test('SU-08: the options ask for user verification, by the origin of the configuration', async () => {
  const { app, browser, authenticator } = await withPasskey();
  const headers = { accept: 'application/json', host: 'evil.test', 'x-forwarded-host': 'evil.test' };
  const begun = await browser.send('/step-up/passkey/enrol/options', { method: 'POST', json: {}, headers });
  // The account has a factor now: adding one takes a step-up.
  expect(begun.status).toBe(401);
  const asked = await browser.send('/step-up/passkey/options', { method: 'POST', json: {}, headers });
  expect(asked.json()).toMatchObject({
    rpId: new URL(app.origin).hostname,
    userVerification: 'required',
    allowCredentials: [{ id: authenticator.id, type: 'public-key' }],
  });
  expect(Buffer.from(asked.json<Options>().challenge, 'base64url').length).toBeGreaterThanOrEqual(32);
});

const LIES: [string, Lies][] = [
  ['another origin', { origin: 'https://evil.test' }],
  ['another site', { rpId: 'evil.test' }],
  ['another challenge', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
  ['the other ceremony', { type: 'webauthn.other' }],
  ['no user verification', { unverified: true }],
];

test.each([...LIES, ['another key', { otherKey: true }]] as [string, Lies][])(
  'SU-08: a proof with %s is wrong',
  async (_what, lies) => {
    const { browser, authenticator } = await withPasskey();
    const answer = await use(browser, authenticator, lies);
    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual({ error: 'factor_wrong' });
    expect(await isThrough(browser)).toBe(false);
    expect((await use(browser, authenticator)).status).toBe(200);
  },
);

test.each(LIES)('SU-08: an enrolment with %s is wrong', async (_what, lies) => {
  const app = await startStepUp();
  const browser = await app.logIn();
  const created = new Authenticator(app.origin).create(await options(browser, '/step-up/passkey/enrol/options'), lies);
  expect((await browser.postJson('/step-up/passkey/enrol', created)).json()).toEqual({ error: 'factor_wrong' });
  expect((await browser.getJson('/step-up')).json()).toMatchObject({ enrolled: [], waiting: [] });
});

test('SU-08: a counter that stands still or goes back is wrong', async () => {
  const { browser, authenticator } = await withPasskey();
  expect((await use(browser, authenticator, { counter: 10 })).status).toBe(200);
  for (const counter of [10, 9, 0]) expect((await use(browser, authenticator, { counter })).status).toBe(401);
  expect((await use(browser, authenticator, { counter: 11 })).status).toBe(200);
});

test('RC-09: a challenge is used once, also by a wrong answer, and by 50 right ones at the same time', async () => {
  const { browser, authenticator } = await withPasskey();
  const asked = await options(browser, '/step-up/passkey/options');
  const proofs = Array.from({ length: 50 }, () => authenticator.get(asked));
  const answers = await Promise.all(proofs.map((proof) => browser.copy().postJson('/step-up/passkey', proof)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(49);

  const [winner] = answers.filter(({ status }) => status === 200);
  browser.setCookie('sid', /sid=([^;]+)/.exec(winner?.setCookies[0] ?? '')?.[1] ?? '');
  const second = await options(browser, '/step-up/passkey/options');
  await browser.postJson('/step-up/passkey', authenticator.get(second, { unverified: true }));
  const right = await browser.postJson('/step-up/passkey', authenticator.get(second));
  expect(right.json()).toEqual({ error: 'factor_wrong' });
});

test('RC-09: a challenge of an enrolment is used once, and is no challenge of a proof', async () => {
  const app = await startStepUp();
  const browser = await app.logIn();
  const asked = await options(browser, '/step-up/passkey/enrol/options');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      browser.copy().postJson('/step-up/passkey/enrol', new Authenticator(app.origin).create(asked)),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await browser.getJson('/step-up')).json<{ factors: object[] }>().factors).toHaveLength(1);
});

test('SU-08: a challenge is of one session and one user, and ends', async () => {
  const { app, browser, authenticator } = await withPasskey();
  const asked = await options(browser, '/step-up/passkey/options');
  const elsewhere = await app.logIn();
  expect((await elsewhere.postJson('/step-up/passkey', authenticator.get(asked))).status).toBe(401);
  // And another user's passkey proves nothing, whoever was asked.
  const eve = await app.logIn('eve@example.com');
  const { authenticator: hers } = await enrol(app, eve);
  expect((await browser.postJson('/step-up/passkey', hers.get(asked))).status).toBe(401);
  const late = await options(browser, '/step-up/passkey/options');
  app.later(600);
  expect((await browser.postJson('/step-up/passkey', authenticator.get(late))).status).toBe(401);
  expect((await use(browser, authenticator)).status).toBe(200);
});

test.each([{}, { id: 'x' }, [], { id: 5, response: null }, { response: {} }])(
  'SU-08: what is no answer of a browser is wrong, and no error: %j',
  async (body) => {
    const { browser, authenticator } = await withPasskey();
    await options(browser, '/step-up/passkey/options');
    expect((await browser.postJson('/step-up/passkey', body)).json()).toEqual({ error: 'factor_wrong' });
    await options(browser, '/step-up/passkey/options');
    const withId = { ...body, id: authenticator.id };
    expect((await browser.postJson('/step-up/passkey', withId)).json()).toEqual({ error: 'factor_wrong' });
  },
);

test('SU-05: wrong passkeys lock nothing: there is nothing to guess', async () => {
  const { browser, authenticator } = await withPasskey();
  for (let i = 0; i < 7; i++) await use(browser, authenticator, { unverified: true });
  expect((await use(browser, authenticator)).status).toBe(200);
});

test('several passkeys can be enrolled, and an authenticator that has one is named', async () => {
  const { app, browser, authenticator } = await withPasskey();
  await use(browser, authenticator);
  const asked = await browser.postJson('/step-up/passkey/enrol/options', {});
  expect(asked.json()).toMatchObject({ excludeCredentials: [{ id: authenticator.id, transports: ['internal'] }] });
  const second = new Authenticator(app.origin);
  await browser.postJson('/step-up/passkey/enrol', second.create(asked.json<Options>()));
  expect((await browser.getJson('/step-up')).json()).toMatchObject({
    enrolled: ['passkey'],
    available: ['passkey', 'totp'],
  });
  expect((await use(browser, second)).status).toBe(200);
  expect((await use(browser, authenticator)).status).toBe(200);
});

test('a form brings the answer in one field', async () => {
  const { app, browser, authenticator } = await withPasskey();
  const proof = authenticator.get(await options(browser, '/step-up/passkey/options'));
  for (const response of ['', 'no JSON', 'null', '5']) {
    expect((await browser.post('/step-up/passkey', { response })).status).toBe(400);
  }
  const answer = await browser.post('/step-up/passkey', { response: JSON.stringify(proof) });
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toBe('/step-up/factors');
  expect(app.events.at(-1)?.type).toBe('step_up.succeeded');
});

test.each([
  [{ rpName: '' }, 'rpName must be a name'],
  [{ rpname: 'Acme' }, "passkeys has no option 'rpname'; did you mean rpName?"],
])('a wrong option is a TypeError that names the right one: %j', (wrong, message) => {
  expect(() => passkeys(wrong as object)).toThrow(misuse(message));
});
