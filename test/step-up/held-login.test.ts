/** A login that is held: our guards refuse it, it changes no factors, and a step-up releases it in its own session alone. */
import { describe, expect, test } from 'vitest';
import { authContext, type Decision } from '../../lib/index.js';
import type { SteppedUp, StepUpOptions } from '../../lib/step-up/index.js';
import { de } from '../../lib/texts/de.js';
import { en } from '../../lib/texts/en.js';
import { ada } from '../support/app.js';
import { type Browser, JSON_HEADERS } from '../support/browser.js';
import { contextOf, enrolTotp, type StepUpUser, startStepUp, stepUpByTotp, withTotp } from '../support/step-up.js';

const REFUSED = { error: 'step_up_required' };
const CHALLENGE =
  'Bearer error="insufficient_user_authentication", ' +
  'error_description="A different authentication level is required", ' +
  'acr_values="urn:passport-bound-link:second-factor"';

/** An app that guards `/app` and `/level-0` to `/level-3`, and judges each login by what `judge` was last given. */
async function start(stepUp: Partial<StepUpOptions<StepUpUser>> = {}) {
  let decision: Decision = 'allow';
  const app = await startStepUp({
    options: { assess: () => decision },
    stepUp: { recovery: { delay: 86_400, notify: () => {} }, ...stepUp },
    routes: (express, { stepUp: guard }) => {
      express.use('/app', guard.requireIfHeld());
      express.all('/app', (req, res) => void res.json({ decision: authContext(req)?.decision ?? null }));
      for (const level of [0, 1, 2, 3] as const) {
        express.all(`/level-${level}`, guard.require({ level }), (_req, res) => void res.json({ passed: true }));
      }
      express.all('/never-asked', guard.require({ when: () => false }), (_req, res) => void res.json({ passed: true }));
    },
  });
  const judge = (next: Decision) => {
    decision = next;
  };
  const heldLogIn = async () => {
    judge('stepUp');
    return app.logIn();
  };
  return { app, judge, heldLogIn };
}

/** Ada, who has TOTP, and a login of hers that is held. */
async function startHeld(stepUp: Partial<StepUpOptions<StepUpUser>> = {}) {
  const test = await start(stepUp);
  const owner = await withTotp(test.app);
  return { ...test, owner, held: await test.heldLogIn() };
}

const open = async (browser: Browser, path: string) => (await browser.getJson(path)).json();

describe('our guards', () => {
  test.each([0, 1, 2, 3])('SU-01: level %i refuses a held login, and asks for a second factor', async (level) => {
    const { held } = await startHeld();
    const answer = await held.getJson(`/level-${level}`);
    expect([answer.status, answer.json()]).toEqual([401, REFUSED]);
    expect(answer.headers['www-authenticate']).toContain(
      `acr_values="urn:passport-bound-link:${level === 3 ? 'passkey' : 'second-factor'}"`,
    );
    const page = await held.get(`/level-${level}`);
    expect([page.status, page.headers.location]).toEqual([303, '/step-up']);
  });

  test('SU-01: a `when` that asks of no request lets no held login through', async () => {
    const { held, owner } = await startHeld();
    expect(await open(held, '/never-asked')).toEqual(REFUSED);
    expect(await open(owner.browser, '/never-asked')).toEqual({ passed: true });
  });

  test('SU-01: requireIfHeld refuses a held login, and lets every other request pass untouched', async () => {
    const { app, held, owner } = await startHeld();
    const answer = await held.getJson('/app');
    expect([answer.status, answer.json()]).toEqual([401, REFUSED]);
    expect(answer.headers['www-authenticate']).toBe(CHALLENGE);
    expect(answer.headers['cache-control']).toBe('no-store');
    const anonymous = await app.browser().getJson('/app');
    expect([anonymous.status, anonymous.json()]).toEqual([200, { decision: null }]);
    expect(anonymous.setCookies).toEqual([]);
    expect(anonymous.headers).not.toHaveProperty('cache-control');
    expect(await open(owner.browser, '/app')).toEqual({ decision: 'allow' });
  });

  test('SU-01, SU-15: a person goes to the step-up and comes back by GET', async () => {
    const { app, held, owner } = await startHeld();
    const refused = await held.get('/app?a=1');
    expect([refused.status, refused.headers.location]).toEqual([303, '/step-up']);
    const confirm = await held.get('/step-up');
    expect(confirm.text).toContain(en.stepUp.confirm.held);
    const back = await held.post('/step-up/totp', { code: app.code(owner.secret) });
    expect([back.status, back.headers.location]).toEqual([303, `${app.origin}/app?a=1`]);

    const other = await app.logIn();
    app.later(30);
    expect((await other.post('/app', { amount: '5' })).headers.location).toBe('/step-up');
    const home = await other.post('/step-up/totp', { code: app.code(owner.secret) });
    expect(home.headers.location).toBe(`${app.origin}/`);
  });
});

