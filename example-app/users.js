// The users: whom an address belongs to, and what an account goes through. Sealed: none lies in the store in the clear.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/**
 * @typedef {object} User
 * @property {string} id of its own, because an address can change hands
 * @property {string} email who logs in
 * @property {string} [signupRecordId] the link that first proved the mailbox; without it nobody has yet
 * @property {number} epoch sessions that were made in an earlier one have ended
 * @property {boolean} [disabled]
 * @property {{ id: string, address: string } | undefined} [change] the address to come, until its mailbox is proven
 */

/**
 * The store is that of second factors, because it does just what users need: one string for each name, added,
 * replaced or removed if nobody was faster. An app has a database for them.
 * @param {readonly string[]} secrets the first seals, all open; one that is dropped takes its users with it
 * @param {import('passport-bound-link/step-up').FactorStore} store
 */
export function createUsers(secrets, store) {
  const keys = secrets.map((secret) => createHmac('sha256', secret).update('users').digest());
  const [current = Buffer.alloc(0)] = keys;

  /** @param {string} address @param {Buffer} key */
  const nameOf = (address, key = current) => `address-${createHmac('sha256', key).update(address).digest('base64url')}`;

  /** @param {string} address @returns {Promise<string | undefined>} */
  async function idOf(address) {
    for (const key of keys) {
      const id = await store.read(nameOf(address, key));
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** @param {string} address @param {string} id */
  async function release(address, id) {
    for (const key of keys) await store.write(nameOf(address, key), id, undefined);
  }

  /**
   * @param {string} email @param {string | undefined} signupRecordId
   * @returns {Promise<string | undefined>} the id of its user, whoever was faster
   */
  async function create(email, signupRecordId) {
    const id = randomBytes(12).toString('base64url');
    const user = { id, email, epoch: 0, ...(signupRecordId !== undefined && { signupRecordId }) };
    await store.write(id, undefined, seal(current, id, user));
    if (await store.write(nameOf(email), undefined, id)) return id;
    await store.write(id, await store.read(id), undefined);
    return idOf(email);
  }

  /** @param {string} id @returns {Promise<User | undefined>} */
  async function find(id) {
    const sealed = await store.read(id);
    return sealed === undefined ? undefined : open(keys, id, sealed);
  }

  /**
   * Where another request was faster, once more on what that one left.
   * @param {string} id
   * @param {(user: User) => User | undefined} change undefined: nothing is to be changed
   * @returns {Promise<User | undefined>} as it is now; undefined: nothing was changed
   */
  async function update(id, change) {
    for (;;) {
      const sealed = await store.read(id);
      const changed = sealed === undefined ? undefined : change(open(keys, id, sealed));
      if (!changed || (await store.write(id, sealed, seal(current, id, changed)))) return changed;
    }
  }

  return {
    find,
    update,

    /**
     * @param {string} email
     * @param {string} [signupRecordId] the link that has just proven the mailbox; without it the account is one of before
     *   that: imported, or signed up for by whomever
     * @returns {Promise<User | undefined>} undefined: the address is just changing hands
     */
    async findOrCreate(email, signupRecordId) {
      const id = (await idOf(email)) ?? (await create(email, signupRecordId));
      const user = id === undefined ? undefined : await find(id);
      return user?.email === email ? user : undefined;
    },

    /**
     * The mailbox of the address to come is proven: from now on it logs in, the old one is anybody's, and every
     * session so far has ended.
     * @param {User} before @param {string} address
     * @returns {Promise<User | undefined>} undefined: another change came since, or the address is another user's
     */
    async completeChange({ id, email, change }, address) {
      if (change?.address !== address) return undefined;
      // Taken first, so that two users never have one address.
      const owner = (await idOf(address)) ?? ((await store.write(nameOf(address), undefined, id)) ? id : undefined);
      if (owner !== id) return undefined;
      const user = await update(id, ({ change: current, ...row }) =>
        current?.id === change.id ? { ...row, email: address, epoch: row.epoch + 1 } : undefined,
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

/**
 * Bound to the id: one user's row is none under another's.
 * @param {Buffer} key @param {string} id @param {User} user
 */
function seal(key, id, user) {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  return Buffer.concat([iv, cipher.update(JSON.stringify(user)), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** @param {readonly Buffer[]} keys @param {string} id @param {string} sealed @returns {User} */
function open(keys, id, sealed) {
  const bytes = Buffer.from(sealed, 'base64url');
  for (const key of keys) {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(id));
    decipher.setAuthTag(bytes.subarray(-16));
    try {
      return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString());
    } catch {
      // Sealed under another of the secrets.
    }
  }
  throw new Error('a user cannot be opened: sealed under none of the secrets');
}
