/** Sends an answer without changing the session or its cookie. */
import type { Request, Response } from 'express';
import { sessionRequest } from './session.js';

/**
 * Keeps this answer from setting a cookie and from writing the session, whatever express-session's `rolling`, `resave`
 * and `saveUninitialized` say. In a browser other than the one that requested the link, or during a parallel login,
 * such a write would overwrite the cookie or the session that matters.
 *
 * The request loses its session only while the answer is being sent, so that the app's views and access logs can read
 * it. Without a session and its ID, express-session does nothing. It does not apply `unset: 'destroy'` either.
 */
export function leaveSessionUntouched(req: Request, res: Response): void {
  const request = sessionRequest(req);
  const response = res as unknown as Record<'end' | 'writeHead', (...args: unknown[]) => unknown>;
  for (const method of ['end', 'writeHead'] as const) {
    const original = response[method];
    response[method] = function (...args) {
      const { session, sessionID } = request;
      request.session = undefined;
      request.sessionID = undefined;
      try {
        return original.apply(this, args);
      } finally {
        Object.assign(request, { session, sessionID });
      }
    };
  }
}
