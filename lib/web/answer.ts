/** How an answer leaves: what every one of ours carries, and which of HTML and JSON it is. */
import type { Request, Response } from 'express';

const HEADERS = Object.entries({
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  // The whole URL, token included, goes nowhere; `no-referrer` would turn a form's Origin into null.
  'Referrer-Policy': 'strict-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

/** On an answer that is: the router's answers are the strategy's, too. */
const PROTECTED = Symbol('protected');

/** On every answer to a login request, refusals included. */
export function protectAnswer(res: Response & { [PROTECTED]?: true }): void {
  if (res[PROTECTED]) return;
  res[PROTECTED] = true;
  for (const [name, value] of HEADERS) res.setHeader(name, value);
  res.vary('Accept, Cookie');
}

/** JSON for who asks for it, HTML for everybody else. */
export const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';
