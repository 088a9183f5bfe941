/** Of Express, what Passport does not hand to a strategy: the response, and the way to the error handlers. */
import type { Request, Response } from 'express';
import { misuse } from '../errors.js';

/** @throws TypeError outside Express */
export function responseTo(req: Request): Response {
  if (!req.res) throw misuse('the magic link needs Express: this request knows no response (req.res)');
  return req.res;
}

/** Begins `work` once this answer is out, so that it neither delays the answer nor tells anything by its time. */
export function afterAnswer(answer: Response, work: () => void): void {
  if (answer.closed || answer.destroyed) work();
  else answer.once('close', work);
}

/**
 * Runs what the app gave us to call. What it throws goes where Express's errors go: here it would be
 * an unhandled rejection, and it is not ours to answer a second time.
 */
export function callApp(req: Request, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!req.next) throw error;
    req.next(error);
  }
}
