/** What lies in the factor store: sealed, of one user, under a secret that may be rotated; and never taken for nothing. */
import { describe, expect, test } from 'vitest';
import { MemoryFactorStore, type StepUpOptions } from '../../../lib/step-up/index.js';
import { SECRET } from '../../support/app.js';
import { startStepUp, stepUpByTotp, withTotp } from '../../support/step-up.js';

const ADA = 'ada@example.com';
const NEWER = 'a newer secret of the tests that is long enough';

/** Keeps everything that it was ever given. */
class WatchedStore extends MemoryFactorStore {
  readonly documents = new Map<string, string | undefined>();
  readonly written: string[] = [];

  override async write(user: string, expected: string | undefined, sealed: string | undefined) {
    const written = await super.write(user, expected, sealed);
    if (written) this.documents.set(user, sealed);
    this.written.push(`${user} ${sealed}`);
    return written;
  }
}

async function start(
  store = new WatchedStore(),
  secret: string | string[] = SECRET,
  more: Partial<StepUpOptions> = {},
) {
  const app = await startStepUp({ options: { secret, origin: 'http://localhost:9' }, stepUp: { store, ...more } });
  return { app, store };
}

test('SU-06, SU-09: the store is given no seed, code, name or id in the clear, nor its digest', async () => {
  const { app, store } = await start();
  const { secret, recoveryCodes, browser } = await withTotp(app);
  await stepUpByTotp(app, browser, secret);
  const [user = ''] = store.documents.keys();
  const decoded = store.written.map(
    (line) => `${line} ${Buffer.from(line.split(' ')[1] ?? '', 'base64url').toString('latin1')}`,
  );
  expect(store.written.length).toBeGreaterThan(2);
  for (const needle of [secret, ADA, 'totp', 'secret', 'digests', ...recoveryCodes]) {
    for (const text of decoded) expect(text).not.toContain(needle);
  }
  expect(user).toMatch(/^[\w-]{43}$/);
});

test('SU-06: a document that is put under another user, or changed, is not opened and not taken for none', async () => {
  const { app, store } = await start();
  await withTotp(app, 'eve@example.com');
  const [eves] = store.documents;
  const { browser } = await withTotp(app);
  const [adas = ''] = [...store.documents.keys()].filter((user) => user !== eves?.[0]);
  const own = store.documents.get(adas) as string;
  const broken = `${own.slice(0, -4)}${own.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  for (const planted of [eves?.[1] as string, broken, '']) {
    await store.write(adas, await store.read(adas), planted);
    expect((await browser.getJson('/step-up')).status).toBe(500);
    expect((await browser.postJson('/step-up/totp/enrol', {})).status).toBe(500);
    expect((await browser.postJson('/step-up/totp', { code: '123456' })).status).toBe(500);
  }
  await store.write(adas, '', own);
  expect((await browser.getJson('/step-up')).json()).toMatchObject({ enrolled: ['totp'] });
});

test('TK-07: another origin has its own users in the same store', async () => {
  const { app, store } = await start();
  await withTotp(app);
  const other = await startStepUp({ options: { origin: 'http://localhost:10' }, stepUp: { store } });
  expect(await other.stepUp.overview(ADA)).toMatchObject({ enrolled: [] });
});

describe('when the secret is rotated', () => {
  test('TK-11: factors work under both, and stay where they are until they are resealed', async () => {
    const { app: before, store } = await start();
    const { secret } = await withTotp(before);
    const [old = ''] = store.documents.keys();
    const { app } = await start(store, [NEWER, SECRET]);
    app.later(60);
    const browser = await app.logIn();
    await stepUpByTotp(app, browser, secret);
    expect(store.documents.size).toBe(1);

    expect(await app.stepUp.reseal(ADA)).toBe(true);
    expect(await store.read(old)).toBeUndefined();
    const { app: after } = await start(store, NEWER);
    expect(await after.stepUp.overview(ADA)).toMatchObject({ enrolled: ['totp'], recoveryCodes: 10 });
    expect(await app.stepUp.reseal(ADA)).toBe(true);
    expect(await app.stepUp.reseal('nobody@example.com')).toBe(false);
  });

  test('TK-11: recovery codes outlive it', async () => {
    const { app: before, store } = await start();
    const { recoveryCodes } = await withTotp(before);
    await (await start(store, [NEWER, SECRET])).app.stepUp.reseal(ADA);
    const { app } = await start(store, NEWER);
    const browser = await app.logIn();
    expect((await browser.postJson('/step-up/recovery', { code: recoveryCodes[4] })).status).toBe(200);
  });
});

test('forget ends all factors of a user, and of no other', async () => {
  const { app } = await start();
  await withTotp(app);
  await withTotp(app, 'eve@example.com');
  await app.stepUp.forget(ADA);
  await app.stepUp.forget(ADA);
  expect(await app.stepUp.overview(ADA)).toMatchObject({ enrolled: [] });
  expect(await app.stepUp.overview('eve@example.com')).toMatchObject({ enrolled: ['totp'] });
});

describe('a factor store that fails', () => {
  test.each(['read', 'write'] as const)('FT-02: at %s is 503, elevates nothing and uses nothing up', async (method) => {
    const { app, store } = await start();
    const { browser, secret } = await withTotp(app);
    const original = store[method].bind(store);
    store[method] = async () => {
      throw new Error('down');
    };
    const code = app.code(secret);
    const answer = await browser.postJson('/step-up/totp', { code });
    expect([answer.status, answer.json(), answer.headers['retry-after']]).toEqual([
      503,
      { error: 'unavailable' },
      '15',
    ]);
    expect((await browser.post('/step-up/totp', { code })).text).toContain('Please try again in a few seconds');
    expect(app.events.at(-1)).toMatchObject({
      type: 'store.unavailable',
      reason: 'factor store',
      severity: 'critical',
      request: expect.any(String),
      network: expect.any(String),
    });
    store[method] = original as never;
    expect((await browser.postJson('/step-up/totp', { code })).json()).toEqual({ status: 'stepped_up' });
  });

  test('one that always has another document in between is given up', async () => {
    const { app, store } = await start();
    const { browser, secret } = await withTotp(app);
    store.write = async () => false;
    expect((await browser.postJson('/step-up/totp', { code: app.code(secret) })).status).toBe(503);
    await expect(app.stepUp.reseal('ada@example.com')).resolves.toBe(true);
  });
});

test('a factor that the app offers no more is shown, can be removed, and proves nothing', async () => {
  const { app: before, store } = await start();
  const { secret, recoveryCodes } = await withTotp(before);
  const { passkeys } = await import('../../../lib/step-up/factors/passkeys.js');
  const { app } = await start(store, SECRET, { factors: [passkeys()] });
  const browser = await app.logIn();
  expect((await browser.postJson('/step-up/totp', { code: app.code(secret) })).status).toBe(404);
  await browser.postJson('/step-up/recovery', { code: recoveryCodes[0] });
  const [{ id = '' } = {}] = (await app.stepUp.overview(ADA)).factors;
  expect((await browser.get('/step-up/factors')).text).toContain(id);
  expect((await browser.post('/step-up/remove', { id })).status).toBe(303);
});
