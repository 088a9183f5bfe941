/** The package as it is published: packed, judged by publint and attw, and loaded in both module systems. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const PEERS = ['express', 'express-session', 'passport', 'passport-strategy', '@types'];

let folder: string;
let tarball: string;
let app: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbl-package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8' });
  tarball = join(folder, (JSON.parse(packed) as { filename: string }[])[0]?.filename ?? '');
  // An app that has installed it: the unpacked file beside its peers.
  app = join(folder, 'app');
  const modules = join(app, 'node_modules');
  mkdirSync(join(modules, 'passport-bound-link'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'passport-bound-link')]);
  for (const name of PEERS) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (file: string, source: string) => {
  writeFileSync(join(app, file), source);
  return execFileSync(process.execPath, [file], { cwd: app, encoding: 'utf8' }).trim();
};

test('publint finds nothing, strictly', async () => {
  const { messages, pkg } = await publint({ pkgDir: join(app, 'node_modules/passport-bound-link'), strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('attw finds nothing but node10, which is not served', async () => {
  const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  const problems = 'problems' in result ? result.problems : ['no types'];
  const served = problems.filter((problem) => !(typeof problem === 'object' && isNode10(problem)));
  expect(served).toEqual([]);
});

const isNode10 = (problem: object) => 'resolutionKind' in problem && problem.resolutionKind === 'node10';

test('it loads by import', () => {
  expect(
    run('app.mjs', `import { MagicLinkStrategy } from 'passport-bound-link'; console.log(typeof MagicLinkStrategy)`),
  ).toBe('function');
  expect(
    run(
      'testing.mjs',
      `import { storeContract } from 'passport-bound-link/testing'; console.log(typeof storeContract)`,
    ),
  ).toBe('function');
});

test('it loads by require', () => {
  expect(run('app.cjs', `console.log(typeof require('passport-bound-link').MagicLinkStrategy)`)).toBe('function');
  expect(run('testing.cjs', `console.log(typeof require('passport-bound-link/testing').storeContract)`)).toBe(
    'function',
  );
});

test('it is a Passport strategy, and loads neither a Redis client nor nodemailer', () => {
  const source = `
    import passport from 'passport';
    import { MagicLinkStrategy } from 'passport-bound-link';
    console.log(MagicLinkStrategy.prototype instanceof passport.Strategy);
  `;
  // Neither is there to be loaded: the app has only the required peers.
  expect(run('instance.mjs', source)).toBe('true');
});

test.each(['app.ts', 'app.mts', 'app.cts'])(
  "the README's wiring compiles in %s with the types of Express alone",
  (file) => {
    writeFileSync(
      join(app, file),
      `
    import { MagicLinkStrategy, MemoryStore, magicLinkRouter } from 'passport-bound-link';
    import { Passport } from 'passport';
    const passport = new Passport();
    const strategy = new MagicLinkStrategy(
      {
        secret: 'x'.repeat(32),
        origin: 'http://localhost:3000',
        callbackPath: '/login/callback',
        store: new MemoryStore(),
        mail: { deliver: async (message) => void message.to.address },
      },
      async ({ address }) => ({ id: address }),
    );
    passport.use(strategy);
    magicLinkRouter(passport, strategy);
    // @ts-expect-error: the configuration is nobody's but ours
    strategy.config;
    `,
    );
    writeFileSync(join(app, 'package.json'), '{ "name": "app" }');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', 'false'];
    execFileSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, '--types', 'node', file],
      {
        cwd: app,
        encoding: 'utf8',
      },
    );
  },
);

test('PK-01: no install script, and one runtime dependency', () => {
  const { scripts, dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(app, 'node_modules/passport-bound-link/package.json'), 'utf8'),
  );
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(hook);
  expect(Object.keys(dependencies)).toEqual(['passport-strategy']);
  expect(Object.keys(peerDependencies).sort()).toEqual([
    'express',
    'express-session',
    'ioredis',
    'nodemailer',
    'passport',
    'redis',
  ]);
});
