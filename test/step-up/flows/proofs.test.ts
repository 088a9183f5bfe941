/** A proof is accepted once, and wrong ones are counted for the user, whatever runs at the same time and where. */
import { describe, expect, test } from 'vitest';
import { ada } from '../../support/app.js';
import type { Browser } from '../../support/browser.js';
import { contextOf, enrolTotp, isThrough, startStepUp, stepUpByTotp, withTotp } from '../../support/step-up.js';
import { wrongCode } from '../../support/totp.js';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

const totp = (browser: Browser, code: unknown) => browser.postJson('/step-up/totp', { code });
const recover = (browser: Browser, code: unknown) => browser.postJson('/step-up/recovery', { code });
const WRONG = { error: 'factor_wrong' };
const LOCKED = { error: 'factor_locked' };

describe('TOTP', () => {
  test('SU-04: the code that enrolled is used up, and so is each that stepped up', async () => {
    const app = await startStepUp();
    const browser = await app.logIn();
    const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    const first = app.code(secret);
    await browser.postJson('/step-up/totp/confirm', { code: first });
    expect((await totp(browser, first)).json()).toEqual(WRONG);
    app.later(30);
    const second = app.code(secret);
    expect((await totp(browser, second)).status).toBe(200);
    expect((await totp(browser, second)).json()).toEqual(WRONG);
    expect((await totp(browser, first)).json()).toEqual(WRONG);
  });

  test('SU-04, RC-08: of 500 uses of one step at the same time, from two sessions, one is accepted', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    const other = await app.logIn();
    const code = app.code(secret);
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, i) => totp((i % 2 ? browser : other).copy(), code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(499);
    expect(app.events.filter(({ type }) => type === 'step_up.succeeded')).toHaveLength(1);
  });

  test('SU-05: after five wrong tries no code is taken, right or wrong, in any session, for 15 minutes', async () => {
    const app = await startStepUp();
    const { browser, secret, recoveryCodes } = await withTotp(app);
    const wrong = () => wrongCode(secret, app.now());
    const elsewhere = await app.logIn();
    for (const session of [browser, elsewhere, browser, elsewhere]) {
      expect((await totp(session, wrong())).json()).toEqual(WRONG);
    }
    // A right one in between gives no further tries.
    await stepUpByTotp(app, browser, secret);
    expect((await totp(browser, wrong())).json()).toEqual(WRONG);
    const third = await app.logIn();
    for (const session of [browser, elsewhere, third]) {
      expect((await totp(session, app.code(secret))).json()).toEqual(LOCKED);
      expect((await recover(session, recoveryCodes[0])).json()).toEqual(LOCKED);
    }
    expect(await isThrough(third)).toBe(false);
    expect(app.events.filter(({ severity }) => severity === 'high')).toMatchObject([
      { type: 'step_up.failed', reason: 'locked', factor: 'totp' },
    ]);
    expect(app.notices.filter(({ type }) => type === 'locked')).toHaveLength(1);
    app.later(870);
    expect((await totp(third, app.code(secret))).status).toBe(200);
  });

  test('SU-05: 500 wrong tries at the same time are five', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    const code = wrongCode(secret, app.now());
    const answers = await Promise.all(Array.from({ length: 500 }, () => totp(browser.copy(), code)));
    const said = answers.map((answer) => answer.json<{ error: string }>().error);
    expect(said.filter((error) => error === 'factor_wrong')).toHaveLength(5);
    expect(said.filter((error) => error === 'factor_locked')).toHaveLength(495);
  });

  test('SU-05: a hundred wrong tries in a row end it for good, until another factor vouches for a new one', async () => {
    const app = await startStepUp();
    const { browser, secret, recoveryCodes } = await withTotp(app);
    for (let i = 0; i < 100; i++) {
      if (i % 5 === 0) app.later(900);
      expect((await totp(browser, wrongCode(secret, app.now()))).json()).toEqual(WRONG);
    }
    app.later(900);
    expect((await totp(browser, app.code(secret))).json()).toEqual(LOCKED);
    app.later(86_400);
    expect((await totp(browser, app.code(secret))).json()).toEqual(LOCKED);
    const page = await browser.post('/step-up/totp', { code: app.code(secret) });
    expect(page.text, 'waiting is not all that can help').toContain('If it still doesn’t work, use another method.');
    expect((await recover(browser, recoveryCodes[0])).status).toBe(200);
    const { secret: fresh } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    await browser.postJson('/step-up/totp/confirm', { code: app.code(fresh) });
    app.later(30);
    expect((await totp(browser, app.code(secret))).json()).toEqual(WRONG);
    expect((await totp(browser, app.code(fresh))).status).toBe(200);
  });

  test('SU-05: one right code, and the hundred starts anew', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    for (let i = 0; i < 120; i++) {
      if (i % 5 === 0) app.later(900);
      if (i === 60) await stepUpByTotp(app, browser, secret);
      expect((await totp(browser, wrongCode(secret, app.now()))).json()).toEqual(WRONG);
    }
    app.later(900);
    expect((await totp(browser, app.code(secret))).status).toBe(200);
  });

  test('SU-05: another user has tries of their own', async () => {
    const app = await startStepUp();
    const { browser, secret } = await withTotp(app);
    for (let i = 0; i < 6; i++) await totp(browser, wrongCode(secret, app.now()));
    const eve = await withTotp(app, 'eve@example.com');
    expect((await totp(eve.browser, app.code(eve.secret))).status).toBe(200);
    // And her codes are worth nothing to anybody else.
    app.later(900);
    expect((await totp(browser, app.code(eve.secret))).json()).toEqual(WRONG);
  });

  test('who has enrolled nothing is refused, and nothing is counted', async () => {
    const app = await startStepUp();
    const browser = await app.logIn();
    for (let i = 0; i < 7; i++) {
      expect((await totp(browser, '123456')).json()).toEqual(WRONG);
      expect((await recover(browser, 'AAAA-BBBB-CCCC-DDDD')).json()).toEqual(WRONG);
    }
    expect(await app.stepUp.overview('ada@example.com')).toMatchObject({ enrolled: [], recoveryCodes: 0 });
  });
});

