// The benchmark: the systems, the figures, and one run of both.
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { figure as alike } from './figures/alike.js';
import { figure as bytes } from './figures/bytes.js';
import { figure as cpu } from './figures/cpu.js';
import { figure as growth } from './figures/growth.js';
import { figure as imported } from './figures/imported.js';
import { figure as installed } from './figures/installed.js';
import { figure as latency } from './figures/latency.js';
import { figure as links } from './figures/links.js';
import { figure as redisWork } from './figures/redis-work.js';
import { figure as storm } from './figures/storm.js';
import { WrongUse } from './harness/flags.js';
import { RedisServer } from './harness/redis-server.js';
import { fromCheckout, ServerProcess, subjectOf } from './harness/subject.js';

/** In the order of the page. @type {readonly import('./figures/figure.js').Figure<any>[]} */
export const FIGURES = [cpu, redisWork, bytes, latency, storm, growth, alike, imported, installed, links];

const BASE = 'floor-passport';

/** In the order of the page; a file of systems/ that is not named here comes last. */
const ORDER = [
  ...['native', 'floor', BASE, 'memory', 'redis', 'all-defaults'],
  ...['passport-magic-link', 'passport-magic-login', 'passwordless', 'better-auth', 'auth-express'],
];

/** @typedef {import('./harness/subject.js').Subject} Subject */
/** @typedef {{ name: string, result: unknown, report: string }} Reported */

/**
 * @param {Pick<import('./harness/flags.js').Flags, 'quick' | 'figures' | 'rounds' | 'atATime' | 'profile'>} flags
 * @param {readonly Subject[]} subjects
 * @param {(line: string) => void} say
 * @param {(report: string) => void} [show] given each figure's report as it is done
 * @throws WrongUse for a figure that there is not
 */
export async function runBenchmark({ quick, figures, rounds, atATime, profile }, subjects, say, show) {
  const chosen = FIGURES.filter(({ name }) => figures?.includes(name) ?? true);
  known(
    'figure',
    figures,
    FIGURES.map(({ name }) => name),
  );

  const redis = await RedisServer.start();
  try {
    const redisVersion = await redis.version();
    /** @type {Reported[]} */
    const reports = [];
    for (const { name, measures, measure, report } of chosen) {
      say(`-- ${name}`);
      /** @type {ServerProcess[]} */
      const started = [];
      /** @type {import('./figures/figure.js').Bench} */
      const bench = {
        subjects: subjects.filter(measures),
        redis,
        quick,
        rounds,
        atATime,
        say,
        async start(subject, options) {
          const server = await ServerProcess.start(subject, { redisUrl: redis.url, profile, ...options });
          started.push(server);
          return server;
        },
      };
      try {
        const result = await measure(bench);
        const text = report(result);
        reports.push({ name, result, report: text });
        show?.(text);
      } finally {
        await Promise.all(started.map((server) => server.stop()));
        await redis.client.flushall();
      }
    }
    return { redisVersion, subjects, reports };
  } finally {
    await redis.stop();
  }
}

/**
 * @param {Pick<import('./harness/flags.js').Flags, 'only' | 'against'>} flags
 * @returns {Promise<Subject[]>}
 * @throws WrongUse for a system that there is not
 */
export async function chosenSubjects({ only, against }) {
  const files = readdirSync(new URL('systems/', import.meta.url))
    .filter((name) => name.endsWith('.js'))
    .map((name) => name.slice(0, -'.js'.length));
  const place = (/** @type {string} */ name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  files.sort((a, b) => place(a) - place(b) || a.localeCompare(b));
  known('system', only, files);
  const subjects = await Promise.all(
    files.filter((file) => !only || file === BASE || only.includes(file)).map((file) => subjectOf(file)),
  );
  if (against === undefined) return subjects;
  const checkout = pathToFileURL(`${resolve(against)}/`);
  return subjects.flatMap((subject) =>
    subject.system.ours ? [subject, fromCheckout(subject, checkout, basename(resolve(against)))] : [subject],
  );
}

/** @param {string} kind @param {string[] | undefined} names @param {readonly string[]} all */
function known(kind, names, all) {
  const unknown = names?.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new WrongUse(`there is no ${kind} ${unknown}; there are ${all.join(', ')}`);
}
