// The changes of an account apart from its logins, as docs/accounts.md describes them.
import { randomBytes } from 'node:crypto';

/** @typedef {import('./users.js').User} User */

/**
 * @param {object} parts
 * @param {import('./users.js').Users} parts.users
 * @param {import('passport-bound-link').MagicLinkStrategy<User>} parts.strategy
 * @param {Pick<import('passport-bound-link/step-up').StepUp, 'forget'>} parts.stepUp
 * @param {import('./history.js').History} parts.history
 */
export function createAccounts({ users, strategy, stepUp, history }) {
  /**
   * Changes the row, and the user object that the request holds.
   * @param {User} user @param {(row: User) => User} change
   */
  const update = async (user, change) => void Object.assign(user, await users.update(user.id, change));

  /** @param {string} id @param {string} changeId @param {string} address */
  async function completeChange(id, changeId, address) {
    const user = await users.find(id);
    // The address is the one that the account already has: nothing changes.
    if (!user || user.disabled || user.email === address) return user;
    const changed = user.change?.id === changeId ? await users.completeChange(user, address) : undefined;
    // Links that were sent to either address in the meantime are revoked, too.
    if (changed) for (const each of [user.email, address]) await strategy.revokeAll(each);
    return changed;
  }

  return {
    /**
     * Finds the user of a redeemed link. The lookup happens now and not when the link was requested, so it finds the
     * user who has the address now. A link that was requested for a change of address proves only that change.
     * @param {import('passport-bound-link').Claims} claims
     */
    async verify({ address, state, recordId }) {
      const [id = '', changeId = ''] = state?.split(' ') ?? [];
      const finding =
        state === undefined ? users.findOrCreate(address, recordId) : completeChange(id, changeId, address);
      const user = await finding;
      return user && !user.disabled ? user : false;
    },

    /**
     * Called when the mailbox is proven for the first time. Removes all that existed before the proof: second factors
     * and sessions.
     * @param {User} user @param {import('passport-bound-link').Claims} claims
     */
    async firstProof(user, { recordId }) {
      await stepUp.forget(user.id);
      // If two first logins run in parallel, the second one has nothing left to remove.
      await update(user, (row) =>
        row.signupRecordId === undefined ? { ...row, signupRecordId: recordId, epoch: row.epoch + 1 } : row,
      );
    },

    /** Each session stores the epoch in which it was created. A new epoch ends them all. @param {User} user */
    endSessions: (user) => update(user, (row) => ({ ...row, epoch: row.epoch + 1 })),

    /**
     * Prepares a change of address. The old address logs in until the new one is proven, by the one link that has this
     * state. Until then, it makes no difference whether the new address is another user's: the person must not learn
     * it.
     * @param {User} user
     */
    changeOf(user) {
      const id = randomBytes(12).toString('base64url');
      return {
        state: `${user.id} ${id}`,
        /** Call it once that link may be sent. @param {string} to */
        async begin(to) {
          const from = user.email;
          await update(user, (row) => ({ ...row, change: to === from ? undefined : { id, address: to } }));
          if (to !== from) await strategy.addressChanged({ user, from, to, isProven: false });
        },
      };
    },

    /** Revokes live links, cancels a pending change of address, and ends all sessions. @param {User} user */
    async endEverything(user) {
      const links = await strategy.revokeAll(user.email);
      await update(user, (row) => ({ ...row, change: undefined, epoch: row.epoch + 1 }));
      return links;
    },

    // For a back office. This example has no page for it.

    /** Ends the user's links and sessions, and refuses new logins. @param {User} user */
    async disable(user) {
      await update(user, (row) => ({ ...row, disabled: true }));
      await this.endEverything(user);
    },

    /** A person who proves the address later gets a new account. @param {User} user */
    async remove(user) {
      await strategy.revokeAll(user.email);
      await users.remove(user);
      await stepUp.forget(user.id);
      await history.erase(user.email);
    },
  };
}

/** @typedef {ReturnType<typeof createAccounts>} Accounts */
