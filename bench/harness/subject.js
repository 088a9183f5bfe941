// What is measured: a system, and for this package the checkout of it; and its process, while that runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { onServerCore } from './cores.js';

const SERVE = fileURLToPath(new URL('../serve.mjs', import.meta.url));
const HERE = new URL('../../', import.meta.url);

/** @typedef {import('../systems/system.js').System} System */
/** @typedef {{ label: string, file: string, system: System, checkout: URL }} Subject */
/** @typedef {{ redisUrl: string, closedSignup?: boolean, countSockets?: boolean, profile?: string | undefined }} StartOptions */

/** @param {string} file of systems/, without its ending @returns {Promise<Subject>} */
export async function subjectOf(file) {
  const { system } = await import(`../systems/${file}.js`);
  return { label: system.name, file, system, checkout: HERE };
}

/** The same system of another checkout. @param {Subject} subject @param {URL} checkout @param {string} name */
export const fromCheckout = (subject, checkout, name) => ({ ...subject, label: `${subject.label}@${name}`, checkout });

/** @param {Subject} subject */
const nameOf = ({ label }) => `${label}-${Date.now()}.cpuprofile`;

export class ServerProcess {
  /** @type {import('node:child_process').ChildProcess} */
  #process;
  #asked = 0;
  #stopping = false;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {Subject} subject @param {import('node:child_process').ChildProcess} process */
  constructor(subject, process) {
    this.subject = subject;
    this.origin = '';
    /** Connections are kept and shared, as behind a proxy, so that connecting is not measured. */
    this.agent = new Agent({ keepAlive: true, maxSockets: 256 });
    this.#process = process;
  }

  /** @param {Subject} subject @param {StartOptions} options */
  static async start(subject, { redisUrl, closedSignup = false, countSockets = false, profile }) {
    const { file, checkout } = subject;
    const serve = JSON.stringify({ system: file, checkout: checkout.href, redisUrl, closedSignup, countSockets });
    const profiler =
      profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${nameOf(subject)}`];
    const node = [process.execPath, '--no-warnings', '--expose-gc', ...profiler];
    const [program, ...args] = onServerCore(...node, SERVE, serve);
    const server = new ServerProcess(
      subject,
      spawn(program, args, {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, NODE_ENV: 'production' },
      }),
    );
    await server.#listening();
    return server;
  }

  async #listening() {
    let errors = '';
    this.#process.stderr?.on('data', (chunk) => {
      errors = (errors + chunk).slice(-10_000);
    });
    const origin = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve, reject });
    });
    this.#process.on('message', (/** @type {{ id: number, answer?: unknown, error?: string }} */ message) => {
      const { id, answer, error } = message;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(error));
    });
    this.#process.once('exit', () => {
      if (this.#stopping) return;
      console.error(`${this.subject.label} has ended:\n${errors}`);
      const error = new Error(`${this.subject.label} has ended`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
    this.origin = await origin;
  }

  /** @param {string} what see serve.mjs @param {unknown} [argument] @returns {Promise<any>} */
  ask(what, argument) {
    return new Promise((resolve, reject) => {
      const id = ++this.#asked;
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, ask: what, argument });
    });
  }

  async stop() {
    this.#stopping = true;
    this.agent.destroy();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.disconnect();
    await once(this.#process, 'exit');
  }
}
