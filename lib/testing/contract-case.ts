/** One case of a contract, for any test runner. */

export interface StoreContractCase {
  readonly name: string;
  /** Rejects if the store breaks the contract. */
  run(): Promise<void>;
}
