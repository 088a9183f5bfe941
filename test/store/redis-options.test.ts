/** What a RedisStore is made of: the clients that it takes, and a TypeError for whatever else it is given. */
import { Redis as Ioredis5, Cluster as Ioredis5Cluster } from 'ioredis';
import { Redis as Ioredis6, Cluster as Ioredis6Cluster } from 'ioredis6';
import * as redis5 from 'redis';
import * as redis6 from 'redis6';
import { describe, expect, test } from 'vitest';
import { RedisStore, type RedisStoreOptions } from '../../lib/index.js';
import { documented, misuse } from '../support/errors.js';
import { newLink } from '../support/links.js';

const seeds = [{ host: '127.0.0.1', port: 1 }];
const lazyConnect = true;

/** Without a cast: that this compiles is half of the test. */
const UNCONNECTED: [name: string, create: () => RedisStore][] = [
  ['ioredis 5', () => new RedisStore(new Ioredis5({ lazyConnect }))],
  ['ioredis 6', () => new RedisStore(new Ioredis6({ lazyConnect }))],
  ['ioredis 5 Cluster', () => new RedisStore(new Ioredis5Cluster(seeds, { lazyConnect }))],
  ['ioredis 6 Cluster', () => new RedisStore(new Ioredis6Cluster(seeds, { lazyConnect }))],
  ['node-redis 5', () => new RedisStore(redis5.createClient())],
  ['node-redis 6', () => new RedisStore(redis6.createClient())],
  [
    'node-redis 5 Cluster',
    () => new RedisStore(redis5.createCluster({ rootNodes: seeds.map((socket) => ({ socket })) })),
  ],
  [
    'node-redis 6 Cluster',
    () => new RedisStore(redis6.createCluster({ rootNodes: seeds.map((socket) => ({ socket })) })),
  ],
];

describe.each(UNCONNECTED)('a client of %s that was never connected', (_name, create) => {
  test('is taken, and rejects at once', async () => {
    const store = create();
    const link = newLink();
    const redeemed = [store.redeem(link, true), store.redeemByCode(link, 5)];
    const calls = [
      store.issue(link),
      store.open(link),
      ...redeemed,
      store.revoke('a'),
      store.increment('a', 1),
      store.ping(),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { message: documented('the Redis client is not connected', 'redis_not_connected') },
      });
    }
  });
});

const sentinel = { name: 'primary', sentinelRootNodes: seeds };

describe('a client of another kind is a TypeError that names the right ones', () => {
  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a URL', () => 'redis://127.0.0.1:6379'],
    ['options', () => ({ host: '127.0.0.1', port: 6379 })],
    ['a function', () => () => {}],
    ['a callback client', () => ({ get() {}, set() {} })],
    ['a pool of node-redis 5', () => redis5.createClientPool()],
    ['a pool of node-redis 6', () => redis6.createClientPool()],
    ['a Sentinel client of node-redis 5', () => redis5.createSentinel(sentinel)],
    ['a Sentinel client of node-redis 6', () => redis6.createSentinel(sentinel)],
    ['a legacy client of node-redis', () => redis5.createClient().legacy()],
  ])('%s', (_name, create) => {
    const client = create() as never;
    expect(() => new RedisStore(client)).toThrow(TypeError);
    expect(() => new RedisStore(client)).toThrow(/ioredis 5 or 6 or node-redis 5 or 6/);
  });
});

describe('a wrong option is a TypeError that names the right one:', () => {
  const create = (options: unknown) => () =>
    new RedisStore(new Ioredis5({ lazyConnect }), options as RedisStoreOptions);

  test.each([
    [{ keyPrefix: '{' }, 'keyPrefix must be a string without braces'],
    [{ keyPrefix: 'pbl}' }, 'keyPrefix must be a string without braces'],
    [{ keyPrefix: '{app}:' }, 'keyPrefix must be a string without braces'],
    [{ keyPrefix: null }, 'keyPrefix must be a string without braces'],
    [{ keyPrefix: 7 }, 'keyPrefix must be a string without braces'],
    [{ redisTimeoutMs: 0 }, 'redisTimeoutMs must be a whole number of milliseconds, 1 to 60000'],
    [{ redisTimeoutMs: 60_001 }, 'redisTimeoutMs must be a whole number of milliseconds, 1 to 60000'],
    [{ redisTimeoutMs: 0.5 }, 'redisTimeoutMs must be a whole number of milliseconds, 1 to 60000'],
    [{ redisTimeoutMs: '500' }, 'redisTimeoutMs must be a whole number of milliseconds, 1 to 60000'],
    [{ redisTimeoutMs: Number.NaN }, 'redisTimeoutMs must be a whole number of milliseconds, 1 to 60000'],
    [{ redisTimeoutMs: Infinity }, 'redisTimeoutMs must be a whole number of milliseconds, 1 to 60000'],
    [{ redisTimeout: 500 }, "RedisStore has no option 'redisTimeout'; did you mean redisTimeoutMs?"],
    [{ keyprefix: 'a' }, "RedisStore has no option 'keyprefix'; did you mean keyPrefix?"],
    [{ prefix: 'a' }, "RedisStore has no option 'prefix'; there are: keyPrefix, redisTimeoutMs"],
    [null, 'RedisStore takes an object of options'],
    ['app:', 'RedisStore takes an object of options'],
    [[], 'RedisStore takes an object of options'],
  ])('%j', (options, message) => {
    expect(create(options)).toThrow(misuse(message));
  });

  test.each([{}, { keyPrefix: '' }, { redisTimeoutMs: 1 }, { redisTimeoutMs: 60_000 }, { keyPrefix: undefined }])(
    '%j is right',
    (options) => {
      expect(create(options)).not.toThrow();
    },
  );
});
