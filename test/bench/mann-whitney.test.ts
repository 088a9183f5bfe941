/** The rank test, against values that are known. */
import { describe, expect, test } from 'vitest';
import { mannWhitney } from '../../bench/harness/mann-whitney.js';

describe('the rank test', () => {
  test('counts the pairs in which the first is the larger one', () => {
    expect(mannWhitney([5, 6, 7], [1, 2]).u).toBe(6);
    expect(mannWhitney([1, 2], [5, 6, 7]).u).toBe(0);
    expect(mannWhitney([1, 4], [2, 3]).u).toBe(2);
  });

  // The samples and W = 35 are of R's manual page of wilcox.test; p by hand, of z = (35 - 25 - 0.5) / sqrt(50 * 16 / 12).
  test("agrees with R's example", () => {
    const permeability = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const others = [1.15, 0.88, 0.9, 0.74, 1.21];
    const result = mannWhitney(permeability, others);
    expect(result.u).toBe(35);
    expect(result.z).toBeCloseTo(9.5 / Math.sqrt((50 * 16) / 12), 6);
    expect(result.p).toBeCloseTo(0.24463, 4);
  });

  // By hand: ranks 1, 3, 3, 3, 5.5, 5.5, 7, 8; variance 16/12 * (9 - (24 + 6) / 56).
  test('shares the ranks of equal values, and corrects for them', () => {
    const { u, share, z } = mannWhitney([1, 2, 2, 3], [2, 3, 4, 5]);
    expect(u).toBe(2.5);
    expect(share).toBe(2.5 / 16);
    expect(z).toBeCloseTo(-5 / Math.sqrt((16 / 12) * (9 - 30 / 56)), 6);
  });

  test('finds nothing in equal samples, and is the same the other way round', () => {
    const a = Array.from({ length: 50 }, (_, i) => i % 7);
    expect(mannWhitney(a, a)).toMatchObject({ share: 0.5, z: 0 });
    expect(mannWhitney(a, a).p).toBeCloseTo(1, 6);
    const all = [4, 4, 4];
    expect(mannWhitney(all, all)).toMatchObject({ share: 0.5, z: 0 });
    const b = a.map((value) => value + 1);
    expect(mannWhitney(a, b).z).toBeCloseTo(-mannWhitney(b, a).z, 9);
  });

  test('finds a small shift in large samples', () => {
    const a = Array.from({ length: 2000 }, (_, i) => (i * 7919) % 2003);
    const shifted = a.map((value) => value + 100);
    expect(mannWhitney(shifted, a).share).toBeGreaterThan(0.5);
    expect(mannWhitney(shifted, a).p).toBeLessThan(0.001);
  });
});
