/** What all flows share: their parts, and how they name a challenge. */
import type { Factor, Person, Situation } from '../factors/factor.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import type { ChallengeRef, Challenges } from '../store/challenges.js';
import type { Records } from '../store/records.js';
import type { FactorNotifier } from './factor-notifier.js';

export interface FlowConfig {
  readonly records: Records;
  readonly challenges: Challenges;
  readonly notifier: FactorNotifier;
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export const situationOf = ({ origin, clock }: FlowConfig, person: Person): Situation => ({
  person,
  origin,
  now: clock(),
});

/** Names what this session has begun with this factor. */
export const challengeRef = (
  { assurance }: StepUpRequest,
  { name }: Factor,
  purpose: 'enrol' | 'proof',
): ChallengeRef => ({
  session: assurance.session,
  purpose: `${name}/${purpose}`,
});
