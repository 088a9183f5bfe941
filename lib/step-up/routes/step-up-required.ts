/** Tells a person or a program that a login or a second factor is needed first. */
import type { Request, Response } from 'express';
import { acrOf, type Level } from '../../session/levels.js';
import { saveSession, sessionOf } from '../../session/session.js';
import { wantsJson } from '../../web/answer.js';
import type { StepUpConfig } from '../options.js';
import { keepPendingStepUp, type PendingStepUp } from '../session/context.js';

/** @param returnTo where the login leads */
export function loginRequired({ loginPath }: StepUpConfig, req: Request, res: Response, returnTo: string): void {
  if (wantsJson(req)) res.status(401).json({ error: 'login_required' });
  else res.redirect(303, `${loginPath}?returnTo=${encodeURIComponent(returnTo)}`);
}

/**
 * Sends a program the challenge of RFC 9470, section 3.
 * @param maxAge seconds; infinite for a step-up of any age
 */
export function sendChallenge(res: Response, level: Level, maxAge: number): void {
  res.set(
    'WWW-Authenticate',
    'Bearer error="insufficient_user_authentication", ' +
      'error_description="A different authentication level is required", ' +
      `acr_values="${acrOf(level)}"${Number.isFinite(maxAge) ? `, max_age="${maxAge}"` : ''}`,
  );
  res.status(401).json({ error: 'step_up_required' });
}

/**
 * Sends a person to the page that asks for a second factor.
 * @throws UnavailableError when the session store does not take what is pending
 */
export async function sendToStepUp(
  { path }: StepUpConfig,
  req: Request,
  res: Response,
  pending: PendingStepUp,
): Promise<void> {
  const session = sessionOf(req, true);
  keepPendingStepUp(session, pending);
  await saveSession(session);
  res.redirect(303, path);
}
