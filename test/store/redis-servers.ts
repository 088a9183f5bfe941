/** What the tests of RedisStore share: one standalone server and one Cluster a file, their clients, and links. */
import { randomBytes } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import type { NewLink, Presented } from '../../lib/index.js';
import { startCluster, startRedis, type TestCluster, type TestRedis } from '../support/redis.js';
import type { ClientKind, Connection, ConnectOptions } from './redis-clients.js';

export class Servers {
  standalone!: TestRedis;
  cluster!: TestCluster;
  readonly #connections: Connection[] = [];

  async start(): Promise<void> {
    [this.standalone, this.cluster] = await Promise.all([startRedis(), startCluster()]);
  }

  async stop(): Promise<void> {
    for (const { close } of this.#connections) close();
    await Promise.all([this.standalone.stop(), this.cluster.stop()]);
  }

  /** The servers that a client of this kind talks to. */
  nodes({ cluster }: Pick<ClientKind, 'cluster'>): readonly TestRedis[] {
    return cluster ? this.cluster.nodes : [this.standalone];
  }

  /** Closed with the servers. */
  async connect(kind: ClientKind, options?: ConnectOptions): Promise<Connection> {
    const ports = this.nodes(kind).map(({ port }) => port);
    const connection = await kind.connect(ports, options);
    this.#connections.push(connection);
    return connection;
  }

  /** To look at and touch what a store has written, past the store. */
  admin({ cluster }: Pick<ClientKind, 'cluster'>): Redis | Cluster {
    const at = this.nodes({ cluster }).map(({ port }) => ({ host: '127.0.0.1', port }));
    const admin = cluster ? new Cluster(at) : new Redis(at[0] as { port: number });
    this.#connections.push({ client: admin, close: () => admin.disconnect() });
    return admin;
  }

  /** One command on each of the servers. */
  async onEach(kind: Pick<ClientKind, 'cluster'>, ...command: [string, ...string[]]): Promise<void> {
    for (const { port } of this.nodes(kind)) {
      const node = new Redis(port, '127.0.0.1');
      await node.call(...command);
      node.disconnect();
    }
  }
}

/** Started before the file's first test and gone after its last. */
export function useServers(): Servers {
  const servers = new Servers();
  beforeAll(() => servers.start());
  afterAll(() => servers.stop());
  return servers;
}

export type Link = NewLink & Presented;

export const newLink = (overrides: Partial<Link> = {}): Link => ({
  account: name(),
  recordId: name(),
  digest: secret(),
  binding: secret(),
  sealed: secret(),
  ttlMs: 600_000,
  ...overrides,
});

/** A link's two keys, as lib/store/scripts.ts lays them out. */
export const linkKey = ({ account, recordId }: Presented, prefix = 'pbl:') => `${prefix}{${account}}:${recordId}`;
export const liveKey = ({ account }: Pick<Presented, 'account'>, prefix = 'pbl:') => `${prefix}{${account}}`;

const name = () => randomBytes(16).toString('base64url');
const secret = () => randomBytes(32).toString('base64url');
