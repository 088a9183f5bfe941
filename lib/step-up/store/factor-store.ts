/** The contract that every store of factors keeps. `passport-bound-link/testing` has its test suite. */

/**
 * One sealed document for each user. Both strings are opaque: `user` is a keyed digest of the user's id, and
 * no two documents that were ever sealed are the same, so that a document is its own version.
 *
 * A method rejects only when the store could not answer. `write` is atomic: of any number of calls that
 * expect the same document, one is true.
 */
export interface FactorStore {
  /** True refuses the store where the origin is not loopback. */
  readonly developmentOnly?: boolean;
  /** The document, or undefined where there is none. */
  read(user: string): Promise<string | undefined>;
  /**
   * Replaces `expected` by `sealed`, or does nothing: true, or false where another document is there.
   * Undefined stands for none: `write(user, undefined, sealed)` adds, `write(user, expected, undefined)` removes.
   */
  write(user: string, expected: string | undefined, sealed: string | undefined): Promise<boolean>;
}
