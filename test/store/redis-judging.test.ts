/** What Redis holds is not believed: an end, a record or a set that no script of ours wrote lets nobody in. */
import { beforeAll, describe, expect, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { editRecord, issued, type Link, linkKey, liveKey } from '../support/links.js';
import { useServers } from '../support/redis.js';
import { IOREDIS } from '../support/redis-clients.js';

const servers = useServers();
let store: RedisStore;
let admin: ReturnType<typeof servers.admin>;

beforeAll(async () => {
  store = new RedisStore((await servers.connect(IOREDIS)).client);
  admin = servers.admin(IOREDIS);
});

const judge = async (link: Link) => [(await store.open(link)).status, (await store.redeem(link, true)).status];

const judgeCode = async (link: Link) => (await store.redeemByCode(link, 5)).status;

describe('TK-05: a link whose end is', () => {
  const over = async (link: Link, end: string) => {
    await admin.zadd(liveKey(link), 'XX', end, link.recordId);
    expect(await judgeCode(link)).toBe('expired');
    expect(await judge(link)).toEqual(['expired', 'expired']);
  };

  test.each(['inf', '-inf', '-1', '0', '-0', '1', '1e-300', '1.5'])('%s is over', async (end) => {
    await over(await issued(store), end);
  });

  test('the second that has just begun is over', async () => {
    const [seconds] = (await admin.call('TIME')) as [string];
    await over(await issued(store), String(Number(seconds) * 1000));
  });

  test('over stays over, though its keys were made to live for ever', async () => {
    const link = await issued(store);
    await admin.persist(linkKey(link));
    await admin.persist(liveKey(link));
    await over(link, '1');
  });

  test.each(['nan', '', 'soon', '1e400'])('%j cannot be: Redis itself takes no such score', async (end) => {
    const link = await issued(store);
    await expect(admin.zadd(liveKey(link), 'XX', end, link.recordId)).rejects.toThrow('not a valid float');
  });

  test('missing counts as revoked', async () => {
    const link = await issued(store);
    await admin.zrem(liveKey(link), link.recordId);
    expect([...(await judge(link)), await judgeCode(link)]).toEqual(['revoked', 'revoked', 'revoked']);
  });

  test('gone with the whole set counts as revoked', async () => {
    const link = await issued(store);
    await admin.del(liveKey(link));
    expect(await judge(link)).toEqual(['revoked', 'revoked']);
  });
});

describe('a damaged record', () => {
  test.each([
    ['without a digest', 'd', undefined, 'invalid'],
    ['with an empty digest', 'd', '', 'invalid'],
    ['without a binding', 'b', undefined, 'mismatch'],
    ['with an empty binding', 'b', '', 'mismatch'],
  ] as const)('%s is nobody’s', async (_name, field, value, status) => {
    const link = await issued(store);
    await editRecord(admin, link, { [field]: value });
    expect(await judge(link)).toEqual([status, status]);
    expect((await store.redeem({ ...link, binding: '' }, true)).status).toBe(status);
  });

  test.each([
    ['without a code', undefined],
    ['with an empty code', ''],
  ])('TK-06: %s takes none, an empty one neither, and its link lives on', async (_name, value) => {
    const link = await issued(store);
    await editRecord(admin, link, { k: value });
    for (const codeDigest of [link.codeDigest, '', link.digest]) {
      expect((await store.redeemByCode({ ...link, codeDigest }, 5)).status).toBe('wrong');
    }
    expect((await store.redeem(link, true)).status).toBe('redeemed');
  });

  test.each([
    ['d', 'invalid'],
    ['b', 'mismatch'],
  ])('without its %s takes no code: %s', async (field, status) => {
    const link = await issued(store);
    await editRecord(admin, link, { [field]: undefined });
    expect(await judgeCode(link)).toBe(status);
    expect(await judgeCode({ ...link, binding: '' })).toBe(status);
  });

  test.each([
    ['link', linkKey],
    ['account', liveKey],
  ])('is a fault where the %s is of another kind', async (_name, key) => {
    const link = await issued(store);
    await admin.del(key(link));
    await admin.rpush(key(link), 'something else');
    await expect(store.open(link)).rejects.toThrow('WRONGTYPE');
    await expect(store.redeem(link, true)).rejects.toThrow('WRONGTYPE');
    await expect(store.redeemByCode(link, 5)).rejects.toThrow('WRONGTYPE');
  });
});

test('a record that nobody of ours wrote is a fault', async () => {
  const link = await issued(store);
  await admin.set(linkKey(link), 'something else', 'KEEPTTL');
  for (const judged of [store.open(link), store.redeem(link, true), store.redeemByCode(link, 5)]) {
    await expect(judged).rejects.toThrow();
  }
});

describe('BD-07: brought back after its use,', () => {
  test('a record alone is not live', async () => {
    const link = await issued(store);
    const before = await admin.dumpBuffer(linkKey(link));
    await store.redeem(link, true);
    await admin.restore(linkKey(link), 60_000, before, 'REPLACE');
    expect([...(await judge(link)), await judgeCode(link)]).toEqual(['revoked', 'revoked', 'revoked']);
  });

  test('the set of live links alone makes none live', async () => {
    const link = await issued(store);
    const before = await admin.dumpBuffer(liveKey(link));
    await store.redeem(link, true);
    await admin.restore(liveKey(link), 60_000, before, 'REPLACE');
    expect([...(await judge(link)), await judgeCode(link)]).toEqual(['used', 'used', 'used']);
  });
});
