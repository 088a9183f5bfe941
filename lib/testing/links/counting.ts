/** The link store's contract: counting within a window. */
import assert from 'node:assert/strict';
import { type LinkCase, linkCase, name } from './cases.js';

const WINDOW_MS = 600_000;

export const counting: readonly LinkCase[] = [
  linkCase('EN-03: a counter says how often it was counted, and when its window ends', async ({ store, other }) => {
    const counter = name();
    let left = WINDOW_MS;
    for (const [i, by] of [store, other, store, other].entries()) {
      const { count, expiresInMs } = await by.increment(counter, WINDOW_MS);
      assert.equal(count, i + 1);
      assert.ok(
        expiresInMs > WINDOW_MS - 60_000 && expiresInMs <= left,
        `ends in ${expiresInMs} ms, before in ${left}`,
      );
      left = expiresInMs;
    }
  }),

  linkCase('EN-03: counters of different names are apart', async ({ store }) => {
    const [one, two] = [name(), name()];
    const counts = [];
    for (const counter of [one, one, two, one, `${one}:`, two]) {
      counts.push((await store.increment(counter, WINDOW_MS)).count);
    }
    assert.deepEqual(counts, [1, 2, 1, 3, 1, 2]);
  }),

  linkCase(
    'EN-03: of 200 counts at the same time, from two clients, each is counted once',
    async ({ store, other }) => {
      const counter = name();
      const calls = Array.from({ length: 200 }, (_, i) => (i % 2 ? store : other).increment(counter, WINDOW_MS));
      const counts = (await Promise.all(calls)).map(({ count }) => count);
      assert.deepEqual(
        counts.sort((a, b) => a - b),
        Array.from({ length: 200 }, (_, i) => i + 1),
      );
    },
  ),

  linkCase(
    'EN-03: a window ends by itself, however often it is counted in, and the next one begins',
    async (harness) => {
      const { store } = harness;
      const counter = name();
      const windowMs = 200;
      assert.equal((await store.increment(counter, windowMs)).count, 1);
      let before = { count: 1, expiresInMs: windowMs };
      for (;;) {
        const now = await store.increment(counter, windowMs);
        assert.ok(now.expiresInMs >= 0 && now.expiresInMs <= windowMs);
        if (now.count === 1) return;
        assert.equal(now.count, before.count + 1);
        assert.ok(now.expiresInMs <= before.expiresInMs, 'the window became longer');
        before = now;
      }
    },
  ),
];
