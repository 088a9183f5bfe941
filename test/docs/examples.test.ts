/** Every TypeScript example of the README and of docs/ compiles, as ESM and as CommonJS, against the built types; so does the wiring. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? `docs/${name}` : [])),
];
const STRICT = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];

// One compiler for all of them: starting it takes longer than what it does.
test('they compile, and so does the wiring of the README', { timeout: 120_000 }, () => {
  const examples = PAGES.flatMap(examplesOf);
  expect(examples.length).toBeGreaterThan(10);
  expect(compile([...examples, wiringInTypeScript()])).toBe('');
});

/** The wiring, with the one change that the README names. */
function wiringInTypeScript(): Example {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, wiring = ''] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const typed = '(user: Express.User, done)';
  expect(readme).toContain(`write \`${typed}\` in \`deserializeUser\``);
  const source = wiring.replace('deserializeUser((user, done)', `deserializeUser(${typed}`);
  expect(source).not.toBe(wiring);
  return { file: 'wiring.mts', source };
}

interface Example {
  readonly file: string;
  readonly source: string;
}

/** What the compiler prints in an app that has installed the package beside all that an example may use. */
function compile(examples: readonly Example[]): string {
  const app = mkdtempSync(join(tmpdir(), 'pbl-examples-'));
  onTestFinished(() => rmSync(app, { recursive: true, force: true }));
  const modules = join(app, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  symlinkSync(ROOT, join(modules, 'passport-bound-link'));
  for (const { file, source } of examples) writeFileSync(join(app, file), source);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const files = examples.map(({ file }) => file);
  const { stdout } = spawnSync(process.execPath, [tsc, ...STRICT, ...files], { cwd: app, encoding: 'utf8' });
  return stdout;
}

/** Every TypeScript block, once for each module system. */
function examplesOf(page: string): Example[] {
  const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  const name = page.replace(/\W/g, '-');
  return [...blocks].flatMap(([, source = ''], i) =>
    ['mts', 'cts'].map((extension) => ({ file: `${name}-${i + 1}.${extension}`, source })),
  );
}
