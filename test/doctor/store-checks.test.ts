/** What the doctor finds in Redis. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doctor, type Finding } from '../../lib/doctor/index.js';
import { checkStore } from '../../lib/doctor/store-checks.js';
import { MemoryStore, RedisStore } from '../../lib/index.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { startApp } from '../support/app.js';
import { startRedis, type TestRedis } from '../support/redis.js';

const OLD = 'an old secret that is long enough, too';
const NEW = 'a new secret that is long enough, too';

let redis: TestRedis;
let client: Redis;
let codes: string[];

beforeEach(async () => {
  redis = await startRedis();
  client = new Redis(redis.port, '127.0.0.1');
  await once(client, 'ready');
  codes = [];
});

afterEach(async () => {
  client.disconnect();
  await redis.stop();
});

const keyIdsOf = (secrets: [string, ...string[]]) =>
  new Keyring(secrets, 'realm').all.map(({ id }) => id.toString('base64url'));

const look = (secrets: [string, ...string[]] = [OLD]) =>
  checkStore(
    {
      store: new RedisStore(client),
      keyIds: keyIdsOf(secrets),
      origin: 'https://app.example.com',
      name: 'magic-link',
    },
    (code) => codes.push(code),
  );

test.each([
  ['noeviction', '100mb', []],
  ['allkeys-lru', '0', []],
  ['allkeys-lru', '100mb', ['redis_evicts']],
  // Every key of ours has an end, and so is volatile.
  ['volatile-ttl', '100mb', ['redis_evicts']],
])('FT-07: maxmemory-policy %s at %s: %j', async (policy, memory, found) => {
  await client.config('SET', 'maxmemory-policy', policy, 'maxmemory', memory);
  await look();
  expect(codes).toEqual(found);
});

test('TK-11: instances that rotate their secrets in two deploys know each other', async () => {
  for (const secrets of [[OLD], [OLD, NEW], [NEW, OLD], [OLD, NEW]] as [string, ...string[]][]) await look(secrets);
  expect(codes).toEqual([]);
});

test('TK-11: instances with different secrets do not', async () => {
  await look([OLD]);
  await look([NEW]);
  expect(codes).toEqual(['different_secrets']);
});

test('an instance that has not been seen for five minutes counts no longer', async () => {
  await look([OLD]);
  const [key = ''] = await client.keys('pbl:doctor:*');
  const [id = '', seen = '0'] = await client.zrange(key, 0, -1, 'WITHSCORES');
  await client.zadd(key, Number(seen) - 5 * 60_000, id);
  await look([NEW]);
  expect(codes).toEqual([]);
  expect(await client.pttl(key)).toBeGreaterThan(0);
});

test('the middleware looks at the store, once a minute', async () => {
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '100mb');
  const findings: Finding[] = [];
  let told: () => void = () => {};
  const heard = new Promise<void>((resolve) => {
    told = resolve;
  });
  const app = await startApp({
    options: { store: new RedisStore(client) },
    routes: (bare, { strategy }) => {
      const report = (finding: Finding) => {
        findings.push(finding);
        told();
      };
      bare.use(doctor(strategy, { report }));
      bare.get('/page', (_req, res) => void res.sendStatus(200));
    },
  });
  await app.browser().get('/page');
  await heard;
  await app.browser().get('/page');
  expect(findings.map(({ code }) => code)).toEqual(['redis_evicts']);
});

test('a store without Redis, or one that is down, has nothing to find', async () => {
  const config = { keyIds: keyIdsOf([OLD]), origin: 'https://app.example.com', name: 'magic-link' };
  await checkStore({ ...config, store: new MemoryStore() }, (code) => codes.push(code));
  expect(codes).toEqual([]);
  redis.pause();
  await expect(look()).rejects.toThrow();
});
