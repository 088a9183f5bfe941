// `npm test`: sets up what is missing, checks the code, runs every test, and ends with a line that counts them.
// Arguments go to vitest: `npm test -- test/store`.
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
process.exitCode = runTests(process.argv.slice(2));

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
