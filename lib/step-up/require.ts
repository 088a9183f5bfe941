/** The guards: they pass requests with a recent enough proof and send all others to the step-up. */
import type { Request, RequestHandler } from 'express';
import { authContext } from '../session/auth-context.js';
import { ACRS, type Level } from '../session/levels.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import { secondsOf } from '../util/seconds.js';
import { protectAnswer, wantsJson } from '../web/answer.js';
import { RECOVERY } from './factors/recovery-codes.js';
import { isPath } from './options.js';
import { loginRequired, sendChallenge, sendToStepUp } from './routes/step-up-required.js';
import type { Services } from './services.js';
import { isFresh, isHeld, MAX_AGE, stepUpContext } from './session/context.js';

export interface StepUpDemand {
  /** At least 0 (code), 1 (link), 2 (second factor) or 3 (passkey that verified the person). Default 2. */
  level?: Level;
  /** The same, by its acr. */
  acr?: string;
  /**
   * Seconds since the step-up, 1 to 86,400. Default 300; for levels 0 and 1 none. It bounds this guard only: the option
   * `maxAge` of `StepUp` bounds changes of factors.
   */
  maxAge?: number;
  /** Only these factors count, by their names, such as `['passkey']`. Default: any of that level, and recovery codes (`recovery`). */
  factors?: readonly string[];
  /** Guards only requests for which this returns true. Default: all. A held login is refused in any case. */
  when?: (req: Request) => boolean;
  /** Where a person continues after a request that is not repeated, such as a POST; a path of the origin. Default `/`. */
  returnTo?: string;
}

const NAMES = namesOf<StepUpDemand>({
  level: true,
  acr: true,
  maxAge: true,
  factors: true,
  when: true,
  returnTo: true,
});

/** What the guard requires, checked. */
interface Demand {
  readonly level: Level;
  readonly maxAge: number;
  readonly factors: readonly string[] | undefined;
}

const MAX_MAX_AGE = 86_400;

/** @throws TypeError for a wrong option, and for a factor that this step-up does not have */
export function requireStepUp({ config }: Services, options: StepUpDemand): RequestHandler {
  checkNames('stepUp.require', options, NAMES);
  const { when = () => true, returnTo = '/' } = options;
  need(isFunction(when), 'when must be a function of a request that returns true or false');
  need(isPath(config.origin, returnTo), 'returnTo must be a path of the origin');
  const demand = parseDemand(options, [...config.factors.keys(), RECOVERY]);
  const { level, maxAge, factors } = demand;

  return (req, res, next) => {
    const held = isHeld(req);
    if (!held && (!when(req) || isEnough(req, demand, secondsOf(config.clock)))) return next();
    protectAnswer(res);
    const target = returnTarget(req, returnTo);
    // A held login needs a second factor, also on routes of level 0 or 1.
    const needed = held && level < 2 ? 2 : level;
    const login = authContext(req);
    if (login && wantsJson(req)) return sendChallenge(res, needed, maxAge);
    // Levels 0 and 1 are proved by a login, so the person logs in again.
    if (!login || needed < 2) return loginRequired(config, req, res, target);
    const recovery = needed === 2 && (factors?.includes(RECOVERY) ?? true);
    sendToStepUp(config, req, res, { returnTo: target, level: needed, factors, recovery }).catch(next);
  };
}

export function requireIfHeld({ config }: Services): RequestHandler {
  return (req, res, next) => {
    if (!isHeld(req)) return next();
    protectAnswer(res);
    if (wantsJson(req)) return sendChallenge(res, 2, Number.POSITIVE_INFINITY);
    const pending = { returnTo: returnTarget(req, '/'), level: 2, factors: undefined, recovery: true } as const;
    sendToStepUp(config, req, res, pending).catch(next);
  };
}

/** An unsafe request is not repeated; the person goes to `otherwise`. */
const returnTarget = (req: Request, otherwise: string): string =>
  req.method === 'GET' || req.method === 'HEAD' ? req.originalUrl : otherwise;

function parseDemand(options: StepUpDemand, known: readonly string[]): Demand {
  const { factors } = options;
  const level = parseLevel(options.level, options.acr);
  const { maxAge = level < 2 ? Number.POSITIVE_INFINITY : MAX_AGE } = options;
  if (options.maxAge !== undefined) wholeNumber('maxAge', 'seconds', maxAge, { max: MAX_MAX_AGE });
  if (factors !== undefined) {
    const areKnown = Array.isArray(factors) && factors.length > 0 && factors.every((name) => known.includes(name));
    need(areKnown, `factors must be one or more of: ${known.join(', ')}`);
    need(level >= 2, 'factors says which second factor counts: level must be 2 or 3');
  }
  return { level, maxAge, factors };
}

function parseLevel(level: unknown, acr: unknown): Level {
  need(level === undefined || acr === undefined, 'stepUp.require takes a level or an acr, not both');
  const found = acr === undefined ? (level ?? 2) : ACRS.indexOf(acr as (typeof ACRS)[number]);
  need(acr === undefined || found !== -1, `acr must be one of: ${ACRS.join(', ')}`);
  need([0, 1, 2, 3].includes(found as number), 'level must be 0 (code), 1 (link), 2 (second factor) or 3 (passkey)');
  return found as Level;
}

function isEnough(req: Request, { level, maxAge, factors }: Demand, now: number): boolean {
  const login = authContext(req);
  if (!login) return false;
  const stepUp = stepUpContext(req);
  const counts = stepUp && (factors === undefined || factors.includes(stepUp.factor));
  if (counts && stepUp.level >= level && isFresh(stepUp.time, maxAge, now)) return true;
  // A login by link or code is one factor, so it proves level 1 at most.
  return level < 2 && login.level >= level && isFresh(login.authTime, maxAge, now);
}
