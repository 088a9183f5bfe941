// Medians and spreads: one slow round on a busy machine moves neither.

/** @param {readonly number[]} values @param {number} share 0 to 1 @returns {number} between neighbours, interpolated */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** @typedef {{ median: number, low: number, high: number }} Spread */

/** The median and the quartiles. @param {readonly number[]} values @returns {Spread} */
export const spread = (values) => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/** The ratios of what was measured in the same round. @param {readonly number[]} values @param {readonly number[]} base */
export const pairedRatio = (values, base) => spread(values.map((value, round) => value / (base[round] ?? Number.NaN)));

/** A new order, each as likely. @template T @param {readonly T[]} items */
export function shuffled(items) {
  const left = [...items];
  return items.map(() => /** @type {T} */ (left.splice(Math.floor(Math.random() * left.length), 1)[0]));
}
