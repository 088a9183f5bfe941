/** What is thrown while Redis is away or refuses: no cause of it, however deep, names a session, a nonce, a code or a person. */
import { once } from 'node:events';
import { RedisStore as RedisSessionStore } from 'connect-redis';
import type { ErrorRequestHandler } from 'express';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { MagicLinkStrategy, MemoryStore, RedisStore } from '../../lib/index.js';
import { Mailbox, plainRoutes, SECRET, startApp } from '../support/app.js';
import { Canary, WatchedBrowser, WatchedSessions, watchProcess } from '../support/canary.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { notMeLinkIn, tokenIn } from '../support/smtp.js';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

interface Fault {
  fail(admin: Redis): unknown;
  mend(admin: Redis): unknown;
}

/** A Redis that takes no more writes says so in an error that, with ioredis, carries the whole command. */
const FAULTS = {
  replica: { fail: (admin) => admin.replicaof('127.0.0.1', 1), mend: (admin) => admin.replicaof('NO', 'ONE') },
  full: {
    fail: (admin) => admin.config('SET', 'maxmemory', '1'),
    mend: (admin) => admin.config('SET', 'maxmemory', '0'),
  },
  paused: { fail: () => redis.pause(), mend: () => redis.resume() },
} satisfies Record<string, Fault>;

const connect = async () => {
  const client = new Redis(redis.url, { maxRetriesPerRequest: 1 });
  onTestFinished(() => client.disconnect());
  await once(client, 'ready');
  return client;
};

/** One of the two stores in Redis, so that it is the one that fails. A bare express-session would wait for a paused one. */
const CASES: [string, string, Fault][] = [
  ['the link store', 'is a replica', FAULTS.replica],
  ['the link store', 'is full', FAULTS.full],
  ['the link store', 'is paused', FAULTS.paused],
  ['the session store', 'is a replica', FAULTS.replica],
  ['the session store', 'is full', FAULTS.full],
];

test.each(CASES)("SE-01: %s's Redis %s, and no error says who requested it", async (inRedis, _how, { fail, mend }) => {
  const canary = new Canary();
  canary.issued('key', SECRET);
  watchProcess(canary);
  const admin = await connect();
  const linksInRedis = inRedis === 'the link store';
  const errors: unknown[] = [];
  const showStack: ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error);
    canary.saw('an error', error);
    res.status(error.status ?? 500).send(error.stack);
  };
  const mailbox = new Mailbox();
  const app = await startApp({
    options: {
      store: linksInRedis ? new RedisStore(await connect()) : new MemoryStore(),
      mail: { code: true, deliver: mailbox.deliver },
    },
    session: {
      store: linksInRedis ? new WatchedSessions(canary) : new RedisSessionStore({ client: await connect() }),
    },
    routes: (express, started) => {
      plainRoutes(express, started, { successReturnToOrRedirect: '/' });
      express.post('/login/code', started.passport.authenticate('magic-link', { action: 'code' } as object));
      express.use(showStack);
    },
  });
  app.strategy.events.on('*', (event) => canary.saw('an event', event));

  const email = canary.address();
  const asker = new WatchedBrowser(app.origin, canary);
  await asker.post('/login', { email });
  const { message, path, token } = await mailbox.next();
  const [code = ''] = message.text.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/m) ?? [];
  canary.issued('token', token);
  canary.issued('code', code);
  canary.issued('notMe', tokenIn(notMeLinkIn(message.text)));
  for (const key of await admin.keys('sess:*')) {
    canary.sawSession(key.slice('sess:'.length), (await admin.get(key)) ?? '{}');
  }
  // The same session asks again, so that what fails to be saved is on the watch.
  onTestFinished(async () => {
    await mend(admin);
    await admin.flushall();
  });
  await fail(admin);
  expect((await asker.post('/login', { email })).status).toBe(503);
  // A wrong code is counted, which is a write. (Past a refusal express-session touches the session by itself, and its
  // store's own error is the app's.)
  if (linksInRedis) expect((await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' })).status).toBe(503);
  // A full Redis still spends a link: that only takes something away.
  await asker.post('/login/code', { code });
  await asker.get(path);

  expect(errors.length).toBeGreaterThan(0);
  canary.saw('the strategy', app.strategy);
  expect(canary.leaks()).toEqual([]);
  expect((['token', 'code', 'notMe', 'nonce'] as const).map((kind) => canary.count(kind))).toEqual([1, 1, 1, 1]);
});

test('SE-01: a RedisStore shows nothing of its client, and a strategy nothing of its stores', () => {
  const canary = new Canary();
  const secret = 'a Redis password that is nowhere else';
  canary.issued('key', secret);
  canary.issued('key', SECRET);
  const client = new Redis({ password: secret, lazyConnect: true });
  const store = new RedisStore(client);
  const deliver = async () => {};
  const strategy = new MagicLinkStrategy(
    { secret: SECRET, origin: 'http://localhost:1', callbackPath: '/login/callback', store, mail: { deliver } },
    () => true,
  );
  canary.saw('the store', store);
  canary.saw('the strategy', strategy);
  canary.saw('its events', strategy.events);
  expect(canary.leaks()).toEqual([]);
  client.disconnect();
});
