// What start and test have in common: the dependencies, from the lock file, where they are not there yet.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} command @param {string[]} args @param {import('node:child_process').ExecFileSyncOptions} [options] */
export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit', ...options });
}

export function installMissing() {
  // npm writes this file last: a folder without it is an install that was cut off.
  if (existsSync(`${root}/node_modules/.package-lock.json`)) return;
  console.error('installing the dependencies (npm ci)');
  run('npm', ['ci', '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2] });
}

export function buildMissing() {
  const built = `${root}/dist/cjs/package.json`;
  if (existsSync(built) && statSync(built).mtimeMs > newest(`${root}/lib`)) return;
  console.error('building');
  run(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] });
}

/** @param {string} folder */
function newest(folder) {
  const times = readdirSync(folder, { recursive: true }).map((name) => statSync(`${folder}/${name}`).mtimeMs);
  return Math.max(...times);
}
