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
