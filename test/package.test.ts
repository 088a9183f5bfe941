/** What the package asks of whoever installs it: dependencies, peers, and the types that its own types name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
/** Built; the tarball holds the same. */
const TYPES = join(ROOT, 'dist/esm');

test('our types keep the configuration to ourselves', () => {
  const types = readFileSync(join(TYPES, 'strategy/strategy.d.ts'), 'utf8');
  expect(types).toContain('class MagicLinkStrategy');
  expect(types).not.toContain('config');
});

test('our types need those of Express and Node alone', () => {
  const files = readdirSync(TYPES, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.d.ts'));
  const imported = files.flatMap((name) =>
    [...readFileSync(join(TYPES, name), 'utf8').matchAll(/(?:\bfrom |\bimport\()['"]([^.'"][^'"]*)/g)].map(
      ([, module]) => module,
    ),
  );
  expect([...new Set(imported)].filter((module) => !module?.startsWith('node:'))).toEqual(['express']);
});

test('PK-01: no install script, and one runtime dependency', () => {
  const { scripts, dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(hook);
  expect(Object.keys(dependencies)).toEqual(['passport-strategy']);
  expect(Object.keys(peerDependencies).sort()).toEqual([
    '@simplewebauthn/server',
    'express',
    'express-session',
    'ioredis',
    'nodemailer',
    'otplib',
    'passport',
    'redis',
    'uqr',
  ]);
  // What is used by some apps only is installed by those alone.
  expect(Object.keys(peerDependenciesMeta).sort()).toEqual(
    Object.keys(peerDependencies)
      .filter((name) => !['express', 'express-session', 'passport'].includes(name))
      .sort(),
  );
});
