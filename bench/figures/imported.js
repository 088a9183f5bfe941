// What loading costs at start: milliseconds and heap of an import, in fresh processes that have Passport and Express already.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onServerCore } from '../harness/cores.js';
import { shuffled, spread } from '../harness/statistics.js';
import { number, spreadOf, table } from '../harness/tables.js';

const SCRIPT = fileURLToPath(new URL('../harness/import.mjs', import.meta.url));

/** @typedef {{ label: string, ms: import('../harness/statistics.js').Spread, heap: number }} Row */

/** @type {import('./figure.js').Figure<{ processes: number, rows: Row[] }>} */
export const figure = {
  name: 'imported',
  measures: ({ system }) => system.module !== undefined,

  async measure({ subjects, quick, rounds }) {
    const processes = quick ? 3 : Math.min(rounds, 25);
    const measured = subjects.map(({ label, system, checkout }) => ({
      label,
      module: system.ours ? new URL('dist/esm/index.js', checkout).href : (system.module ?? ''),
      runs: /** @type {{ ms: number, heap: number }[]} */ ([]),
    }));
    for (let i = 0; i < processes; i++) {
      for (const { module, runs } of shuffled(measured)) {
        const [program, ...args] = onServerCore(process.execPath, '--no-warnings', '--expose-gc', SCRIPT, module);
        runs.push(JSON.parse(execFileSync(program, args, { encoding: 'utf8' })));
      }
    }
    const rows = measured.map(({ label, runs }) => ({
      label,
      ms: spread(runs.map(({ ms }) => ms)),
      heap: spread(runs.map(({ heap }) => heap)).median,
    }));
    return { processes, rows };
  },

  report: ({ processes, rows }) => `## Import

Time and heap that \`import()\` takes in a process that has loaded Express, express-session and Passport; median of ${processes} fresh processes, with the quartiles in brackets.

${table(
  ['system', 'ms', 'KiB of heap'],
  rows.map(({ label, ms, heap }) => [label, spreadOf(ms, 1), number(heap / 1024, 0)]),
)}
`,
};
