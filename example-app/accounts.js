// What an account goes through beside its logins, as docs/accounts.md describes it.
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
   * Changes the row, and with it the user that a request has in hand.
   * @param {User} user @param {(row: User) => User} change
   */
  const update = async (user, change) => void Object.assign(user, await users.update(user.id, change));

  /** @param {string} id @param {string} changeId @param {string} address */
  async function completeChange(id, changeId, address) {
    const user = await users.find(id);
    // Back to the address that the account has: nothing changes.
    if (!user || user.disabled || user.email === address) return user;
    const changed = user.change?.id === changeId ? await users.completeChange(user, address) : undefined;
    // What either address was sent meanwhile ends, too.
    if (changed) for (const each of [user.email, address]) await strategy.revokeAll(each);
    return changed;
  }

  return {
    /**
     * Who logs in by a spent link. The user is looked up now, not when the link was requested: it is the user who has the
     * address now. A link that was requested for a change of address proves that one change.
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
     * The mailbox is proven for the first time: drops what was never proven, second factors and sessions.
     * @param {User} user @param {import('passport-bound-link').Claims} claims
     */
    async firstProof(user, { recordId }) {
      await stepUp.forget(user.id);
      // Of two first logins at the same time, the second has nothing left to drop.
      await update(user, (row) =>
        row.signupRecordId === undefined ? { ...row, signupRecordId: recordId, epoch: row.epoch + 1 } : row,
      );
    },

    /** Each session remembers the epoch that it was made in. From now on, all of them have an earlier one. @param {User} user */
    endSessions: (user) => update(user, (row) => ({ ...row, epoch: row.epoch + 1 })),

    /**
     * A change of address. The old one logs in until the new one is proven, by the one link that has this state. Whether
     * the new one is another user's makes no difference before: the person must not learn it.
     * @param {User} user
     */
    changeOf(user) {
      const id = randomBytes(12).toString('base64url');
      return {
        state: `${user.id} ${id}`,
        /** Called once that link may be sent. @param {string} to */
        async begin(to) {
          const from = user.email;
          await update(user, (row) => ({ ...row, change: to === from ? undefined : { id, address: to } }));
          if (to !== from) await strategy.addressChanged({ user, from, to, isProven: false });
        },
      };
    },

    /** Ends live links, a change of address on its way, and sessions. @param {User} user */
    async endEverything(user) {
      const links = await strategy.revokeAll(user.email);
      await update(user, (row) => ({ ...row, change: undefined, epoch: row.epoch + 1 }));
      return links;
    },

    // What a back office does: this example has no page for it.

    /** From now on no link and no session is this user's. @param {User} user */
    async disable(user) {
      await update(user, (row) => ({ ...row, disabled: true }));
      await this.endEverything(user);
    },

    /** A person who proves the address from now on has a new account. @param {User} user */
    async remove(user) {
      await strategy.revokeAll(user.email);
      await users.remove(user);
      await stepUp.forget(user.id);
      await history.erase(user.email);
    },
  };
}

/** @typedef {ReturnType<typeof createAccounts>} Accounts */
