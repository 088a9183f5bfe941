/** Checks proofs of factors: each is accepted once, and wrong ones are counted, also among parallel requests. */
import { secondsOf } from '../../util/seconds.js';
import type { Factor, Json } from '../factors/factor.js';
import { RECOVERY, RECOVERY_AMR, spendRecoveryCode } from '../factors/recovery-codes.js';
import type { FactorRefusal } from '../session/assurance.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import {
  activeIn,
  type Credential,
  type FactorDocument,
  isLocked,
  isWornOut,
  withWrongTry,
} from '../store/document.js';
import type { Change } from '../store/records.js';
import { challengeRef, type FlowConfig, situationOf } from './flow.js';

export interface Proved {
  /** The factor's name. */
  readonly factor: string;
  readonly level: 2 | 3;
  readonly amr: readonly string[];
  /** Epoch seconds. */
  readonly time: number;
}

interface Failed {
  readonly refused: 'factor_wrong' | 'factor_locked';
  /** Whether this try is the one that locks. */
  readonly locks: boolean;
}

const WRONG: Failed = { refused: 'factor_wrong', locks: false };
const LOCKED: Failed = { refused: 'factor_locked', locks: false };

export class Proofs {
  readonly #config: FlowConfig;

  constructor(config: FlowConfig) {
    this.#config = config;
  }

  /** Begins a proof: a challenge that this session may answer once. */
  async challenge(request: StepUpRequest, factor: Factor): Promise<{ clientOptions: Json } | FactorRefusal> {
    const { records, challenges } = this.#config;
    const { person } = request;
    const own = ownIn(await records.read(person.id), factor, secondsOf(this.#config.clock));
    if (!factor.challenge || own.length === 0) return 'factor_wrong';
    const { serverState, clientOptions } = await factor.challenge(
      situationOf(this.#config, person),
      own.map(({ data }) => data),
    );
    await challenges.keep(person, challengeRef(request, factor, 'proof'), serverState);
    return { clientOptions };
  }

  /** Checks a proof. If another request changes the document in the meantime, the proof is checked again on the new one. */
  async prove(request: StepUpRequest, factor: Factor, response: unknown): Promise<Proved | FactorRefusal> {
    const { records, challenges, notifier } = this.#config;
    const { person } = request;
    // The challenge is removed before the answer is checked, so it can be answered once.
    const begun = factor.challenge && (await challenges.consume(person, challengeRef(request, factor, 'proof')));
    if (factor.challenge && !begun) return this.#refuse(request, factor.name, WRONG);

    const outcome = await records.update<Proved | Failed>(person.id, async (document) => {
      const time = secondsOf(this.#config.clock);
      const own = ownIn(document, factor, time);
      if ((factor.guessable && isLocked(document)) || own.some(isWornOut)) return { result: LOCKED };
      for (const one of own) {
        const proof = await factor.verify(
          situationOf(this.#config, person),
          one.data,
          begun?.serverState ?? null,
          response,
        );
        if (!proof) continue;
        const used = { ...one, data: proof.credential, failures: 0 };
        const credentials = document.credentials.map((other) => (other === one ? used : other));
        const { name, level } = factor;
        return { document: inUse(document, { credentials }), result: { factor: name, level, amr: proof.amr, time } };
      }
      return factor.guessable && own.length > 0 ? wrongTry(document, time, own) : { result: WRONG };
    });
    if ('refused' in outcome) return this.#refuse(request, factor.name, outcome);
    notifier.event('step_up.succeeded', request, { factor: factor.name });
    return outcome;
  }

  /** Checks a recovery code and uses it up. */
  async recover(request: StepUpRequest, code: unknown): Promise<Proved | FactorRefusal> {
    const { records, notifier } = this.#config;
    const { person } = request;
    const outcome = await records.update<(Proved & { left: number }) | Failed>(person.id, (document) => {
      const time = secondsOf(this.#config.clock);
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
    if ('refused' in outcome) return this.#refuse(request, RECOVERY, outcome);
    const { left, ...proved } = outcome;
    notifier.event('step_up.succeeded', request, { factor: RECOVERY, count: left });
    notifier.notify('recovery_code_used', request, RECOVERY);
    return proved;
  }

  #refuse(request: StepUpRequest, factor: string, { refused, locks }: Failed): FactorRefusal {
    const { notifier } = this.#config;
    const reason = locks || refused === 'factor_locked' ? 'locked' : 'wrong';
    notifier.event('step_up.failed', request, { factor, reason }, locks ? 'high' : undefined);
    if (locks) notifier.notify('locked', request, factor);
    return refused;
  }
}

const ownIn = (document: FactorDocument, { name }: Factor, now: number): readonly Credential[] =>
  activeIn(document, now).filter(({ factor }) => factor === name);

/** A used factor withdraws a reported loss. */
const inUse = (document: FactorDocument, changed: Partial<FactorDocument>): FactorDocument => ({
  ...document,
  ...changed,
  expiresAt: undefined,
});

function wrongTry(document: FactorDocument, now: number, tried: readonly Credential[]): Change<Failed> {
  const counted = withWrongTry(document, now, tried);
  return { document: counted, result: { ...WRONG, locks: isLocked(counted) } };
}
