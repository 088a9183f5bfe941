/** What each decision does to a login: the app of docs/signals.md, run as it stands there. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express from 'express';
import session from 'express-session';
import passportModule from 'passport';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import {
  type Claims,
  type MagicLinkEvent,
  type MagicLinkStrategy,
  type MailMessage,
  MemoryStore,
} from '../../lib/index.js';
import { type SignalContext, type SignalProvider, signals } from '../../lib/signals/index.js';
import { totp } from '../../lib/step-up/factors/totp.js';
import { MemoryFactorStore } from '../../lib/step-up/index.js';
import { ada, Mailbox, requestLink, SECRET, startApp, tellingRoutes, typesOf, userOf } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { listen } from '../support/ports.js';
import { codeOf } from '../support/totp.js';

/** The MX host of every domain. */
const dns = vi.hoisted(() => ({ host: '' }));
vi.mock('node:dns/promises', () => ({
  Resolver: class {
    async resolveMx() {
      return [{ exchange: dns.host, priority: 10 }];
    }
  },
}));

const ROOT = new URL('../..', import.meta.url).pathname;

const recipes = {} as { addLogin(...args: unknown[]): MagicLinkStrategy };
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pbl-signals-'));
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  const page = readFileSync(`${ROOT}docs/signals.md`, 'utf8');
  for (const [i, [, source = '']] of [...page.matchAll(/^```ts\n(.*?)^```$/gms)].entries()) {
    const file = join(folder, `recipe-${i}.ts`);
    // The package as it is here, not as it was built.
    writeFileSync(file, source.replace(/'passport-bound-link(\/[\w-]+)?'/g, `'${ROOT}lib$1/index.ts'`));
    Object.assign(recipes, await import(pathToFileURL(file).href));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly id: string;
  readonly signupRecordId: string;
  lastLogin?: number;
  mailHosts?: string;
}

/** A user table in memory, whose rows are copied as a database's are. */
class Users {
  readonly rows = new Map<string, Row>();

  readonly find = async (id: string): Promise<Row | undefined> => {
    const row = this.rows.get(id);
    return row && { ...row };
  };

  readonly findOrCreate = async ({ address, recordId }: Claims): Promise<Row> => {
    const row = this.rows.get(address) ?? { id: address, signupRecordId: recordId };
    this.rows.set(address, row);
    return { ...row };
  };

  readonly saveLastLogin = async ({ user }: SignalContext<Row>) =>
    void Object.assign(this.rows.get(user.id) as Row, { lastLogin: Math.floor(Date.now() / 1000) });

  readonly saveMailHosts = async ({ user }: SignalContext<Row>, mailHosts: string) =>
    void Object.assign(this.rows.get(user.id) as Row, { mailHosts });
}

/** The app of the page; what it knows of a user in a session is the id. */
async function start() {
  const app = express();
  const server = createServer(app);
  const origin = await listen(server);
  const [users, mailbox, events] = [new Users(), new Mailbox(), [] as MagicLinkEvent[]];
  // Notices come as well, and are not what this is about.
  const deliver = async (message: MailMessage) => {
    if (message.text.includes('/login/callback?')) await mailbox.deliver(message);
  };
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const passport = new passportModule.Passport();
  passport.serializeUser((user, done) => done(null, (user as Row).id));
  passport.deserializeUser((id: string, done) => {
    users.find(id).then((user) => done(null, user), done);
  });
  app.use(session({ secret: SECRET, resave: false, saveUninitialized: false }), passport.session());
  const strategy = recipes.addLogin(app, passport, users, {
    link: {
      secret: SECRET,
      origin,
      callbackPath: '/login/callback',
      store: new MemoryStore(),
      clock: now,
      mail: { deliver },
      dangerouslyNoLimits: true,
    },
    stepUp: {
      store: new MemoryFactorStore(),
      factors: [totp()],
      user: ({ id, signupRecordId }: Row) => ({ id, name: id, address: id, signupRecordId }),
    },
  });
  app.get('/vault', (req, res) => void res.json({ opened: Boolean(req.user) }));
  strategy.events.on('*', (event) => events.push(event));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await strategy.close(0);
  });
  return {
    users,
    events,
    now,
    /** Seconds later. */
    later: (seconds: number) => {
      ahead += seconds * 1000;
    },
    async logIn() {
      const browser = new Browser(origin);
      await browser.post('/login', { email: ada.email });
      const opened = await browser.get((await mailbox.next()).path);
      return { browser, opened };
    },
  };
}

const opens = async (browser: Browser) => (await browser.getJson('/vault')).json();

