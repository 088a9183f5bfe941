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

export interface ConnectOptions {
  /** For a node's own port, the port to reach it at. */
  via?: ReadonlyMap<number, number>;
  /** Says false to ioredis's default of sending a command again when the connection has broken under it. */
  resend?: boolean;
}

export interface ClientKind {
  readonly name: string;
  readonly cluster: boolean;
  /** Connects, with the client's own defaults, to the node or nodes on these local ports. */
  connect(ports: readonly number[], options?: ConnectOptions): Promise<Connection>;
}

const host = '127.0.0.1';
const ignore = () => {};

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

interface Target {
  readonly port: number;
  readonly nodes: { host: string; port: number }[];
  readonly rootNodes: { url: string }[];
  /** What ioredis calls natMap and node-redis nodeAddressMap. */
  readonly addresses: Record<string, { host: string; port: number }>;
  readonly resend: boolean;
}

const kind = (name: string, connect: (target: Target) => Promise<Connection>): ClientKind => ({
  name,
  cluster: name.endsWith('Cluster'),
  connect: (ports, { via = new Map(), resend = true } = {}) => {
    const [port, ...others] = ports.map((port) => via.get(port) ?? port) as [number, ...number[]];
    const nodes = [port, ...others].map((port) => ({ host, port }));
    const rootNodes = nodes.map(({ port }) => ({ url: `redis://${host}:${port}` }));
    const addresses = Object.fromEntries([...via].map(([from, to]) => [`${host}:${from}`, { host, port: to }]));
    return connect({ port, nodes, rootNodes, addresses, resend });
  },
});

const sendOnce = { autoResendUnfulfilledCommands: false };
const sendOnceCluster = { enableOfflineQueue: false, redisOptions: sendOnce };

export const CLIENTS: readonly ClientKind[] = [
  kind('ioredis 5', ({ port, resend }) => ioredis(new Ioredis5(port, host, resend ? {} : sendOnce))),
  kind('ioredis 6', ({ port, resend }) => ioredis(new Ioredis6(port, host, resend ? {} : sendOnce))),
  kind('node-redis 5', ({ port }) => nodeRedis(createClient5({ socket: { host, port } }))),
  kind('node-redis 6', ({ port }) => nodeRedis(createClient6({ socket: { host, port } }))),
];

/** Where one client will do. */
export const IOREDIS = CLIENTS[0] as ClientKind;

const CLUSTER_CLIENTS: readonly ClientKind[] = [
  kind('ioredis 5 Cluster', ({ nodes, addresses, resend }) =>
    ioredis(new Ioredis5Cluster(nodes, { natMap: addresses, ...(resend ? {} : sendOnceCluster) })),
  ),
  kind('ioredis 6 Cluster', ({ nodes, addresses, resend }) =>
    ioredis(new Ioredis6Cluster(nodes, { natMap: addresses, ...(resend ? {} : sendOnceCluster) })),
  ),
  kind('node-redis 5 Cluster', ({ rootNodes, addresses }) =>
    nodeRedis(createCluster5({ rootNodes, nodeAddressMap: addresses })),
  ),
  kind('node-redis 6 Cluster', ({ rootNodes, addresses }) =>
    nodeRedis(createCluster6({ rootNodes, nodeAddressMap: addresses })),
  ),
];

export const ALL_CLIENTS: readonly ClientKind[] = [...CLIENTS, ...CLUSTER_CLIENTS];
