/** The keys of a store: how they are named, where they lie, and that they all end with their links. */
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { issued, type Link, linkKey, liveKey, newLink, wrongKey } from '../support/links.js';
import { useServers } from '../support/redis.js';
import { ALL_CLIENTS, IOREDIS } from '../support/redis-clients.js';

const servers = useServers();
const MINUTE = 60_000;
let store: RedisStore;
let admin: ReturnType<typeof servers.admin>;

beforeAll(async () => {
  store = new RedisStore((await servers.connect(IOREDIS)).client);
  admin = servers.admin(IOREDIS);
});

describe('the end of a link is the end of its keys:', () => {
  const expectWithin = async (key: string, from: number, to: number) => {
    const left = await admin.pttl(key);
    expect(left).toBeGreaterThan(from);
    expect(left).toBeLessThanOrEqual(to);
  };

  test('both live as long as it does', async () => {
    const link = await issued(store, { ttlMs: MINUTE });
    await expectWithin(linkKey(link), 0, MINUTE);
    await expectWithin(liveKey(link), 0, MINUTE);
  });

  test('a shorter-lived link leaves the account what the earlier one needs', async () => {
    const long = await issued(store, { ttlMs: 10 * MINUTE });
    const short = await issued(store, { account: long.account, ttlMs: MINUTE });
    await expectWithin(linkKey(short), 0, MINUTE);
    await expectWithin(liveKey(long), MINUTE, 10 * MINUTE);
  });

  test('a longer-lived link gives the account more time', async () => {
    const short = await issued(store, { ttlMs: MINUTE });
    await issued(store, { account: short.account, ttlMs: 10 * MINUTE });
    await expectWithin(linkKey(short), 0, MINUTE);
    await expectWithin(liveKey(short), MINUTE, 10 * MINUTE);
  });

  test.each([
    ['opened', (link: Link) => store.open(link)],
    ['opened elsewhere', (link: Link) => store.redeem({ ...link, binding: 'another' }, true)],
    ['used', (link: Link) => store.redeem(link, true)],
    ['used by its code', (link: Link) => store.redeemByCode(link, 5)],
    ['typed a wrong code for', (link: Link) => store.redeemByCode({ ...link, codeDigest: 'another' }, 5)],
    ['revoked', (link: Link) => store.revoke(link.account)],
  ])('a link that was %s ends no later', async (_name, step) => {
    const link = await issued(store, { ttlMs: MINUTE });
    await step(link);
    await expectWithin(linkKey(link), 0, MINUTE);
  });

  test('EN-08: the wrong codes of an account are counted for a day from the first, and no longer', async () => {
    const link = await issued(store, { ttlMs: MINUTE });
    const guess = () => store.redeemByCode({ ...link, codeDigest: 'another' }, 5);
    await guess();
    await expectWithin(wrongKey(link), 23 * 60 * MINUTE, 24 * 60 * MINUTE);
    await admin.pexpire(wrongKey(link), MINUTE);
    await guess();
    await expectWithin(wrongKey(link), 0, MINUTE);
  });

  test('EN-08: a code that is not compared leaves no key', async () => {
    const link = newLink();
    await store.redeemByCode(link, 5);
    await store.issue(link);
    await store.redeemByCode({ ...link, binding: 'another' }, 5);
    await store.redeemByCode(link, 5);
    expect(await admin.exists(wrongKey(link))).toBe(0);
  });

  test('EN-08: a counter lives as long as its window, and one that lost its end gets another', async () => {
    const counter = newLink().recordId;
    await store.increment(counter, MINUTE);
    await expectWithin(`pbl:${counter}`, 0, MINUTE);
    await store.increment(counter, 10 * MINUTE);
    await expectWithin(`pbl:${counter}`, 0, MINUTE);
    await admin.persist(`pbl:${counter}`);
    expect(await store.increment(counter, MINUTE)).toEqual({ count: 3, expiresInMs: MINUTE });
    await expectWithin(`pbl:${counter}`, 0, MINUTE);
  });

  test('requesting again forgets what is over', async () => {
    const over = await issued(store);
    await admin.zadd(liveKey(over), 'XX', 1, over.recordId);
    const next = await issued(store, { account: over.account });
    expect(await admin.zrange(liveKey(over), 0, -1)).toEqual([next.recordId]);
  });
});

test.each(ALL_CLIENTS.filter(({ cluster }) => cluster))(
  '$name: the keys of an account are on one slot',
  async (kind) => {
    const clustered = new RedisStore((await servers.connect(kind)).client);
    const link = newLink();
    const another = newLink({ account: link.account });
    await clustered.issue(link);
    await clustered.issue(another);
    await clustered.redeemByCode({ ...link, codeDigest: 'another' }, 5);
    const slots = new Set<unknown>();
    let found = 0;
    for (const { port } of servers.nodes(kind)) {
      const node = new Redis(port, '127.0.0.1');
      for (const key of await node.keys(`*${link.account}*`)) {
        slots.add(await node.call('CLUSTER', 'KEYSLOT', key));
        found++;
      }
      node.disconnect();
    }
    expect(found).toBe(4);
    expect(slots.size).toBe(1);
  },
);

describe('keyPrefix', () => {
  const prefixed = (keyPrefix: string) =>
    servers.connect(IOREDIS).then(({ client }) => new RedisStore(client, { keyPrefix }));

  test.each(['app:login:', 'ä', ''])('%j stands before every key', async (keyPrefix) => {
    const link = newLink();
    const own = await prefixed(keyPrefix);
    await own.issue(link);
    await own.redeemByCode({ ...link, codeDigest: 'another' }, 5);
    await own.increment(`counter:${link.account}`, MINUTE);
    const keys = await admin.keys(`*${link.account}*`);
    const expected = [liveKey, linkKey, wrongKey].map((key) => key(link, keyPrefix));
    expect(keys.sort()).toEqual([...expected, `${keyPrefix}counter:${link.account}`].sort());
  });

  test('keeps two stores in one Redis apart', async () => {
    const [one, two] = [await prefixed('one:'), await prefixed('two:')];
    const link = newLink();
    await one.issue(link);
    expect((await two.redeem(link, true)).status).toBe('invalid');
    expect(await two.revoke(link.account)).toBe(0);
    expect((await one.redeem(link, true)).status).toBe('redeemed');
  });

  test("goes with the client's own", async () => {
    const client = new Redis(servers.standalone.port, { host: '127.0.0.1', keyPrefix: 'the-app:' });
    const own = new RedisStore(client);
    await client.ping();
    const link = newLink();
    await own.issue(link);
    expect((await own.redeem(link, true)).status).toBe('redeemed');
    expect(await admin.keys(`*${link.account}*`)).toEqual([`the-app:${linkKey(link)}`]);
    client.disconnect();
  });
});
