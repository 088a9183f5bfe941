/** Something that the login needs is down: 503 with Retry-After, soon, and neither a mail nor a login. */
import { once } from 'node:events';
import { request } from 'node:http';
import express from 'express';
import session from 'express-session';
import { describe, expect, test } from 'vitest';
import { type LinkStore, type MagicLinkOptions, MemoryStore, type NewLink } from '../../lib/index.js';
import {
  ada,
  askFor,
  CALLBACK,
  expectNoMail,
  Mailbox,
  plainRoutes,
  SECRET,
  startApp,
  startBare,
  type TestAppConfig,
  userOf,
} from '../support/app.js';
import type { Answer, Browser } from '../support/browser.js';

async function start({ options, queueSize, deliver, routes }: Config = {}) {
  const links = new MemoryStore({ maxLinks: 2 });
  const sessions = new session.MemoryStore();
  const mailbox = new Mailbox();
  const app = await startApp({
    options: {
      store: links,
      mail: { deliver: deliver ?? mailbox.deliver, ...(queueSize && { queueSize }) },
      ...options,
    },
    // What would write the session once more at the end of the answer.
    session: { store: sessions, rolling: true, resave: true },
    ...(routes && { routes }),
  });
  return { app: { ...app, mailbox }, links, sessions, browser: app.browser() };
}

interface Config {
  options?: Partial<MagicLinkOptions>;
  queueSize?: number;
  deliver?: () => unknown;
  routes?: TestAppConfig['routes'];
}

/** Takes the place of one method until it is called. */
function spoil<T extends object>(target: T, method: keyof T, by: (...args: never[]) => unknown): () => void {
  const original = target[method];
  Object.assign(target, { [method]: by });
  return () => void Object.assign(target, { [method]: original });
}

function expectUnavailable(answer: Answer) {
  expect([answer.status, answer.headers['retry-after'], answer.json().error]).toEqual([503, '15', 'unavailable']);
  expect(answer.setCookies).toEqual([]);
}

const refuse = () => Promise.reject(new Error('connection refused'));

describe('the link store', () => {
  test('FT-01: at the ask, 503 and no mail', async () => {
    const { app, links, browser } = await start();
    spoil(links, 'issue', refuse);
    expectUnavailable(await browser.post('/login', ada));
    expect(app.events).toMatchObject([{ type: 'store.unavailable', severity: 'critical', reason: 'store' }]);
    await expectNoMail(app);
  });

  const REQUESTS: [
    string,
    keyof LinkStore,
    object,
    (browser: Browser, link: { path: string; token: string }) => Promise<Answer>,
  ][] = [
    ['GET', 'redeem', {}, (browser, { path }) => browser.get(path)],
    ['POST', 'redeem', {}, (browser, { token }) => browser.post(CALLBACK, { token })],
    ['the confirm page', 'open', { confirm: 'always' }, (browser, { path }) => browser.get(path)],
  ];

  test.each(REQUESTS)('FT-02: at %s, 503, and the link works afterwards', async (_what, method, options, click) => {
    const { app, links, browser } = await start({ options });
    const link = await askFor(app, browser);
    const mend = spoil(links, method as keyof MemoryStore, refuse);
    expectUnavailable(await click(browser, link));
    expect(await userOf(browser)).toBeUndefined();
    mend();
    await browser.post(CALLBACK, { token: link.token });
    expect(await userOf(browser)).toEqual(ada);
  });

  test('SE-01: what the store said is not answered', async () => {
    const { links, browser } = await start();
    spoil(links, 'issue', refuse);
    expect((await browser.post('/login', ada)).text).not.toContain('connection refused');
  });

  test('full: 503 and no mail', async () => {
    const { app, browser } = await start();
    await askFor(app, browser);
    await askFor(app, browser);
    expectUnavailable(await browser.post('/login', ada));
    await app.strategy.close();
    expect(app.mailbox.messages).toHaveLength(2);
  });
});

type Saved = (error?: unknown) => void;

const HOW: [string, (...args: unknown[]) => unknown][] = [
  ['fails', (...args) => (args.at(-1) as Saved)(new Error('connection refused'))],
  ['hangs', () => {}],
  [
    'throws',
    () => {
      throw new Error('connection refused');
    },
  ],
];

