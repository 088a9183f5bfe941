/** docs/errors.md has a heading for each code, class, warning and finding, and no heading for anything else. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FINDING_CODES } from '../../lib/doctor/findings.js';
import { FAULT_CODES, misuse, REFUSAL_STATUS, type RefusalCode, withLink } from '../../lib/errors.js';
import * as index from '../../lib/index.js';
import { MagicLinkError, RefusedError, UnavailableError } from '../../lib/index.js';
import { WARNING_CODES } from '../../lib/util/warn.js';
import { headingsOf, ROOT } from './markdown.js';

const PAGE = 'docs/errors.md';
const text = readFileSync(ROOT + PAGE, 'utf8');
const headings = headingsOf(PAGE);
const { name, files } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { name: string; files: string[] };

/** The titles below one heading of the second level. */
function titlesIn(section: string): string[] {
  const start = headings.findIndex(({ level, title }) => level === 2 && title === section);
  const rest = headings.slice(start + 1);
  const end = rest.findIndex(({ level }) => level === 2);
  return rest.slice(0, end < 0 ? rest.length : end).map(({ title }) => title);
}

/** The exported classes that errors are made of. */
const classes = Object.entries(index)
  .filter(([, value]) => typeof value === 'function' && (value as { prototype?: unknown }).prototype instanceof Error)
  .map(([exported]) => exported);

describe.each<[string, readonly string[]]>([
  ['Misuse', ['TypeError']],
  ['Error classes', classes],
  ['Refusals', Object.keys(REFUSAL_STATUS)],
  ['Faults', FAULT_CODES],
  ['Warnings', WARNING_CODES],
  ["The doctor's findings", FINDING_CODES],
])('%s', (section, codes) => {
  test('every code has a heading, and every heading is a code', () => {
    expect(codes.length).toBeGreaterThan(0);
    expect(titlesIn(section).sort()).toEqual([...codes].sort());
  });

  test.each(codes)('%s: it is said what the person sees, and what the developer does', (code) => {
    const entry = text.split(`### \`${code}\`\n`)[1]?.split(/\n##+ /)[0];
    expect(entry).toMatch(/^- Person: .+\.$/m);
    expect(entry).toMatch(/^- Developer: .+\.$/m);
  });
});

test('every heading is in one of these sections, and no two have one anchor', () => {
  const sections = headings.filter(({ level }) => level === 2);
  expect(sections.map(({ title }) => title)).toEqual([
    'Misuse',
    'Error classes',
    'Refusals',
    'Faults',
    'Warnings',
    "The doctor's findings",
  ]);
  const anchors = headings.map(({ anchor }) => anchor);
  expect(anchors).toEqual([...new Set(anchors)]);
});

test.each(Object.entries(REFUSAL_STATUS))('%s is answered with %i, as the page says', (code, status) => {
  expect(text).toMatch(new RegExp(`^### \`${code}\`\n\n${status}[.,]`, 'm'));
});

describe('the text of an error ends in a link that holds in an installed package', () => {
  const errors: Error[] = [
    misuse('wrong'),
    new UnavailableError('store'),
    ...Object.keys(REFUSAL_STATUS).map((code) => new RefusedError(code as RefusalCode)),
    ...FAULT_CODES.map((code) => new MagicLinkError(code, 'it failed')),
  ];

  test.each(errors.map((error) => [error.message, error] as const))('%s', (message) => {
    const [, path, heading] = message.match(/^.+ \(see ([^#]+)#(.+)\)$/) ?? [];
    expect(path).toBe(`${name}/${PAGE}`);
    expect(files).toContain('docs');
    expect(headings.map(({ title }) => title)).toContain(heading);
  });
});

test.each([...WARNING_CODES, ...FINDING_CODES])(
  'the anchor of %s is its code, which GitHub takes in any case',
  (code) => {
    expect(headings.map(({ anchor }) => anchor)).toContain(code.toLowerCase());
  },
);

test('SE-03: no link looks like the beginning of a token', () => {
  const linked = [...WARNING_CODES, ...FINDING_CODES, ...FAULT_CODES, ...Object.keys(REFUSAL_STATUS), 'TypeError'];
  expect(linked.filter((code) => /pb[ln]_/.test(withLink('', code)))).toEqual([]);
});
