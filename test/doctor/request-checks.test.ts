/** What the doctor finds in requests and their answers: each misfit of a deployed app, and nothing in a good one. */
import express, { type Express, type RequestHandler } from 'express';
import type { SessionOptions } from 'express-session';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { doctor, type Finding } from '../../lib/doctor/index.js';
import type { MagicLinkOptions } from '../../lib/index.js';
import { newSessions, requestLink, startApp, type TestApp } from '../support/app.js';
import { store } from '../support/options.js';

interface Setup {
  session?: Partial<SessionOptions>;
  express?: (app: Express) => void;
  options?: Partial<MagicLinkOptions>;
}

/** An app with a doctor, and what it has said. */
async function start({ session: cookies, express: setUp, options }: Setup = {}) {
  const findings: Finding[] = [];
  const app = await startApp({
    before: (bare) => setUp?.(bare),
    ...(cookies && { session: cookies }),
    ...(options && { options }),
    routes: (bare, test) => {
      bare.use(doctor(test.strategy, { report: (finding) => findings.push(finding) }));
      bare.use(express.urlencoded({ extended: false }));
      bare.post('/login', test.passport.authenticate('magic-link', { action: 'request' } as object), (_req, res) => {
        res.sendStatus(202);
      });
      bare.get('/login/callback', test.passport.authenticate('magic-link'), (_req, res) => void res.sendStatus(200));
      bare.get('/page', (_req, res) => void res.sendStatus(200));
    },
  });
  return { app, findings, codes: () => findings.map(({ code }) => code) };
}

/** A visit, a request, a login and a page of the person who is logged in. */
async function visit(app: TestApp, headers: Record<string, string> = {}) {
  const browser = app.browser();
  await browser.get('/page', headers);
  const { path } = await requestLink(app, browser);
  await browser.get(path, headers);
  await browser.get('/page', headers);
}

test('a good setup has nothing to find', async () => {
  const { app, findings } = await start({ express: (bare) => bare.set('trust proxy', 1) });
  await visit(app, { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' });
  expect(findings).toEqual([]);
});

test.each<[string, Setup, Record<string, string>]>([
  ['forwarded_untrusted', {}, { 'x-forwarded-for': '192.0.2.1' }],
  ['trust_proxy_true', { express: (bare) => bare.set('trust proxy', true) }, {}],
  ['same_site_none', { session: { cookie: { sameSite: 'none' } } }, {}],
  ['resave', { session: { resave: true } }, {}],
  ['save_uninitialized', { session: { saveUninitialized: true } }, {}],
  ['session_too_short', { session: { cookie: { maxAge: 599_000 } } }, {}],
])('%s is found, once, and with its cure', async (code, setup, headers) => {
  const { app, findings, codes } = await start(setup);
  await visit(app, headers);
  await visit(app, headers);
  expect(codes()).toEqual([code]);
  expect(findings[0]?.message.length).toBeGreaterThan(40);
});

test('cookie_not_set: a Secure cookie without https, or without trust proxy', async () => {
  const { app, codes } = await start({ session: { cookie: { secure: true } } });
  await requestLink(app, app.browser());
  expect(codes()).toEqual(['cookie_not_set']);
});

test('a browser that has its cookie already needs no other', async () => {
  const { app, codes } = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await browser.get(path);
  const { answer } = await requestLink(app, browser);
  expect(answer.setCookies).toEqual([]);
  expect(codes()).toEqual([]);
});

test('a Secure cookie behind a proxy that the session trusts is as it should be', async () => {
  const { app, codes } = await start({ session: { cookie: { secure: true }, proxy: true } });
  await app.browser().post('/login', { email: 'ada@example.com' }, { 'x-forwarded-proto': 'https' });
  expect(codes()).toEqual([]);
});

test('requested_elsewhere: our own page at another host', async () => {
  const { app, codes } = await start();
  const headers = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:1' };
  await app.browser().post('/login', { email: 'ada@example.com' }, headers);
  expect(codes()).toEqual(['requested_elsewhere']);
});

test('session_store_client: connect-redis 9 or later, which uses the client as it is, on ioredis', async () => {
  const client = new Redis({ lazyConnect: true });
  const store = Object.assign(newSessions(), { client });
  const { app, codes } = await start({ session: { store } });
  await app.browser().get('/page');
  expect(codes()).toEqual(['session_store_client']);
  client.disconnect();
});

test('without `report` a finding is a process warning that links to its own heading', async () => {
  const { strategy } = await startApp();
  const heard: { code?: string; message: string }[] = [];
  const hear = (warning: Error & { code?: string }) => void heard.push(warning);
  process.on('warning', hear);
  onTestFinished(() => void process.off('warning', hear));
  const app = await startApp({
    before: (bare) => bare.set('trust proxy', true),
    routes: (bare) => {
      bare.use(doctor(strategy));
      bare.get('/page', (_req, res) => void res.sendStatus(200));
    },
  });
  await app.browser().get('/page');
  await vi.waitFor(() => expect(heard.map(({ code }) => code)).toContain('PBL_DOCTOR'));
  const [found] = heard.filter(({ code }) => code === 'PBL_DOCTOR');
  expect(found?.message).toMatch(
    /^trust_proxy_true: .+ \(see passport-bound-link\/docs\/errors\.md#trust_proxy_true\)$/,
  );
});

test('a wrong option is refused', async () => {
  const { app } = await start();
  expect(() => doctor(app.strategy, { reprot: () => {} } as object)).toThrow(/did you mean report/);
  expect(() => doctor(app.strategy, { report: 'log' } as object)).toThrow(TypeError);
});

test('without a session it looks on', async () => {
  let look: RequestHandler = (_req, _res, next) => next();
  const app = await startApp({
    before: (bare) => {
      bare.use((req, res, next) => look(req, res, next));
      bare.get('/page', (_req, res) => void res.sendStatus(200));
    },
  });
  const findings: Finding[] = [];
  look = doctor(app.strategy, { report: (finding) => findings.push(finding) });
  expect((await app.browser().get('/page')).status).toBe(200);
  expect(findings).toEqual([]);
});

describe('SS-11: the flags of the session cookie', () => {
  const good = { secure: true, httpOnly: true, sameSite: 'lax' } as const;
  const visitAt = async (origin: string | undefined, cookie: SessionOptions['cookie']) => {
    const { app, codes } = await start({
      session: { cookie, proxy: true },
      ...(origin !== undefined && { options: { origin, store, limits: {} } }),
    });
    await app.browser().get('/page', { 'x-forwarded-proto': 'https' });
    return codes().filter((code) => code === 'cookie_flags');
  };

  test.each<[string, SessionOptions['cookie']]>([
    ['Secure', { ...good, secure: false }],
    ['HttpOnly', { ...good, httpOnly: false }],
    ['SameSite', { ...good, sameSite: undefined }],
  ])('SS-11: %s is missed on https', async (_flag, cookie) => {
    expect(await visitAt('https://app.example.com', cookie)).toEqual(['cookie_flags']);
  });

  test('SS-11: with all of them there is nothing to say', async () => {
    expect(await visitAt('https://app.example.com', good)).toEqual([]);
  });

  test('SS-11: in development, on http, a cookie is not Secure', async () => {
    expect(await visitAt(undefined, { ...good, secure: false })).toEqual([]);
  });
});
