/** The order of decisions. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decision, strictest } from '../../lib/index.js';

const ORDER: readonly Decision[] = ['allow', 'stepUp', 'deny'];

/** All lists of decisions that are this long. */
const lists = (length: number): Decision[][] =>
  length === 0 ? [[]] : lists(length - 1).flatMap((list) => ORDER.map((decision) => [...list, decision]));

test('AL-04: of up to four decisions the strictest wins, in every combination', () => {
  for (const length of [1, 2, 3, 4]) {
    for (const decisions of lists(length)) {
      const ranks = decisions.map((decision) => ORDER.indexOf(decision));
      expect(strictest(...decisions)).toBe(ORDER[Math.max(...ranks)]);
    }
  }
});

test('AL-04: no order, grouping or repetition makes it milder, and none of many is lost', () => {
  const some = fc.array(fc.constantFrom(...ORDER), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(some, some, (a, b) => {
      const both = strictest(...a, ...b);
      expect(strictest(...b, ...a)).toBe(both);
      expect(strictest(strictest(...a), strictest(...b))).toBe(both);
      expect(strictest(...a, ...a)).toBe(strictest(...a));
      for (const decision of [...a, ...b]) expect(strictest(both, decision)).toBe(both);
      expect([...a, ...b]).toContain(both);
    }),
  );
});

test('nothing said is allow', () => {
  expect(strictest()).toBe('allow');
});
