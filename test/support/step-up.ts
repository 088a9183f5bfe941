/** An app with step-up in this process, whose clock a test sets, and whose users are known by the link that made them. */
import express, { type Express } from 'express';
import { expect } from 'vitest';
import { MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import { passkeys } from '../../lib/step-up/factors/passkeys.js';
import { totp } from '../../lib/step-up/factors/totp.js';
import {
  type FactorNotice,
  MemoryFactorStore,
  StepUp,
  type StepUpDemand,
  type StepUpOptions,
} from '../../lib/step-up/index.js';
import { ada, CALLBACK, requestLink, SECRET, startApp, type TestApp, type TestAppConfig } from './app.js';
import type { Browser } from './browser.js';
import { codeOf } from './totp.js';

export const START = Date.UTC(2030, 0, 1);

/** What the app's `verify` returns. */
export interface StepUpUser {
  readonly email: string;
}

export interface StepUpApp extends TestApp {
  readonly stepUp: StepUp<StepUpUser>;
  readonly store: MemoryFactorStore;
  /** What the user was told, the oldest first. */
  readonly notices: FactorNotice[];
  /** Seconds later. */
  later(seconds: number): void;
  now(): number;
  /** A browser that has just logged in by a link. */
  logIn(email?: string, browser?: Browser): Promise<Browser>;
  /** What a TOTP app shows now, or some steps away from now. */
  code(secret: string, steps?: number): string;
}

export interface StepUpAppConfig extends Omit<TestAppConfig, 'routes'> {
  stepUp?: Partial<StepUpOptions<StepUpUser>>;
  demand?: StepUpDemand;
  routes?: (app: Express, test: StepUpApp) => void;
}

export async function startStepUp(config: StepUpAppConfig = {}): Promise<StepUpApp> {
  let time = START;
  const notices: FactorNotice[] = [];
  const store = new MemoryFactorStore();
  const signupRecordId = new Map<string, string>();
  let made: StepUpApp | undefined;
  const base = await startApp({
    ...config,
    options: { clock: () => time, ...config.options },
    verify: async ({ address, recordId }: { address: string; recordId: string }) => {
      if (!signupRecordId.has(address)) signupRecordId.set(address, recordId);
      return { email: address };
    },
    routes: (app, test) => {
      const stepUp = new StepUp(test.strategy as MagicLinkStrategy<StepUpUser>, {
        store,
        factors: [passkeys(), totp()],
        user: ({ email }) => ({ id: email, name: email, signupRecordId: signupRecordId.get(email) ?? '' }),
        notify: (notice) => notices.push(notice),
        ...config.stepUp,
      });
      made = Object.assign(test, {
        stepUp,
        store,
        notices,
        later: (seconds: number) => {
          time += seconds * 1000;
        },
        now: () => time,
        logIn: async (email = ada.email, browser = test.browser()) => {
          // By POST, which logs in also where somebody is logged in already.
          await browser.post('/login/callback', { token: (await requestLink(test, browser, email)).token });
          return browser;
        },
        code: (secret: string, steps = 0) => codeOf(secret, time, steps),
      });
      app.use('/login', express.urlencoded({ extended: false }));
      app.post('/login', test.passport.authenticate('magic-link', { action: 'request' } as object), (_req, res) => {
        res.status(202).end();
      });
      app.all('/login/callback', test.passport.authenticate('magic-link', {}), (_req, res) => void res.end());
      app.post('/logout', (req, res, next) => req.logout((error) => (error ? next(error) : res.end())));
      app.use(config.stepUp?.path ?? '/step-up', stepUp.router());
      app.get('/context', (req, res) => void res.json(stepUp.currentContext(req) ?? null));
      config.routes?.(app, made);
      app.all('/guarded', stepUp.require(config.demand), (_req, res) => void res.json({ passed: true }));
    },
  });
  return (made ?? base) as StepUpApp;
}

/** A step-up whose strategy is in no app. */
export const newStepUp = (options: Partial<StepUpOptions> = {}) =>
  new StepUp(
    new MagicLinkStrategy(
      {
        secret: SECRET,
        origin: 'http://localhost:3000',
        callbackPath: CALLBACK,
        store: new MemoryStore(),
        mail: { deliver: async () => {} },
      },
      () => ({}),
    ),
    { store: new MemoryFactorStore(), factors: [passkeys(), totp()], user: () => undefined, ...options },
  );

/** Enrols TOTP in this session. */
export async function enrolTotp(app: StepUpApp, browser: Browser) {
  const begun = await browser.postJson('/step-up/totp/enrol', {});
  expect(begun.status).toBe(200);
  const { secret } = begun.json<{ secret: string }>();
  const finished = await browser.postJson('/step-up/totp/confirm', { code: app.code(secret) });
  expect(finished.status).toBe(200);
  const { recoveryCodes = [], activeAt } = finished.json<{ recoveryCodes?: string[]; activeAt?: number }>();
  // The next code is of a step of its own.
  app.later(30);
  return { secret, recoveryCodes, activeAt };
}

/** Somebody new, who has enrolled TOTP in the session that made the account. */
export async function withTotp(app: StepUpApp, email?: string) {
  const browser = await app.logIn(email);
  return { browser, ...(await enrolTotp(app, browser)) };
}

export async function stepUpByTotp(app: StepUpApp, browser: Browser, secret: string): Promise<void> {
  const answer = await browser.postJson('/step-up/totp', { code: app.code(secret) });
  expect(answer.json()).toEqual({ status: 'stepped_up' });
  app.later(30);
}

export const isThrough = async (browser: Browser): Promise<boolean> =>
  (await browser.getJson('/guarded')).status === 200;

interface Context {
  level: number;
  acr: string;
  amr: string[];
  authTime: number;
}

export const contextOf = async (browser: Browser): Promise<Context | null> =>
  (await browser.getJson('/context')).json<Context | null>();
