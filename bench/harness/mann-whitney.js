// The rank test of Mann and Whitney: does one of two samples tend to be larger? By the normal approximation, with ties.

/**
 * @typedef {object} RankTest
 * @property {number} u pairs in which the value of `a` is the larger one, ties counted half
 * @property {number} share `u` of all pairs: 0.5 where neither tends to be larger
 * @property {number} z in standard deviations
 * @property {number} p of a difference as large as this, or larger, where there is none; two-sided
 */

/**
 * For samples of 20 or more (Mann and Whitney 1947, with the correction for ties and for continuity).
 * @param {readonly number[]} a @param {readonly number[]} b @returns {RankTest}
 */
export function mannWhitney(a, b) {
  const all = [...a.map((value) => ({ value, ofA: true })), ...b.map((value) => ({ value, ofA: false }))];
  all.sort((one, other) => one.value - other.value);
  const n = all.length;
  let ranksOfA = 0;
  let ties = 0;
  for (let start = 0; start < n; ) {
    let end = start;
    while (end < n && all[end]?.value === all[start]?.value) end++;
    const tied = end - start;
    // Equal values share the mean of their ranks, which count from 1.
    const rank = (start + 1 + end) / 2;
    for (const { ofA } of all.slice(start, end)) if (ofA) ranksOfA += rank;
    ties += tied ** 3 - tied;
    start = end;
  }
  const pairs = a.length * b.length;
  const u = ranksOfA - (a.length * (a.length + 1)) / 2;
  const deviation = Math.sqrt((pairs / 12) * (n + 1 - ties / (n * (n - 1))));
  const distance = u - pairs / 2;
  const z = deviation === 0 ? 0 : (Math.sign(distance) * Math.max(Math.abs(distance) - 0.5, 0)) / deviation;
  return { u, share: u / pairs, z, p: twoSided(z) };
}

/** The two tails of the normal distribution (Numerical Recipes' erfc, to 1.2e-7 of its value). @param {number} z */
function twoSided(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ];
  const polynomial = coefficients.reduce((sum, coefficient) => sum * t + coefficient);
  return t * Math.exp(-x * x + polynomial);
}
