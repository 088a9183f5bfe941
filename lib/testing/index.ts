/** `passport-bound-link/testing`: the contract of each store as tests, for a store of your own. */
export type { StoreContractCase } from './contract-case.js';
export { type FactorStoreHarness, factorStoreContract } from './factor-store.js';
export { type StoreHarness, storeContract } from './link-store.js';
