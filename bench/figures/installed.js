// What an install brings: packages and their size on disk, by a walk of the dependencies in node_modules.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { number, table } from '../harness/tables.js';

const BENCH = fileURLToPath(new URL('../', import.meta.url));
const ROOT = dirname(BENCH);

/** What an app has anyway. */
const APP = ['express', 'express-session', 'passport'];

/** @typedef {{ label: string, installs: readonly string[], packages: number, bytes: number, own: number, addedPackages: number, addedBytes: number }} Row */

/** @type {import('./figure.js').Figure<{ rows: Row[] }>} */
export const figure = {
  name: 'installed',
  measures: ({ label, system }) => Boolean(system.packages) && !label.includes('@'),

  async measure({ subjects }) {
    const app = new Set([...closure(APP).keys()].map(nameOf));
    return {
      rows: subjects.map(({ label, system }) => {
        const installs = system.packages ?? [];
        const all = closure(installs);
        const added = [...all].filter(([folder]) => !app.has(nameOf(folder)));
        return {
          label,
          installs,
          packages: all.size,
          bytes: sum([...all.values()]),
          own: sum(installs.map((name) => all.get(folderOf(name, BENCH) ?? '') ?? 0)),
          addedPackages: added.length,
          addedBytes: sum(added.map(([, bytes]) => bytes)),
        };
      }),
    };
  },

  report: ({ rows }) => `## Packages and KiB installed

What \`npm install\` of each brings: itself and its dependencies, without peers; and how much of that is new to an app that has ${APP.join(', ')}. The size is that of the files.

${table(
  ['system', 'installed', 'packages', 'KiB', 'of them its own', 'new packages', 'new KiB'],
  rows.map(({ label, installs, packages, bytes, own, addedPackages, addedBytes }) => [
    label,
    installs.join(', '),
    String(packages),
    number(bytes / 1024, 0),
    number(own / 1024, 0),
    String(addedPackages),
    number(addedBytes / 1024, 0),
  ]),
)}
`,
};

/**
 * The folders of these packages and of all that they depend on, with the bytes of each.
 * @param {readonly string[]} names
 */
function closure(names) {
  /** @type {Map<string, number>} */
  const found = new Map();
  const add = (/** @type {string} */ name, /** @type {string} */ from, optional = false) => {
    const folder = folderOf(name, from);
    if (folder === undefined) {
      if (optional) return;
      throw new Error(`${name} is not installed: npm ci --prefix bench`);
    }
    if (found.has(folder)) return;
    const { dependencies = {}, optionalDependencies = {}, files } = manifest(folder);
    found.set(folder, folder === ROOT ? bytesOfPublished(folder, files) : bytesIn(folder));
    for (const dependency of Object.keys(dependencies)) add(dependency, folder, dependency in optionalDependencies);
  };
  for (const name of names) add(name, BENCH);
  return found;
}

/** As Node finds it; this package is its own root. @param {string} name @param {string} from */
function folderOf(name, from) {
  if (name === manifest(ROOT).name) return ROOT;
  for (let folder = from; folder.startsWith(ROOT); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

/** @param {string} folder */
const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** @param {string} folder */
const nameOf = (folder) => String(manifest(folder).name);

/** What npm packs: the listed files, and those that it always adds. @param {string} folder @param {string[]} files */
function bytesOfPublished(folder, files) {
  const always = ['package.json', 'README.md', 'LICENSE'];
  return sum([...files, ...always].map((name) => bytesIn(join(folder, name))));
}

/** Without the packages that lie inside. @param {string} path @returns {number} */
function bytesIn(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  const names = readdirSync(path).filter((name) => name !== 'node_modules');
  return sum(names.map((name) => bytesIn(join(path, name))));
}

const sum = (/** @type {readonly number[]} */ values) => values.reduce((total, value) => total + value, 0);
