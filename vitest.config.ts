import { defineConfig } from 'vitest/config';

const olderPeers = ['test/strategy/**', 'test/step-up/**', 'test/router/router.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One more than the cores that are promised: many tests wait for a process, a page or a deadline.
    maxWorkers: 3,
    // What is warned of is tested where it matters; the rest would bury the report.
    execArgv: ['--no-warnings'],
    projects: [
      { extends: true, test: { name: 'newest', include: ['test/**/*.test.ts'] } },
      {
        // The oldest Express and Passport that are supported, wherever requests are answered.
        extends: true,
        test: { name: 'oldest', include: olderPeers },
        resolve: { alias: { express: 'express4', passport: 'passport06' } },
      },
    ],
  },
});
