/** The packed tarball, installed: judged by publint and attw, and loaded in both module systems. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const INSTALLED = ['express', 'express-session', 'passport', 'passport-strategy'];

let folder: string;
let tarball: string;
let app: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbl-package-'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  tarball = join(folder, (JSON.parse(packed) as { filename: string }[])[0]?.filename ?? '');
  // An app that has installed it: the unpacked file beside its peers.
  app = join(folder, 'app');
  const modules = join(app, 'node_modules');
  mkdirSync(join(modules, 'passport-bound-link'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'passport-bound-link')]);
  for (const name of INSTALLED) link(name);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const link = (name: string) => symlinkSync(join(ROOT, 'node_modules', name), join(app, 'node_modules', name));

const run = (file: string, source: string) => {
  writeFileSync(join(app, file), source);
  return execFileSync(process.execPath, [file], { cwd: app, encoding: 'utf8', stdio: 'pipe' }).trim();
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
  expect(run('signals.mjs', `import { signals } from 'passport-bound-link/signals'; console.log(typeof signals)`)).toBe(
    'function',
  );
});

test('it loads by require', () => {
  expect(run('app.cjs', `console.log(typeof require('passport-bound-link').MagicLinkStrategy)`)).toBe('function');
  expect(run('audit.cjs', `console.log(typeof require('passport-bound-link/audit').AuditLog)`)).toBe('function');
  expect(run('signals.cjs', `console.log(typeof require('passport-bound-link/signals').signals)`)).toBe('function');
  expect(run('testing.cjs', `console.log(typeof require('passport-bound-link/testing').storeContract)`)).toBe(
    'function',
  );
});

test('it is a Passport strategy, and needs neither a Redis client nor nodemailer', () => {
  const source = `
    import passport from 'passport';
    import { MagicLinkStrategy } from 'passport-bound-link';
    console.log(MagicLinkStrategy.prototype instanceof passport.Strategy);
  `;
  // Neither is there to be loaded: the app has only the required peers.
  expect(run('instance.mjs', source)).toBe('true');
});

test('an app that does not import step-up loads nothing of it', () => {
  const source = `
    require('passport-bound-link');
    require('passport-bound-link/doctor');
    console.log(JSON.stringify(Object.keys(require.cache)));
  `;
  const loaded: string[] = JSON.parse(run('plain.cjs', source));
  const ours = loaded.filter((path) => path.includes('passport-bound-link/dist/cjs/'));
  const code = ours.map((path) => readFileSync(path, 'utf8')).join('\n');
  expect(code).toContain('MagicLinkStrategy = class');
  expect(code).not.toMatch(/\b(StepUp|AuditLog) = class\b/);
  expect(loaded.filter((path) => /step-up|otplib|simplewebauthn|uqr/.test(path))).toEqual([]);
});

test('step-up loads by import and by require, and each factor needs only its own packages', () => {
  const load = (kind: 'mjs' | 'cjs', subpath: string, name: string) =>
    kind === 'mjs'
      ? run('step-up.mjs', `import { ${name} } from 'passport-bound-link/${subpath}'; console.log(typeof ${name})`)
      : run('step-up.cjs', `console.log(typeof require('passport-bound-link/${subpath}').${name})`);
  for (const kind of ['mjs', 'cjs'] as const) {
    expect(load(kind, 'step-up', 'StepUp')).toBe('function');
    expect(load(kind, 'testing', 'factorStoreContract')).toBe('function');
    expect(() => load(kind, 'step-up/totp', 'totp')).toThrow(/Cannot find (package|module) 'otplib'/);
    expect(() => load(kind, 'step-up/passkeys', 'passkeys')).toThrow(
      /Cannot find (package|module) '@simplewebauthn\/server'/,
    );
  }
  for (const name of ['otplib', 'uqr', '@simplewebauthn']) link(name);
  for (const kind of ['mjs', 'cjs'] as const) {
    expect(load(kind, 'step-up/totp', 'totp')).toBe('function');
    expect(load(kind, 'step-up/passkeys', 'passkeys')).toBe('function');
  }
});
