/** docs/events.md lists what the code has: every type, how serious it is, what it tells, and OWASP's word for it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_CATALOGUE, EVENT_CHANNEL } from '../../lib/index.js';

const DOC = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

const sectionOf = (title: string) => DOC.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

test('AL-01: the table is the catalogue', () => {
  const rows = Object.entries(EVENT_CATALOGUE).map(([type, entry]) => {
    const evidence = entry.evidence.map((name) => `\`${name}\``).join(', ');
    const owasp = 'owasp' in entry ? `\`${entry.owasp}\`` : '';
    return `| \`${type}\` | ${entry.severity} | ${entry.means} | ${evidence} | ${owasp} |`.replace('|  |', '| |');
  });
  expect(sectionOf('Types').match(/^\| `.*/gm)).toEqual(rows);
});

test('AL-02: for each type that is more than noise it is said what to count it by', () => {
  const section = sectionOf('Alerts');
  const loud = Object.entries(EVENT_CATALOGUE).filter(([, { severity }]) => severity !== 'info');
  expect(loud.map(([type]) => type).filter((type) => !section.includes(`\`${type}\``))).toEqual([]);
});

test('the channel has the name that the page says', () => {
  expect(DOC).toContain(`'${EVENT_CHANNEL}'`);
});
