/** The limit of a network, in memory and in Redis by each client. */
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisStore, UnavailableError } from '../../lib/index.js';
import { NetworkLimit } from '../../lib/limits/network-limit.js';
import type { ScriptClient } from '../../lib/protocol/store.js';
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

describe.each<[string, () => ScriptClient | undefined]>([
  ['memory', () => undefined],
  ['ioredis', () => new RedisStore(ioredis, { keyPrefix: 'one:' }).scriptClient],
  ['node-redis', () => new RedisStore(nodeRedis, { keyPrefix: 'two:' }).scriptClient],
])('counted in %s', (_where, client) => {
  test('RD-04, EN-03: one ask too many is told how long to wait', async () => {
    const limit = new NetworkLimit(LIMITS, KEY, client());
    for (let i = 0; i < 3; i++) expect(await limit.consume(IPV4)).toBeUndefined();
    const wait = await limit.consume(IPV4);
    expect(wait).toBeGreaterThan(890);
    expect(wait).toBeLessThanOrEqual(900);
    expect(await limit.consume({ ...IPV4, network: '192.0.2.8' })).toBeUndefined();
  });

  test('RD-04: another /64 of the same /48 has its own, up to that of the /48', async () => {
    const limit = new NetworkLimit(LIMITS, KEY, client());
    for (let i = 0; i < 5; i++) expect(await limit.consume(ipv6(i))).toBeUndefined();
    expect(await limit.consume(ipv6(9))).toBeGreaterThan(0);
  });
});

test('SE-07: Redis holds no network', async () => {
  const keys = [...(await dump(redis)).keys()];
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.join()).not.toMatch(/192\.0\.2|2001|db8/);
});

test('nothing is added to the client', async () => {
  expect(Object.keys(ioredis)).not.toContain('rlflxIncr');
  expect('rlflxIncr' in ioredis).toBe(false);
});

test('EN-07: what cannot be counted is not let through', async () => {
  const down = { eval: () => Promise.reject(new Error('down')) };
  await expect(new NetworkLimit(LIMITS, KEY, down).consume(IPV4)).rejects.toThrow(UnavailableError);
});