describe('a step-up', () => {
  test('SU-01: releases its session for as long as that lives, and no other session of the user', async () => {
    const { app, held, owner, heldLogIn } = await startHeld();
    const second = await heldLogIn();
    await stepUpByTotp(app, held, owner.secret);
    const outcomes = async (browser: Browser) =>
      Promise.all(
        ['/app', '/level-0', '/level-1', '/level-2'].map(async (path) => (await browser.getJson(path)).status),
      );
    expect(await outcomes(held)).toEqual([200, 200, 200, 200]);
    expect(await outcomes(second)).toEqual([401, 401, 401, 401]);
    app.later(86_400);
    // The elevation is over, and the release is not.
    expect(await outcomes(held)).toEqual([200, 200, 200, 401]);
    expect(await outcomes(second)).toEqual([401, 401, 401, 401]);
    expect(await open(held, '/app'), 'what was decided stays known').toEqual({ decision: 'stepUp' });
    expect(await contextOf(held)).toMatchObject({ level: 1 });
  });

  test('SU-01: a recovery code releases too, and a wrong code does not', async () => {
    const { held, owner } = await startHeld();
    expect((await held.postJson('/step-up/recovery', { code: 'AAAA-BBBB-CCCC-DDDD' })).status).toBe(401);
    expect(await open(held, '/app')).toEqual(REFUSED);
    expect((await held.postJson('/step-up/recovery', { code: owner.recoveryCodes[0] })).status).toBe(200);
    expect(await open(held, '/app')).toEqual({ decision: 'stepUp' });
  });

  test('SU-01, SU-12: is lost with the login: after a logout, a new login is judged anew', async () => {
    const { app, held, owner, judge } = await startHeld();
    await stepUpByTotp(app, held, owner.secret);
    await held.post('/logout');
    await app.logIn(undefined, held);
    expect(await open(held, '/app')).toEqual(REFUSED);
    judge('allow');
    await app.logIn(undefined, held);
    expect(await open(held, '/app')).toEqual({ decision: 'allow' });
    judge('stepUp');
    await app.logIn(undefined, held);
    expect(await open(held, '/app')).toEqual(REFUSED);
  });

  test('onStepUp is given the address of a held login, and of no other', async () => {
    const told: unknown[] = [];
    const onStepUp = ({ user, address }: SteppedUp<StepUpUser>) => told.push([user, address]);
    const { app, held, owner } = await startHeld({ onStepUp });
    await stepUpByTotp(app, owner.browser, owner.secret);
    await stepUpByTotp(app, held, owner.secret);
    expect(told).toEqual([
      [ada, undefined],
      [ada, ada.email],
    ]);
  });
});

