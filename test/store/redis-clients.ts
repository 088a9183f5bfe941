/** The eight clients that a RedisStore is promised to work with, behind one way to connect and close. */
import { type EventEmitter, once } from 'node:events';
import { Redis as Ioredis5, Cluster as Ioredis5Cluster } from 'ioredis';
import { Redis as Ioredis6, Cluster as Ioredis6Cluster } from 'ioredis6';
import { createClient as createClient5, createCluster as createCluster5 } from 'redis';
import { createClient as createClient6, createCluster as createCluster6 } from 'redis6';
import type { IoredisClient, NodeRedisClient, NodeRedisCluster, RedisClient } from '../../lib/index.js';

export interface Connection {
  readonly client: RedisClient;
  close(): void;
}

export interface ClientKind {
  readonly name: string;
  readonly cluster: boolean;
  /** Connects with the client's own defaults to the node or nodes on these local ports. */
  connect(ports: readonly number[], via?: Detour): Promise<Connection>;
}

/** For a node's own port, the port to reach it at. */
export type Detour = ReadonlyMap<number, number>;

const HOST = '127.0.0.1';
const ignore = () => {};

/** What ioredis calls natMap and node-redis nodeAddressMap. */
const addresses = (via: Detour) =>
  Object.fromEntries([...via].map(([from, to]) => [`${HOST}:${from}`, { host: HOST, port: to }]));

const reached = (ports: readonly number[], via: Detour) => ports.map((port) => via.get(port) ?? port);

async function ioredis(client: IoredisClient & EventEmitter & { disconnect(): void }): Promise<Connection> {
  client.on('error', ignore);
  if (client.status !== 'ready') await once(client, 'ready');
  return { client, close: () => client.disconnect() };
}

type NodeRedis = (NodeRedisClient | NodeRedisCluster) & EventEmitter & { connect(): Promise<unknown>; destroy(): void };

async function nodeRedis(client: NodeRedis): Promise<Connection> {
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.destroy() };
}

const roots = (ports: readonly number[], via: Detour) => ({
  rootNodes: reached(ports, via).map((port) => ({ url: `redis://${HOST}:${port}` })),
  nodeAddressMap: addresses(via),
});
const seeds = (ports: readonly number[], via: Detour) => reached(ports, via).map((port) => ({ host: HOST, port }));
const only = (ports: readonly number[], via: Detour) => reached(ports, via)[0] as number;

type Connect = (ports: readonly number[], via: Detour) => Promise<Connection>;

const kind = (name: string, cluster: boolean, connect: Connect): ClientKind => ({
  name,
  cluster,
  connect: (ports, via = new Map()) => connect(ports, via),
});

export const CLIENTS: readonly ClientKind[] = [
  kind('ioredis 5', false, (ports, via) => ioredis(new Ioredis5(only(ports, via), HOST))),
  kind('ioredis 6', false, (ports, via) => ioredis(new Ioredis6(only(ports, via), HOST))),
  kind('node-redis 5', false, (ports, via) => nodeRedis(createClient5({ url: `redis://${HOST}:${only(ports, via)}` }))),
  kind('node-redis 6', false, (ports, via) => nodeRedis(createClient6({ url: `redis://${HOST}:${only(ports, via)}` }))),
];

export const CLUSTER_CLIENTS: readonly ClientKind[] = [
  kind('ioredis 5 Cluster', true, (ports, via) =>
    ioredis(new Ioredis5Cluster(seeds(ports, via), { natMap: addresses(via) })),
  ),
  kind('ioredis 6 Cluster', true, (ports, via) =>
    ioredis(new Ioredis6Cluster(seeds(ports, via), { natMap: addresses(via) })),
  ),
  kind('node-redis 5 Cluster', true, (ports, via) => nodeRedis(createCluster5(roots(ports, via)))),
  kind('node-redis 6 Cluster', true, (ports, via) => nodeRedis(createCluster6(roots(ports, via)))),
];

export const ALL_CLIENTS: readonly ClientKind[] = [...CLIENTS, ...CLUSTER_CLIENTS];
