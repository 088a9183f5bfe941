// `npm run bench`: installs and builds what is missing, measures, prints the tables, and writes docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildMissing, installMissing, root } from '../scripts/install.mjs';

installMissing();
buildMissing();

const { parseFlags, USAGE } = await import('./harness/flags.js');
/** @type {import('./harness/flags.js').Flags} */
let flags;
try {
  flags = parseFlags(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exit(2);
}

if (flags.against !== undefined) {
  // Each checkout installs and builds itself.
  const other = await import(pathToFileURL(`${resolve(flags.against)}/scripts/install.mjs`).href);
  other.installMissing();
  other.buildMissing();
}

const { runBenchmark } = await import('./benchmark.js');
const { pinDriver } = await import('./harness/cores.js');
pinDriver();
const { reports } = await runBenchmark(flags, (line) => console.error(line));
for (const { report } of reports) console.log(report);
if (flags.json !== undefined) {
  writeFileSync(
    flags.json,
    JSON.stringify(Object.fromEntries(reports.map(({ name, result }) => [name, result])), null, 2),
  );
}