describe('SU-07: a held login changes no factors:', () => {
  const ACTS: [string, (id: string) => object][] = [
    ['/step-up/totp/enrol', () => ({})],
    ['/step-up/totp/confirm', () => ({ code: '123456' })],
    ['/step-up/passkey/enrol/options', () => ({})],
    ['/step-up/passkey/enrol', () => ({ id: 'x' })],
    ['/step-up/recovery/renew', () => ({})],
    ['/step-up/remove', (id) => ({ id })],
    ['/step-up/loss', () => ({})],
    ['/step-up/loss/withdraw', () => ({})],
  ];

  async function expectRefused(held: Browser, path: string, body: object) {
    const answer = await held.postJson(path, body);
    expect([answer.status, answer.json()]).toEqual([401, REFUSED]);
    expect(answer.headers['www-authenticate']).toContain('acr_values="urn:passport-bound-link:second-factor"');
    const page = await held.post(path);
    expect([page.status, page.headers.location]).toEqual([303, '/step-up']);
  }

  test.each(ACTS)('%s, with a factor that counts', async (path, bodyOf) => {
    const { app, held } = await startHeld();
    const before = await app.stepUp.overview(ada.email);
    await expectRefused(held, path, bodyOf(before.factors[0]?.id ?? ''));
    expect(await app.stepUp.overview(ada.email)).toEqual(before);
  });

  test.each(ACTS)('%s, with a factor that waits: only the owner cancels it', async (path, bodyOf) => {
    const { app, heldLogIn } = await start();
    await app.logIn();
    await enrolTotp(app, await app.logIn());
    const before = await app.stepUp.overview(ada.email);
    expect(before).toMatchObject({ enrolled: [], waiting: [{ factor: 'totp' }] });
    await expectRefused(await heldLogIn(), path, bodyOf(before.waiting[0]?.id ?? ''));
    expect(await app.stepUp.overview(ada.email)).toEqual(before);
  });

  test.each(ACTS)('%s, without any factor', async (path, bodyOf) => {
    const { app, heldLogIn } = await start();
    await expectRefused(await heldLogIn(), path, bodyOf('x'));
    expect(await app.stepUp.overview(ada.email)).toMatchObject({ enrolled: [], waiting: [] });
  });

  test('a loss that the owner has reported is not withdrawn', async () => {
    const { app, judge } = await start();
    await withTotp(app);
    await (await app.logIn()).postJson('/step-up/loss', {});
    judge('stepUp');
    expect((await (await app.logIn()).postJson('/step-up/loss/withdraw', {})).json()).toEqual(REFUSED);
    expect((await app.stepUp.overview(ada.email)).expiresAt).toBeDefined();
  });

  test('an enrolment that was begun before the login was held does not finish in it', async () => {
    const { app, judge } = await start();
    const browser = await app.logIn();
    const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
    judge('stepUp');
    await app.logIn(undefined, browser);
    expect((await browser.postJson('/step-up/totp/confirm', { code: app.code(secret) })).json()).toEqual(REFUSED);
  });

  test('its page shows neither the factors nor a way to them, until it is released', async () => {
    const { app, held, owner } = await startHeld();
    const page = await held.get('/step-up/factors');
    expect([page.status, page.headers.location]).toEqual([303, '/step-up']);
    const confirm = await held.get('/step-up');
    expect(confirm.text).not.toMatch(/\/step-up\/(factors|remove)/);
    await stepUpByTotp(app, held, owner.secret);
    expect((await held.get('/step-up/factors')).status).toBe(200);
    expect((await held.postJson('/step-up/recovery/renew', {})).status).toBe(200);
  });
});

describe('whoever is held and has no factor that counts', () => {
  test('SU-01: is told what to do, in their language', async () => {
    const { heldLogIn } = await start();
    const held = await heldLogIn();
    expect((await held.get('/app')).headers.location).toBe('/step-up');
    for (const [language, texts] of Object.entries({ en, de })) {
      const page = await held.get('/step-up', { 'accept-language': language });
      expect([page.status, page.headers['content-language']]).toEqual([403, language]);
      for (const advice of texts.stepUp.withoutFactor.advice) expect(page.text).toContain(advice);
      expect(page.text).toContain(`<a href="/login">${texts.newLink}</a>`);
      expect(page.text).not.toContain('<form');
    }
    const answer = await held.getJson('/step-up');
    expect([answer.status, answer.json(), answer.headers['www-authenticate']]).toEqual([401, REFUSED, CHALLENGE]);
  });

  test('SU-01: also where one waits, and it is requested once it counts', async () => {
    const { app, heldLogIn } = await start();
    await app.logIn();
    const { secret } = await enrolTotp(app, await app.logIn());
    const held = await heldLogIn();
    expect((await held.get('/step-up')).status).toBe(403);
    app.later(86_400);
    expect((await held.get('/step-up')).text).toContain('action="/step-up/totp"');
    await stepUpByTotp(app, held, secret);
    expect(await open(held, '/app')).toEqual({ decision: 'stepUp' });
  });

  test('the app’s own answer takes the place of ours', async () => {
    const { heldLogIn } = await start({
      withoutFactor: (req, res) => void res.status(403).json({ ask: 'support', json: req.accepts('html') === false }),
    });
    const held = await heldLogIn();
    const answer = await held.getJson('/step-up');
    expect([answer.status, answer.json()]).toEqual([403, { ask: 'support', json: true }]);
    expect((await held.get('/step-up')).json()).toEqual({ ask: 'support', json: false });
  });

  test('a login that is not held gets the page that offers to set one up', async () => {
    const { app } = await start();
    const page = await (await app.logIn()).get('/step-up');
    expect(page.status).toBe(200);
    expect(page.text).toContain(en.stepUp.confirm.setUp);
  });
});

test('what a client says about its decision changes nothing', async () => {
  const { held } = await startHeld();
  const answer = await held.send('/app?decision=allow', {
    method: 'POST',
    json: { decision: 'allow' },
    headers: { ...JSON_HEADERS, 'x-decision': 'allow' },
  });
  expect(answer.json()).toEqual(REFUSED);
});
