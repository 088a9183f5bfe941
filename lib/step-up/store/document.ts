/** What is kept of a user's factors, and what can be read from it at a point in time. */
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
  /** It counts from here on; until then it waits. */
  readonly activeAt: number;
  /** Wrong tries since it was last right. */
  readonly failures: number;
}

/** Something begun that one session may finish, for one purpose, until its end. */
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
  /** When tries were wrong, as far back as it counts. */
  readonly wrong: readonly number[];
  /** A lost device was reported: when all factors end. */
  readonly expiresAt?: number | undefined;
  /** It is on its way under another secret: from now on it is changed there, not here. */
  readonly moving?: true | undefined;
}

export const EMPTY: FactorDocument = { credentials: [], challenges: [], wrong: [] };

/** Wrong tries of one user that lock, and the seconds in which they count (NIST SP 800-63B-4 3.2.2). */
const TRIES = 5;
const WINDOW = 15 * 60;
/** Wrong tries in a row after which a credential that can be guessed is of no more use (the same). */
const FAILURES = 100;
/** Things begun at one time, over all sessions; the oldest make room. */
const CHALLENGES = 20;

/** Without what is over. */
export function atTime(document: FactorDocument, now: number): FactorDocument {
  const over = document.expiresAt !== undefined && document.expiresAt <= now;
  return {
    ...(over ? { ...EMPTY, moving: document.moving } : document),
    challenges: document.challenges.filter(({ expiresAt }) => expiresAt > now).slice(-CHALLENGES),
    wrong: document.wrong.filter((time) => time > now - WINDOW),
  };
}

export const activeIn = ({ credentials }: FactorDocument, now: number): readonly Credential[] =>
  credentials.filter(({ activeAt }) => activeAt <= now);

export const waitingIn = ({ credentials }: FactorDocument, now: number): readonly Credential[] =>
  credentials.filter(({ activeAt }) => activeAt > now);

/** 1: there is no factor that counts. */
export const highestLevel = (document: FactorDocument, now: number): 1 | 2 | 3 =>
  activeIn(document, now).reduce<1 | 2 | 3>((highest, { level }) => (level > highest ? level : highest), 1);

export const isLocked = ({ wrong }: FactorDocument): boolean => wrong.length >= TRIES;

export const isWornOut = ({ failures }: Credential): boolean => failures >= FAILURES;

/** One more wrong try, on these credentials. */
export const withWrongTry = (document: FactorDocument, now: number, tried: readonly Credential[]): FactorDocument => ({
  ...document,
  wrong: [...document.wrong, now],
  credentials: document.credentials.map((one) => (tried.includes(one) ? { ...one, failures: one.failures + 1 } : one)),
});

export function without(document: FactorDocument, gone: Credential): FactorDocument {
  const credentials = document.credentials.filter((one) => one !== gone);
  // Recovery codes stand in for factors; alone they would be one.
  return { ...document, credentials, recovery: credentials.length > 0 ? document.recovery : undefined };
}

type Ref = Pick<Challenge, 'session' | 'purpose'>;

export const challengeIn = ({ challenges }: FactorDocument, { session, purpose }: Ref): Challenge | undefined =>
  challenges.find((one) => one.session === session && one.purpose === purpose);

export const withoutChallenge = (document: FactorDocument, ref: Ref): FactorDocument => ({
  ...document,
  challenges: document.challenges.filter((one) => one !== challengeIn(document, ref)),
});

/** Of each session and purpose the last one counts. */
export function withChallenge(document: FactorDocument, challenge: Challenge): FactorDocument {
  const others = withoutChallenge(document, challenge);
  return { ...others, challenges: [...others.challenges, challenge] };
}
