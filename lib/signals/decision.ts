/** What a login is to be met with, and which of several wins. */

/** From the mildest to the strictest. */
export const DECISIONS = ['allow', 'confirm', 'stepUp', 'deny'] as const;

/**
 * `allow`: as always. `confirm`: the person is asked once more. `stepUp`: nothing of value before a second
 * factor. `deny`: no login.
 */
export type Decision = (typeof DECISIONS)[number];

/** The strictest of these: allow < confirm < stepUp < deny. Of none it is allow. */
export const strictest = (...decisions: readonly Decision[]): Decision =>
  DECISIONS.findLast((decision) => decisions.includes(decision)) ?? 'allow';

export const isDecision = (value: unknown): value is Decision => DECISIONS.includes(value as Decision);
