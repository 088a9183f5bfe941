// The history of events, newest first: in Redis through the audit log, otherwise the latest events in memory.
import { AuditLog } from 'passport-bound-link/audit';
import { unavailable } from './redis.js';

/** @typedef {import('passport-bound-link').MagicLinkEvent} MagicLinkEvent */
/** @typedef {import('passport-bound-link').MagicLinkStrategy} Strategy */

/**
 * @typedef {object} History
 * @property {(address: string) => Promise<MagicLinkEvent[]>} of the events of this address's mailbox
 * @property {(from: number) => Promise<MagicLinkEvent[]>} since all events from this time on, in epoch seconds
 * @property {(address: string) => Promise<unknown>} erase
 * @property {(deadlineMs: number) => Promise<void>} close
 */

/** The most events in memory, for all accounts together. */
const MAX_EVENTS = 5000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param {Strategy} strategy
 * @param {import('passport-bound-link').RedisClient | undefined} client
 * @returns {History}
 */
export const createHistory = (strategy, client) => (client ? inRedis(strategy, client) : inMemory(strategy));

/** @param {Strategy} strategy @param {import('passport-bound-link').RedisClient} client @returns {History} */
function inRedis(strategy, client) {
  // A key prefix of its own, because keys under the login's prefix end with the links.
  const audit = new AuditLog(strategy, { client, keyPrefix: 'example:' });
  const failed = (/** @type {unknown} */ cause) => process.emitWarning(unavailable('the audit log', cause));
  const retention = setInterval(() => audit.retain().catch(failed), DAY_MS).unref();
  /** @param {import('passport-bound-link/audit').AuditRange} range */
  const read = async (range) => {
    try {
      await audit.flush();
      // An entry may have been written twice, under the same id.
      const events = new Map();
      for await (const event of audit.read({ ...range, newestFirst: true })) events.set(event.id, event);
      return [...events.values()];
    } catch (cause) {
      throw unavailable('the audit log', cause);
    }
  };
  return {
    of: (address) => read({ address }),
    since: (from) => read({ from }),
    erase: (address) => audit.eraseAccount(address),
    async close(deadlineMs) {
      clearInterval(retention);
      await audit.close(deadlineMs);
    },
  };
}

/** @param {Strategy} strategy @returns {History} */
function inMemory(strategy) {
  /** @type {MagicLinkEvent[]} */
  let events = [];
  strategy.events.on('*', (event) => {
    events.push(event);
    if (events.length > MAX_EVENTS) events.shift();
  });
  /** @param {string} address */
  const isAbout = (address) => {
    const accounts = strategy.accountTags(address);
    return (/** @type {MagicLinkEvent} */ { account, formerAccount }) =>
      [account, formerAccount].some((one) => one !== undefined && accounts.includes(one));
  };
  return {
    of: async (address) => events.filter(isAbout(address)).reverse(),
    since: async (from) => events.filter(({ time }) => time >= from).reverse(),
    async erase(address) {
      const isGone = isAbout(address);
      events = events.filter((event) => !isGone(event));
    },
    close: async () => undefined,
  };
}
