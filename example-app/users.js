// The users: to whom an address belongs, and how an account changes. A real app has a database for them.
import { randomBytes } from 'node:crypto';

/**
 * @typedef {object} User
 * @property {string} id independent of the address, because an address can get another owner
 * @property {string} email the address that logs in
 * @property {string} [signupRecordId] the link that first proved the mailbox; absent until then
 * @property {number} epoch sessions that were created in an earlier epoch have ended
 * @property {boolean} [disabled]
 * @property {{ id: string, address: string } | undefined} [change] the new address, until its mailbox is proven
 */

/**
 * Uses the store of second factors, because it does what users need: it keeps one string for each name, and adds,
 * replaces or removes it unless another request was faster. All data is sealed under the strategy's secrets.
 * @param {readonly [import('passport-bound-link').Sealer, ...import('passport-bound-link').Sealer[]]} sealers one for
 * each of the secrets, the current one first
 * @param {import('passport-bound-link/step-up').FactorStore} store
 */
export function createUsers(sealers, store) {
  const [current] = sealers;

  /** The name that stands for an address under one of the secrets. @param {string} address */
  const nameOf = (address, sealer = current) => `address-${sealer.tag(address)}`;

  /** @param {User} user */
  const seal = (user) => current.seal(user.id, JSON.stringify(user));

  /** @param {string} id @param {string} sealed @returns {User} */
  function open(id, sealed) {
    const plain = sealers.map((sealer) => sealer.open(id, sealed)).find((opened) => opened !== undefined);
    if (plain === undefined) throw new Error('a user cannot be opened: it was sealed under none of the secrets');
    return JSON.parse(plain);
  }

  /** @param {string} address @returns {Promise<string | undefined>} */
  async function idOf(address) {
    for (const sealer of sealers) {
      const id = await store.read(nameOf(address, sealer));
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** @param {string} address @param {string} id */
  async function release(address, id) {
    for (const sealer of sealers) await store.write(nameOf(address, sealer), id, undefined);
  }

  /**
   * @param {string} email @param {string | undefined} signupRecordId
   * @returns {Promise<string | undefined>} the id of the address's user, even if another request created it
   */
  async function create(email, signupRecordId) {
    const id = randomBytes(12).toString('base64url');
    const user = { id, email, epoch: 0, ...(signupRecordId !== undefined && { signupRecordId }) };
    await store.write(id, undefined, seal(user));
    if (await store.write(nameOf(email), undefined, id)) return id;
    await store.write(id, await store.read(id), undefined);
    return idOf(email);
  }

  /** @param {string} id @returns {Promise<User | undefined>} */
  async function find(id) {
    const sealed = await store.read(id);
    return sealed === undefined ? undefined : open(id, sealed);
  }

  /**
   * Retries on the new state if another request was faster.
   * @param {string} id
   * @param {(user: User) => User | undefined} change returns undefined to change nothing
   * @returns {Promise<User | undefined>} the changed user; undefined if nothing was changed
   */
  async function update(id, change) {
    for (;;) {
      const sealed = await store.read(id);
      const changed = sealed === undefined ? undefined : change(open(id, sealed));
      if (!changed || (await store.write(id, sealed, seal(changed)))) return changed;
    }
  }

  return {
    find,
    update,

    /**
     * @param {string} email
     * @param {string} [signupRecordId] the link that has just proven the mailbox; absent for an account that exists
     *   before the proof: imported, or created by somebody else
     * @returns {Promise<User | undefined>} undefined while the address is moving to another user
     */
    async findOrCreate(email, signupRecordId) {
      const id = (await idOf(email)) ?? (await create(email, signupRecordId));
      const user = id === undefined ? undefined : await find(id);
      return user?.email === email ? user : undefined;
    },

    /**
     * Called when the mailbox of the new address is proven. From now on the new address logs in, the old one is free,
     * and all earlier sessions have ended.
     * @param {User} before @param {string} address
     * @returns {Promise<User | undefined>} undefined if another change has started since, or if the address is another
     * user's
     */
    async completeChange({ id, email, change }, address) {
      if (change?.address !== address) return undefined;
      // The address is taken first, so that two users never share one.
      const owner = (await idOf(address)) ?? ((await store.write(nameOf(address), undefined, id)) ? id : undefined);
      if (owner !== id) return undefined;
      const user = await update(id, ({ change: latest, ...row }) =>
        latest?.id === change.id ? { ...row, email: address, epoch: row.epoch + 1 } : undefined,
      );
      if (user) await release(email, id);
      return user;
    },

    /** @param {User} user */
    async remove({ id, email }) {
      await release(email, id);
      await store.write(id, await store.read(id), undefined);
    },
  };
}

/** @typedef {ReturnType<typeof createUsers>} Users */
