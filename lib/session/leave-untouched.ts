/** An answer that leaves the session and its cookie exactly as they are. */
import type { Request, Response } from 'express';
import { sessionRequest } from './session.js';

/**
 * Whatever express-session's `rolling`, `resave` and `saveUninitialized` say, this answer sets no
 * cookie and writes no session: outside the asking browser, or beside a login that is just being
 * made, it would overwrite the cookie or the session that matters.
 *
 * Only while the answer is being sent is the session away, so that the app's views and access logs can
 * read it. Without a session and its ID, express-session does nothing (also not what `unset: 'destroy'` asks).
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
