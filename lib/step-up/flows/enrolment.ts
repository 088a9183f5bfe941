/** How a factor is added: begun, finished by the same session, and at once only where something vouches for it. */
import { random } from '../../protocol/crypto.js';
import type { Factor, Json, Person, Situation } from '../factors/factor.js';
import { makeRecoveryCodes } from '../factors/recovery-codes.js';
import { type Assurance, type FactorRefusal, isSignupLogin, mayChange } from '../session/assurance.js';
import type { ChallengeRef, Challenges } from '../store/challenges.js';
import { type Challenge, type Credential, challengeIn, highestLevel, withoutChallenge } from '../store/document.js';
import type { Records } from '../store/records.js';
import type { FactorNotifier } from './factor-notifier.js';

export interface Enrolled {
  readonly factor: string;
  /** When it will count, where that is not yet; epoch seconds. */
  readonly activeAt: number | undefined;
  /** Made where there were none; shown now and never again. */
  readonly recoveryCodes: readonly string[] | undefined;
}

export interface EnrolmentConfig {
  readonly records: Records;
  readonly challenges: Challenges;
  readonly notifier: FactorNotifier;
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Seconds that a first factor waits. */
  readonly coolingOff: number;
}

const MAX_FACTORS = 20;

export class Enrolment {
  readonly #config: EnrolmentConfig;

  constructor(config: EnrolmentConfig) {
    this.#config = config;
  }

  /** What the client needs to go on. */
  async begin(person: Person, assurance: Assurance, factor: Factor): Promise<{ clientOptions: Json } | FactorRefusal> {
    const { records, challenges } = this.#config;
    const document = await records.read(person.id);
    const situation = this.#situation(person);
    if (!mayChange(document, assurance, seconds(situation))) return 'step_up_required';
    const own = document.credentials.filter((one) => one.factor === factor.name).map(({ data }) => data);
    const { serverState, clientOptions } = await factor.beginEnrolment(situation, own);
    // What was told is kept too, for a page that has to show it again.
    await challenges.keep(person, refTo(assurance, factor), { serverState, clientOptions });
    return { clientOptions };
  }

  /** What was told, while the enrolment is not finished. */
  async clientOptions(person: Person, assurance: Assurance, factor: Factor): Promise<Json | undefined> {
    const begun = await this.#config.challenges.find(person, refTo(assurance, factor));
    return begun && (begun.serverState as { clientOptions: Json }).clientOptions;
  }

  async finish(
    person: Person,
    assurance: Assurance,
    factor: Factor,
    response: unknown,
  ): Promise<Enrolled | FactorRefusal> {
    const { records, challenges, notifier } = this.#config;
    const ref = refTo(assurance, factor);
    // A code may be mistyped and tried again; a challenge is over before its answer is looked at.
    const begun = await (factor.challenge ? challenges.consume(person, ref) : challenges.find(person, ref));
    if (!begun) return 'factor_wrong';
    const { serverState } = begun.serverState as { serverState: Json };
    const data = await factor.finishEnrolment(this.#situation(person), serverState, response);
    if (data === undefined) return 'factor_wrong';

    const outcome = await records.update<Enrolled | FactorRefusal>(person.id, (document) => {
      const now = seconds(this.#situation(person));
      if (!factor.challenge && !isSame(challengeIn(document, ref), begun)) return { result: 'factor_wrong' };
      if (!mayChange(document, assurance, now)) return { result: 'step_up_required' };
      if (document.credentials.length >= MAX_FACTORS) return { result: 'invalid_request' };
      const { name, level, multiple } = factor;
      const vouched = highestLevel(document, now) > 1 || isSignupLogin(person, assurance);
      const activeAt = vouched ? now : now + this.#config.coolingOff;
      const id = random(16).toString('base64url');
      const credential: Credential = { id, factor: name, level, data, enrolledAt: now, activeAt, failures: 0 };
      // One that is vouched for ends those that only wait: they were enrolled by the mailbox alone.
      const stays = (one: Credential) => (multiple || one.factor !== name) && (!vouched || one.activeAt <= now);
      // Codes for what waits would be a way around the wait.
      const made = vouched && !document.recovery ? makeRecoveryCodes() : undefined;
      return {
        document: {
          ...withoutChallenge(document, ref),
          credentials: [...document.credentials.filter(stays), credential],
          recovery: made?.kept ?? document.recovery,
        },
        result: { factor: name, activeAt: vouched ? undefined : activeAt, recoveryCodes: made?.codes },
      };
    });
    if (typeof outcome === 'string') return outcome;
    const type = outcome.activeAt === undefined ? 'enrolled' : 'waiting';
    notifier.event('factor.enrolled', person, { factor: factor.name, reason: type });
    notifier.notify(type, person, factor.name, outcome.activeAt);
    return outcome;
  }

  #situation(person: Person): Situation {
    const { origin, clock } = this.#config;
    return { person, origin, now: clock() };
  }
}

const refTo = ({ session }: Assurance, { name }: Factor): ChallengeRef => ({ session, purpose: `${name}/enrol` });

const seconds = ({ now }: Situation): number => Math.floor(now / 1000);

const isSame = (a: Challenge | undefined, b: Challenge) => JSON.stringify(a) === JSON.stringify(b);
