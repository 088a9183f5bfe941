// Builds dist/esm and dist/cjs from lib. The TypeScript compiler writes the types. A bundler writes the code, because
// Node takes longer to open many files than to run what is in them.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(`${root}/dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// Both get the same types. The package.json beside them decides the module format.
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

/** The exports of the package, as paths in lib without the extension. */
function entries() {
  /** @type {{ exports: Record<string, string | { import: { default: string } }> }} */
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const paths = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.import.default]));
  return paths.map((path) => path.replace(/^\.\/dist\/esm\/|\.js$/g, ''));
}
