/** Every page of docs/ is reached from the README, and no relative link is dead, in the repository and in the package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headingsOf, linksOf, ROOT } from './markdown.js';

const DOCS = readdirSync(`${ROOT}docs`)
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const { files }: { files: string[] } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
/** What npm packs; the README and the license always. */
const PACKED = [...files, 'README.md', 'LICENSE'];
const PAGES = ['README.md', 'SECURITY.md', 'CHANGELOG.md', ...DOCS];

test('every page of docs/ is linked in the README', () => {
  expect(DOCS.length).toBeGreaterThan(5);
  const linked = linksOf('README.md').map(({ path }) => path);
  expect(DOCS.filter((page) => !linked.includes(page))).toEqual([]);
});

describe.each(PAGES)('%s', (page) => {
  test('its links lead to files that are there', () => {
    const dead = linksOf(page).filter(({ path }) => !existsSync(ROOT + path));
    expect(dead).toEqual([]);
  });

  test('its links lead to what the package holds', () => {
    const left = linksOf(page).filter(({ path }) => !PACKED.includes(path.split('/')[0] ?? ''));
    expect(left).toEqual([]);
  });

  test('its anchors are headings of the pages that they are in', () => {
    const toHeadings = linksOf(page).filter(({ path, anchor }) => anchor !== '' && path.endsWith('.md'));
    const dead = toHeadings.filter(({ path, anchor }) => !headingsOf(path).some((one) => one.anchor === anchor));
    expect(dead).toEqual([]);
  });
});