test('AC-05: after the mail of a domain has moved, a login gets to nothing without a second factor', async () => {
  dns.host = 'mx.example.com';
  const { logIn, later, now, events } = await start();
  const { browser: owner } = await logIn();
  expect(await opens(owner)).toEqual({ opened: true });
  const { secret } = (await owner.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
  await owner.postJson('/step-up/totp/confirm', { code: codeOf(secret, now()) });
  expect(events.map(({ type }) => type)).not.toContain('signal.raised');

  dns.host = 'mx.evil.example';
  const { browser: first } = await logIn();
  const { browser: second } = await logIn();
  for (const browser of [first, second]) {
    expect(await opens(browser)).toEqual({ error: 'step_up_required' });
    expect((await browser.get('/vault')).headers.location).toBe('/step-up');
  }
  expect(await opens(owner), 'the login that was there before').toEqual({ opened: true });
  expect(events.filter(({ reason }) => reason === 'mail_domain_changed')).toHaveLength(2);
  expect(events.filter(({ type }) => type === 'login.held')).toHaveLength(2);

  // The step-up frees the session that it was made in, for as long as that lives, and no other.
  later(30);
  const answer = await first.postJson('/step-up/totp', { code: codeOf(secret, now()) });
  expect(answer.json()).toEqual({ status: 'stepped_up' });
  later(86_400);
  expect(await opens(first)).toEqual({ opened: true });
  expect(await opens(second)).toEqual({ error: 'step_up_required' });

  // And from then on the new hosts are the usual ones.
  expect(await opens((await logIn()).browser)).toEqual({ opened: true });
});

test('AC-05: a dormant account is requested a second factor, however often its mailbox logs in', async () => {
  dns.host = 'mx.example.com';
  const { logIn, users } = await start();
  await logIn();
  const row = users.rows.get(ada.email) as Row;
  expect(row.lastLogin).toBeGreaterThan(0);
  row.lastLogin = Math.floor(Date.now() / 1000) - 400 * 86_400;
  for (let i = 0; i < 2; i++) expect(await opens((await logIn()).browser)).toEqual({ error: 'step_up_required' });
  expect(Date.now() / 1000 - row.lastLogin).toBeGreaterThan(399 * 86_400);
});

/** An app whose logins these providers judge. */
async function startWith(...providers: SignalProvider[]) {
  const app = await startApp({ options: { assess: signals({ providers }) }, routes: tellingRoutes });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  return { app, browser, path, raised: () => app.events.filter(({ type }) => type === 'signal.raised') };
}

test('AL-04: deny refuses the login, and the link is spent', async () => {
  const { app, browser, path, raised } = await startWith(
    { name: 'mild', assess: () => 'stepUp', onError: 'deny' },
    { name: 'strict', assess: () => 'deny', onError: 'allow' },
  );
  expect((await browser.get(path)).json()).toMatchObject({ code: 'login_refused' });
  expect((await browser.get(path)).json()).toMatchObject({ code: 'link_used' });
  expect(await userOf(browser)).toBeUndefined();
  const refused = app.events.find(({ type }) => type === 'login.refused');
  expect(refused).toMatchObject({ reason: 'assess', account: app.strategy.accountTags(ada.email)[0] });
  const { account, link } = refused ?? {};
  expect(raised()).toMatchObject([
    { reason: 'mild', decision: 'stepUp', severity: 'warning', account, link },
    { reason: 'strict', decision: 'deny', severity: 'high', account, link },
  ]);
});

test('AL-04: nothing raised is no event', async () => {
  const { app, browser, path, raised } = await startWith({ name: 'calm', assess: () => 'allow', onError: 'deny' });
  await browser.get(path);
  expect(await userOf(browser)).toEqual(ada);
  expect(typesOf(app)).toContain('link.redeemed');
  expect(raised()).toEqual([]);
});

test('AL-05: an outage is an event, and the login is what its onError says', async () => {
  const fails = () => Promise.reject(new Error('down'));
  const { browser, path, raised } = await startWith(
    { name: 'open', assess: fails, onError: 'allow' },
    { name: 'shut', assess: fails, onError: 'deny' },
  );
  expect((await browser.get(path)).json()).toMatchObject({ code: 'login_refused' });
  expect(raised()).toMatchObject([
    { reason: 'open_failed', decision: 'allow', severity: 'warning' },
    { reason: 'shut_failed', decision: 'deny', severity: 'high' },
  ]);
});

test('AL-05: a remember that hangs is an event, and the login goes on', async () => {
  const hangs = () => new Promise<never>(() => {});
  const { browser, path, raised } = await startWith({
    name: 'slow',
    assess: () => 'allow',
    remember: hangs,
    timeoutMs: 20,
    onError: 'deny',
  });
  expect((await browser.get(path)).status).toBe(200);
  expect(await userOf(browser)).toEqual(ada);
  expect(raised()).toMatchObject([{ reason: 'slow_failed', decision: 'allow', severity: 'warning' }]);
});
