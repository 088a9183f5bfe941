// `npm run bench`: installs and builds what is missing, measures, prints the tables, and writes docs/benchmarks.md.
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildMissing, installMissing, installPrograms, root, run } from '../scripts/install.mjs';
import { parseFlags, USAGE, WrongUse } from './harness/flags.js';

const flags = readFlags();
installMissing();
installPrograms('npm run bench', 'redis-server');
buildMissing();
if (flags.against !== undefined) {
  // Each checkout installs and builds itself.
  const other = await import(pathToFileURL(`${resolve(flags.against)}/scripts/install.mjs`).href);
  other.installMissing();
  other.buildMissing();
}

// What follows needs what has just been installed.
const { chosenSubjects, runBenchmark } = await import('./benchmark.js');
const { pinDriver } = await import('./harness/cores.js');
const { machine, page } = await import('./page.js');

const subjects = await chosenSubjects(flags).catch(wrongUse);
if (subjects.some(({ system }) => system.packages && !system.ours)) installPeers();
const before = machine();
pinDriver();
// Redis ends with this process; the servers do so of themselves.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const done = await runBenchmark(flags, subjects, console.error, console.log).catch(wrongUse);

if (flags.json !== undefined) {
  const results = done.reports.map(({ name, result }) => [name, result]);
  writeFileSync(flags.json, JSON.stringify(Object.fromEntries(results), null, 2));
}
if (!flags.quick && !flags.only && !flags.figures && flags.against === undefined) {
  writeFileSync(`${root}/docs/benchmarks.md`, page(before, done));
  console.error('written to docs/benchmarks.md');
}

function readFlags() {
  try {
    const parsed = parseFlags(process.argv.slice(2));
    if (!parsed.help) return parsed;
    console.log(USAGE);
    process.exit();
  } catch (error) {
    return wrongUse(error);
  }
}

/** @param {unknown} error @returns {never} */
function wrongUse(error) {
  if (!(error instanceof WrongUse)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}

/** The packages that are compared with, which the project's own install leaves out. */
function installPeers() {
  if (existsSync(`${root}/bench/node_modules/.package-lock.json`)) return;
  console.error('installing what is compared with (npm ci --prefix bench)');
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: `${root}/bench`, stdio: ['ignore', 2, 2] });
}
