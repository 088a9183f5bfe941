/** What the login's router and step-up's have in common: protection, methods, broken bodies, outages. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { type RefusalCode, UnavailableError } from '../errors.js';
import { protectAnswer } from './answer.js';

/** Writes an answer; a fault of its own goes to Express's error handlers. */
export type Answer = (req: Request, res: Response) => Promise<unknown>;

export type RefuseRequest = (req: Request, res: Response, code: RefusalCode) => Promise<unknown>;

/** As a handler. Express 4 does not look at a handler's promise. */
export const answering =
  (answer: Answer): RequestHandler =>
  (req, res, next) =>
    void answer(req, res).catch(next);

/** Puts the headers on that every answer of ours carries. */
export const protect: RequestHandler = (_req, res, next) => {
  protectAnswer(res);
  next();
};

/** Refuses the methods that a route does not have. */
export const onlyMethods = (allowed: string, refuse: RefuseRequest): RequestHandler =>
  answering((req, res) => refuse(req, res.set('Allow', allowed), 'method_not_allowed'));

/** Refuses what the body parsers refuse: that is the client's mistake. */
export const refuseBrokenBody =
  (refuse: RefuseRequest): ErrorRequestHandler =>
  (error: unknown, req, res, next) => {
    const { status } = Object(error) as { status?: number };
    if (status === undefined || status < 400 || status > 499) return next(error);
    refuse(req, res, status === 413 ? 'payload_too_large' : 'invalid_request').catch(next);
  };

/** Answers an outage; any other error, and one that comes after the answer, is left to the app. */
export const answerOutage =
  (answer: (req: Request, res: Response, error: UnavailableError) => Promise<unknown>): ErrorRequestHandler =>
  (error: unknown, req, res, next) => {
    if (res.headersSent || !(error instanceof UnavailableError)) return next(error);
    answer(req, res, error).catch(next);
  };
