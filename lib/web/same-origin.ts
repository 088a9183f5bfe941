/** Refuses requests from pages of other sites (CSRF and login CSRF). */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { RefusedError } from '../errors.js';

/**
 * Whether a request comes from a page of `origin` or from a client that is no browser. Sec-Fetch-Site decides if the
 * browser sends it, else Origin (OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata headers").
 */
export function isSameOrigin({ headers }: IncomingMessage, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || headers.origin === origin;
}

/**
 * Middleware with the same rule for the app's own routes that change something, such as logout. It passes a
 * `RefusedError` with `status` 403 and `code` `cross_site` to the error handlers.
 */
export const requireSameOrigin =
  (origin: string): RequestHandler =>
  (req, _res, next) =>
    next(isSameOrigin(req, origin) ? undefined : new RefusedError('cross_site'));
