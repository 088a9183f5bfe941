/** Asks all providers about a login at the same time. The strictest answer is the decision. */
import type { Assess, AssessContext, Assessment, RaisedSignal } from '../options/assess.js';
import { type Decision, isDecision, strictest } from '../protocol/decision.js';
import { checkNames, namesOf } from '../util/check.js';
import { within } from '../util/deadline.js';
import { checkTimeout, parseProviders, type SignalContext, type SignalProvider } from './provider.js';

/** @typeParam User what `verify` returns */
export interface SignalOptions<User = unknown> {
  readonly providers: readonly SignalProvider<User>[];
  /** Milliseconds that each provider may take to assess a login, and again to remember it, 1 to 2,000. Default 1,000. */
  readonly timeoutMs?: number;
}

const NAMES = namesOf<SignalOptions>({ providers: true, timeoutMs: true });

/** A login that was held, and that a second factor has proven to be the person's own. */
export interface SteppedUpLogin<User = unknown> extends Omit<SignalContext<User>, 'address'> {
  /** The address that it was made with; undefined where the login was not held. */
  readonly address: string | undefined;
}

/** Pass it to the strategy as `assess`, and its `remember` to step-up as `onStepUp`. It needs no `this`. */
export interface Signals<User = unknown> extends Assess<User> {
  /**
   * Lets all providers remember a login that was held, because a second factor has proven it. Does nothing where the
   * login was not held. Resolves with the outages, for the app's log: a provider that did not remember asks for a second
   * factor again.
   */
  readonly remember: (login: SteppedUpLogin<User>) => Promise<readonly RaisedSignal[]>;
}

/** What one provider says of a login. */
interface Answer<User> {
  readonly provider: SignalProvider<User>;
  readonly decision: Decision;
  /** It threw, was late or answered no decision: the decision is its `onError`. */
  readonly failed: boolean;
}

/**
 * Makes one `assess` of several providers. It takes 4 seconds at most, less than the 5 that the strategy waits, so that
 * no slow provider turns a login into an outage.
 *
 * Where the decision is `allow`, the providers remember the login before the person is logged in; one that failed has
 * not seen it, and does not. Each decision above `allow` is raised with the provider's name as the reason; each outage,
 * also one of `remember`, with the name and `_failed`.
 * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
 */
export function signals<User = unknown>(options: SignalOptions<User>): Signals<User> {
  checkNames('signals', options, NAMES);
  const { timeoutMs = 1000 } = options;
  checkTimeout('timeoutMs', timeoutMs);
  const providers = parseProviders(options.providers);

  /** A late answer is dropped, and so is a late fault. */
  const inTime = <T>({ timeoutMs: own = timeoutMs }: SignalProvider<User>, work: (late: AbortSignal) => T) =>
    within(own, async (late) => work(late.signal));

  const ask = async (
    provider: SignalProvider<User>,
    login: SignalContext<User>,
    signal: AbortSignal,
  ): Promise<Answer<User>> => {
    const answer = await inTime(provider, (late) => provider.assess(login, AbortSignal.any([late, signal]))).catch(
      () => undefined,
    );
    return isDecision(answer)
      ? { provider, decision: answer, failed: false }
      : { provider, decision: provider.onError, failed: true };
  };

  /** Resolves with the outages. */
  const remember = async (
    those: readonly SignalProvider<User>[],
    login: SignalContext<User>,
  ): Promise<RaisedSignal[]> => {
    const outcomes = await Promise.allSettled(
      those.map((provider) => inTime(provider, (late) => provider.remember?.(login, late))),
    );
    return those
      .filter((_provider, i) => outcomes[i]?.status === 'rejected')
      .map((provider) => raisedBy({ provider, decision: 'allow', failed: true }));
  };

  const assess = async ({ claims, user, req, signal }: AssessContext<User>): Promise<Assessment> => {
    const login = { address: claims.address, user, req };
    const answers = await Promise.all(providers.map((provider) => ask(provider, login, signal)));
    const raised = answers.filter(({ decision, failed }) => decision !== 'allow' || failed).map(raisedBy);
    const decision = strictest(...answers.map((answer) => answer.decision));
    // Given up meanwhile: nobody will be logged in.
    if (decision !== 'allow' || signal.aborted) return { decision, raised };
    const seen = answers.filter(({ failed }) => !failed).map(({ provider }) => provider);
    return { decision, raised: [...raised, ...(await remember(seen, login))] };
  };

  return Object.assign(assess, {
    remember: async ({ address, user, req }: SteppedUpLogin<User>) =>
      address === undefined ? [] : remember(providers, { address, user, req }),
  });
}

const raisedBy = <User>({ provider: { name }, decision, failed }: Answer<User>): RaisedSignal => ({
  reason: failed ? `${name}_failed` : name,
  decision,
});
