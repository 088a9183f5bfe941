/** Handlers that the login router and the step-up router share: headers, methods, broken bodies and outages. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { RefusalCode } from '../errors.js';
import { protectAnswer } from './answer.js';

/** Writes an answer. If it rejects, the error goes to Express's error handlers. */
export type Answer = (req: Request, res: Response) => Promise<unknown>;

export type RefuseRequest = (req: Request, res: Response, code: RefusalCode) => Promise<unknown>;

/** Makes a handler of an answer. Express 4 ignores a handler's promise. */
export const answering =
  (answer: Answer): RequestHandler =>
  (req, res, next) =>
    void answer(req, res).catch(next);

/** Sets the headers that every answer has. */
export const protect: RequestHandler = (_req, res, next) => {
  protectAnswer(res);
  next();
};

/** Refuses methods that the route does not support. */
export const onlyMethods = (allowed: string, refuse: RefuseRequest): RequestHandler =>
  answering((req, res) => refuse(req, res.set('Allow', allowed), 'method_not_allowed'));

/** Refuses a request whose body a parser refused, which is the client's mistake. */
export const refuseBrokenBody =
  (refuse: RefuseRequest): ErrorRequestHandler =>
  (error: unknown, req, res, next) => {
    const { status } = Object(error) as { status?: number };
    if (status === undefined || status < 400 || status > 499) return next(error);
    refuse(req, res, status === 413 ? 'payload_too_large' : 'invalid_request').catch(next);
  };
