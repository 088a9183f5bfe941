/** The one hook that judges a login: what it is given, what it may answer, and how an answer is checked. */
import type { Request } from 'express';
import { misuse } from '../errors.js';
import type { Claims } from '../protocol/claims.js';
import { type Decision, isDecision } from '../protocol/decision.js';

/** A login that is about to happen: the link is spent, and `verify` has found the user. */
export interface AssessContext<User = unknown> {
  readonly claims: Claims;
  readonly user: User;
  readonly req: Request;
  /** What stands for the mailbox in events and in the store, under each of the app's secrets, the current one first. */
  readonly accountTags: readonly string[];
  /** Aborted at the deadline of 5 seconds. */
  readonly signal: AbortSignal;
}

/** One reason for an answer other than `allow`, reported as the event `signal.raised`. */
export interface RaisedSignal {
  /** A short word, such as `dormant`. */
  readonly reason: string;
  readonly decision: Decision;
  /** What was seen, in words that may be logged: no address and no secret. */
  readonly evidence?: string;
}

export interface Assessment {
  readonly decision: Decision;
  readonly raised: readonly RaisedSignal[];
}

/** Called after `verify` and before anybody is logged in. If it throws or is late, the answer is 503. */
export type Assess<User = unknown> = (
  context: AssessContext<User>,
) => Decision | Assessment | Promise<Decision | Assessment>;

/** @throws TypeError for what is no decision: a login must not pass because of a misspelt word */
export function readAssessment(answer: unknown): Assessment {
  const { decision, raised } = isDecision(answer) ? { decision: answer, raised: [] } : (Object(answer) as Assessment);
  if (!isDecision(decision) || !Array.isArray(raised) || !raised.every(isRaised)) {
    throw misuse(
      "assess must return 'allow', 'stepUp' or 'deny', or { decision, raised: [{ reason, decision, evidence? }] }",
    );
  }
  return { decision, raised };
}

function isRaised(value: unknown): value is RaisedSignal {
  const { reason, decision, evidence } = Object(value) as RaisedSignal;
  return typeof reason === 'string' && isDecision(decision) && ['string', 'undefined'].includes(typeof evidence);
}
