/** Checks the factors of the options, and finds them by their names. */
import { isFunction, need } from '../../util/check.js';
import type { Factor } from './factor.js';
import { RECOVERY } from './recovery-codes.js';

/** Names that the router uses for its own routes. */
const TAKEN = [RECOVERY, 'factors', 'remove', 'loss'];

/** @throws TypeError for a factor with a wrong or missing part */
export function parseFactors(factors: readonly Factor[]): ReadonlyMap<string, Factor> {
  need(Array.isArray(factors) && factors.length > 0, 'factors must be one at least, such as [passkeys(), totp()]');
  const byName = new Map<string, Factor>();
  for (const factor of factors) {
    const { name, label, level, verify, beginEnrolment, finishEnrolment } = Object(factor) as Factor;
    need(typeof name === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(name), 'a factor has a name of a-z, 0-9 and -');
    need(!TAKEN.includes(name) && !byName.has(name), `there is something called ${name} already`);
    need(
      (typeof label === 'string' && label !== '') || isFunction(label),
      `the factor ${name} must have a label: a text, or a function of the texts of a language`,
    );
    need(level === 2 || level === 3, `the factor ${name} must have the level 2 or 3`);
    need(
      [verify, beginEnrolment, finishEnrolment].every(isFunction),
      `the factor ${name} must have beginEnrolment, finishEnrolment and verify`,
    );
    byName.set(name, factor);
  }
  return byName;
}
