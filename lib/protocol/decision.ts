/** What the app decides about a login that a link has proven, and which of several decisions wins. */

/** From the mildest to the strictest. */
export const DECISIONS = ['allow', 'stepUp', 'deny'] as const;

/**
 * `allow`: the person is logged in. `stepUp`: the person is logged in, and the login is held until a second factor is
 * used in it. `deny`: nobody is logged in.
 */
export type Decision = (typeof DECISIONS)[number];

/** The strictest of these: allow < stepUp < deny. Without any it is `allow`. */
export const strictest = (...decisions: readonly Decision[]): Decision =>
  DECISIONS.findLast((decision) => decisions.includes(decision)) ?? 'allow';

export const isDecision = (value: unknown): value is Decision => DECISIONS.includes(value as Decision);
