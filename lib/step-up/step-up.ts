/** The step-up of one app: its factors, where they are kept, and whose they are. */
import type { Request } from 'express';
import type { Events } from '../events/events.js';
import { authContext } from '../session/auth-context.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { need } from '../util/check.js';
import type { Person } from './factors/factor.js';
import { Enrolment } from './flows/enrolment.js';
import { FactorNotifier } from './flows/factor-notifier.js';
import { Management } from './flows/management.js';
import { type Overview, overviewOf, type WaitingFactor } from './flows/overview.js';
import { Proofs } from './flows/proofs.js';
import { parseStepUp, type StepUpConfig, type StepUpOptions } from './options.js';
import type { Assurance } from './session/assurance.js';
import { isFresh, stepUpContext } from './session/context.js';
import { Challenges } from './store/challenges.js';
import { Records } from './store/records.js';

export class StepUp {
  /** @internal */
  readonly config: StepUpConfig & { readonly origin: string; readonly clock: () => number; readonly events: Events };
  /** @internal */
  readonly enrolment: Enrolment;
  /** @internal */
  readonly proofs: Proofs;
  /** @internal */
  readonly management: Management;
  readonly #records: Records;

  /**
   * @param strategy whose secret, origin, clock, events and mail it shares
   * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
   */
  constructor(strategy: MagicLinkStrategy, options: StepUpOptions) {
    need(strategy instanceof MagicLinkStrategy, 'StepUp takes a MagicLinkStrategy first');
    const { port } = strategy;
    const { origin, clock, events } = port;
    const config = parseStepUp(options, port);
    const { store, factors, notify, coolingOff, recovery } = config;
    const records = new Records({ store, sealers: port.sealers('step-up'), origin, clock });
    const accountOf = (address: string) => port.accountTags(address)[0];
    const notifier = new FactorNotifier({ records, factors, events, clock, notify, accountOf });
    const shared = { records, challenges: new Challenges(records, clock), notifier, origin, clock };
    this.config = { ...config, origin, clock, events };
    this.enrolment = new Enrolment({ ...shared, coolingOff });
    this.proofs = new Proofs(shared);
    this.management = new Management({ ...shared, recovery });
    this.#records = records;
  }

  /**
   * What this user has enrolled, and what waits.
   * @throws UnavailableError when the store does not answer
   */
  async overview(userId: string): Promise<Overview> {
    const { factors, clock } = this.config;
    return overviewOf(await this.#records.read(userId), factors.values(), Math.floor(clock() / 1000));
  }

  /**
   * The factors that wait, to be shown at each login: one that nobody knows of was enrolled by a stranger.
   * @throws UnavailableError when the store does not answer
   */
  async waiting(userId: string): Promise<readonly WaitingFactor[]> {
    return (await this.overview(userId)).waiting;
  }

  /**
   * Moves a user's factors under the secret that signs now. To be called for all users before an old
   * secret is dropped: without it their factors cannot be opened any more. False: they have none.
   * @throws UnavailableError when the store does not answer
   */
  reseal(userId: string): Promise<boolean> {
    return this.#records.reseal(userId);
  }

  /**
   * Ends all factors of a user who is deleted.
   * @throws UnavailableError when the store does not answer
   */
  forget(userId: string): Promise<void> {
    return this.#records.forget(userId);
  }

  /** @internal Who is logged in by a link, and what their session has proved; undefined: nobody. */
  async whoIs(req: Request): Promise<{ person: Person; assurance: Assurance } | undefined> {
    const login = authContext(req);
    const person = login && (await this.config.user(req));
    if (!login || !person) return undefined;
    const isPerson = typeof person.id === 'string' && person.id !== '' && typeof person.name === 'string';
    need(isPerson, 'user must return { id, name }, both strings');
    const { clock, maxAge } = this.config;
    const context = stepUpContext(req);
    const stepUp = context && isFresh(context.time, maxAge, Math.floor(clock() / 1000)) ? context : undefined;
    return { person, assurance: { session: login.session, login, stepUp } };
  }
}
