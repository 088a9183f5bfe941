/** Refuses a POST that another site's page sent (CSRF, and login CSRF). */

import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { RefusedError } from '../errors.js';

/**
 * Whether a request comes from a page of `origin`, or from no browser. Fetch Metadata decides where
 * the browser sends it, else Origin (OWASP CSRF prevention, "Fetch Metadata headers").
 */
export function isSameOrigin({ headers }: IncomingMessage, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || headers.origin === origin;
}

/**
 * The same rule for the app's own unsafe routes, such as the logout. A refusal is an error with
 * `status` 403 and `code` `cross_site`.
 */
export const requireSameOrigin =
  (origin: string): RequestHandler =>
  (req, _res, next) =>
    next(isSameOrigin(req, origin) ? undefined : new RefusedError('cross_site'));
