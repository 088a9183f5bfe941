/** `passport-bound-link/testing`: what holds for our stores can be asked of yours. */
export type { StoreContractCase } from './contract-case.js';
export { type FactorStoreHarness, factorStoreContract } from './factor-store.js';
export { type StoreHarness, storeContract } from './link-store.js';
