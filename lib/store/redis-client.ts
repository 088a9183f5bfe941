/** The four clients that an app may have, behind one function. Nothing is added to the client. */

/** ioredis 5 or 6: `new Redis()` or `new Cluster()`. */
export interface IoredisClient {
  readonly status: string;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** node-redis 5 or 6: `createClient()`. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  sendCommand(args: string[]): Promise<unknown>;
}

/** node-redis 5 or 6: `createCluster()`. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  readonly masters: readonly unknown[];
  sendCommand(firstKey: string | undefined, isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
}

export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster;

/** Sends one command to the node that holds `key`; rejects at once while not connected. */
export type Send = (key: string | undefined, args: [string, ...string[]]) => Promise<unknown>;

/** @throws TypeError for anything that is none of the four */
export function sender(client: RedisClient): Send {
  if (isIoredis(client)) {
    return async (_key, args) => {
      requireReady(client.status === 'ready');
      return client.call(...args);
    };
  }
  if (isNodeRedis(client) && 'masters' in client) {
    return async (key, args) => {
      requireReady(client.isOpen);
      return client.sendCommand(key, false, args);
    };
  }
  if (isNodeRedis(client)) {
    return async (_key, args) => {
      requireReady(client.isReady);
      return client.sendCommand(args);
    };
  }
  throw new TypeError('RedisStore takes a client of ioredis 5 or 6 or node-redis 5 or 6, or a cluster of one of these');
}

const isIoredis = (client: RedisClient): client is IoredisClient =>
  typeof (client as Partial<IoredisClient> | undefined)?.call === 'function';

const isNodeRedis = (client: RedisClient): client is NodeRedisClient | NodeRedisCluster =>
  typeof (client as Partial<NodeRedisClient> | undefined)?.sendCommand === 'function';

/**
 * A client that is not connected would keep the command and send it later, when the person has long
 * been told that it failed: the link would be spent for nothing.
 */
function requireReady(ready: boolean): void {
  if (!ready) throw new Error('the Redis client is not connected');
}
