/** Recovery codes by themselves: what they are made of, and what is left after one was used. */
import { describe, expect, test } from 'vitest';
import { makeRecoveryCodes, spendRecoveryCode } from '../../../lib/step-up/factors/recovery-codes.js';

describe('SU-09: recovery codes', () => {
  test('SU-09: are of 16 characters, each one of the 32, evenly spread', () => {
    const codes = Array.from({ length: 400 }, () => makeRecoveryCodes().codes).flat();
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const counts = new Map<string, number>();
    for (const character of codes.join('').replaceAll('-', '')) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (codes.length * 16) / 32;
    expect(counts.size).toBe(32);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 31 degrees of freedom: above 100 once in a hundred million runs.
    expect(chiSquare).toBeLessThan(100);
  });

  test('SU-09: one that was used is gone, and the others are left', () => {
    const { codes, kept } = makeRecoveryCodes();
    const [first = '', second = ''] = codes;
    const left = spendRecoveryCode(kept, first);
    expect(left?.digests).toHaveLength(9);
    expect(left && spendRecoveryCode(left, first)).toBeUndefined();
    expect(left && spendRecoveryCode(left, second)?.digests).toHaveLength(8);
  });

  test.each<unknown>([undefined, null, 7, '', '-', ['0000-0000-0000-0000'], '0000-0000-0000-000', 'A'.repeat(1000)])(
    'SU-09: %j is none',
    (typed) => {
      expect(spendRecoveryCode(makeRecoveryCodes().kept, typed)).toBeUndefined();
    },
  );

  test('SU-09: two, one after the other, and one without its end are none', () => {
    const { codes, kept } = makeRecoveryCodes();
    for (const typed of [`${codes[0]}${codes[1]}`, codes[0]?.slice(0, -1)]) {
      expect(spendRecoveryCode(kept, typed)).toBeUndefined();
    }
  });
});
