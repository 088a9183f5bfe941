/** The link store's contract as tests, for any test runner. */
import type { StoreContractCase } from './contract-case.js';
import type { StoreHarness } from './links/cases.js';
import { codes } from './links/codes.js';
import { counting } from './links/counting.js';
import { lanes } from './links/lanes.js';
import { redeeming } from './links/redeeming.js';
import { revoking } from './links/revoking.js';

export type { StoreHarness } from './links/cases.js';

/**
 * @example
 * for (const { name, run } of storeContract(() => harness)) test(name, run);
 *
 * @param harness called by each case as it runs
 */
export function storeContract(harness: () => StoreHarness | Promise<StoreHarness>): StoreContractCase[] {
  return [...redeeming, ...revoking, ...lanes, ...codes, ...counting].map(({ name, run }) => ({
    name,
    run: async () => {
      const { store, other = store, end } = await harness();
      await run({ store, other, end });
    },
  }));
}
