/** What a session knows of a step-up: its own time, and the one session and user that it belongs to. */
import type { Request } from 'express';
import { authContext, ownerOf } from '../../session/auth-context.js';
import { renewSession } from '../../session/renew.js';
import type { LoginFacts, Session } from '../../session/session.js';
import { acrOf, type Level } from '../factors/levels.js';

const KEY = 'passport-bound-link/step-up';

export interface StepUpContext {
  /** The name of the factor that was used. */
  readonly factor: string;
  readonly level: Level;
  readonly acr: string;
  /** RFC 8176, as far as it has words for it. */
  readonly amr: readonly string[];
  /** Of this step-up; epoch seconds. */
  readonly time: number;
  /** Digests of the session's ID and of the user in it. */
  readonly session: string;
  readonly user: string;
}

/** A step-up that somebody was sent to make. */
export interface PendingStepUp {
  /** Where they were sent away from: path and query, as they came. */
  readonly returnTo: string;
  /** What will be enough there. */
  readonly level: Level;
  readonly factors: readonly string[] | undefined;
  /** Whether a recovery code will. */
  readonly recovery: boolean;
}

interface Kept {
  context?: StepUpContext;
  pending?: PendingStepUp;
}

const keptIn = (session: Session): Kept => (session as unknown as { [KEY]?: Kept })[KEY] ?? {};

function keep(session: Session, kept: Kept): void {
  (session as unknown as { [KEY]: Kept })[KEY] = kept;
}

const sessionIn = (req: Request): Session | undefined =>
  (req as unknown as { session?: Session | null }).session ?? undefined;

/** The step-up of this session, however old; undefined without a login, and where it names another session or user. */
export function stepUpContext(req: Request): StepUpContext | undefined {
  const session = sessionIn(req);
  const context = session && keptIn(session).context;
  if (!session || !context || !authContext(req)) return undefined;
  const owner = ownerOf(req, session);
  return context.session === owner.session && context.user === owner.user ? context : undefined;
}

export interface ContextOptions {
  /** Seconds for which a step-up counts. Default 300. */
  maxAge?: number;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

/** Seconds for which a step-up counts where nothing else is said. */
export const MAX_AGE = 300;

/** A clock that is set back makes nothing young again for longer than `maxAge`. */
export const isFresh = (time: number, maxAge: number, now: number): boolean => Math.abs(now - time) <= maxAge;

/**
 * How far this session is trusted right now: the step-up while it is young enough, added to the login;
 * after that the login alone. Undefined: nobody is logged in by a link.
 */
export function currentContext(req: Request, options: ContextOptions = {}): LoginFacts | undefined {
  const { maxAge = MAX_AGE, clock = Date.now } = options;
  const login = authContext(req);
  const stepUp = stepUpContext(req);
  if (!login) return undefined;
  if (!stepUp || stepUp.level < login.level || !isFresh(stepUp.time, maxAge, Math.floor(clock() / 1000))) {
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

/** Kept on the server until the step-up is made; the session is to be saved. */
export function keepPendingStepUp(session: Session, pending: PendingStepUp): void {
  keep(session, { ...keptIn(session), pending });
}

export function pendingStepUpOf(req: Request): PendingStepUp | undefined {
  const session = sessionIn(req);
  return session && keptIn(session).pending;
}

export interface StepUpFacts {
  readonly factor: string;
  readonly level: Level;
  readonly amr: readonly string[];
  /** Epoch seconds. */
  readonly time: number;
}

/**
 * Elevates this session, under a new ID, and forgets where the person had come from. False where they
 * were logged out meanwhile; then nothing is elevated.
 * @throws UnavailableError when the session store fails
 */
export function elevate(req: Request, facts: StepUpFacts): Promise<boolean> {
  return renewSession(req, (renewed) => {
    keep(renewed, { context: { ...facts, acr: acrOf(facts.level), ...ownerOf(req, renewed) } });
  });
}
