/** The contract of a store of factors. `passport-bound-link/testing` has its test suite. */

/**
 * Keeps one sealed document for each user. Both strings are opaque: `user` is a keyed digest of the user's id. No two sealed
 * documents are equal, so a document is its own version.
 *
 * A method rejects only if the store could not answer. `write` is atomic: of any number of calls that expect the same
 * document, one resolves with true.
 */
export interface FactorStore {
  /** True refuses the store where the origin is not loopback. */
  readonly developmentOnly?: boolean;
  /** Resolves with the document, or with undefined if there is none. */
  read(user: string): Promise<string | undefined>;
  /**
   * Replaces `expected` by `sealed` and resolves with true. If another document is stored, it does nothing and resolves
   * with false. Undefined stands for no document: `write(user, undefined, sealed)` adds one, and
   * `write(user, expected, undefined)` removes it.
   */
  write(user: string, expected: string | undefined, sealed: string | undefined): Promise<boolean>;
}
