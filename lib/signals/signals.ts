/** Asks all providers about a login at the same time; the strictest answer is the decision. */

import { parseAddress } from '../protocol/address.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, namesOf, need } from '../util/check.js';
import { within } from '../util/deadline.js';
import { type Decision, isDecision, strictest } from './decision.js';
import { checkTimeout, parseProviders, type SignalContext, type SignalProvider } from './provider.js';

export interface SignalOptions {
  providers: readonly SignalProvider[];
  /** Milliseconds that each provider may take, 1 to 4,000. Default 1,000. */
  timeoutMs?: number;
}

const NAMES = namesOf<SignalOptions>({ providers: true, timeoutMs: true });

/** What one provider says of a login. */
export interface RaisedSignal {
  readonly provider: string;
  readonly decision: Decision;
  /** It threw, took too long or said nothing of sense: the decision is its `onError`. */
  readonly failed: boolean;
}

export interface Assessment {
  /** The strictest of all. */
  readonly decision: Decision;
  /** All that said more than allow, and all that failed. */
  readonly raised: readonly RaisedSignal[];
}

export class Signals {
  readonly #strategy: MagicLinkStrategy;
  readonly #providers: readonly SignalProvider[];
  readonly #timeoutMs: number;

  /**
   * @param strategy whose events tell what was raised
   * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
   */
  constructor(strategy: MagicLinkStrategy, options: SignalOptions) {
    need(strategy instanceof MagicLinkStrategy, 'Signals takes a MagicLinkStrategy first');
    checkNames('Signals', options, NAMES);
    const { providers, timeoutMs = 1000 } = options;
    checkTimeout('timeoutMs', timeoutMs);
    this.#strategy = strategy;
    this.#providers = parseProviders(providers);
    this.#timeoutMs = timeoutMs;
  }

  /**
   * To be called by verify, once the user is known. Never rejects, and takes as long as the slowest
   * provider may. What is raised is told as `signal.raised`. Where the decision is allow, the providers
   * that said so remember the login.
   */
  async assess(context: SignalContext): Promise<Assessment> {
    const signals = await Promise.all(this.#providers.map((provider) => this.#ask(provider, context)));
    const raised = signals.filter(({ decision, failed }) => decision !== 'allow' || failed);
    for (const { provider, decision, failed } of raised) {
      this.#report(context, failed ? `${provider}_failed` : provider, decision);
    }
    const decision = strictest(...signals.map((signal) => signal.decision));
    if (decision === 'allow') {
      // Who has not seen this login must not take it for the usual.
      await this.#remember(
        this.#providers.filter((_provider, i) => !signals[i]?.failed),
        context,
      );
    }
    return { decision, raised };
  }

  /**
   * The person has shown that a login which was not simply allowed is theirs, by a second factor or by
   * confirming it: from now on it is what is usual. Never rejects.
   */
  remember(context: SignalContext): Promise<void> {
    return this.#remember(this.#providers, context);
  }

  async #ask(provider: SignalProvider, context: SignalContext): Promise<RaisedSignal> {
    const { name, onError } = provider;
    const answer = await this.#within(provider, (signal) => provider.assess(context, signal)).catch(() => undefined);
    const failed = !isDecision(answer);
    return { provider: name, decision: failed ? onError : answer, failed };
  }

  async #remember(providers: readonly SignalProvider[], context: SignalContext): Promise<void> {
    const remember = (provider: SignalProvider) =>
      this.#within(provider, (signal) => provider.remember?.(context, signal)).catch(() =>
        this.#report(context, `${provider.name}_failed`, 'allow'),
      );
    await Promise.all(providers.map(remember));
  }

  /** What comes late is dropped, be it an answer or a fault. */
  #within<T>({ timeoutMs = this.#timeoutMs }: SignalProvider, work: (signal: AbortSignal) => T) {
    return within(timeoutMs, async (late) => work(late.signal));
  }

  #report(context: SignalContext, reason: string, decision: Decision): void {
    const { address } = Object(context) as Partial<SignalContext>;
    const account = parseAddress(address) ? this.#strategy.accountTags(address as string)[0] : undefined;
    this.#strategy.events.report(
      'signal.raised',
      { reason, ...(account !== undefined && { account }) },
      decision === 'deny' ? 'high' : 'warning',
    );
  }
}
