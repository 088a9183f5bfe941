/** How an answer leaves: what every one of ours carries, and which of HTML and JSON it is. */
import type { Request, Response } from 'express';

/** On every answer to a login request, refusals included. */
export function protectAnswer(res: Response): void {
  res.set({
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    // The whole URL, token included, goes nowhere; `no-referrer` would turn a form's Origin into null.
    'Referrer-Policy': 'strict-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  res.vary('Accept').vary('Cookie');
}

/** JSON for who asks for it, HTML for everybody else. */
export const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';
