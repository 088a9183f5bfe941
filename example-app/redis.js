// Sessions, links, factors, users and what happened in one Redis: standalone or Cluster, by ioredis or node-redis.
import { RedisStore as RedisSessionStore } from 'connect-redis';
import { Cluster, Redis } from 'ioredis';
import { RedisStore, withDeadline } from 'passport-bound-link';
import { RedisFactorStore } from 'passport-bound-link/step-up';
import { createClient, createCluster } from 'redis';

/** Milliseconds that the start waits for Redis; after that it answers 503 until Redis is there. */
const CONNECT_DEADLINE = 2000;

const backOff = (/** @type {number} */ times) => Math.min(times * 50, 500);

/** @param {string[]} urls @param {'ioredis' | 'node-redis'} kind */
export async function connectRedis(urls, kind) {
  const connect = kind === 'ioredis' ? ioredis : nodeRedis;
  const warn = warnOnce();
  // The audit log writes by a connection of its own: no login queues behind a batch.
  const connections = [connect(urls, warn), connect(urls, warn)];
  const [{ client }, { client: auditClient }] = /** @type {[Connection, Connection]} */ (connections);
  const connected = Promise.all(connections.map((connection) => connection.connected));
  await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, CONNECT_DEADLINE).unref())]);
  return {
    sessionStore: withDeadline(new RedisSessionStore({ client })),
    linkStore: new RedisStore(client),
    factorStore: new RedisFactorStore(client),
    userStore: failingAs503(new RedisFactorStore(client, { keyPrefix: 'users:' })),
    auditClient,
    close() {
      for (const { close } of connections) close();
    },
  };
}

/** @typedef {ReturnType<typeof ioredis> | ReturnType<typeof nodeRedis>} Connection */

/**
 * @param {import('passport-bound-link/step-up').FactorStore} store
 * @returns {import('passport-bound-link/step-up').FactorStore}
 */
function failingAs503(store) {
  const fail = (/** @type {unknown} */ cause) => {
    throw unavailable('the user store', cause);
  };
  return {
    read: (name) => store.read(name).catch(fail),
    write: (name, expected, next) => store.write(name, expected, next).catch(fail),
  };
}

/**
 * ioredis's defaults keep a command for as long as Redis is away, and send it again afterwards. A
 * login wants a quick no instead, and no second try.
 * @param {string[]} urls @param {(error: Error) => void} warn
 */
function ioredis(urls, warn) {
  const redisOptions = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: backOff,
  };
  const [first = '', ...seeds] = urls;
  const client =
    seeds.length === 0
      ? new Redis(first, redisOptions)
      : new Cluster(urls, { redisOptions, enableOfflineQueue: false, clusterRetryStrategy: backOff });
  client.on('error', warn);
  const connected = new Promise((resolve) => client.once('ready', resolve));
  return { client, connected, close: () => client.disconnect() };
}

/** @param {string[]} urls @param {(error: Error) => void} warn */
function nodeRedis(urls, warn) {
  const options = { disableOfflineQueue: true, socket: { reconnectStrategy: backOff } };
  const [first = '', ...seeds] = urls;
  const client =
    seeds.length === 0
      ? createClient({ url: first, ...options })
      : createCluster({ rootNodes: urls.map((url) => ({ url })), defaults: options });
  client.on('error', warn);
  return { client, connected: untilConnected(client), close: () => client.destroy() };
}

/**
 * A Cluster client gives up where no node answers at first; the app does not.
 * @param {{ connect(): Promise<unknown>, destroy(): void }} client
 */
async function untilConnected(client) {
  for (let times = 1; ; times++) {
    try {
      return await client.connect();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, backOff(times)).unref());
    }
  }
}

/** Redis going away is one line, not one for each attempt to come back. */
function warnOnce() {
  let last = '';
  return (/** @type {Error} */ error) => {
    const line = `Redis: ${error.message || error.name}`;
    if (line !== last) process.emitWarning(line);
    last = line;
  };
}

/** @param {string} what @param {unknown} cause */
export const unavailable = (what, cause) =>
  // Not the cause itself: a client's error holds the command that failed, and that the session.
  Object.assign(new Error(`${what} is unavailable: ${cause instanceof Error ? cause.message : cause}`), {
    status: 503,
    code: 'unavailable',
    headers: { 'Retry-After': '15' },
  });
