/** One case of a contract: a test that any runner can run. */

export interface StoreContractCase {
  readonly name: string;
  /** Rejects where the store breaks the contract. */
  run(): Promise<void>;
}
