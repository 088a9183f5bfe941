// Builds dist/esm and dist/cjs from lib: types by the TypeScript compiler, code by a bundler, because
// each file that Node loads costs more than what is in it.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(`${root}/dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// The same types for both: what they mean is decided by the package.json beside them.
cpSync(`${root}/dist/esm`, `${root}/dist/cjs`, { recursive: true });
writeFileSync(`${root}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries().map((name) => [name, `lib/${name}.ts`])),
  external: /^[^./]/,
  platform: 'node',
  transform: { target: 'node20.19' },
});
for (const format of /** @type {const} */ (['esm', 'cjs'])) {
  await bundle.write({ dir: `dist/${format}`, format, sourcemap: true, chunkFileNames: 'shared/[name]-[hash].js' });
}
await bundle.close();

/** What the package exports, as paths in lib without their ending. */
function entries() {
  /** @type {{ exports: Record<string, string | { import: { default: string } }> }} */
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const paths = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.import.default]));
  return paths.map((path) => path.replace(/^\.\/dist\/esm\/|\.js$/g, ''));
}
