// What start, test and bench share: installs missing dependencies and programs, and builds if needed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} command @param {string[]} args @param {import('node:child_process').ExecFileSyncOptions} [options] */
export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit', ...options });
}

export function installMissing() {
  // npm writes this file last. A folder without it is an interrupted install.
  if (existsSync(`${root}/node_modules/.package-lock.json`)) return;
  console.error('installing the dependencies (npm ci)');
  run('npm', ['ci', '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2] });
}

/** Installs programs whose Debian packages have the same name. @param {string} who @param {...string} programs */
export function installPrograms(who, ...programs) {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).status !== 0);
  if (missing.length === 0) return;
  const isDebianRoot = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!isDebianRoot || process.env.NO_SETUP === '1') {
    console.error(`${who} needs ${missing.join(' and ')}: on Debian, apt-get install ${missing.join(' ')}`);
    process.exit(1);
  }
  console.error(`installing ${missing.join(' and ')} from Debian's packages (NO_SETUP=1 forbids it)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, stdio: ['ignore', 2, 2] });
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
