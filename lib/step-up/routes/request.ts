/** A request of somebody who is logged in by a link, and what its handlers have in common. */
import type { Request, Response } from 'express';
import { bodyField } from '../../web/body.js';
import type { Factor, Person } from '../factors/factor.js';
import type { Assurance } from '../session/assurance.js';

export interface StepUpRequest {
  readonly req: Request;
  readonly res: Response;
  readonly person: Person;
  readonly assurance: Assurance;
}

export type StepUpHandler = (visit: StepUpRequest) => Promise<unknown>;

/**
 * What the client proves by: a typed `code`, or a browser's whole answer to a challenge, as JSON or in the
 * form field `response`. Undefined where it is of another type.
 */
export function responseIn(req: Request, factor: Factor): unknown {
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
