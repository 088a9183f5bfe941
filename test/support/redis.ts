/** Real Redis servers of the tests' own, on free ports, gone with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, vi } from 'vitest';
import type { LinkStore } from '../../lib/index.js';
import { freePort } from './ports.js';
import type { ClientKind, Connection, ConnectOptions } from './redis-clients.js';

export interface TestRedis {
  readonly port: number;
  readonly url: string;
  /** Freezes it: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startRedis(...args: string[]): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pbl-redis-'));
  const server = spawn('redis-server', [
    ...['--port', String(port), '--dir', folder, '--save', '', '--bind', '127.0.0.1', '--daemonize', 'no'],
    ...args,
  ]);
  await ready(server);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGCONT');
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGKILL');
        await once(server, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(server: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`redis-server did not start:\n${output}`)));
  });
}

export interface TestCluster {
  readonly nodes: readonly TestRedis[];
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** Three masters. */
export async function startCluster(): Promise<TestCluster> {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis('--cluster-enabled', 'yes')));
  const clients = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  const [first] = clients as [Redis, ...Redis[]];
  const [firstNode] = nodes as [TestRedis, ...TestRedis[]];
  const share = Math.ceil(SLOTS / nodes.length);
  await Promise.all(
    clients.map(async (client, i) => {
      const last = Math.min((i + 1) * share, SLOTS) - 1;
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(i * share), String(last));
      if (client !== first) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(firstNode.port));
    }),
  );
  // The masters find each other by gossip: asked again until every one of them says so.
  for (const client of clients) {
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await turn();
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_known_nodes:3')) await turn();
  }
  for (const client of clients) client.disconnect();
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

/** The keys of the example's audit log. */
export const AUDIT = /^example:(.*\/)?audit$/;

const WATCHING = 'is this seen?';

/** Every command that reaches this server from now on, as `[command, ...args]`. */
export async function monitor({ port }: TestRedis): Promise<{ commands: string[][]; stop(): Promise<void> }> {
  const client = new Redis(port, '127.0.0.1');
  // What a client says of itself as it connects is over before anything is watched.
  await client.ping();
  const watcher = client.duplicate({ monitor: true });
  // To ioredis a line that comes along with MONITOR's own answer is a reply to nothing: it connects again.
  watcher.on('error', () => undefined);
  const commands: string[][] = [];
  let isWatching = false;
  watcher.on('monitor', (_time: string, args: string[], source: string) => {
    if (args[1] === WATCHING) isWatching = true;
    // What a script calls is not sent.
    else if (isWatching && source !== 'lua') commands.push(args);
  });
  // Only what it has seen says that it sees.
  while (!isWatching) {
    await client.call('ECHO', WATCHING);
    await turn();
  }
  return {
    commands,
    async stop() {
      // Redis answers in order: what came before this has been seen once this has.
      const marker = `seen-${commands.length}`;
      await client.call('ECHO', marker);
      while (!commands.some((args) => args[1] === marker)) await turn();
      commands.splice(commands.findIndex((args) => args[1] === marker));
      watcher.disconnect();
      client.disconnect();
    },
  };
}

/** Every key of this server, with whatever it holds, as text. */
export async function dump({ port }: TestRedis): Promise<Map<string, string>> {
  const client = new Redis(port, '127.0.0.1');
  const contents = new Map<string, string>();
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    const value =
      type === 'string'
        ? await client.get(key)
        : type === 'hash'
          ? await client.hgetall(key)
          : type === 'zset'
            ? await client.zrange(key, 0, -1, 'WITHSCORES')
            : type === 'stream'
              ? await client.xrange(key, '-', '+')
              : await client.dumpBuffer(key);
    contents.set(key, JSON.stringify(value));
  }
  client.disconnect();
  return contents;
}

/** One standalone server and one Cluster, and the clients that are connected to them. */
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

/** Resolves when a store that was cut off answers again. */
export const answering = (store: Pick<LinkStore, 'ping'>) => vi.waitFor(() => store.ping(), { timeout: 10_000 });
