// `npm test`: sets up what is missing, checks the code, runs every test, and ends with a line that counts them.
// Arguments go to vitest: `npm test -- test/store`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMissing, installMissing, root, run } from './install.mjs';

installMissing();
setUpMachine();
buildMissing();
run('npx', ['biome', 'ci', '--error-on-warnings', '.']);
run('npx', ['tsc', '--project', 'tsconfig.json']);
process.exitCode = runTests(process.argv.slice(2));

/** The tests run against a real Redis, a real Chromium and another's TOTP. */
function setUpMachine() {
  const missing = ['redis-server', 'chromium', 'oathtool'].filter(
    (program) => spawnSync(program, ['--version']).status !== 0,
  );
  if (missing.length === 0) return;
  const isDebianRoot = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!isDebianRoot || process.env.NO_SETUP === '1') {
    console.error(`the tests need ${missing.join(' and ')}: on Debian, apt-get install ${missing.join(' ')}`);
    process.exit(1);
  }
  console.error(`installing ${missing.join(' and ')} from Debian's packages (NO_SETUP=1 forbids it)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, stdio: ['ignore', 2, 2] });
}

/** @param {string[]} args */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'pbl-test-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args];
    const { status } = spawnSync('npx', vitest, { cwd: root, stdio: 'inherit' });
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
