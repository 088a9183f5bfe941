/** The four Redis clients that an app may have, behind one function. Nothing is added to the client. */
import { MagicLinkError, misuse } from '../errors.js';
import type { Late } from '../util/deadline.js';

/** ioredis 5 or 6: `new Redis()` or `new Cluster()`. */
export interface IoredisClient {
  readonly status: string;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** node-redis 5 or 6: `createClient()`. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  sendCommand(args: string[], options?: CommandOptions): Promise<unknown>;
}

/** node-redis 5 or 6: `createCluster()`. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  readonly masters: readonly unknown[];
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
    options?: CommandOptions,
  ): Promise<unknown>;
}

interface CommandOptions {
  abortSignal?: AbortSignal;
}

export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster;

/**
 * Sends one command to the node that holds `key`. Rejects at once while the client is not connected: the client would
 * keep the command and send it later, when the person has already been told that it failed, and the link would be used
 * without a login. Once `late`, a command that is not yet on its way is dropped.
 */
export type Send = (key: string | undefined, args: [string, ...string[]], late: Late) => Promise<unknown>;

/**
 * @param owner the class that the error names
 * @throws TypeError for anything but one of the four
 */
export function sender(client: RedisClient, owner: string): Send {
  if (isIoredis(client)) {
    return async (_key, args) => {
      requireConnected(client.status === 'ready');
      return client.call(...args);
    };
  }
  if (isNodeRedisCluster(client)) {
    return async (key, args, late) => {
      // The client does not say whether one node is away; `late` empties that node's own queue.
      requireConnected(client.isOpen);
      return client.sendCommand(key, false, args, { abortSignal: late.signal });
    };
  }
  if (isNodeRedis(client)) {
    return async (_key, args, late) => {
      requireConnected(client.isReady);
      return client.sendCommand(args, { abortSignal: late.signal });
    };
  }
  throw misuse(`${owner} takes a client of ioredis 5 or 6 or node-redis 5 or 6, or a cluster of one of these`);
}

const isIoredis = (client: RedisClient): client is IoredisClient => has(client, 'call') && 'status' in client;

const isNodeRedisCluster = (client: RedisClient): client is NodeRedisCluster =>
  has(client, 'sendCommand') && 'masters' in client;

/** A pool has no `isReady`; the `sendCommand` of a Sentinel client takes another argument first. */
const isNodeRedis = (client: RedisClient): client is NodeRedisClient =>
  has(client, 'sendCommand') && 'isReady' in client && client.sendCommand.length === 2;

const has = (client: RedisClient, method: string) =>
  isObject(client) && typeof Reflect.get(client, method) === 'function';

const isObject = (client: unknown): client is object => typeof client === 'object' && client !== null;

function requireConnected(connected: boolean): void {
  if (!connected) throw new MagicLinkError('redis_not_connected', 'the Redis client is not connected');
}
