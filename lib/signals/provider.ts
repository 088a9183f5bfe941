/** A provider of signals: what it is given of a login, and what it may answer. */
import type { Request } from 'express';
import { DECISIONS, type Decision, isDecision } from '../protocol/decision.js';
import { isFunction, need, wholeNumber } from '../util/check.js';

/** A login, as a provider is given it. The same object in `assess` and, where the login was allowed, in `remember`. */
export interface SignalContext<User = unknown> {
  /** As in the claims of `verify`. */
  readonly address: string;
  /** As `verify` returned it; after a step-up, the user of the request. */
  readonly user: User;
  readonly req: Request;
}

/** @typeParam User what `verify` returns */
export interface SignalProvider<User = unknown> {
  /** The `reason` in events: 1 to 32 of a-z, 0-9 and _, beginning with a letter. */
  readonly name: string;
  /**
   * Judges this login. Anything but a decision, an error and a late answer count as `onError`.
   * @param signal aborted at this provider's deadline, and where the whole assessment is given up
   */
  assess(context: SignalContext<User>, signal: AbortSignal): Decision | Promise<Decision>;
  /**
   * Keeps what this login looked like, because it is the person's own: it was allowed, or proven by a second factor.
   * @param signal aborted at this provider's deadline
   */
  remember?(context: SignalContext<User>, signal: AbortSignal): unknown;
  /** Milliseconds that `assess`, and then `remember`, may take, 1 to 2,000. Default: the `timeoutMs` of `signals`. */
  readonly timeoutMs?: number | undefined;
  /** The decision during an outage: `allow` lets everybody in meanwhile, `deny` keeps everybody out. */
  readonly onError: Decision;
}

/** A login waits this long twice, for `assess` and for `remember`. The strategy gives up after 5 seconds. */
const MAX_TIMEOUT_MS = 2000;

/** Reasons that the strategy's own `signal.raised` events have. */
const TAKEN = ['wrong_codes', 'forged_tokens'];

export function checkTimeout(name: string, timeoutMs: unknown): void {
  wholeNumber(name, 'milliseconds', timeoutMs, { max: MAX_TIMEOUT_MS });
}

export function checkDecision(name: string, decision: unknown): void {
  need(isDecision(decision), `${name} must be one of: ${DECISIONS.join(', ')}`);
}

/** @throws TypeError for what is no provider, and for two of one name */
export function parseProviders<User>(providers: readonly SignalProvider<User>[]): readonly SignalProvider<User>[] {
  const right = Array.isArray(providers) && providers.length > 0;
  need(right, "providers must be one at least, such as [dormant({ months: 12, lastLogin, onError: 'stepUp' })]");
  const names: string[] = [];
  for (const provider of providers) {
    const { name, assess, remember, timeoutMs, onError } = Object(provider) as SignalProvider<User>;
    need(typeof name === 'string' && /^[a-z][a-z0-9_]{0,31}$/.test(name), 'a provider has a name of a-z, 0-9 and _');
    need(!names.includes(name) && !TAKEN.includes(name), `there is something called ${name} already`);
    need(!name.endsWith('_failed'), `${name} reads like an outage: name the provider otherwise`);
    need(isFunction(assess), `${name}.assess must be a function of a login that returns a decision`);
    need(remember === undefined || isFunction(remember), `${name}.remember must be a function of a login`);
    need(
      onError !== undefined,
      `${name}.onError must say what an outage means: allow lets in, stepUp asks for a second factor, deny keeps out`,
    );
    checkDecision(`${name}.onError`, onError);
    if (timeoutMs !== undefined) checkTimeout(`${name}.timeoutMs`, timeoutMs);
    names.push(name);
  }
  return [...providers];
}
