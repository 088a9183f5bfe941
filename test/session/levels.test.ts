/** The levels of assurance and their acr values, which apps compare and store. */
import { expect, test } from 'vitest';
import { ACRS, acrOf, type Level } from '../../lib/session/levels.js';

test.each<[Level, string]>([
  [0, 'urn:passport-bound-link:code'],
  [1, 'urn:passport-bound-link:link'],
  [2, 'urn:passport-bound-link:second-factor'],
  [3, 'urn:passport-bound-link:passkey'],
])('SU-16: level %i is %s', (level, acr) => {
  expect([acrOf(level), ACRS[level], ACRS.indexOf(acr as (typeof ACRS)[number])]).toEqual([acr, acr, level]);
});

test('there is no fifth', () => {
  expect(ACRS).toHaveLength(4);
});
