/** What was begun and is to be finished by the same session: kept in the user's document, taken out once. */

import type { Json, Person } from '../factors/factor.js';
import { type Challenge, challengeIn, withChallenge, withoutChallenge } from './document.js';
import type { Records } from './records.js';

/** Of one session, for one purpose. */
export type ChallengeRef = Pick<Challenge, 'session' | 'purpose'>;

/** Seconds in which what was begun is to be finished. */
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
    const expiresAt = Math.floor(this.#clock() / 1000) + TTL;
    return this.#records.update(id, (document) => ({
      document: withChallenge(document, { ...ref, serverState, expiresAt }),
      result: undefined,
    }));
  }

  async find({ id }: Person, ref: ChallengeRef): Promise<Challenge | undefined> {
    return challengeIn(await this.#records.read(id), ref);
  }

  /** Of any number of callers one has it, and from then on it is gone. */
  consume({ id }: Person, ref: ChallengeRef): Promise<Challenge | undefined> {
    return this.#records.update<Challenge | undefined>(id, (document) => {
      const result = challengeIn(document, ref);
      return result ? { document: withoutChallenge(document, ref), result } : { result };
    });
  }
}
