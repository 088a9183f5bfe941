/** Who may add a factor, and from when on it counts: the mailbox alone adds none at once, and changes none. */
import { describe, expect, test } from 'vitest';
import { totp } from '../../../lib/step-up/factors/totp.js';
import type { Factor } from '../../../lib/step-up/index.js';
import { Authenticator } from '../../support/authenticator.js';
import { JSON_HEADERS } from '../../support/browser.js';
import { enrolTotp, isThrough, type StepUpApp, startStepUp, stepUpByTotp, withTotp } from '../../support/step-up.js';
import { wrongCode } from '../../support/totp.js';

const DAY = 86_400;
const ADA = 'ada@example.com';

/** Ada's account exists, and she is in another session than the one that made it. */
async function later(app: StepUpApp) {
  await app.logIn();
  return app.logIn();
}

describe('the first factor', () => {
  test('SU-07: counts at once in the session that made the account', async () => {
    const app = await startStepUp();
    const { browser, secret, activeAt, recoveryCodes } = await withTotp(app);
    expect(activeAt).toBeUndefined();
    expect(recoveryCodes).toHaveLength(10);
    await stepUpByTotp(app, browser, secret);
    expect(await isThrough(browser)).toBe(true);
    expect(app.notices).toMatchObject([
      { type: 'enrolled', factor: 'totp', label: 'Authenticator app', person: { id: ADA } },
    ]);
  });

  test('SU-07: waits a day in any other session, and brings no recovery codes', async () => {
    const app = await startStepUp();
    const browser = await later(app);
    const { secret, activeAt, recoveryCodes } = await enrolTotp(app, browser);
    expect(activeAt).toBe(app.now() / 1000 - 30 + DAY);
    expect(recoveryCodes).toEqual([]);
    expect(app.notices).toMatchObject([{ type: 'waiting', factor: 'totp', at: activeAt }]);
    expect(app.events.at(-1)).toMatchObject({ type: 'factor.enrolled', reason: 'waiting' });
    expect((await browser.getJson('/step-up')).json()).toMatchObject({
      enrolled: [],
      waiting: [{ factor: 'totp', activeAt }],
      recoveryCodes: 0,
    });
    app.later(DAY - 31);
    expect((await browser.postJson('/step-up/totp', { code: app.code(secret) })).json()).toEqual({
      error: 'factor_wrong',
    });
    app.later(1);
    await stepUpByTotp(app, browser, secret);
    expect(await isThrough(browser)).toBe(true);
  });

  test('SU-07: waits for who logs in again in the browser that made the account, and without a signupRecordId', async () => {
    const app = await startStepUp();
    const browser = await app.logIn();
    await app.logIn(undefined, browser);
    expect((await enrolTotp(app, browser)).activeAt).toBeDefined();

    const without = await startStepUp({ stepUp: { user: () => ({ id: '1', name: 'Ada' }) } });
    expect((await enrolTotp(without, await without.logIn())).activeAt).toBeDefined();
  });

  test('SU-07: coolingOff is how long it waits', async () => {
    const app = await startStepUp({ stepUp: { coolingOff: 7200 } });
    const { activeAt } = await enrolTotp(app, await later(app));
    expect(activeAt).toBe(app.now() / 1000 - 30 + 7200);
  });

  test('SU-07: one that waits is told at each look, and is cancelled from any session of its user', async () => {
    const app = await startStepUp();
    const thief = await later(app);
    const { secret } = await enrolTotp(app, thief);
    const owner = await app.logIn();
    const [waiting] = await app.stepUp.waiting(ADA);
    expect(waiting).toMatchObject({ factor: 'totp' });
    for (const path of ['/step-up', '/step-up/factors']) {
      const { text } = await owner.get(path);
      expect(text).toContain('Authenticator app');
      expect(text).toContain(`value="${waiting?.id}"`);
    }
    // Of its user alone.
    const eve = await app.logIn('eve@example.com');
    expect((await eve.postJson('/step-up/remove', { id: waiting?.id })).json()).toEqual({ error: 'invalid_request' });
    expect((await owner.postJson('/step-up/remove', { id: waiting?.id })).json()).toEqual({ status: 'removed' });
    expect(app.notices.at(-1)).toMatchObject({ type: 'cancelled' });
    expect(app.events.at(-1)).toMatchObject({ type: 'factor.removed', reason: 'cancelled' });
    app.later(2 * DAY);
    expect((await thief.postJson('/step-up/totp', { code: app.code(secret) })).json()).toEqual({
      error: 'factor_wrong',
    });
    expect(await app.stepUp.waiting(ADA)).toEqual([]);
  });

  test('SU-07: one that is vouched for ends those that wait', async () => {
    const app = await startStepUp();
    const owner = await app.logIn();
    const thief = await app.logIn();
    const asked = (await thief.postJson('/step-up/passkey/enrol/options', {})).json<{ challenge: string }>();
    await thief.postJson('/step-up/passkey/enrol', new Authenticator(app.origin).create(asked));
    expect(await app.stepUp.waiting(ADA)).toMatchObject([{ factor: 'passkey' }]);
    expect((await enrolTotp(app, owner)).activeAt).toBeUndefined();
    expect(await app.stepUp.overview(ADA)).toMatchObject({ enrolled: ['totp'], waiting: [] });
    app.later(2 * DAY);
    expect(await app.stepUp.overview(ADA)).toMatchObject({ enrolled: ['totp'] });
  });
});

