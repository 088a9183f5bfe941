/** The limit of a network, in memory and in Redis by each client. */
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryStore, RedisStore, UnavailableError } from '../../lib/index.js';
import { NetworkLimit } from '../../lib/limits/network-limit.js';
import type { WindowCounter } from '../../lib/protocol/store.js';
import { dump, startRedis, type TestRedis } from '../support/redis.js';

const KEY = createSecretKey(Buffer.alloc(32, 1));
const LIMITS = { quarterHour: 3, siteQuarterHour: 5 };
const IPV4 = { network: '192.0.2.7', site: undefined };
const ipv6 = (n: number) => ({ network: `2001:db8:1:${n}::/64`, site: '2001:db8:1::/48' });

let redis: TestRedis;
let ioredis: Redis;
let nodeRedis: ReturnType<typeof createClient>;

beforeAll(async () => {
  redis = await startRedis();
  ioredis = new Redis(redis.port, '127.0.0.1');
  await once(ioredis, 'ready');
  nodeRedis = createClient({ url: redis.url });
  await nodeRedis.connect();
});

afterAll(async () => {
  ioredis.disconnect();
  nodeRedis.destroy();
  await redis.stop();
});

describe.each<[string, () => WindowCounter]>([
  ['memory', () => new MemoryStore()],
  ['ioredis', () => new RedisStore(ioredis, { keyPrefix: 'one:' })],
  ['node-redis', () => new RedisStore(nodeRedis, { keyPrefix: 'two:' })],
])('counted in %s', (_where, counter) => {
  test('RD-04, EN-03: one request too many is told how long to wait', async () => {
    const limit = new NetworkLimit(LIMITS, KEY, counter());
    for (let i = 0; i < 3; i++) expect(await limit.count(IPV4)).toBe(0);
    const wait = await limit.count(IPV4);
    expect(wait).toBeGreaterThan(890);
    expect(wait).toBeLessThanOrEqual(900);
    expect(await limit.count({ ...IPV4, network: '192.0.2.8' })).toBe(0);
  });

  test('RD-04: another /64 of the same /48 has its own, up to that of the /48', async () => {
    const limit = new NetworkLimit(LIMITS, KEY, counter());
    for (let i = 0; i < 5; i++) expect(await limit.count(ipv6(i))).toBe(0);
    expect(await limit.count(ipv6(9))).toBeGreaterThan(0);
  });
});

test('SE-07: Redis holds no network', async () => {
  const keys = [...(await dump(redis)).keys()];
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.join()).not.toMatch(/192\.0\.2|2001|db8/);
});

test('nothing is added to the client', async () => {
  const client = new Redis(redis.port, '127.0.0.1');
  await once(client, 'ready');
  const namesOf = () => [Object.keys(client), Object.keys(Object.getPrototypeOf(client)), Object.keys(Redis.prototype)];
  const before = namesOf();
  await new NetworkLimit(LIMITS, KEY, new RedisStore(client, { keyPrefix: 'three:' })).count(ipv6(1));
  expect(namesOf()).toEqual(before);
  client.disconnect();
});

test('EN-07: what cannot be counted is not let through', async () => {
  const down = { increment: () => Promise.reject(new Error('down')) };
  await expect(new NetworkLimit(LIMITS, KEY, down).count(IPV4)).rejects.toThrow(UnavailableError);
});
