/** Raised for an account that nobody has used for months: its mailbox may belong to another person by now. */
import type { Decision } from '../protocol/decision.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import { checkDecision, type SignalContext, type SignalProvider } from './provider.js';

/** @typeParam User what `verify` returns */
export interface DormantOptions<User = unknown> {
  /** 1 to 120, of 30.4 days each. */
  months: number;
  /** When a login to this account was remembered last: epoch seconds, or a Date. Undefined or null: never. */
  lastLogin: (login: SignalContext<User>) => unknown;
  /**
   * Writes that it is now. Called for allowed and for proven logins only: written for any other login, it would wake the
   * account.
   */
  remember?: (login: SignalContext<User>) => unknown;
  /** Default `stepUp`. */
  decision?: Decision;
  /** The decision where `lastLogin` fails. */
  onError: Decision;
  /** Milliseconds, 1 to 2,000. Default: the `timeoutMs` of `signals`. */
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
/** Seconds that clocks may differ by. A time further ahead is an outage: most likely it is in milliseconds. */
const SKEW = 86_400;

/**
 * Raises `dormant` where the last login is more than `months` ago. An account without any login is new, and allowed.
 * @throws TypeError for a wrong, unknown or missing option
 */
export function dormant<User = unknown>(options: DormantOptions<User>): SignalProvider<User> {
  checkNames('dormant', options, NAMES);
  const { months, lastLogin, remember = () => undefined, decision = 'stepUp', onError, timeoutMs } = options;
  const { clock = Date.now } = options;
  wholeNumber('dormant.months', 'months', months, { max: 120 });
  need(isFunction(lastLogin), 'dormant.lastLogin must be a function of a login that returns epoch seconds, or a Date');
  need(isFunction(remember), 'dormant.remember must be a function of a login');
  need(isFunction(clock), 'dormant.clock must be a function that returns epoch milliseconds');
  checkDecision('dormant.decision', decision);

  return {
    name: 'dormant',
    onError,
    timeoutMs,
    remember,
    async assess(login) {
      const last = await lastLogin(login);
      if (last === undefined || last === null) return 'allow';
      const since = clock() / 1000 - secondsOf(last);
      need(since >= -SKEW, 'lastLogin must return epoch seconds, or a Date, of a time in the past');
      return since > months * MONTH ? decision : 'allow';
    },
  };
}

function secondsOf(time: unknown): number {
  const seconds = time instanceof Date ? time.getTime() / 1000 : time;
  need(typeof seconds === 'number' && Number.isFinite(seconds), 'lastLogin must return epoch seconds, or a Date');
  return seconds;
}
