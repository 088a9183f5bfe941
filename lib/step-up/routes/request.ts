/** The person and the response of a step-up request. */
import type { Request, Response } from 'express';
import { authContext } from '../../session/auth-context.js';
import { sessionRequest } from '../../session/session.js';
import { need } from '../../util/check.js';
import { secondsOf } from '../../util/seconds.js';
import { bodyField } from '../../web/body.js';
import type { Factor } from '../factors/factor.js';
import type { Services } from '../services.js';
import { isFresh, isHeld, stepUpContext } from '../session/context.js';
import { StepUpRequest } from '../session/step-up-request.js';

export type StepUpHandler = (request: StepUpRequest) => unknown;

/** Resolves with undefined if nobody is logged in by a link. */
export async function openRequest(
  { config }: Services,
  req: Request,
  res: Response,
): Promise<StepUpRequest | undefined> {
  const events = config.reporterFor(req);
  const login = authContext(req);
  const { user } = sessionRequest(req);
  const person = login && user ? await config.user(user, req) : undefined;
  if (!login || !person) return undefined;
  const isPerson = typeof person.id === 'string' && person.id !== '' && typeof person.name === 'string';
  need(isPerson, 'user must return { id, name }, both strings');
  const context = stepUpContext(req);
  const isRecent = context && isFresh(context.time, config.maxAge, secondsOf(config.clock));
  const assurance = {
    session: login.session,
    login,
    isHeld: isHeld(req),
    stepUp: isRecent ? context : undefined,
  };
  return new StepUpRequest({ req, res, person, assurance, texts: config.texts(req), events });
}

/**
 * The client's response: a typed `code`, or a browser's whole answer to a challenge, as JSON or in the form field
 * `response`. Undefined if it has another type.
 */
export function responseIn({ req }: StepUpRequest, factor: Factor): unknown {
  if (!factor.challenge) {
    const code = bodyField(req, 'code');
    return typeof code === 'string' ? code : undefined;
  }
  const body: unknown = req.is('urlencoded') ? parsed(bodyField(req, 'response')) : req.body;
  return typeof body === 'object' && body !== null ? body : undefined;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
