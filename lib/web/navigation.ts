/** What the browser says about a request: whether a person is behind it, and which site it came from. */
import type { IncomingMessage } from 'node:http';

/** Headers of a prefetch or a prerender: the person has not clicked yet. */
const SPECULATIVE = ['sec-purpose', 'purpose', 'x-moz'] as const;

/** A person going to a page: GET, not speculative, and for a document where the browser says what for. */
export function isNavigation({ method, headers }: IncomingMessage): boolean {
  const destination = headers['sec-fetch-dest'] ?? 'document';
  return method === 'GET' && destination === 'document' && SPECULATIVE.every((name) => headers[name] === undefined);
}

/** A click on another site: a SameSite=Strict cookie has not come along. */
export const isCrossSite = ({ headers }: IncomingMessage): boolean => headers['sec-fetch-site'] === 'cross-site';

/** Whether the browser sent this request without a session cookie that it may well have: by its SameSite. */
export function isCookieWithheld(req: IncomingMessage): boolean {
  const { session } = req as unknown as { session?: { cookie?: { sameSite?: unknown } } | null };
  const sameSite = session?.cookie?.sameSite;
  const isStrict = sameSite === 'strict' || sameSite === true;
  return isCrossSite(req) && (isStrict || (sameSite === 'lax' && req.method === 'POST'));
}
