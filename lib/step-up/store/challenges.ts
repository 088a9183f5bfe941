/** Keeps begun enrolments and proofs in the user's document until the same session finishes them. */
import { secondsOf } from '../../util/seconds.js';
import type { Json, Person } from '../factors/factor.js';
import { type Challenge, challengeIn, withChallenge, withoutChallenge } from './document.js';
import type { Records } from './records.js';

/** Names a challenge: its session and its purpose. */
export type ChallengeRef = Pick<Challenge, 'session' | 'purpose'>;

/** Seconds to finish an enrolment or a proof. */
const TTL = 600;

export class Challenges {
  readonly #records: Records;
  readonly #clock: () => number;

  /** @param clock epoch milliseconds */
  constructor(records: Records, clock: () => number) {
    this.#records = records;
    this.#clock = clock;
  }

  keep({ id }: Person, ref: ChallengeRef, serverState: Json): Promise<void> {
    const expiresAt = secondsOf(this.#clock) + TTL;
    return this.#records.update(id, (document) => ({
      document: withChallenge(document, { ...ref, serverState, expiresAt }),
      result: undefined,
    }));
  }

  async find({ id }: Person, ref: ChallengeRef): Promise<Challenge | undefined> {
    return challengeIn(await this.#records.read(id), ref);
  }

  /** Returns the challenge to exactly one caller and removes it. */
  consume({ id }: Person, ref: ChallengeRef): Promise<Challenge | undefined> {
    return this.#records.update<Challenge | undefined>(id, (document) => {
      const result = challengeIn(document, ref);
      return result ? { document: withoutChallenge(document, ref), result } : { result };
    });
  }
}
