/** docs/security.md has a row for every threat, and each test file that a row names has a test of that name. */
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const DOC = readFileSync(`${ROOT}docs/security.md`, 'utf8');

/** How many threats each group has: their ids are TK-01 to TK-14, and so on. They are never renumbered. */
const GROUPS = {
  TK: 14,
  BD: 14,
  SC: 10,
  SS: 12,
  IN: 24,
  RD: 9,
  RC: 11,
  FT: 16,
  SE: 14,
  EN: 9,
  ML: 10,
  SU: 16,
  AL: 8,
  AC: 6,
  PK: 5,
  RS: 13,
  BU: 16,
  HL: 6,
  PT: 3,
};
const IDS = Object.entries(GROUPS).flatMap(([group, count]) =>
  Array.from({ length: count }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`),
);

const rows = [...DOC.matchAll(/^\| ([A-Z]{2}-\d{2}) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, id = '', , shownBy = '']) => ({ id, shownBy }),
);

/** The strings of this file, be they names of tests or in the tables that name them; not its comments. */
function stringsOf(file: string): string[] {
  const strings: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) strings.push(node.text);
    else if (ts.isTemplateExpression(node)) strings.push(node.head.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(ROOT + file, 'utf8'), ts.ScriptTarget.Latest));
  return strings;
}

/** A test's name begins with the threats that it covers. */
const names = (id: string) => new RegExp(`^([A-Z]{2}-\\d{2}, )*${id}\\b`);

test('every threat has one row, in order', () => {
  expect(IDS).toHaveLength(216);
  expect(rows.map(({ id }) => id)).toEqual(IDS);
  expect(DOC.match(/^\| [A-Z]{2}-/gm)).toHaveLength(IDS.length);
});

describe.each(rows.map((row) => [row.id, row.shownBy]))('%s', (id, shownBy) => {
  const files = [...shownBy.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);

  test('is shown by a test, or says that it is not, or why it is the application’s', () => {
    expect(files.length > 0 || /^(not (tested|covered) yet|the application: )/.test(shownBy), shownBy).toBe(true);
  });

  test.each(files)('%s has a test of it', (file) => {
    expect(existsSync(ROOT + file), `${file} is there`).toBe(true);
    expect(stringsOf(file).filter((text) => names(id).test(text))).not.toEqual([]);
  });
});
