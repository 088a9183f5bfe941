/** The routes that go through Passport: each calls the strategy and answers with its outcome. */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { misuse } from '../errors.js';
import type { Config } from '../options/options.js';
import { pathOf } from '../protocol/return-to.js';
import { sessionRequest } from '../session/session.js';
import type { AuthenticateOptions } from '../strategy/authenticate-options.js';
import { wantsJson } from '../web/answer.js';
import type { RouterAnswers } from './answers.js';

/**
 * The only method of Passport that the router uses. Pass the app's own `passport`, in which the strategy is registered.
 */
export interface Authenticator {
  authenticate(
    strategy: string,
    options: AuthenticateOptions,
    callback: (error: unknown, user?: unknown) => void,
  ): (req: Request, res: Response, next: NextFunction) => unknown;
}

export interface HandlersConfig {
  readonly passport: Authenticator;
  readonly answers: RouterAnswers;
  readonly config: Config;
  readonly successRedirect: string;
}

export type Handlers = Readonly<Record<'request' | 'callback' | 'code' | 'notMe', RequestHandler>>;

export function createHandlers({ passport, answers, config, successRedirect }: HandlersConfig): Handlers {
  const request: RequestHandler = (req, res, next) =>
    passport.authenticate(config.name, { action: 'request' }, (error) => {
      if (error) return next(error);
      answers.refuseRequest(req, res).catch(next);
    })(req, res, (error?: unknown) => (error ? next(error) : accepted(req, res)));

  const accepted = (req: Request, res: Response): void => {
    if (wantsJson(req)) res.status(202).json({ status: 'sent' });
    else res.redirect(303, `${config.loginPath}/sent`);
  };

  const logInBy =
    (options: AuthenticateOptions): RequestHandler =>
    (req, res, next) =>
      passport.authenticate(config.name, { successRedirect, ...options }, (error, user) => {
        if (error) return next(error);
        if (!user) return void answers.refuseLogin(req, res).catch(next);
        const outcome = req.magicLink;
        if (outcome?.status !== 'authenticated') return next(otherStrategy(config.name));
        sessionRequest(req).logIn(user, (failure: unknown) => {
          if (failure) next(failure);
          else authenticated(req, res, outcome.returnTo);
        });
      })(req, res, next);

  const authenticated = (req: Request, res: Response, returnTo: string): void => {
    if (wantsJson(req)) res.json({ status: 'authenticated', returnTo: pathOf(returnTo) });
    else res.redirect(303, returnTo);
  };

  const notMe: RequestHandler = (req, res, next) =>
    passport.authenticate(config.name, { action: 'not-me' }, (error) => {
      if (error) return next(error);
      answers.refuse(req, res).catch(next);
    })(req, res, next);

  return { request, callback: logInBy({}), code: logInBy({ action: 'code' }), notMe };
}

const otherStrategy = (name: string) =>
  misuse(
    `passport knows another strategy as '${name}': call passport.use(strategy), or give the strategy another name`,
  );
