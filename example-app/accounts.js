// What an account goes through beside its logins: docs/accounts.md, done.
import { randomBytes } from 'node:crypto';

/** @typedef {import('./users.js').User} User */

/**
 * @typedef {object} Parts the last three need this one first, so they are asked for when they are needed
 * @property {import('./users.js').Users} users
 * @property {() => import('passport-bound-link').MagicLinkStrategy} strategy
 * @property {() => import('passport-bound-link/step-up').StepUp} stepUp
 * @property {() => import('./history.js').History} history
 */

/** @param {Parts} parts */
export function createAccounts({ users, strategy, stepUp, history }) {
  /**
   * Changes the row, and the user that a request has in hand with it.
   * @param {User} user @param {(row: User) => User} change
   */
  const update = async (user, change) => void Object.assign(user, await users.update(user.id, change));

  /** Sessions remember in which epoch they were made: those that there are have an earlier one from now on. */
  const endSessions = (/** @type {unknown} */ user) =>
    update(/** @type {User} */ (user), (row) => ({ ...row, epoch: row.epoch + 1 }));

  /** @param {string} id @param {string} changeId @param {string} address */
  async function completeChange(id, changeId, address) {
    const user = await users.find(id);
    // Back to the address that it has: nothing changes.
    if (!user || user.disabled || user.email === address) return user;
    const changed = user.change?.id === changeId ? await users.completeChange(user, address) : undefined;
    // What either was sent meanwhile ends, too.
    if (changed) for (const each of [user.email, address]) await strategy().revokeAll(each);
    return changed;
  }

  return {
    /**
     * Who logs in by a spent link. The user is looked up now, not when the link was asked for: it is whoever has
     * the address now. A link that was asked for in the name of a change proves that one change.
     * @param {import('passport-bound-link').Claims} claims
     */
    async verify({ address, state, recordId }) {
      const [id = '', changeId = ''] = state?.split(' ') ?? [];
      const finding =
        state === undefined ? users.findOrCreate(address, recordId) : completeChange(id, changeId, address);
      const user = await finding;
      return user && !user.disabled ? user : false;
    },

    hooks: {
      /** An account may be there before: imported, or signed up for by somebody who has not proven the mailbox. */
      isFirstProof: (/** @type {unknown} */ user) => /** @type {User} */ (user).signupRecordId === undefined,

      /**
       * Drops what was never proven: second factors and sessions.
       * @param {unknown} user @param {import('passport-bound-link').Claims} claims
       */
      async onFirstProof(user, { recordId }) {
        const { id } = /** @type {User} */ (user);
        await stepUp().forget(id);
        // Of two first logins at the same time the second has nothing left to drop.
        await update(/** @type {User} */ (user), (row) =>
          row.signupRecordId === undefined ? { ...row, signupRecordId: recordId, epoch: row.epoch + 1 } : row,
        );
      },

      endSessions,
    },

    /**
     * A change of address. The old one logs in until the new one is proven, by the one link that has this state.
     * Whether the new one is another user's makes no difference before: who asks would learn it.
     * @param {User} user
     */
    changeOf(user) {
      const id = randomBytes(12).toString('base64url');
      return {
        state: `${user.id} ${id}`,
        /** Once that link may be sent. @param {string} to */
        async begin(to) {
          const from = user.email;
          await update(user, (row) => ({ ...row, change: to === from ? undefined : { id, address: to } }));
          if (to !== from) await strategy().addressChanged({ user, from, to, isProven: false });
        },
      };
    },

    /** All of it: live links, a change of address on its way, sessions. @param {User} user */
    async endEverything(user) {
      const links = await strategy().revokeAll(user.email);
      await update(user, (row) => ({ ...row, change: undefined, epoch: row.epoch + 1 }));
      return links;
    },

    // What a back office does: this example has no page for it.

    /** From now on nobody is this user, by whatever link or session. @param {User} user */
    async disable(user) {
      await update(user, (row) => ({ ...row, disabled: true }));
      await this.endEverything(user);
    },

    /** Whoever proves the address from now on has an account of their own. @param {User} user */
    async remove(user) {
      await strategy().revokeAll(user.email);
      await users.remove(user);
      await stepUp().forget(user.id);
      await history().erase(user.email);
    },
  };
}

/** @typedef {ReturnType<typeof createAccounts>} Accounts */
