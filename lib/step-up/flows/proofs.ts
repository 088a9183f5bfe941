/** How a factor is used: each proof is accepted once, and wrong ones are counted, whatever runs at the same time. */

import type { Factor, Json, Person, Situation } from '../factors/factor.js';
import { RECOVERY, RECOVERY_AMR, spendRecoveryCode } from '../factors/recovery-codes.js';
import type { Assurance, FactorRefusal } from '../session/assurance.js';
import type { ChallengeRef, Challenges } from '../store/challenges.js';
import {
  activeIn,
  type Credential,
  type FactorDocument,
  isLocked,
  isWornOut,
  withWrongTry,
} from '../store/document.js';
import type { Change, Records } from '../store/records.js';
import type { FactorNotifier } from './factor-notifier.js';

export interface Proved {
  /** The factor's name. */
  readonly factor: string;
  readonly level: 2 | 3;
  readonly amr: readonly string[];
  /** Epoch seconds. */
  readonly time: number;
}

export interface ProofsConfig {
  readonly records: Records;
  readonly challenges: Challenges;
  readonly notifier: FactorNotifier;
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

interface Failed {
  readonly refused: 'factor_wrong' | 'factor_locked';
  /** This try was the last one. */
  readonly locks: boolean;
}

const WRONG: Failed = { refused: 'factor_wrong', locks: false };
const LOCKED: Failed = { refused: 'factor_locked', locks: false };

export class Proofs {
  readonly #config: ProofsConfig;

  constructor(config: ProofsConfig) {
    this.#config = config;
  }

  /** A challenge to be answered once, by this session. */
  async challenge(
    person: Person,
    assurance: Assurance,
    factor: Factor,
  ): Promise<{ clientOptions: Json } | FactorRefusal> {
    const { records, challenges } = this.#config;
    const situation = this.#situation(person);
    const own = ownIn(await records.read(person.id), factor, seconds(situation));
    if (!factor.challenge || own.length === 0) return 'factor_wrong';
    const { serverState, clientOptions } = await factor.challenge(
      situation,
      own.map(({ data }) => data),
    );
    await challenges.keep(person, refTo(assurance, factor), serverState);
    return { clientOptions };
  }

  /** What the proof used up is written against what was read; where another request was faster, it is judged anew. */
  async prove(
    person: Person,
    assurance: Assurance,
    factor: Factor,
    response: unknown,
  ): Promise<Proved | FactorRefusal> {
    const { records, challenges } = this.#config;
    // Over before its answer is looked at: a second answer finds none.
    const begun = factor.challenge && (await challenges.consume(person, refTo(assurance, factor)));
    if (factor.challenge && !begun) return this.#refuse(person, factor.name, WRONG);

    const outcome = await records.update<Proved | Failed>(person.id, async (document) => {
      const situation = this.#situation(person);
      const time = seconds(situation);
      const own = ownIn(document, factor, time);
      const usable = own.filter((one) => !isWornOut(one));
      if ((factor.guessable && isLocked(document)) || usable.length < own.length) return { result: LOCKED };
      for (const one of own) {
        const proof = await factor.verify(situation, one.data, begun?.serverState ?? null, response);
        if (!proof) continue;
        const used = { ...one, data: proof.credential, failures: 0 };
        const credentials = document.credentials.map((other) => (other === one ? used : other));
        const { name, level } = factor;
        return { document: inUse(document, { credentials }), result: { factor: name, level, amr: proof.amr, time } };
      }
      return factor.guessable && own.length > 0 ? wrongTry(document, time, own) : { result: WRONG };
    });
    if ('refused' in outcome) return this.#refuse(person, factor.name, outcome);
    this.#config.notifier.event('step_up.succeeded', person, { factor: factor.name });
    return outcome;
  }

  /** Spends a recovery code. */
  async recover(person: Person, code: unknown): Promise<Proved | FactorRefusal> {
    const { records, notifier } = this.#config;
    const outcome = await records.update<(Proved & { left: number }) | Failed>(person.id, (document) => {
      const time = seconds(this.#situation(person));
      if (!document.recovery) return { result: WRONG };
      if (isLocked(document)) return { result: LOCKED };
      const recovery = spendRecoveryCode(document.recovery, code);
      if (!recovery) return wrongTry(document, time, []);
      const left = recovery.digests.length;
      return {
        document: inUse(document, { recovery }),
        result: { factor: RECOVERY, level: 2, amr: RECOVERY_AMR, time, left },
      };
    });
    if ('refused' in outcome) return this.#refuse(person, RECOVERY, outcome);
    const { left, ...proved } = outcome;
    notifier.event('step_up.succeeded', person, { factor: RECOVERY, count: left });
    notifier.notify('recovery_code_used', person, RECOVERY);
    return proved;
  }

  #refuse(person: Person, factor: string, { refused, locks }: Failed): FactorRefusal {
    const { notifier } = this.#config;
    const reason = locks || refused === 'factor_locked' ? 'locked' : 'wrong';
    notifier.event('step_up.failed', person, { factor, reason }, locks ? 'high' : undefined);
    if (locks) notifier.notify('locked', person, factor);
    return refused;
  }

  #situation(person: Person): Situation {
    const { origin, clock } = this.#config;
    return { person, origin, now: clock() };
  }
}

const refTo = ({ session }: Assurance, { name }: Factor): ChallengeRef => ({ session, purpose: `${name}/proof` });

const seconds = ({ now }: Situation): number => Math.floor(now / 1000);

const ownIn = (document: FactorDocument, { name }: Factor, now: number): readonly Credential[] =>
  activeIn(document, now).filter(({ factor }) => factor === name);

/** A factor is in use: what was reported lost is not. */
const inUse = (document: FactorDocument, changed: Partial<FactorDocument>): FactorDocument => ({
  ...document,
  ...changed,
  expiresAt: undefined,
});

function wrongTry(document: FactorDocument, now: number, tried: readonly Credential[]): Change<Failed> {
  const counted = withWrongTry(document, now, tried);
  return { document: counted, result: { ...WRONG, locks: isLocked(counted) } };
}
