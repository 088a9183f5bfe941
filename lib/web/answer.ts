/** The headers of every answer, and the choice between HTML and JSON. */
import type { Request, Response } from 'express';

const HEADERS = Object.entries({
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  // Never sends the whole URL, which includes the token. `no-referrer` would make browsers send `Origin: null` with forms.
  'Referrer-Policy': 'strict-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

/** Marks an answer that has the headers already, because it passes through both router and strategy. */
const PROTECTED = Symbol('protected');

/** Sets the headers of an answer to a login request. Refusals have them, too. */
export function protectAnswer(res: Response & { [PROTECTED]?: true }): void {
  if (res[PROTECTED]) return;
  res[PROTECTED] = true;
  for (const [name, value] of HEADERS) res.setHeader(name, value);
  res.vary('Accept, Cookie');
}

/** True if the client prefers JSON to HTML. */
export const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';
