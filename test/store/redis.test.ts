/** The store contract, kept by RedisStore with every client, on one server and on a Cluster of three masters. */
import { beforeAll, describe, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { type StoreHarness, storeContract } from '../../lib/testing/index.js';
import { liveKey } from '../support/links.js';
import { useServers } from '../support/redis.js';
import { ALL_CLIENTS } from '../support/redis-clients.js';

/** What is counted here is not time: a busy machine must not end it. */
const PATIENT = { redisTimeoutMs: 20_000 };

const servers = useServers();

describe.each(ALL_CLIENTS)('RedisStore with $name keeps the store contract', (kind) => {
  let harness: StoreHarness;

  beforeAll(async () => {
    const admin = servers.admin(kind);
    harness = {
      store: new RedisStore((await servers.connect(kind)).client, PATIENT),
      other: new RedisStore((await servers.connect(kind)).client, PATIENT),
      end: async (link) => void (await admin.zadd(liveKey(link), 'XX', 1, link.recordId)),
    };
  });

  for (const { name, run } of storeContract(() => harness)) test(name, run);
});
