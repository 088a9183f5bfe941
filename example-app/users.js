// The users, as far as the example has any: when an account was made, and by which link. In memory or in Redis.
import { createHmac } from 'node:crypto';

/** @typedef {{ email: string, madeBy: string }} User */

/**
 * @typedef {object} Table
 * @property {(key: string, value: string) => Promise<unknown>} add keeps the value, unless there is one
 * @property {(key: string) => Promise<string | null>} get
 */

/**
 * @param {string} secret what stands for an address in the table is keyed with it: none lies there in the clear
 * @param {Table} table
 */
export function createUsers(secret, table = memoryTable()) {
  /** @param {string} email */
  const keyOf = (email) => `user:${createHmac('sha256', secret).update(email).digest('base64url')}`;

  return {
    /**
     * The first login makes the account. Which one it was is kept: in its session, and in no other, a
     * first second factor counts at once.
     * @param {string} email @param {string} recordId
     * @returns {Promise<User>}
     */
    async findOrCreate(email, recordId) {
      await table.add(keyOf(email), recordId);
      return this.find(email);
    },

    /** @param {string} email @returns {Promise<User>} */
    async find(email) {
      return { email, madeBy: (await table.get(keyOf(email))) ?? '' };
    },
  };
}

/** @typedef {ReturnType<typeof createUsers>} Users */

/** @returns {Table} */
function memoryTable() {
  const rows = new Map();
  return {
    async add(key, value) {
      if (!rows.has(key)) rows.set(key, value);
    },
    get: async (key) => rows.get(key) ?? null,
  };
}
