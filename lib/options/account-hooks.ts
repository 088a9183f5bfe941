/** What the app does about its accounts when a mailbox is proven for the first time, or when sessions have to end. */
import type { Claims } from '../protocol/claims.js';
import { isFunction, need } from '../util/check.js';

/** Each hook is given the strategy last, so that it can be written before the strategy is there. */
export interface AccountHooks<User = unknown, Strategy = unknown> {
  /**
   * Whether nobody has proven yet that this user's mailbox is theirs. Called at each login that is allowed, after
   * `verify` and `assess`. Needs `onFirstProof`.
   */
  isFirstProof?(user: User, claims: Claims, strategy: Strategy): boolean | Promise<boolean>;
  /**
   * Removes what was never proven from this user's account (passwords, sessions, linked logins), and remembers that the
   * mailbox is proven now. The login waits for it; if it fails, nobody is logged in. Two first logins at the same time
   * may both call it.
   */
  onFirstProof?(user: User, claims: Claims, strategy: Strategy): unknown;
  /** Ends all sessions of a user, on all devices. Called by `addressChanged`, with its `user`. */
  endSessions?(user: User, strategy: Strategy): unknown;
}

export interface ParsedAccountHooks {
  /** Resolves with whether this was the first proof. */
  readonly proveMailbox: (user: unknown, claims: Claims, strategy: unknown) => Promise<boolean>;
  readonly endSessions: (user: unknown, strategy: unknown) => Promise<void>;
}

/** @throws TypeError for a wrong option */
export function parseAccountHooks({ isFirstProof, onFirstProof, endSessions }: AccountHooks): ParsedAccountHooks {
  for (const [name, hook] of Object.entries({ isFirstProof, onFirstProof, endSessions })) {
    need(hook === undefined || isFunction(hook), `${name} must be a function of a user`);
  }
  const both = (isFirstProof === undefined) === (onFirstProof === undefined);
  need(both, 'isFirstProof and onFirstProof need each other: one says when, the other does what is to be done');
  return {
    async proveMailbox(user, claims, strategy) {
      if (!(await isFirstProof?.(user, claims, strategy))) return false;
      await onFirstProof?.(user, claims, strategy);
      return true;
    },
    async endSessions(user, strategy) {
      await endSessions?.(user, strategy);
    },
  };
}
