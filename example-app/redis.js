// Sessions, links, factors, users and events in one Redis: standalone or Cluster, through ioredis or node-redis.
import { RedisStore as RedisSessionStore } from 'connect-redis';
import { Cluster, Redis } from 'ioredis';
import { RedisStore, withDeadline } from 'passport-bound-link';
import { RedisFactorStore } from 'passport-bound-link/step-up';
import { createClient, createCluster } from 'redis';

/** Milliseconds that the start waits for Redis. After that, the app answers 503 until Redis is available. */
const CONNECT_DEADLINE = 2000;

const backOff = (/** @type {number} */ times) => Math.min(times * 50, 500);

/** @param {string[]} urls @param {'ioredis' | 'node-redis'} kind */
export async function connectRedis(urls, kind) {
  const connect = kind === 'ioredis' ? ioredis : nodeRedis;
  const warn = warnOnce();
  // The audit log has its own connection, so that no login waits behind a batch.
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
 * By default, ioredis keeps a command while Redis is away and sends it again afterwards. A login needs a quick error
 * instead, and no second attempt.
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
 * A Cluster client gives up if no node answers at first. The app keeps trying.
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

/** Prints one line for an outage of Redis, not one for each attempt to reconnect. */
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
  // Not the cause itself: a client's error contains the command that failed, and with it the session.
  Object.assign(new Error(`${what} is unavailable: ${cause instanceof Error ? cause.message : cause}`), {
    status: 503,
    code: 'unavailable',
    headers: { 'Retry-After': '15' },
  });
