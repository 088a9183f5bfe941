/** Who is asked about a login: a provider, and what it is told. */
import type { Request } from 'express';
import { DECISIONS, type Decision, isDecision } from '../protocol/decision.js';
import { isFunction, need, wholeNumber } from '../util/check.js';

/** A login, as the app tells its providers of it. */
export interface SignalContext {
  /** As in verify's claims. */
  readonly address: string;
  /** The app's own, before this login changes anything about it. */
  readonly user?: unknown;
  readonly req?: Request;
}

export interface SignalProvider {
  /** Of a-z, 0-9 and _: the `reason` in events. */
  readonly name: string;
  /** What it makes of this login. Whatever is no decision, and what comes too late, is an outage. */
  assess(context: SignalContext, signal: AbortSignal): Decision | Promise<Decision>;
  /** Keeps what this login looked like: it has turned out to be the person's own. */
  remember?(context: SignalContext, signal: AbortSignal): unknown;
  /** Milliseconds that it may take, 1 to 4,000. Default: as all of them. */
  readonly timeoutMs?: number | undefined;
  /** The decision where there is none: `allow` lets logins in while it is down, `deny` keeps them out. */
  readonly onError: Decision;
}

/** A login waits ten seconds for verify: this twice, to ask and to remember, is less. */
const MAX_TIMEOUT_MS = 4000;

/** Reasons that events have for other things. */
const TAKEN = ['wrong_codes', 'forged_tokens'];

export function checkTimeout(name: string, timeoutMs: unknown): void {
  wholeNumber(name, 'milliseconds', timeoutMs, { max: MAX_TIMEOUT_MS });
}

export function checkDecision(name: string, decision: unknown): void {
  need(isDecision(decision), `${name} must be one of: ${DECISIONS.join(', ')}`);
}

/** @throws TypeError for what is no provider, and for two of one name */
export function parseProviders(providers: readonly SignalProvider[]): readonly SignalProvider[] {
  const right = Array.isArray(providers) && providers.length > 0;
  need(right, "providers must be one at least, such as [dormant({ months: 12, lastLogin, onError: 'stepUp' })]");
  const names: string[] = [];
  for (const provider of providers) {
    const { name, assess, remember, timeoutMs, onError } = Object(provider) as SignalProvider;
    need(typeof name === 'string' && /^[a-z][a-z0-9_]{0,31}$/.test(name), 'a provider has a name of a-z, 0-9 and _');
    need(!names.includes(name) && !TAKEN.includes(name), `there is something called ${name} already`);
    need(!name.endsWith('_failed'), `${name} reads like an outage: name the provider otherwise`);
    need(isFunction(assess), `${name}.assess must be a function of a login that returns a decision`);
    need(remember === undefined || isFunction(remember), `${name}.remember must be a function of a login`);
    need(onError !== undefined, `${name}.onError must say what an outage means: allow lets in, deny keeps out`);
    checkDecision(`${name}.onError`, onError);
    if (timeoutMs !== undefined) checkTimeout(`${name}.timeoutMs`, timeoutMs);
    names.push(name);
  }
  return [...providers];
}