describe.each(HOW)('the session store %s', (_how, fault) => {
  test('FT-01: at the ask, 503 within a second and no mail', async () => {
    const { app, sessions, browser } = await start();
    spoil(sessions, 'set', fault as never);
    const begin = performance.now();
    expectUnavailable(await browser.post('/login', ada));
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(app.events.at(-1)).toMatchObject({ type: 'store.unavailable', reason: 'session store' });
    await expectNoMail(app);
  });

  // To renew a session express-session destroys the old one, and sets the new one.
  test.each(['destroy', 'set'] as const)(
    'FT-12: at the login, in %s, 503 within a second and nobody logged in',
    async (method) => {
      const { app, sessions, browser } = await start();
      const { path } = await askFor(app, browser);
      const mend = spoil(sessions, method, fault as never);
      const begin = performance.now();
      expectUnavailable(await browser.get(path));
      expect(performance.now() - begin).toBeLessThan(1000);
      mend();
      expect(app.events.at(-1)).toMatchObject({ type: 'store.unavailable', reason: 'session store' });
      expect(await userOf(browser)).toBeUndefined();
      await browser.get(path);
      expect(await userOf(browser)).toBeUndefined();
    },
  );
});

test('after failed asks there is room for the next', async () => {
  const { app, links, browser } = await start({ queueSize: 1 });
  const mend = spoil(links, 'issue', refuse);
  for (let i = 0; i < 3; i++) expectUnavailable(await browser.post('/login', ada));
  mend();
  await askFor(app, browser);
});

test('the outbox is full: 503 before anything is kept', async () => {
  const { app, links, browser } = await start({ queueSize: 1, deliver: () => new Promise(() => {}) });
  await browser.post('/login', ada);
  let issued = 0;
  spoil(links, 'issue', async () => void issued++);
  app.events.length = 0;
  expectUnavailable(await app.browser().post('/login', ada));
  expect(issued).toBe(0);
  expect(app.events).toMatchObject([{ type: 'mail.failed', reason: 'outbox_full' }]);
});

test('after close no more is taken', async () => {
  const { app, browser } = await start();
  await app.strategy.close();
  expectUnavailable(await browser.post('/login', ada));
});

test('FT-15: who goes away before the answer is mailed all the same', async () => {
  let closed: Promise<unknown> | undefined;
  const { app, links } = await start({
    routes: (bare, test) => {
      bare.use((_req, res, next) => {
        closed = once(res, 'close');
        next();
      });
      plainRoutes(bare, test);
    },
  });
  const issue = links.issue.bind(links);
  const leaving = request(`${app.origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  leaving.once('error', () => {});
  spoil(links, 'issue', async (link: NewLink) => {
    leaving.destroy();
    await closed;
    await issue(link);
  });
  leaving.end('email=ada@example.com');
  expect((await app.mailbox.next()).message.to.address).toBe('ada@example.com');
});

/** express-session alone before the routes: `passport.session()` has an error of its own for a missing session. */
async function startDisconnecting() {
  const sessions = new session.MemoryStore();
  const options = { secret: SECRET, name: 'sid', store: sessions, resave: false, saveUninitialized: false };
  const app = await startBare((bare) => bare.use(session(options)));
  return { app, sessions };
}

describe('the session store is disconnected', () => {
  test('FT-01: at the ask, 503 and no mail', async () => {
    const { app, sessions } = await startDisconnecting();
    // express-session then leaves nothing on the request, as if it were not there; so it is remembered that it was.
    await app.browser().get('/login/callback');
    sessions.emit('disconnect');
    expectUnavailable(await app.browser().post('/login', ada));
    await expectNoMail(app);
  });

  test('FT-12: at the callback, 503, and the link works afterwards', async () => {
    const { app, sessions } = await startDisconnecting();
    const browser = app.browser();
    const { path } = await askFor(app, browser);
    sessions.emit('disconnect');
    expectUnavailable(await browser.get(path));
    sessions.emit('connect');
    expect((await browser.get(path)).json()).toEqual(ada);
  });
});

test('FT-12: a store that goes away in the middle of a request is 503', async () => {
  const { app, browser } = await start({
    routes: (bare, { passport }) => {
      bare.use(express.urlencoded({ extended: false }));
      bare.use((req, _res, next) => {
        Reflect.deleteProperty(req, 'session');
        next();
      });
      bare.post('/login', passport.authenticate('magic-link', { action: 'request' } as object));
    },
  });
  expectUnavailable(await browser.post('/login', ada));
  await expectNoMail(app);
});
