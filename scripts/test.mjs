// `npm test`: installs what is missing, checks the code, runs the tests, and prints how many passed and failed.
// Arguments go to vitest: `npm test -- test/store`. Without a `--project` it runs all projects except `recipes`, which
// `npm run test:recipes` runs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMissing, installMissing, installPrograms, root, run } from './install.mjs';

installMissing();
// The tests run against a real Redis and a real Chromium.
installPrograms('npm test', 'redis-server', 'chromium', 'oathtool');
buildMissing();
run('npx', ['biome', 'ci', '--error-on-warnings', '.']);
run('npx', ['tsc', '--project', 'tsconfig.json']);
const args = process.argv.slice(2);
process.exitCode = runTests(
  args.includes('--project') ? args : ['--project', 'newest', '--project', 'oldest', ...args],
);

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
