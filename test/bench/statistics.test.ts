/** Medians, spreads and paired ratios. */
import { expect, test } from 'vitest';
import { median, pairedRatio, quantile, shuffled, spread } from '../../bench/harness/statistics.js';
import { number, spreadOf, table } from '../../bench/harness/tables.js';

test('a quantile lies between its neighbours, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
  expect(quantile([10, 20], 0.99)).toBeCloseTo(19.9);
  expect(quantile([7], 0.99)).toBe(7);
  expect(median([])).toBeNaN();
});

test('one slow round moves neither median nor quartiles', () => {
  expect(spread([1, 2, 3, 4, 1000])).toEqual({ median: 3, low: 2, high: 4 });
});

test('a ratio is of the same round: what slows both is not seen', () => {
  const base = [1, 10, 2, 5];
  expect(
    pairedRatio(
      base.map((value) => value * 1.5),
      base,
    ),
  ).toEqual({ median: 1.5, low: 1.5, high: 1.5 });
});

test('a new order has each of the items once, and every order comes up', () => {
  const orders = new Set(Array.from({ length: 1000 }, () => shuffled(['a', 'b', 'c']).join('')));
  expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
});

test('a table has its numbers on the right', () => {
  expect(
    table(
      ['system', 'ms'],
      [
        ['floor', '1.5'],
        ['all', '10.25'],
      ],
    ),
  ).toBe('| system |    ms |\n| ------ | ----: |\n| floor  |   1.5 |\n| all    | 10.25 |');
});

test('numbers are written as they are read', () => {
  expect(number(1.005, 1)).toBe('1.0');
  expect(number(-0.001, 1)).toBe('0.0');
  expect(number(Number.NaN, 1)).toBe('');
  expect(spreadOf({ median: 1.234, low: 1, high: 2 }, 2)).toBe('1.23 [1.00–2.00]');
});
