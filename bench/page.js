// docs/benchmarks.md: what was measured on which machine, how to read it, and the tables.
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { pinned } from './harness/cores.js';
import { number, table } from './harness/tables.js';

/** @typedef {import('./harness/subject.js').Subject} Subject */

/** As it was before the run: what else the machine had to do shows in every figure that has to do with time. */
export const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memory: totalmem(),
  load: loadavg()[0] ?? 0,
});

/**
 * @param {ReturnType<typeof machine>} on
 * @param {{ redisVersion: string, subjects: readonly Subject[], reports: readonly { name: string, result: any, report: string }[] }} run
 */
export const page = (on, { redisVersion, subjects, reports }) => `# Benchmarks

What a login costs, compared with other packages. \`npm run bench\` writes this page. It needs Node, \`redis-server\` and a quarter of an hour. \`npm run bench -- --help\` lists its options.

A login is two requests: one requests a link ("ask"), one opens it ("click"). Each system runs in its own process and answers the same browsers. Each login has a new browser with its own network and address, and the headers that Chromium sends. The mail stays in the memory of that process, and nothing reads it while the login is measured.

## How to read it

- The floors are not products: they are the least that a login costs. \`native\` is node:http alone. \`floor\` has Express and a session in Redis. \`floor-passport\` goes through Passport, and every ratio is to it. The floors' links work only in the browser that requested them, but their code checks nothing else.
- Some systems keep users, sessions or tokens in memory, because that is the simplest setup in their documentation. They pay for no round trip and no database, and would cost more with one.
- Figures are medians, with the quartiles in brackets: half of the rounds lie between them. Two systems whose brackets overlap cannot be told apart. A ratio compares two systems in the same round, so that a slow machine slows both.
- CPU is steadier than time. The machine's load was ${number(on.load, 1)} before the run; on a busy machine, latencies and logins a second say little.
- Not compared: networks, TLS, SMTP, pages, and anything that these systems do besides a login by mail.

## Machine

${table(
  ['', ''],
  [
    ['CPU', `${on.cpu}, ${on.cores} cores`],
    ['memory', `${number(on.memory / 2 ** 30, 0)} GiB`],
    ['Node', process.version],
    ['Redis', redisVersion],
    ['cores', pinned ? 'the server has one to itself; Redis and the browsers share another' : 'not pinned'],
  ],
)}

## Systems

${table(
  ['system', 'version', 'what it is'],
  subjects.map(({ label, system }) => [label, versionOf(system), system.description]),
)}

${reports.map(({ report }) => report).join('\n')}
## Targets

${targets(Object.fromEntries(reports.map(({ name, result }) => [name, result])))}

${REMAINS}
`;

/** By profile (`--profile`, `--figure cpu`); to be read again whenever a target is reached or lost. */
const REMAINS = `### What remains, and why

- CPU: of what a login costs beyond the floor through Passport, the package's own code is less than half. A quarter is cryptography and its garbage: nine keyed hashes and two seals to ask, four and one to click, beside the one or two of the session that the floor has as well. Nothing of it can go: each stands for something that must not lie in Redis, in the mail or in the session in the clear. The rest is one more round trip, for the network's limit, which has to come before the session is written and cannot share a command with an account on another slot; the mail, which the floor does not write, and a notice, because in this figure every browser is new; a session of twice the size; and one more router.
- Bytes: the link's own key has fewer than 400. The others are the account's key, which says what is live and what counts in which lane, and the network's, of which in this figure each link has one to itself. One key in place of three would need an end of life for each field, which Redis has from 7.4 on.
`;

/** @param {import('./systems/system.js').System} system */
function versionOf({ ours, packages }) {
  const manifest = ours ? new URL('../package.json', import.meta.url) : packages && manifestOf(packages[0] ?? '');
  return manifest ? JSON.parse(readFileSync(manifest, 'utf8')).version : '';
}

/** @param {string} name */
const manifestOf = (name) => new URL(`node_modules/${name}/package.json`, import.meta.url);

/**
 * What a login is meant to cost with every default on, and what it does cost.
 * @param {Record<string, any>} results
 */
function targets(results) {
  const of = (/** @type {string} */ figure) =>
    results[figure].rows.find((/** @type {{ label: string }} */ { label }) => label === 'all-defaults');
  const ratio = of('cpu').ratio.median;
  const { ask, click } = of('redis-work');
  const { live, heap } = of('bytes');
  const { ms } = of('imported');
  const [few, many] = ends(results.growth.links, 'all-defaults');
  const [first, later] = ends(results.growth.logins, 'redis');
  const rows = [
    ['CPU a login, to the floor through Passport', '1.25', number(ratio, 2), ratio <= 1.25],
    ['round trips a login', '6', number(ask.trips + click.trips, 1), ask.trips + click.trips < 6.5],
    ['bytes of a live link in Redis', '400', number(live.link, 0), live.link <= 400],
    ['bytes of heap a live link', '0', number(heap, 0), heap <= HEAP_NOISE],
    ['CPU with the most live links, to that with the fewest', '1.0', number(many / few, 2), many / few < FLAT],
    [
      'CPU with the most earlier logins, to that with the fewest',
      '1.0',
      number(later / first, 2),
      later / first < FLAT,
    ],
    ['import beyond Express and Passport, ms', '10', number(ms.median, 1), ms.median <= 10],
  ];
  return table(
    ['all-defaults', 'at most', 'measured', 'reached'],
    rows.map(([what, most, measured, reached]) => [
      String(what),
      String(most),
      String(measured),
      reached ? 'yes' : 'no',
    ]),
  );
}

/** Bytes: what a heap differs by from one look to the next, for each of 8,000 links. */
const HEAP_NOISE = 100;
/** Whatever is below this is within the noise of 1. */
const FLAT = 1.15;

/**
 * The server's CPU at the first and at the last step.
 * @returns {[number, number]}
 * @param {{ label: string, costs: { cost: { cpu: number } }[] }[]} rows @param {string} label
 */
function ends(rows, label) {
  const costs = rows.find((row) => row.label === label)?.costs ?? [];
  return [costs[0]?.cost.cpu ?? Number.NaN, costs.at(-1)?.cost.cpu ?? Number.NaN];
}
