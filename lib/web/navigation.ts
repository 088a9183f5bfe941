/** What the browser says about a request: whether it is a navigation, and which site it came from. */
import type { IncomingMessage } from 'node:http';

/** Headers of a prefetch or prerender, for which the person has not clicked yet. */
const SPECULATIVE = ['sec-purpose', 'purpose', 'x-moz'] as const;

/** True for a GET that is not speculative and, if the browser says what it is for, loads a document. */
export function isNavigation({ method, headers }: IncomingMessage): boolean {
  const destination = headers['sec-fetch-dest'] ?? 'document';
  return method === 'GET' && destination === 'document' && SPECULATIVE.every((name) => headers[name] === undefined);
}

/** True for a click on another site, with which the browser sends no SameSite=Strict cookie. */
export const isCrossSite = ({ headers }: IncomingMessage): boolean => headers['sec-fetch-site'] === 'cross-site';

/** Whether the browser may have withheld a session cookie from this request because of its SameSite attribute. */
export function isCookieWithheld(req: IncomingMessage): boolean {
  const { session } = req as unknown as { session?: { cookie?: { sameSite?: unknown } } | null };
  const sameSite = session?.cookie?.sameSite;
  const isStrict = sameSite === 'strict' || sameSite === true;
  return isCrossSite(req) && (isStrict || (sameSite === 'lax' && req.method === 'POST'));
}
