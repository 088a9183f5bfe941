/** The factor store's contract as tests, for any test runner. */
import assert from 'node:assert/strict';
import { random } from '../protocol/crypto.js';
import type { FactorStore } from '../step-up/store/factor-store.js';
import type { StoreContractCase } from './contract-case.js';

export interface FactorStoreHarness {
  /** A store to test. It may hold other documents, and the cases may run at the same time. */
  readonly store: FactorStore;
  /** A second client of the same store, as in another process. Default: the same one. */
  readonly other?: FactorStore;
}

/**
 * @example
 * for (const { name, run } of factorStoreContract(() => ({ store }))) test(name, run);
 *
 * @param harness called by each case as it runs
 */
export function factorStoreContract(
  harness: () => FactorStoreHarness | Promise<FactorStoreHarness>,
): StoreContractCase[] {
  type Run = (store: FactorStore, other: FactorStore) => Promise<void>;
  const contract = (name: string, run: Run): StoreContractCase => ({
    name,
    run: async () => {
      const { store, other = store } = await harness();
      await run(store, other);
    },
  });

  return [
    contract('a user without factors has no document', async (store) => {
      assert.equal(await store.read(user()), undefined);
    }),

    contract('a document is added, replaced and removed, and every client sees it', async (store, other) => {
      const [who, first, second] = [user(), sealed(), sealed()];
      assert.equal(await store.write(who, undefined, first), true);
      assert.deepEqual([await store.read(who), await other.read(who)], [first, first]);
      assert.equal(await other.write(who, first, second), true);
      assert.deepEqual([await store.read(who), await other.read(who)], [second, second]);
      assert.equal(await store.write(who, second, undefined), true);
      assert.deepEqual([await store.read(who), await other.read(who)], [undefined, undefined]);
    }),

    contract('users do not see each other', async (store) => {
      const [a, b, documentOfA, documentOfB] = [user(), user(), sealed(), sealed()];
      await store.write(a, undefined, documentOfA);
      await store.write(b, undefined, documentOfB);
      assert.deepEqual([await store.read(a), await store.read(b)], [documentOfA, documentOfB]);
      await store.write(a, documentOfA, undefined);
      assert.equal(await store.read(b), documentOfB);
    }),

    contract('what is not expected is not replaced, removed or added to', async (store) => {
      const [who, there, next] = [user(), sealed(), sealed()];
      assert.equal(await store.write(who, sealed(), next), false, 'nothing is there to replace');
      assert.equal(await store.write(who, sealed(), undefined), false, 'nothing is there to remove');
      assert.equal(await store.read(who), undefined);
      await store.write(who, undefined, there);
      for (const expected of [sealed(), undefined, there.slice(0, -1), there.toLowerCase()]) {
        assert.equal(await store.write(who, expected, next), false);
        assert.equal(await store.write(who, expected, undefined), false);
      }
      assert.equal(await store.read(who), there);
    }),

    contract(
      'RC-08: of 200 at the same time that expect the same, from two clients, exactly one writes',
      async (store, other) => {
        const who = user();
        let expected: string | undefined;
        for (let round = 0; round < 3; round++) {
          const documents = Array.from({ length: 200 }, sealed);
          const written = await Promise.all(
            documents.map((document, i) => (i % 2 ? store : other).write(who, expected, document)),
          );
          assert.equal(written.filter(Boolean).length, 1);
          assert.equal(await store.read(who), documents[written.indexOf(true)]);
          expected = documents[written.indexOf(true)];
        }
      },
    ),

    contract('a long document comes back whole', async (store) => {
      const [who, long] = [user(), random(48_000).toString('base64url')];
      assert.equal(await store.write(who, undefined, long), true);
      assert.equal(await store.read(who), long);
    }),
  ];
}

const user = () => random(32).toString('base64url');
const sealed = () => random(200).toString('base64url');
