/** Notices that nobody has logged in to an account for months: its mailbox may be somebody else's by now. */

import type { Decision } from '../protocol/decision.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import { checkDecision, type SignalContext, type SignalProvider } from './provider.js';

export interface DormantOptions {
  /** 1 to 120, of 30.4 days each. */
  months: number;
  /** When this account was logged in to last: epoch seconds, or a Date. Undefined or null: never. */
  lastLogin: (context: SignalContext) => unknown;
  /** Keeps that it is now. Called for a login that is safe alone: one that is kept sooner wakes the account. */
  remember?: (context: SignalContext) => unknown;
  /** Default `stepUp`. */
  decision?: Decision;
  /** Where `lastLogin` fails. */
  onError: Decision;
  /** Milliseconds, 1 to 4,000. Default: as all providers. */
  timeoutMs?: number;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

const NAMES = namesOf<DormantOptions>({
  months: true,
  lastLogin: true,
  remember: true,
  decision: true,
  onError: true,
  timeoutMs: true,
  clock: true,
});

/** Seconds: a twelfth of the Gregorian calendar's mean year. */
const MONTH = 2_629_746;
/** Seconds that clocks may differ by. Further ahead, a time is none: most likely it is in milliseconds. */
const SKEW = 86_400;

/**
 * Raised where the last login is more than `months` ago. An account that nobody has logged in to yet is new.
 * @throws TypeError for a wrong, unknown or missing option
 */
export function dormant(options: DormantOptions): SignalProvider {
  checkNames('dormant', options, NAMES);
  const { months, lastLogin, remember = () => undefined, decision = 'stepUp', onError, timeoutMs } = options;
  const { clock = Date.now } = options;
  wholeNumber('dormant.months', 'months', months, { max: 120 });
  need(isFunction(lastLogin), 'dormant.lastLogin must be a function of a login that returns epoch seconds, or a Date');
  need(isFunction(remember), 'dormant.remember must be a function of a login');
  need(isFunction(clock), 'dormant.clock must be a function that returns epoch milliseconds');
  checkDecision('dormant.decision', decision);

  return {
    ...{ name: 'dormant', onError, timeoutMs, remember },
    async assess(context) {
      const last = await lastLogin(context);
      if (last === undefined || last === null) return 'allow';
      const since = clock() / 1000 - secondsOf(last);
      need(since >= -SKEW, 'lastLogin must return epoch seconds, or a Date, of a time that has been');
      return since > months * MONTH ? decision : 'allow';
    },
  };
}

function secondsOf(time: unknown): number {
  const seconds = time instanceof Date ? time.getTime() / 1000 : time;
  need(typeof seconds === 'number' && Number.isFinite(seconds), 'lastLogin must return epoch seconds, or a Date');
  return seconds;
}
