/** The step-up of a session: kept in it, read from it, and valid for one session ID and user. */
import type { Request } from 'express';
import { authContext, ownerOf, storedContext } from '../../session/auth-context.js';
import { dropHeldAddress } from '../../session/held-address.js';
import { acrOf, type Level } from '../../session/levels.js';
import { renewSession } from '../../session/renew.js';
import { type LoginFacts, type Session, sessionRequest } from '../../session/session.js';

const KEY = 'passport-bound-link/step-up';

export interface StepUpFacts {
  /** The name of the factor that was used. */
  readonly factor: string;
  readonly level: Level;
  /** RFC 8176, as far as it has values. */
  readonly amr: readonly string[];
  /** Of this step-up; epoch seconds. */
  readonly time: number;
}

export interface StepUpContext extends StepUpFacts {
  readonly acr: string;
  /** Digests of the session's ID and of the user in it. */
  readonly session: string;
  readonly user: string;
}

/** A step-up that a person was sent to make. */
export interface PendingStepUp {
  /** The path and query that the person was sent away from. */
  readonly returnTo: string;
  /** What will be enough there. */
  readonly level: Level;
  readonly factors: readonly string[] | undefined;
  /** Whether a recovery code will be enough. */
  readonly recovery: boolean;
}

interface Kept {
  context?: StepUpContext;
  pending?: PendingStepUp;
}

const keptIn = (session: Session): Kept => (session as { [KEY]?: Kept })[KEY] ?? {};

function keep(session: Session, kept: Kept): void {
  (session as { [KEY]?: Kept })[KEY] = kept;
}

/** The step-up of this session, however old. Undefined without a login, and if it names another session or user. */
export function stepUpContext(req: Request): StepUpContext | undefined {
  const { session } = sessionRequest(req);
  const context = session && keptIn(session).context;
  if (!session || !context || !authContext(req)) return undefined;
  const owner = ownerOf(req, session);
  return context.session === owner.session && context.user === owner.user ? context : undefined;
}

/** Whether the login is held: `assess` answered `stepUp`, and no second factor has been used in it since. */
export function isHeld(req: Request): boolean {
  const { session } = sessionRequest(req);
  const login = storedContext(req);
  if (!session || login?.decision !== 'stepUp') return false;
  // Both name the session in which the factor was used, also as copies in a renewed session.
  const { context } = keptIn(session);
  return context?.session !== login.session || context.user !== login.user;
}

export interface CurrentContextOptions {
  /** Seconds for which a step-up counts. Default 300. */
  maxAge?: number;
}

/** The default of how long a step-up counts, in seconds. */
export const MAX_AGE = 300;

/** Absolute, so that a clock that is set back makes a step-up fresh for `maxAge` at most. */
export const isFresh = (time: number, maxAge: number, now: number): boolean => Math.abs(now - time) <= maxAge;

/**
 * How far this session is trusted now: by its step-up and its login while the step-up is recent enough, after that by its
 * login alone. Undefined if nobody is logged in by a link, and for a held login.
 * @param now epoch seconds
 */
export function currentContext(req: Request, maxAge: number, now: number): LoginFacts | undefined {
  const login = authContext(req);
  const stepUp = stepUpContext(req);
  if (!login || isHeld(req)) return undefined;
  if (!stepUp || stepUp.level < login.level || !isFresh(stepUp.time, maxAge, now)) {
    const { amr, acr, level, authTime } = login;
    return { amr, acr, level, authTime };
  }
  return {
    amr: [...new Set([...login.amr, ...stepUp.amr])],
    acr: stepUp.acr,
    level: stepUp.level,
    authTime: stepUp.time,
  };
}

/** Keeps in the session what the step-up is for, until it is made. The caller saves the session. */
export function keepPendingStepUp(session: Session, pending: PendingStepUp): void {
  keep(session, { ...keptIn(session), pending });
}

export function pendingStepUpOf(req: Request): PendingStepUp | undefined {
  const { session } = sessionRequest(req);
  return session ? keptIn(session).pending : undefined;
}

/**
 * Elevates this session, under a new ID, and forgets where the person came from. Resolves with false if the person was
 * logged out in the meantime; then nothing is elevated.
 * @throws UnavailableError when the session store fails
 */
export function elevate(req: Request, facts: StepUpFacts): Promise<boolean> {
  return renewSession(req, (renewed) => {
    dropHeldAddress(renewed);
    keep(renewed, { context: { ...facts, acr: acrOf(facts.level), ...ownerOf(req, renewed) } });
  });
}
