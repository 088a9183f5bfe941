/** Asks all providers about a login at the same time. The strictest answer is the decision. */
import type { Assess, Assessment, RaisedSignal } from '../options/assess.js';
import { type Decision, isDecision, strictest } from '../protocol/decision.js';
import { checkNames, namesOf } from '../util/check.js';
import { within } from '../util/deadline.js';
import { checkTimeout, parseProviders, type SignalContext, type SignalProvider } from './provider.js';

export interface SignalOptions {
  readonly providers: readonly SignalProvider[];
  /** Milliseconds that each provider may take, 1 to 4,000. Default 1,000. */
  readonly timeoutMs?: number;
}

const NAMES = namesOf<SignalOptions>({ providers: true, timeoutMs: true });

/** Pass it to the strategy as `assess`, and its `remember` to step-up as `onStepUp`. */
export interface Signals extends Assess {
  /**
   * The person has shown by a second factor that a held login is theirs: from now on it is what is usual. Does nothing
   * where the login was not held. Never rejects.
   */
  remember(stepUp: SteppedUpLogin): Promise<void>;
}

/** As `onStepUp` is given it. */
export interface SteppedUpLogin extends Omit<SignalContext, 'address'> {
  /** The address of a held login; undefined where the login was not held. */
  readonly address: string | undefined;
}

/** What one provider says of a login. */
interface Answer {
  readonly provider: SignalProvider;
  readonly decision: Decision;
  /** It threw, was late or answered no decision: the decision is its `onError`. */
  readonly failed: boolean;
}

/**
 * Where the decision is `allow`, the providers that said so remember the login at once. What a provider raises is the
 * event `signal.raised` with its name as the reason, and an outage is its name and `_failed`.
 * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
 */
export function signals(options: SignalOptions): Signals {
  checkNames('signals', options, NAMES);
  const { timeoutMs = 1000 } = options;
  checkTimeout('timeoutMs', timeoutMs);
  const providers = parseProviders(options.providers);

  /** What comes late is dropped, be it an answer or a fault. */
  const inTime = <T>(provider: SignalProvider, work: (signal: AbortSignal) => T) =>
    within(provider.timeoutMs ?? timeoutMs, async (late) => work(late.signal));

  const ask = async (provider: SignalProvider, context: SignalContext): Promise<Answer> => {
    const answer = await inTime(provider, (signal) => provider.assess(context, signal)).catch(() => undefined);
    return isDecision(answer)
      ? { provider, decision: answer, failed: false }
      : { provider, decision: provider.onError, failed: true };
  };

  /** Resolves with the providers that could not remember. */
  const remember = async (some: readonly SignalProvider[], context: SignalContext): Promise<SignalProvider[]> => {
    const outcomes = await Promise.allSettled(
      some.map((provider) => inTime(provider, (signal) => provider.remember?.(context, signal))),
    );
    return some.filter((_provider, i) => outcomes[i]?.status === 'rejected');
  };

  const assess = async ({ claims, user, req }: Parameters<Assess>[0]): Promise<Assessment> => {
    const context: SignalContext = { address: claims.address, user, req };
    const answers = await Promise.all(providers.map((provider) => ask(provider, context)));
    const raised = answers.filter(({ decision, failed }) => decision !== 'allow' || failed).map(raisedBy);
    const decision = strictest(...answers.map((answer) => answer.decision));
    if (decision !== 'allow') return { decision, raised };
    // A provider that has not seen this login must not take it for what is usual.
    const seen = answers.filter(({ failed }) => !failed).map(({ provider }) => provider);
    const forgetful = await remember(seen, context);
    const failures = forgetful.map(({ name }): RaisedSignal => ({ reason: `${name}_failed`, decision: 'allow' }));
    return { decision, raised: [...raised, ...failures] };
  };

  return Object.assign(assess, {
    async remember({ address, ...login }: SteppedUpLogin): Promise<void> {
      if (address !== undefined) await remember(providers, { ...login, address });
    },
  });
}

const raisedBy = ({ provider, decision, failed }: Answer): RaisedSignal => ({
  reason: failed ? `${provider.name}_failed` : provider.name,
  decision,
});
