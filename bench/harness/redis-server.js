// A Redis server of the benchmark's own, on a free port, and what it says of itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { onOtherCore } from './cores.js';

export class RedisServer {
  /** @type {import('node:child_process').ChildProcess} */
  #process;
  #folder;

  /** @param {import('node:child_process').ChildProcess} process @param {string} folder @param {number} port */
  constructor(process, folder, port) {
    this.#process = process;
    this.#folder = folder;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    /** The driver's own client. */
    this.client = new Redis(this.url);
  }

  static async start() {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'pbl-bench-'));
    const options = ['--port', String(port), '--dir', folder, '--save', '', '--bind', '127.0.0.1'];
    const [program, ...args] = onOtherCore('redis-server', ...options);
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => server.kill());
    let output = '';
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`redis-server did not start:\n${output}`)));
      server.stdout.on('data', (chunk) => {
        output += chunk;
        if (output.includes('Ready to accept connections')) resolve(undefined);
      });
    });
    return new RedisServer(server, folder, port);
  }

  /** One number of INFO. @param {string} section @param {string} field */
  async info(section, field) {
    const text = await this.client.info(section);
    return Number(new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(text)?.[1]);
  }

  /** CPU milliseconds that it has used. */
  async cpuMs() {
    const text = await this.client.info('cpu');
    const [, kernel] = /^used_cpu_sys:(.*)\r$/m.exec(text) ?? [];
    const [, user] = /^used_cpu_user:(.*)\r$/m.exec(text) ?? [];
    return (Number(kernel) + Number(user)) * 1000;
  }

  /** Bytes of its data, without its clients' buffers. */
  async usedMemory() {
    return (await this.info('memory', 'used_memory')) - (await this.info('memory', 'mem_clients_normal'));
  }

  async version() {
    return /^redis_version:(.*?)\r?$/m.exec(await this.client.info('server'))?.[1] ?? 'unknown';
  }

  /** Every command that clients send from now on, as `[command, ...args]`; what a script calls is not sent. */
  async monitor() {
    const watcher = await this.client.monitor();
    /** @type {string[][]} */
    let commands = [];
    watcher.on('monitor', (_time, args, source) => {
      if (source !== 'lua') commands.push(args);
    });
    return {
      /** What was sent since the last time. */
      take: async () => {
        // Redis answers in order: what came before this has been seen once this has.
        const marker = `seen ${Math.random()}`;
        await this.client.echo(marker);
        while (!commands.some(([, text]) => text === marker)) await once(watcher, 'monitor');
        const at = commands.findIndex(([, text]) => text === marker);
        const taken = commands.slice(0, at);
        commands = commands.slice(at + 1);
        return taken;
      },
      stop: () => watcher.disconnect(),
    };
  }

  async stop() {
    this.client.disconnect();
    if (this.#process.exitCode === null) {
      this.#process.kill();
      await once(this.#process, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