describe('once a factor counts', () => {
  test('SU-07, SU-10: a session of the mailbox alone adds, replaces, removes and renews nothing', async () => {
    const app = await startStepUp();
    const { secret } = await withTotp(app);
    const [{ id = '' } = {}] = (await app.stepUp.overview(ADA)).factors;
    const mailbox = await app.logIn();
    for (const [path, body] of [
      ['/step-up/totp/enrol', {}],
      ['/step-up/passkey/enrol/options', {}],
      ['/step-up/recovery/renew', {}],
      ['/step-up/remove', { id }],
    ] as const) {
      const answer = await mailbox.postJson(path, body);
      expect([path, answer.status, answer.json()]).toEqual([path, 401, { error: 'step_up_required' }]);
      expect(answer.headers['www-authenticate']).toContain('acr_values="urn:passport-bound-link:second-factor"');
      const page = await mailbox.post(path, body);
      expect([page.status, page.headers.location]).toEqual([303, '/step-up']);
    }
    expect((await app.stepUp.overview(ADA)).factors).toMatchObject([{ id }]);
    await stepUpByTotp(app, mailbox, secret);
    expect((await mailbox.postJson('/step-up/remove', { id })).status).toBe(200);
  });

  test('SU-07: an enrolment that was begun before does not finish after', async () => {
    const app = await startStepUp();
    const owner = await app.logIn();
    const thief = await app.logIn();
    const { secret } = (await thief.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    await enrolTotp(app, owner);
    const answer = await thief.postJson('/step-up/totp/confirm', { code: app.code(secret) });
    expect(answer.json()).toEqual({ error: 'step_up_required' });
    expect((await app.stepUp.overview(ADA)).factors).toHaveLength(1);
  });

  test('SU-07: a change takes a step-up of the last 300 s, or of maxAge', async () => {
    for (const [stepUp, seconds] of [
      [{}, 300],
      [{ maxAge: 60 }, 60],
    ] as const) {
      const app = await startStepUp({ stepUp });
      const { browser, secret } = await withTotp(app);
      await stepUpByTotp(app, browser, secret);
      app.later(seconds - 30);
      expect((await browser.postJson('/step-up/recovery/renew', {})).status).toBe(200);
      app.later(1);
      expect((await browser.postJson('/step-up/recovery/renew', {})).status).toBe(401);
    }
  });

  test('SU-07: it takes the highest level that the account has', async () => {
    const app = await startStepUp({ stepUp: { factors: [totp(), strong] } });
    const { browser, secret, recoveryCodes } = await withTotp(app);
    await stepUpByTotp(app, browser, secret);
    await browser.postJson('/step-up/strong/enrol', {});
    expect((await browser.postJson('/step-up/strong/confirm', { code: 'yes' })).json()).toEqual({ status: 'enrolled' });
    const answer = await browser.postJson('/step-up/totp/enrol', {});
    expect(answer.headers['www-authenticate']).toContain('acr_values="urn:passport-bound-link:passkey"');
    await browser.postJson('/step-up/strong', { code: 'yes' });
    expect((await browser.postJson('/step-up/totp/enrol', {})).status).toBe(200);
    // A recovery code stands in for the factor that is lost.
    await stepUpByTotp(app, browser, secret);
    expect((await browser.postJson('/step-up/totp/enrol', {})).status).toBe(401);
    await browser.postJson('/step-up/recovery', { code: recoveryCodes[0] });
    expect((await browser.postJson('/step-up/totp/enrol', {})).status).toBe(200);
  });

  test('a new TOTP replaces the old one, and recovery codes stay as they are', async () => {
    const app = await startStepUp();
    const { browser, secret, recoveryCodes } = await withTotp(app);
    await stepUpByTotp(app, browser, secret);
    const again = await enrolTotp(app, browser);
    expect(again.recoveryCodes).toEqual([]);
    expect((await browser.postJson('/step-up/totp', { code: app.code(secret) })).status).toBe(401);
    expect((await browser.postJson('/step-up/totp', { code: app.code(again.secret) })).status).toBe(200);
    expect((await browser.postJson('/step-up/recovery', { code: recoveryCodes[3] })).status).toBe(200);
  });

  test('SU-09: new recovery codes end the old ones, and the owner is told', async () => {
    const app = await startStepUp();
    const { browser, recoveryCodes } = await withTotp(app);
    await browser.postJson('/step-up/recovery', { code: recoveryCodes[0] });
    const answer = await browser.postJson('/step-up/recovery/renew', {});
    const { status, recoveryCodes: fresh } = answer.json<{ status: string; recoveryCodes: string[] }>();
    expect(status).toBe('renewed');
    expect(fresh).toHaveLength(10);
    expect((await browser.postJson('/step-up/recovery', { code: recoveryCodes[1] })).status).toBe(401);
    expect((await browser.postJson('/step-up/recovery', { code: fresh[0] })).status).toBe(200);
    expect(app.notices.map(({ type }) => type)).toContain('recovery_codes_renewed');
  });
});

describe('what was begun', () => {
  test('may be tried again with the right code, until it is finished, and once', async () => {
    const app = await startStepUp();
    const browser = await app.logIn();
    const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    for (let i = 0; i < 7; i++) {
      const wrong = await browser.postJson('/step-up/totp/confirm', { code: wrongCode(secret, app.now()) });
      expect(wrong.json()).toEqual({ error: 'factor_wrong' });
    }
    const code = app.code(secret);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => browser.copy().postJson('/step-up/totp/confirm', { code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await app.stepUp.overview(ADA)).factors).toHaveLength(1);
  });

  test('is finished once also where the factor waits', async () => {
    const app = await startStepUp();
    const browser = await later(app);
    const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    const code = app.code(secret);
    gatherWrites(app, 20);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => browser.copy().postJson('/step-up/totp/confirm', { code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(app.notices.map(({ type }) => type)).toEqual(['waiting']);
  });

  test('SU-13: is of its session and its user, ends after ten minutes, and gives way to a newer one', async () => {
    const app = await startStepUp();
    const browser = await app.logIn();
    const begin = async () => (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>().secret;
    const finish = async (secret: string, by = browser) =>
      (await by.postJson('/step-up/totp/confirm', { code: app.code(secret) })).status;
    const first = await begin();
    expect(await finish(first, await app.logIn())).toBe(401);
    expect(await finish(first, await app.logIn('eve@example.com'))).toBe(401);
    const second = await begin();
    expect(await finish(first)).toBe(401);
    app.later(600);
    expect(await finish(second)).toBe(401);
    expect(await finish(await begin())).toBe(200);
  });

  test('is nothing without a beginning', async () => {
    const app = await startStepUp();
    const browser = await app.logIn();
    expect((await browser.postJson('/step-up/totp/confirm', { code: '123456' })).json()).toEqual({
      error: 'factor_wrong',
    });
  });
});

test('an account has twenty factors at most', async () => {
  const app = await startStepUp({ stepUp: { factors: [{ ...strong, multiple: true }] } });
  const browser = await app.logIn();
  for (let i = 0; i < 20; i++) {
    await browser.postJson('/step-up/strong/enrol', {});
    expect((await browser.postJson('/step-up/strong/confirm', { code: 'yes' })).status).toBe(200);
    await browser.postJson('/step-up/strong', { code: 'yes' });
  }
  await browser.postJson('/step-up/strong/enrol', {});
  expect((await browser.postJson('/step-up/strong/confirm', { code: 'yes' })).json()).toEqual({
    error: 'invalid_request',
  });
});

test("a factor of the app's own has routes and pages of its name", async () => {
  const app = await startStepUp({ stepUp: { factors: [strong] } });
  const browser = await app.logIn();
  expect((await browser.get('/step-up/factors')).text).toContain('action="/step-up/strong/enrol"');
  const enrol = await browser.post('/step-up/strong/enrol');
  expect(enrol.text).toContain('action="/step-up/strong/confirm"');
  await browser.send('/step-up/strong/confirm', { method: 'POST', form: { code: 'yes' }, headers: JSON_HEADERS });
  expect((await browser.get('/step-up')).text).toContain('Code from your magic word');
  expect((await browser.post('/step-up/strong', { code: 'no' })).status).toBe(401);
  expect((await browser.post('/step-up/strong', { code: 'yes' })).status).toBe(303);
});

/** Holds the first writes to the factor store until so many are there: all have read the same. */
function gatherWrites({ store }: StepUpApp, count: number): void {
  const write = store.write.bind(store);
  const held: (() => void)[] = [];
  store.write = async (...args) => {
    if (held.length < count) {
      await new Promise<void>((resolve) => {
        if (held.push(resolve) === count) for (const release of held) release();
      });
    }
    return write(...args);
  };
}

/** The smallest factor that there can be. */
const strong: Factor = {
  name: 'strong',
  label: 'Magic word',
  level: 3,
  multiple: false,
  guessable: false,
  beginEnrolment: () => ({ serverState: null, clientOptions: {} }),
  finishEnrolment: (_situation, _serverState, response) => (response === 'yes' ? { word: 'yes' } : undefined),
  verify: (_situation, credential, _serverState, response) =>
    response === (credential as { word: string }).word ? { credential, amr: ['kba'] } : undefined,
};
