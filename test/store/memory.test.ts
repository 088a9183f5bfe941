/** MemoryStore keeps the contract, and keeps no more links than it is told to. */
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore, type MemoryStoreOptions } from '../../lib/index.js';
import { storeContract } from '../../lib/testing/index.js';
import { misuse } from '../support/errors.js';
import { issued, newLink } from '../support/links.js';

const DAY = 24 * 60 * 60 * 1000;

describe('MemoryStore keeps the store contract', () => {
  for (const { name, run } of storeContract(() => {
    let past = 0;
    const store = new MemoryStore({ clock: () => Date.now() + past });
    return {
      store,
      end: async () => {
        past = 3_600_000;
      },
    };
  })) {
    test(name, run);
  }
});

describe('a MemoryStore of two links', () => {
  const [first, second, third] = [newLink({ ttlMs: 1000 }), newLink({ ttlMs: 2000 }), newLink()];
  let now: number;
  let store: MemoryStore;

  beforeEach(async () => {
    now = 1_000_000;
    store = new MemoryStore({ maxLinks: 2, clock: () => now });
    await store.issue(first);
    await store.issue(second);
  });

  test('takes no third', async () => {
    await expect(store.issue(third)).rejects.toThrow('the memory store is full');
    expect((await store.open(third)).status).toBe('invalid');
  });

  test('pushes nobody out when it is full', async () => {
    await expect(store.issue(third)).rejects.toThrow();
    expect((await store.redeem(first, true)).status).toBe('redeemed');
    expect((await store.redeem(second, true)).status).toBe('redeemed');
  });

  test('has room again at the end of one, and not a millisecond before', async () => {
    now += 999;
    await expect(store.issue(third)).rejects.toThrow();
    now += 1;
    await store.issue(third);
    expect((await store.open(first)).status).toBe('invalid');
    expect((await store.open(second)).status).toBe('live');
    expect((await store.open(third)).status).toBe('live');
  });

  test('makes no room of a link that was used or revoked, which is known until its end', async () => {
    await store.redeem(first, true);
    await store.revoke(second.account);
    await expect(store.issue(third)).rejects.toThrow();
    expect((await store.open(first)).status).toBe('used');
    expect((await store.open(second)).status).toBe('revoked');
  });
});

describe('the counters of a MemoryStore of one link', () => {
  let now: number;
  let store: MemoryStore;

  beforeEach(async () => {
    now = 1_000_000;
    store = new MemoryStore({ maxLinks: 1, clock: () => now });
    for (const name of ['a', 'b', 'c']) await store.increment(name, 1000);
  });

  test('EN-08: are three at most; a fourth has room when the window of one has ended, and not a millisecond before', async () => {
    await expect(store.increment('d', 1000)).rejects.toThrow('the memory store is full');
    expect(await store.increment('a', 1000)).toEqual({ count: 2, expiresInMs: 1000 });
    now += 999;
    await expect(store.increment('d', 1000)).rejects.toThrow();
    now += 1;
    expect(await store.increment('d', 1000)).toEqual({ count: 1, expiresInMs: 1000 });
  });

  test('a window is as long as it was when it began', async () => {
    now += 400;
    expect(await store.increment('a', 5000)).toEqual({ count: 2, expiresInMs: 600 });
    now += 599;
    expect(await store.increment('a', 5000)).toEqual({ count: 3, expiresInMs: 1 });
    now += 1;
    expect(await store.increment('a', 5000)).toEqual({ count: 1, expiresInMs: 5000 });
  });

  test('EN-05: where a wrong code cannot be counted, no code is compared', async () => {
    const link = await issued(store);
    for (const codeDigest of [link.codeDigest, 'another']) {
      await expect(store.redeemByCode({ ...link, codeDigest }, 5)).rejects.toThrow('the memory store is full');
    }
    expect((await store.redeem(link, true)).status).toBe('redeemed');
  });
});

test('10,000 links is what a MemoryStore takes unless it is told otherwise', async () => {
  const store = new MemoryStore();
  for (let i = 0; i < 10_000; i++) await store.issue(newLink());
  await expect(store.issue(newLink())).rejects.toThrow('the memory store is full');
});

test('a link is over at its very end', async () => {
  let now = 1_000_000;
  const store = new MemoryStore({ clock: () => now });
  const link = await issued(store, { ttlMs: 1000 });
  now += 999;
  expect((await store.open(link)).status).toBe('live');
  now += 1;
  expect((await store.redeem(link, true)).status).toBe('expired');
});

test('EN-05: the wrong codes of an account are counted for a day from the first', async () => {
  let now = 1_000_000;
  const store = new MemoryStore({ clock: () => now });
  const guess = async (account: string) => {
    const link = await issued(store, { account, sealed: 'claims' });
    return store.redeemByCode({ ...link, codeDigest: 'another' }, 5);
  };
  const wrong = (today: number) => ({ status: 'wrong', count: 1, today, sealed: 'claims' });
  expect(await guess('ada')).toEqual(wrong(1));
  now += DAY - 1;
  expect([await guess('ada'), await guess('bob')]).toEqual([wrong(2), wrong(1)]);
  now += 1;
  expect(await guess('ada')).toEqual(wrong(1));
});

test('is for development only', () => {
  expect(new MemoryStore().developmentOnly).toBe(true);
});

describe('a wrong option is a TypeError that names the right one:', () => {
  const RANGE = 'maxLinks must be a whole number of links, 1 to 1000000';
  const CLOCK = 'clock must be a function that returns epoch milliseconds';

  test.each([
    [{ maxLinks: 0 }, RANGE],
    [{ maxLinks: -1 }, RANGE],
    [{ maxLinks: 1_000_001 }, RANGE],
    [{ maxLinks: 1.5 }, RANGE],
    [{ maxLinks: '100' }, RANGE],
    [{ maxLinks: Infinity }, RANGE],
    [{ clock: 1_700_000_000_000 }, CLOCK],
    [{ clock: null }, CLOCK],
    [{ maxLink: 5 }, "MemoryStore has no option 'maxLink'; did you mean maxLinks?"],
    [{ ttl: 600 }, "MemoryStore has no option 'ttl'; there are: maxLinks, clock"],
    [null, 'MemoryStore takes an object of options'],
    [100, 'MemoryStore takes an object of options'],
    [[], 'MemoryStore takes an object of options'],
  ])('%j', (options, message) => {
    expect(() => new MemoryStore(options as MemoryStoreOptions)).toThrow(misuse(message));
  });

  test.each([{}, { maxLinks: 1 }, { maxLinks: 1_000_000 }, { maxLinks: undefined }, { clock: () => 0 }])(
    '%j is right',
    (options) => {
      expect(() => new MemoryStore(options as MemoryStoreOptions)).not.toThrow();
    },
  );
});
