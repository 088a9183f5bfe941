import { defineConfig } from 'vitest/config';

/**
 * What may differ between the versions of Express and Passport that are supported. Everything else decides the same
 * with either: the protocol, the stores, mail, limits, the step-up's flows and factors, and what is in the pages.
 */
const OLDEST_PEERS = [
  // Express: routes and methods, `req.query` and `req.body`, body parsers and their errors, error handlers.
  'test/router/{router.*,mount,pages}.test.ts',
  'test/strategy/actions/{request,request.refused,code.request,not-me}.test.ts',
  'test/strategy/actions/callback.{get,post,head-and-prefetch,token}.test.ts',
  'test/step-up/{require,routes/*}.test.ts',
  // Passport: its options and custom callback, arrays of strategies, what it does with success, fail and error.
  'test/strategy/actions/{request.passport-options,callback.*-options,log-in.*}.test.ts',
  'test/strategy/{strategy.beside-others,strategy.two-instances,strategy.overlapping-requests,strategy.wrong-wiring,exits.*}.test.ts',
  'test/strategy/{beside-a-login,hooks.given-strategy}.test.ts',
  // `req.logIn` and `req.logout`: how the session is renewed, when it is saved, and what is left of the old one.
  'test/session/{auth-context,leave-untouched,stamp,stamp.*,session-options}.test.ts',
  'test/strategy/outage.session-store.test.ts',
  'test/strategy/actions/{code.login,callback.second-click}.test.ts',
  'test/step-up/session/*.test.ts',
];

/** What needs the packed tarball: `npm run test:recipes`. */
const RECIPES = ['test/recipes/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One more than the cores that are promised: many tests wait for a process, a page or a deadline.
    maxWorkers: 3,
    // What is warned of is tested where it matters; the rest would bury the report.
    execArgv: ['--no-warnings'],
    projects: [
      { extends: true, test: { name: 'newest', include: ['test/**/*.test.ts'], exclude: RECIPES } },
      {
        extends: true,
        test: { name: 'oldest', include: OLDEST_PEERS },
        resolve: { alias: { express: 'express4', passport: 'passport06' } },
      },
      { extends: true, test: { name: 'recipes', include: RECIPES } },
    ],
  },
});
