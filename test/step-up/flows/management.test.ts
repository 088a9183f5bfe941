/** The lost device: a recovery code, or a delay that a second channel is told of, and never the mailbox alone. */
import { describe, expect, test } from 'vitest';
import type { FactorNotice } from '../../../lib/step-up/index.js';
import type { Browser } from '../../support/browser.js';
import { enrolTotp, startStepUp, stepUpByTotp, withTotp } from '../../support/step-up.js';

const ADA = 'ada@example.com';
const DELAY = 7 * 86_400;

async function start(notify?: (notice: FactorNotice) => unknown) {
  const channel: FactorNotice[] = [];
  const recovery = { delay: DELAY, notify: notify ?? ((notice: FactorNotice) => channel.push(notice)) };
  const app = await startStepUp({ stepUp: { recovery } });
  const { secret, recoveryCodes } = await withTotp(app);
  const mailbox = await app.logIn();
  return { app, channel, secret, recoveryCodes, mailbox };
}

const report = (browser: Browser) => browser.postJson('/step-up/loss', {});
const enrolled = async ({ app }: Awaited<ReturnType<typeof start>>) => (await app.stepUp.overview(ADA)).enrolled;

test('SU-10: without the option there is no such way', async () => {
  const app = await startStepUp();
  const { browser } = await withTotp(app);
  for (const path of ['/step-up/loss', '/step-up/loss/withdraw']) {
    expect((await browser.postJson(path, {})).status).toBe(404);
  }
  expect((await browser.get('/step-up/factors')).text).not.toContain('/step-up/loss');
});

describe('a loss that is reported', () => {
  test('SU-10: ends the factors after the delay, and not a second before', async () => {
    const all = await start();
    const { app, channel, mailbox, secret } = all;
    const expiresAt = app.now() / 1000 + DELAY;
    expect((await report(mailbox)).json()).toEqual({ status: 'loss_reported', expiresAt });
    expect(channel).toMatchObject([{ type: 'lost', person: { id: ADA }, at: expiresAt }]);
    expect(app.notices.at(-1)).toMatchObject({ type: 'lost', at: expiresAt });
    expect(app.events.at(-1)).toMatchObject({ type: 'factor.removed', reason: 'loss_reported', severity: 'high' });
    expect((await mailbox.get('/step-up/factors')).text).toContain('All your second factors end on');
    app.later(DELAY - 1);
    expect(await enrolled(all)).toEqual(['totp']);
    expect((await mailbox.postJson('/step-up/totp/enrol', {})).status).toBe(401);
    app.later(1);
    expect(await app.stepUp.overview(ADA)).toMatchObject({ enrolled: [], recoveryCodes: 0, expiresAt: undefined });
    expect((await mailbox.postJson('/step-up/totp', { code: app.code(secret) })).status).toBe(401);
    // And the mailbox alone enrols none at once.
    expect((await enrolTotp(app, mailbox)).activeAt).toBeDefined();
  });

  test('SU-10: a second report moves nothing', async () => {
    const { app, channel, mailbox } = await start();
    const first = (await report(mailbox)).json();
    app.later(3600);
    expect((await report(mailbox)).json()).toEqual(first);
    expect(channel).toHaveLength(1);
  });

  test('SU-10: any use of a factor ends it', async () => {
    for (const how of ['totp', 'recovery'] as const) {
      const all = await start();
      const { app, mailbox, secret, recoveryCodes } = all;
      await report(mailbox);
      const owner = await app.logIn();
      if (how === 'totp') await stepUpByTotp(app, owner, secret);
      else await owner.postJson('/step-up/recovery', { code: recoveryCodes[0] });
      app.later(DELAY);
      expect(await enrolled(all)).toEqual(['totp']);
    }
  });

  test('SU-10: a wrong code does not', async () => {
    const all = await start();
    await report(all.mailbox);
    await all.mailbox.postJson('/step-up/totp', { code: '000000' });
    all.app.later(DELAY);
    expect(await enrolled(all)).toEqual([]);
  });

  test('SU-10: it can be withdrawn from any session of the user', async () => {
    const all = await start();
    const { app, mailbox } = all;
    await report(mailbox);
    const owner = await app.logIn();
    const withdraw = () => owner.postJson('/step-up/loss/withdraw', {});
    expect((await withdraw()).json()).toEqual({ status: 'loss_withdrawn' });
    expect((await withdraw()).json()).toEqual({ status: 'loss_withdrawn' });
    expect(app.notices.filter(({ type }) => type === 'loss_withdrawn')).toHaveLength(1);
    app.later(DELAY);
    expect(await enrolled(all)).toEqual(['totp']);
  });

  test('SU-10: nothing begins where the second channel could not be told', async () => {
    const all = await start(async () => {
      throw new Error('no such number');
    });
    const answer = await report(all.mailbox);
    expect([answer.status, answer.json()]).toEqual([503, { error: 'unavailable' }]);
    expect(await all.app.stepUp.overview(ADA)).toMatchObject({ expiresAt: undefined });
    expect(all.app.events.map(({ type }) => type)).not.toContain('store.unavailable');
    all.app.later(DELAY);
    expect(await enrolled(all)).toEqual(['totp']);
  });

  test('who has no factor has none to lose', async () => {
    const { app } = await start();
    const eve = await app.logIn('eve@example.com');
    expect((await report(eve)).json()).toEqual({ error: 'invalid_request' });
  });

  test('a person comes back to their factors', async () => {
    const { mailbox } = await start();
    for (const path of ['/step-up/loss', '/step-up/loss/withdraw']) {
      const answer = await mailbox.post(path);
      expect([answer.status, answer.headers.location]).toEqual([303, '/step-up/factors']);
    }
  });
});

test('SU-10: removing the factor takes it, or a recovery code; then the mailbox is told', async () => {
  const { app, recoveryCodes, mailbox } = await start();
  const [{ id = '' } = {}] = (await app.stepUp.overview(ADA)).factors;
  expect((await mailbox.postJson('/step-up/remove', { id })).json()).toEqual({ error: 'step_up_required' });
  await mailbox.postJson('/step-up/recovery', { code: recoveryCodes[0] });
  for (const wrong of [undefined, 5, '', 'x', [id]]) {
    expect((await mailbox.postJson('/step-up/remove', { id: wrong })).json()).toEqual({ error: 'invalid_request' });
  }
  expect((await mailbox.postJson('/step-up/remove', { id })).json()).toEqual({ status: 'removed' });
  expect(app.notices.at(-1)).toMatchObject({ type: 'removed', label: 'Authenticator app' });
  expect(app.events.at(-1)).toMatchObject({ type: 'factor.removed', factor: 'totp', reason: 'removed' });
});
