/** Adds a factor: begun and finished by the same session. Without anything that vouches for it, it waits. */
import { random } from '../../protocol/crypto.js';
import { secondsOf } from '../../util/seconds.js';
import type { Factor, Json } from '../factors/factor.js';
import { makeRecoveryCodes } from '../factors/recovery-codes.js';
import { type FactorRefusal, isSignupLogin, mayChange } from '../session/assurance.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import {
  type Challenge,
  type Credential,
  challengeIn,
  type FactorDocument,
  highestLevel,
  withoutChallenge,
} from '../store/document.js';
import { challengeRef, type FlowConfig, situationOf } from './flow.js';

export interface Enrolled {
  readonly factor: string;
  /** When it will count; epoch seconds. Undefined if it counts already. */
  readonly activeAt: number | undefined;
  /** New codes, if there were none. They are shown only now. */
  readonly recoveryCodes: readonly string[] | undefined;
}

export interface EnrolmentConfig extends FlowConfig {
  /** Seconds that a first factor waits. */
  readonly coolingOff: number;
}

/** Credentials of one person at most. */
const MAX_FACTORS = 20;

export class Enrolment {
  readonly #config: EnrolmentConfig;

  constructor(config: EnrolmentConfig) {
    this.#config = config;
  }

  /** Resolves with what the client needs to finish. */
  async begin(request: StepUpRequest, factor: Factor): Promise<{ clientOptions: Json } | FactorRefusal> {
    const { records, challenges } = this.#config;
    const { person, assurance } = request;
    const document = await records.read(person.id);
    if (!mayChange(assurance, highestLevel(document, secondsOf(this.#config.clock)))) return 'step_up_required';
    const own = document.credentials.filter((one) => one.factor === factor.name).map(({ data }) => data);
    const { serverState, clientOptions } = await factor.beginEnrolment(situationOf(this.#config, person), own);
    // The client's options are kept too, for a page that has to show them again.
    await challenges.keep(person, challengeRef(request, factor, 'enrol'), { serverState, clientOptions });
    return { clientOptions };
  }

  /** What `begin` returned to the client, while the enrolment is not finished. */
  async clientOptions(request: StepUpRequest, factor: Factor): Promise<Json | undefined> {
    const begun = await this.#config.challenges.find(request.person, challengeRef(request, factor, 'enrol'));
    return begun && (begun.serverState as { clientOptions: Json }).clientOptions;
  }

  async finish(request: StepUpRequest, factor: Factor, response: unknown): Promise<Enrolled | FactorRefusal> {
    const { records, challenges, notifier } = this.#config;
    const { person } = request;
    const ref = challengeRef(request, factor, 'enrol');
    // A mistyped code may be typed again. A challenge is removed before its answer is checked.
    const begun = await (factor.challenge ? challenges.consume(person, ref) : challenges.find(person, ref));
    if (!begun) return 'factor_wrong';
    const { serverState } = begun.serverState as { serverState: Json };
    const data = await factor.finishEnrolment(situationOf(this.#config, person), serverState, response);
    if (data === undefined) return 'factor_wrong';

    const outcome = await records.update<Enrolled | FactorRefusal>(person.id, (document) => {
      if (!factor.challenge && !isSame(challengeIn(document, ref), begun)) return { result: 'factor_wrong' };
      return this.#add(request, factor, data, withoutChallenge(document, ref));
    });
    if (typeof outcome === 'string') return outcome;
    const type = outcome.activeAt === undefined ? 'enrolled' : 'waiting';
    notifier.event('factor.enrolled', request, { factor: factor.name, reason: type });
    notifier.notify(type, request, factor.name, outcome.activeAt);
    return outcome;
  }

  #add(
    { person, assurance }: StepUpRequest,
    { name, level, multiple }: Factor,
    data: Json,
    document: FactorDocument,
  ): { document?: FactorDocument; result: Enrolled | FactorRefusal } {
    const now = secondsOf(this.#config.clock);
    const highest = highestLevel(document, now);
    if (!mayChange(assurance, highest)) return { result: 'step_up_required' };
    if (document.credentials.length >= MAX_FACTORS) return { result: 'invalid_request' };
    const vouched = highest > 1 || isSignupLogin(person, assurance);
    const activeAt = vouched ? now : now + this.#config.coolingOff;
    const id = random(16).toString('base64url');
    const credential: Credential = { id, factor: name, level, data, enrolledAt: now, activeAt, failures: 0 };
    // A factor that is vouched for removes those that wait: the mailbox alone enrolled them.
    const stays = (one: Credential) => (multiple || one.factor !== name) && (!vouched || one.activeAt <= now);
    // Recovery codes count at once, so a factor that waits gets none.
    const made = vouched && !document.recovery ? makeRecoveryCodes() : undefined;
    return {
      document: {
        ...document,
        credentials: [...document.credentials.filter(stays), credential],
        recovery: made?.kept ?? document.recovery,
      },
      result: { factor: name, activeAt: vouched ? undefined : activeAt, recoveryCodes: made?.codes },
    };
  }
}

const isSame = (a: Challenge | undefined, b: Challenge) => JSON.stringify(a) === JSON.stringify(b);
