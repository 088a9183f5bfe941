/** The document of a user's factors, and what it says at a point in time. */
import type { Json } from '../factors/factor.js';
import type { RecoveryCodes } from '../factors/recovery-codes.js';

/** Times are epoch seconds. */
export interface Credential {
  readonly id: string;
  /** The factor's name. */
  readonly factor: string;
  readonly level: 2 | 3;
  readonly data: Json;
  readonly enrolledAt: number;
  /** When it begins to count; before that it waits. */
  readonly activeAt: number;
  /** Wrong tries since the last right one. */
  readonly failures: number;
}

/** An enrolment or a proof that one session has begun and may finish until `expiresAt`. */
export interface Challenge {
  readonly session: string;
  readonly purpose: string;
  readonly serverState: Json;
  readonly expiresAt: number;
}

export interface FactorDocument {
  readonly credentials: readonly Credential[];
  readonly challenges: readonly Challenge[];
  readonly recovery?: RecoveryCodes | undefined;
  /** Times of wrong tries in the last 15 minutes; epoch seconds. */
  readonly wrongTries: readonly number[];
  /** When all factors end, because a lost device was reported. */
  readonly expiresAt?: number | undefined;
  /** The document is being moved to another secret, and is changed only there from now on. */
  readonly moving?: true | undefined;
}

export const EMPTY: FactorDocument = { credentials: [], challenges: [], wrongTries: [] };

/** The wrong tries of one user that lock (NIST SP 800-63B-4 3.2.2). */
const TRIES = 5;
/** Seconds for which a wrong try counts. */
const WINDOW = 15 * 60;
/** Wrong tries in a row after which a guessable credential can no longer be used (NIST SP 800-63B-4 3.2.2). */
const FAILURES = 100;
/** Challenges of one user at a time, over all sessions. More of them replace the oldest. */
const CHALLENGES = 20;

/** Without expired challenges and old wrong tries; empty once a reported loss is due. */
export function atTime(document: FactorDocument, now: number): FactorDocument {
  const over = document.expiresAt !== undefined && document.expiresAt <= now;
  return {
    ...(over ? { ...EMPTY, moving: document.moving } : document),
    challenges: document.challenges.filter(({ expiresAt }) => expiresAt > now).slice(-CHALLENGES),
    wrongTries: document.wrongTries.filter((time) => time > now - WINDOW),
  };
}

export const activeIn = ({ credentials }: FactorDocument, now: number): readonly Credential[] =>
  credentials.filter(({ activeAt }) => activeAt <= now);

export const waitingIn = ({ credentials }: FactorDocument, now: number): readonly Credential[] =>
  credentials.filter(({ activeAt }) => activeAt > now);

/** 1 if no factor counts. */
export const highestLevel = (document: FactorDocument, now: number): 1 | 2 | 3 =>
  activeIn(document, now).reduce<1 | 2 | 3>((highest, { level }) => (level > highest ? level : highest), 1);

export const isLocked = ({ wrongTries }: FactorDocument): boolean => wrongTries.length >= TRIES;

export const isWornOut = ({ failures }: Credential): boolean => failures >= FAILURES;

/** With one more wrong try, which counts against these credentials. */
export const withWrongTry = (document: FactorDocument, now: number, tried: readonly Credential[]): FactorDocument => ({
  ...document,
  wrongTries: [...document.wrongTries, now],
  credentials: document.credentials.map((one) => (tried.includes(one) ? { ...one, failures: one.failures + 1 } : one)),
});

export function without(document: FactorDocument, gone: Credential): FactorDocument {
  const credentials = document.credentials.filter((one) => one !== gone);
  // Recovery codes replace a lost factor. Without any factor they would be a factor themselves.
  return { ...document, credentials, recovery: credentials.length > 0 ? document.recovery : undefined };
}

type Ref = Pick<Challenge, 'session' | 'purpose'>;

export const challengeIn = ({ challenges }: FactorDocument, { session, purpose }: Ref): Challenge | undefined =>
  challenges.find((one) => one.session === session && one.purpose === purpose);

export const withoutChallenge = (document: FactorDocument, ref: Ref): FactorDocument => ({
  ...document,
  challenges: document.challenges.filter((one) => one !== challengeIn(document, ref)),
});

/** With this challenge in place of an earlier one of the same session and purpose. */
export function withChallenge(document: FactorDocument, challenge: Challenge): FactorDocument {
  const others = withoutChallenge(document, challenge);
  return { ...others, challenges: [...others.challenges, challenge] };
}
