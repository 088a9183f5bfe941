/** The guard: lets through who has proved enough, recently enough; sends a person to prove it, and tells a program. */
import type { Request, RequestHandler, Response } from 'express';
import { parseReturnTo } from '../protocol/return-to.js';
import { authContext } from '../session/auth-context.js';
import { type Session, saveSession } from '../session/session.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import { protectAnswer, wantsJson } from '../web/answer.js';
import { acrOf, type Level, parseLevel } from './factors/levels.js';
import { RECOVERY } from './factors/recovery-codes.js';
import { isFresh, keepPendingStepUp, MAX_AGE, stepUpContext } from './session/context.js';

export interface StepUpDemand {
  /** At least 0 (code), 1 (link), 2 (second factor) or 3 (passkey that verified the person). Default 2. */
  level?: Level;
  /** The same, by its name. */
  acr?: string;
  /** Seconds since the step-up, 1 to 86,400. Default 300; for levels 0 and 1 none. */
  maxAge?: number;
  /** Only these factors count, by their names, such as `['passkey']`. Default: any of that level. */
  factors?: readonly string[];
  /** Asks only of requests for which this is true, such as those of a login that was odd. Default: of all. */
  when?: (req: Request) => boolean;
  /** Where the step-up router is mounted. Default `/step-up`. */
  path?: string;
  /** Where the login is mounted, for who is not logged in. Default `/login`. */
  loginPath?: string;
  /** Where a person goes on after a request that is not repeated, such as a POST. Default `/`. */
  returnTo?: string;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}

const NAMES = namesOf<StepUpDemand>({
  level: true,
  acr: true,
  maxAge: true,
  factors: true,
  when: true,
  path: true,
  loginPath: true,
  returnTo: true,
  clock: true,
});

/** What the guard asks for, checked. */
interface Demand {
  readonly level: Level;
  readonly maxAge: number;
  readonly factors: readonly string[] | undefined;
}

const MAX_MAX_AGE = 86_400;

/**
 * Guards a route, or with `app.use` all that comes after it; put it after the login's and the step-up's
 * own routes. Whoever is logged in by anything but a link counts as not logged in.
 *
 * JSON gets 401 `step_up_required` with the challenge of RFC 9470, or 401 `login_required`. A browser goes
 * to the step-up page and comes back by GET: an unsafe request is not repeated.
 * @throws TypeError for a wrong option
 */
export function requireStepUp(options: StepUpDemand = {}): RequestHandler {
  checkNames('requireStepUp', options, NAMES);
  const { factors, when = () => true, clock = Date.now } = options;
  const { path = '/step-up', loginPath = '/login', returnTo = '/' } = options;
  const level = parseLevel(options.level, options.acr);
  const { maxAge = level < 2 ? Number.POSITIVE_INFINITY : MAX_AGE } = options;
  if (options.maxAge !== undefined) wholeNumber('maxAge', 'seconds', maxAge, { max: MAX_MAX_AGE });
  for (const [name, value] of Object.entries({ path, loginPath, returnTo })) {
    need(isPath(value), `${name} must be a path of the origin`);
  }
  const areNames = Array.isArray(factors) && factors.length > 0 && factors.every((name) => typeof name === 'string');
  need(factors === undefined || areNames, 'factors must be names of factors, one at least');
  need(factors === undefined || level >= 2, 'factors says which second factor counts: level must be 2 or 3');
  need(isFunction(when), 'when must be a function of a request that returns true or false');
  need(isFunction(clock), 'clock must be a function that returns epoch milliseconds');
  const demand: Demand = { level, maxAge, factors };

  return (req, res, next) => {
    if (!when(req) || isEnough(req, demand, Math.floor(clock() / 1000))) return next();
    protectAnswer(res);
    const login = authContext(req);
    if (wantsJson(req)) {
      if (login) refuseStepUp(res, level, maxAge);
      else res.status(401).json({ error: 'login_required' });
      return;
    }
    // What was to be done by an unsafe request is the person's to do again.
    const target = req.method === 'GET' || req.method === 'HEAD' ? req.originalUrl : returnTo;
    // What a login can give takes a new login, not a second factor.
    if (!login || level < 2) return res.redirect(303, `${loginPath}?returnTo=${encodeURIComponent(target)}`);
    const { session } = req as unknown as { session: Session };
    const recovery = level === 2 && (factors?.includes(RECOVERY) ?? true);
    keepPendingStepUp(session, { returnTo: target, level, factors, recovery });
    saveSession(session)
      .then(() => res.redirect(303, path))
      .catch(next);
  };
}

/** A path of any origin, whatever a browser makes of it: the guard does not know the app's. */
const isPath = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('/') && parseReturnTo('https://origin.invalid', value) !== undefined;

/** Nothing known is never enough. */
function isEnough(req: Request, { level, maxAge, factors }: Demand, now: number): boolean {
  const login = authContext(req);
  if (!login) return false;
  const stepUp = stepUpContext(req);
  const counts = stepUp && (factors === undefined || factors.includes(stepUp.factor));
  if (counts && stepUp.level >= level && isFresh(stepUp.time, maxAge, now)) return true;
  // However fresh, a link is one factor.
  return level < 2 && login.level >= level && isFresh(login.authTime, maxAge, now);
}

/** The challenge of RFC 9470, section 3. */
export function refuseStepUp(res: Response, level: Level, maxAge: number): void {
  res.set(
    'WWW-Authenticate',
    'Bearer error="insufficient_user_authentication", ' +
      'error_description="A different authentication level is required", ' +
      `acr_values="${acrOf(level)}"${Number.isFinite(maxAge) ? `, max_age="${maxAge}"` : ''}`,
  );
  res.status(401).json({ error: 'step_up_required' });
}
