// Sessions, links, factors and users in one Redis: standalone or Cluster, by ioredis or node-redis.
import { RedisStore as RedisSessionStore } from 'connect-redis';
import { Cluster, Redis } from 'ioredis';
import { RedisStore } from 'passport-bound-link';
import { RedisFactorStore } from 'passport-bound-link/step-up';
import { createClient, createCluster } from 'redis';

/** Milliseconds that the session store may take before the person is told to try again. */
const SESSION_DEADLINE = 500;
/** Milliseconds that the start waits for Redis; after that it answers 503 until Redis is there. */
const CONNECT_DEADLINE = 2000;

const backOff = (/** @type {number} */ times) => Math.min(times * 50, 500);

/** @param {string[]} urls @param {'ioredis' | 'node-redis'} kind */
export async function connectRedis(urls, kind) {
  const { client, userTable, connected, close } = kind === 'ioredis' ? ioredis(urls) : nodeRedis(urls);
  await Promise.race([connected, new Promise((resolve) => setTimeout(resolve, CONNECT_DEADLINE).unref())]);
  return {
    sessionStore: withDeadline(new RedisSessionStore({ client })),
    linkStore: new RedisStore(client),
    factorStore: new RedisFactorStore(client),
    userTable,
    close,
  };
}

/**
 * ioredis's defaults keep a command for as long as Redis is away, and send it again afterwards. A
 * login wants a quick no instead, and no second try.
 * @param {string[]} urls
 */
function ioredis(urls) {
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
  client.on('error', warnOnce());
  const connected = new Promise((resolve) => client.once('ready', resolve));
  const userTable = {
    add: (/** @type {string} */ key, /** @type {string} */ value) => client.setnx(key, value),
    get: (/** @type {string} */ key) => client.get(key),
  };
  return { client, userTable, connected, close: () => client.disconnect() };
}

/** @param {string[]} urls */
function nodeRedis(urls) {
  const options = { disableOfflineQueue: true, socket: { reconnectStrategy: backOff } };
  const [first = '', ...seeds] = urls;
  const client =
    seeds.length === 0
      ? createClient({ url: first, ...options })
      : createCluster({ rootNodes: urls.map((url) => ({ url })), defaults: options });
  client.on('error', warnOnce());
  const userTable = {
    add: (/** @type {string} */ key, /** @type {string} */ value) => client.setNX(key, value),
    get: (/** @type {string} */ key) => client.get(key),
  };
  return { client, userTable, connected: untilConnected(client), close: () => client.destroy() };
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

/**
 * express-session waits for its store without end. Here a store that fails, or says nothing, is 503.
 * @param {RedisSessionStore} store
 */
function withDeadline(store) {
  for (const method of /** @type {const} */ (['get', 'set', 'destroy', 'touch'])) {
    const original = /** @type {(...args: unknown[]) => unknown} */ (store[method]);
    Object.assign(store, {
      [method](/** @type {unknown[]} */ ...args) {
        const callback = /** @type {(error: unknown, value?: unknown) => void} */ (args.pop());
        let answered = false;
        const answer = (/** @type {unknown} */ cause, /** @type {unknown} */ value = undefined) => {
          if (answered) return;
          answered = true;
          clearTimeout(timer);
          callback(cause ? unavailable(cause) : null, value);
        };
        // By way of setImmediate: after a stall of this process the answer may be there already.
        const timer = setTimeout(() => setImmediate(answer, new Error('no answer')), SESSION_DEADLINE);
        original.apply(store, [...args, answer]);
      },
    });
  }
  return store;
}

/** @param {unknown} cause */
const unavailable = (cause) =>
  // Not the cause itself: a client's error holds the command that failed, and that the session.
  Object.assign(new Error(`the session store is unavailable: ${cause instanceof Error ? cause.message : cause}`), {
    status: 503,
    code: 'unavailable',
    headers: { 'Retry-After': '15' },
  });
