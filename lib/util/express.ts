/** The parts of Express that Passport does not pass to a strategy: the response and the error handlers. */
import type { Request, Response } from 'express';
import { misuse } from '../errors.js';

/** @throws TypeError outside Express */
export function responseTo(req: Request): Response {
  if (!req.res) throw misuse('the magic link needs Express: this request has no response (req.res)');
  return req.res;
}

/** Starts `work` after this answer is sent, so that it neither delays the answer nor reveals anything by its timing. */
export function afterAnswer(answer: Response, work: () => void): void {
  if (answer.closed || answer.destroyed) work();
  else answer.once('close', work);
}

/**
 * Calls a callback of the app, and passes what it throws to Express's error handlers. Here it would be an unhandled
 * rejection, and the strategy must not answer a second time.
 */
export function callApp(req: Request, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!req.next) throw error;
    req.next(error);
  }
}
