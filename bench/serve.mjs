// `node bench/serve.mjs JSON`: one system in a process of its own. The driver talks to it over IPC, between what it measures.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { Mailbox } from './harness/mailbox.js';
import { fillStore } from './harness/preload.js';
import { countSockets } from './harness/socket-counts.js';

/**
 * @typedef {object} Serve
 * @property {string} system the file of systems/ that it is in
 * @property {string} redisUrl
 * @property {string} checkout the root of the checkout of this package to load, as a URL
 * @property {boolean} closedSignup
 * @property {boolean} countSockets
 */

const options = /** @type {Serve} */ (JSON.parse(process.argv[2] ?? ''));
const counts = options.countSockets ? countSockets(Number(new URL(options.redisUrl).port)) : undefined;
const mailbox = new Mailbox();

// Listening comes first: the links' origin has the port in it.
const server = createServer();
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const origin = `http://127.0.0.1:${port}`;

const { system } = /** @type {{ system: import('./systems/system.js').System }} */ (
  await import(`./systems/${options.system}.js`)
);
const { listener, store, forget, storm } = await system.start({
  origin,
  checkout: new URL(options.checkout),
  closedSignup: options.closedSignup,
  deliver: mailbox.deliver,
  async connectRedis() {
    // As the README connects it, but with patience for a busy machine.
    const redis = new Redis(options.redisUrl, {
      commandTimeout: 10_000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
    });
    await once(redis, 'ready');
    return redis;
  },
});
server.on('request', listener);
// The driver's connections stay open, so that connecting is not measured.
server.keepAliveTimeout = 600_000;

/** What the driver may ask for. @type {Record<string, (argument: any) => unknown>} */
const answers = {
  /** CPU milliseconds that this process has used. */
  cpu: cpuMs,
  /** The links of the next `count` mails, and the CPU when the last of them was there. @param {number} count */
  mails: async (count) => {
    await mailbox.arrived(count);
    const cpu = cpuMs();
    return { cpu, links: mailbox.take() };
  },
  /** Bytes of heap in use, without garbage. */
  heap: () => {
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  },
  forget: () => forget?.(),
  /** Begins, changes or ends a storm of events. @param {number} perSecond */
  storm: (perSecond) => storm?.(perSecond),
  counts: () => counts?.take(),
  /** Puts live links of as many accounts into the store. @param {number} count */
  fill: (count) => store && fillStore(store, count),
};

function cpuMs() {
  const { user, system: kernel } = process.cpuUsage();
  return (user + kernel) / 1000;
}

process.on('message', async (/** @type {{ id: number, ask: string, argument: unknown }} */ { id, ask, argument }) => {
  try {
    process.send?.({ id, answer: await answers[ask]?.(argument) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ id: 0, answer: origin });
