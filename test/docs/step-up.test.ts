/** The start of docs/step-up.md, run as it stands there: a login is held, and a second factor releases it. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Express } from 'express';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { type Decision, type MagicLinkStrategy, magicLinkRouter } from '../../lib/index.js';
import { requestLink, startApp } from '../support/app.js';
import { startRedis } from '../support/redis.js';
import { codeOf } from '../support/totp.js';

const ROOT = new URL('../..', import.meta.url).pathname;

interface Start {
  addStepUp(app: Express, strategy: MagicLinkStrategy, redis: Redis): void;
}

/** The first block of the page, with the package as it is here, not as it was built. */
async function startOfThePage(): Promise<{ source: string; start: Start }> {
  const [, source = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(`${ROOT}docs/step-up.md`, 'utf8')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'pbl-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  const file = join(folder, 'start.ts');
  const ours = (_all: string, path = '') =>
    `'${ROOT}lib${path.replace(/^\/step-up\/(\w+)$/, '/step-up/factors/$1.ts').replace(/^(\/step-up)?$/, '$1/index.ts')}'`;
  writeFileSync(file, source.replace(/'passport-bound-link([/\w-]*)'/g, ours));
  return { source, start: await import(pathToFileURL(file).href) };
}

test('the start of docs/step-up.md guards a route, and holds a login until a second factor is used', async () => {
  const { source, start } = await startOfThePage();
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const redis = new Redis(server.port, '127.0.0.1');
  onTestFinished(() => redis.disconnect());
  let decision: Decision = 'allow';
  const app = await startApp({
    options: { assess: () => decision },
    verify: async ({ address, recordId }: { address: string; recordId: string }) => ({ email: address, recordId }),
    routes: (express, { strategy, passport }) => {
      // As a user table would: the account was made by the first login of this test.
      express.use((req, _res, next) => {
        if (req.user) Object.assign(req.user, { id: 'ada', signupRecordId });
        next();
      });
      express.use('/login', magicLinkRouter(passport as never, strategy));
      start.addStepUp(express, strategy, redis);
      express.get('/home', (_req, res) => void res.json({ home: true }));
    },
  });
  let signupRecordId = '';
  app.strategy.events.on('link.redeemed', ({ link = '' }) => {
    signupRecordId ||= link;
  });
  const logIn = async () => {
    const browser = app.browser();
    await browser.get((await requestLink(app, browser)).path);
    return browser;
  };

  const owner = await logIn();
  expect((await owner.getJson('/home')).json()).toEqual({ home: true });
  const { secret } = (await owner.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
  const confirmed = await owner.postJson('/step-up/totp/confirm', { code: codeOf(secret, Date.now(), -1) });
  expect(confirmed.json()).toMatchObject({ status: 'enrolled', recoveryCodes: expect.any(Array) });
  expect((await owner.postJson('/payout', {})).json()).toEqual({ error: 'step_up_required' });

  decision = 'stepUp';
  const held = await logIn();
  expect((await held.getJson('/home')).json()).toEqual({ error: 'step_up_required' });
  const code = codeOf(secret, Date.now());
  expect((await held.postJson('/step-up/totp', { code })).json()).toEqual({ status: 'stepped_up' });
  expect((await held.getJson('/home')).json()).toEqual({ home: true });
  expect((await held.postJson('/payout', {})).text).toBe('paid');

  const wiring = source.split('\n').filter((line) => line !== '' && !/^(type User|}$)/.test(line));
  expect(wiring.length, 'lines of wiring').toBeLessThanOrEqual(15);
});
