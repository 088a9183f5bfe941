/** What the app does about its accounts when a mailbox is proven for the first time, or sessions have to end. */

import type { Claims } from '../protocol/claims.js';
import { isFunction, need } from '../util/check.js';

export interface AccountHooks {
  /**
   * Whether nobody has proven yet that this user's mailbox is theirs. Asked at each login, after verify has
   * returned the user; with `onFirstProof` alone.
   */
  isFirstProof?: (user: unknown, claims: Claims) => unknown;
  /**
   * Drops what this user's account holds that was never proven (passwords, sessions, linked logins), and
   * remembers that the mailbox is proven now. Waited for before anybody is logged in; if it fails, nobody
   * is. Two first logins at the same time may both call it.
   */
  onFirstProof?: (user: unknown, claims: Claims) => unknown;
  /** Ends all sessions of a user, wherever they are. Called by `addressChanged`, with its `user`. */
  endSessions?: (user: unknown) => unknown;
}

/** What follows a verify. Whether this was the first proof. */
export type AfterVerify = (user: unknown, claims: Claims) => Promise<boolean>;

/** @throws TypeError for a wrong option */
export function parseAccountHooks({ isFirstProof, onFirstProof, endSessions }: AccountHooks) {
  for (const [name, hook] of Object.entries({ isFirstProof, onFirstProof, endSessions })) {
    need(hook === undefined || isFunction(hook), `${name} must be a function of a user`);
  }
  const both = (isFirstProof === undefined) === (onFirstProof === undefined);
  need(both, 'isFirstProof and onFirstProof need each other: one says when, the other does what is to be done');
  const afterVerify: AfterVerify = async (user, claims) => {
    if (!user || !(await isFirstProof?.(user, claims))) return false;
    await onFirstProof?.(user, claims);
    return true;
  };
  return { afterVerify, endSessions: async (user: unknown): Promise<void> => void (await endSessions?.(user)) };
}