describe('recovery codes', () => {
  test('SU-09: ten, of 80 bits each, and no two alike', async () => {
    const app = await startStepUp();
    const seen: string[] = [];
    for (const email of ['a@example.com', 'b@example.com']) {
      const { recoveryCodes } = await withTotp(app, email);
      expect(recoveryCodes).toHaveLength(10);
      for (const code of recoveryCodes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      seen.push(...recoveryCodes);
    }
    expect(new Set(seen).size).toBe(20);
  });

  test('SU-09: each works once, however it is typed, and the owner is told', async () => {
    const app = await startStepUp();
    const { browser, recoveryCodes } = await withTotp(app);
    const [first = '', second = '', third = ''] = recoveryCodes;
    expect((await recover(browser, first)).json()).toEqual({ status: 'stepped_up' });
    expect(await contextOf(browser)).toMatchObject({
      level: 2,
      acr: 'urn:passport-bound-link:second-factor',
      amr: ['urn:passport-bound-link:link', 'urn:passport-bound-link:recovery-code'],
    });
    expect((await recover(browser, first)).json()).toEqual(WRONG);
    expect((await recover(browser, ` ${second.toLowerCase().replaceAll('-', ' ')} `)).status).toBe(200);
    expect((await recover(browser, third.replaceAll('0', 'o').replaceAll('1', 'l'))).status).toBe(200);
    expect(await app.stepUp.overview('ada@example.com')).toMatchObject({ recoveryCodes: 7 });
    expect(app.notices.filter(({ type }) => type === 'recovery_code_used')).toHaveLength(3);
    expect(app.events.at(-1)).toMatchObject({ type: 'step_up.succeeded', factor: 'recovery', count: 7 });
  });

  test.each([
    ['en dashes', '\u2013'],
    ['em dashes', '\u2014'],
    ['minus signs', '\u2212'],
    ['non-breaking spaces', '\u00a0'],
    ['full stops', '.'],
  ])('SU-09: one that was pasted with %s works, and takes no try', async (_which, separator) => {
    const app = await startStepUp();
    const { browser, recoveryCodes } = await withTotp(app);
    for (const code of recoveryCodes.slice(0, 6)) {
      expect((await recover(browser, code.replaceAll('-', separator))).json()).toEqual({ status: 'stepped_up' });
    }
    expect(app.events.filter(({ type }) => type === 'step_up.failed')).toEqual([]);
  });

  test('SU-09: of 100 uses of one code at the same time one is accepted', async () => {
    const app = await startStepUp();
    const { browser, recoveryCodes } = await withTotp(app);
    const answers = await Promise.all(Array.from({ length: 100 }, () => recover(browser.copy(), recoveryCodes[0])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('SU-09: wrong ones are counted with the other tries', async () => {
    const app = await startStepUp();
    const { browser, secret, recoveryCodes } = await withTotp(app);
    for (let i = 0; i < 3; i++) expect((await recover(browser, 'AAAA-BBBB-CCCC-DDDD')).json()).toEqual(WRONG);
    for (let i = 0; i < 2; i++) await totp(browser, wrongCode(secret, app.now()));
    expect((await recover(browser, recoveryCodes[0])).json()).toEqual(LOCKED);
    app.later(900);
    expect((await recover(browser, recoveryCodes[0])).status).toBe(200);
  });

  test('SU-09: they stand in for the factor alone: without one there are none', async () => {
    const app = await startStepUp();
    const { browser, recoveryCodes } = await withTotp(app);
    await recover(browser, recoveryCodes[0]);
    const [{ id = '' } = {}] = (await browser.getJson('/step-up')).json<{ factors: { id: string }[] }>().factors;
    expect((await browser.postJson('/step-up/remove', { id })).json()).toEqual({ status: 'removed' });
    expect((await recover(browser, recoveryCodes[1])).json()).toEqual(WRONG);
    expect(await app.stepUp.overview('ada@example.com')).toMatchObject({ recoveryCodes: 0, level: 1 });
  });
});

test('SU-16: amr says what was used in this session, and never mfa of a link and a code', async () => {
  const app = await startStepUp();
  const { browser, secret, recoveryCodes } = await withTotp(app);
  const amr = async () => (await contextOf(browser))?.amr;
  expect(await amr()).toEqual(['urn:passport-bound-link:link']);
  await stepUpByTotp(app, browser, secret);
  expect(await amr()).toEqual(['urn:passport-bound-link:link', 'otp']);
  await recover(browser, recoveryCodes[0]);
  expect(await amr()).toEqual(['urn:passport-bound-link:link', 'urn:passport-bound-link:recovery-code']);
});

test('AL-01: each outcome is one event, which names nobody and holds no code', async () => {
  const app = await startStepUp();
  const { browser, secret, recoveryCodes } = await withTotp(app);
  const code = app.code(secret);
  await totp(browser, code);
  await totp(browser, code);
  const told = app.events.filter(({ type }) => /^(factor|step_up)/.test(type));
  expect(told).toMatchObject([
    { type: 'factor.enrolled', factor: 'totp', reason: 'enrolled', severity: 'info' },
    { type: 'step_up.succeeded', factor: 'totp', severity: 'info' },
    { type: 'step_up.failed', factor: 'totp', reason: 'wrong', severity: 'warning' },
  ]);
  expect(new Set(told.map(({ user }) => user)).size).toBe(1);
  for (const secretText of [secret, code, 'ada', ...recoveryCodes])
    expect(JSON.stringify(told)).not.toContain(secretText);
});

test('AL-01: each event has what the events of a request have, and those of one request name it alike', async () => {
  const app = await startStepUp({ stepUp: { notify: () => Promise.reject(new Error('no mail')) } });
  const { browser, secret } = await withTotp(app);
  await browser.postJson('/step-up/totp', { code: app.code(secret) }, { 'user-agent': FIREFOX });
  await browser.postJson('/step-up/totp', { code: app.code(secret) }, { 'user-agent': FIREFOX });
  const [{ id = '' } = {}] = (await app.stepUp.overview(ada.email)).factors;
  await browser.postJson('/step-up/remove', { id }, { 'user-agent': FIREFOX });
  const [{ network } = {}] = app.events;
  const told = app.events.filter(({ user }) => user !== undefined);
  expect(told.map(({ type }) => type)).toEqual([
    'factor.enrolled',
    'mail.failed',
    'step_up.succeeded',
    'step_up.failed',
    'factor.removed',
    'mail.failed',
  ]);
  for (const event of told) expect(event).toMatchObject({ network, request: expect.any(String), durationMs: 0 });
  expect(told.slice(2).map(({ browser }) => browser)).toEqual(Array(4).fill('Firefox on Windows'));
  const [enrolled, failed, ...others] = told.map(({ request }) => request);
  expect(failed).toBe(enrolled);
  expect(new Set([enrolled, ...others]).size).toBe(4);
});

test('AL-01: where the user has an address, the mailbox is named too, and a mail that failed names it', async () => {
  const notify = () => Promise.reject(new Error('no mail'));
  for (const [address, isNamed] of [
    [ada.email, true],
    ['not an address', false],
  ] as const) {
    const app = await startStepUp({ stepUp: { user: () => ({ id: '1', name: 'Ada', address }), notify } });
    const browser = await app.logIn();
    await enrolTotp(app, browser);
    const told = app.events.filter(({ user }) => user !== undefined);
    expect(told.map(({ type }) => type)).toEqual(['factor.enrolled', 'mail.failed']);
    const [account] = app.strategy.accountTags(ada.email);
    expect(told.map((event) => event.account)).toEqual(isNamed ? [account, account] : [undefined, undefined]);
  }
});
