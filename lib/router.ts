/** The login's routes and pages, ready to mount: form, ask, sent, callback. */
import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type Response,
  type Router,
} from 'express';
import { checkNames, isFunction, namesOf, need } from './check.js';
import { type Refusal, type RefusalCode, refusal, UnavailableError } from './errors.js';
import { parseReturnTo, pathOf } from './protocol/return-to.js';
import type { AuthenticateOptions } from './request.js';
import { authContext } from './session/auth-context.js';
import { leaveSessionUntouched } from './session/untouched.js';
import { MagicLinkStrategy } from './strategy.js';
import { protectAnswer, wantsJson } from './web/answer.js';
import { type PageData, type PageName, sendPage } from './web/pages.js';

/** The one method of Passport that is used: pass the app's own `passport`, with the strategy in use. */
export interface Authenticator {
  authenticate(
    strategy: string,
    options: AuthenticateOptions,
    callback: (error: unknown, user?: unknown) => void,
  ): (req: Request, res: Response, next: NextFunction) => unknown;
}

export interface RouterOptions {
  /** Where a login goes that was not asked for with a `returnTo`. Default `/`. */
  successRedirect?: string;
}

const ROUTER_OPTION_NAMES = namesOf<RouterOptions>({ successRedirect: true });

const CALLBACK = '/callback';
/** What the person can mend by asking again. */
const SHOWN_IN_FORM: readonly RefusalCode[] = ['invalid_address', 'rate_limited'];

/**
 * Mount it where `callbackPath` says, which must end in `/callback`: for `/login/callback`,
 * `app.use('/login', magicLinkRouter(passport, strategy))`. It brings its own body parsers.
 * HTML to browsers, JSON to `Accept: application/json`.
 * @throws TypeError for another callbackPath
 */
export function magicLinkRouter(
  passport: Authenticator,
  strategy: MagicLinkStrategy,
  options: RouterOptions = {},
): Router {
  need(isFunction(passport?.authenticate), 'magicLinkRouter takes the app’s passport first');
  need(strategy instanceof MagicLinkStrategy, 'magicLinkRouter takes a MagicLinkStrategy second');
  checkNames('magicLinkRouter', options, ROUTER_OPTION_NAMES);
  const { successRedirect = '/' } = options;
  need(parseReturnTo(strategy.config.origin, successRedirect), 'successRedirect must be a path of the origin');
  const { callbackPath, views } = strategy.config;
  need(
    callbackPath.endsWith(CALLBACK) && callbackPath !== CALLBACK,
    `magicLinkRouter serves <mount>${CALLBACK}: set callbackPath to, for example, /login${CALLBACK}`,
  );
  const loginPath = callbackPath.slice(0, -CALLBACK.length);

  const page = <P extends PageName>(req: Request, res: Response, status: number, name: P, data: PageData[P]) =>
    sendPage({ req, res, views }, status, name, data);

  const refuse = async (req: Request, res: Response, refused: Refusal): Promise<void> => {
    if (wantsJson(req)) res.status(refused.status).json({ error: refused.code });
    else await page(req, res, refused.status, 'refused', { refusal: refused, loginPath });
  };

  /** Whoever is refused may be in another browser than the one that asked; only a refused login is to be remembered. */
  const refuseLogin = (req: Request, res: Response, refused: Refusal): Promise<void> => {
    if (refused.code !== 'login_refused') leaveSessionUntouched(req, res);
    return refuse(req, res, refused);
  };

  const showForm = async (req: Request, res: Response): Promise<void> => {
    const { returnTo } = req.query;
    await page(req, res, 200, 'form', { ...form, returnTo: typeof returnTo === 'string' ? returnTo : undefined });
  };
  const form = { action: loginPath, returnTo: undefined, email: undefined, refusal: undefined };

  /** What was typed is shown again, with what is wrong about it. */
  const refuseAsk = async (req: Request, res: Response, refused: Refusal): Promise<void> => {
    if (wantsJson(req) || !SHOWN_IN_FORM.includes(refused.code)) return refuse(req, res, refused);
    const { email, returnTo } = req.body as { email: string; returnTo?: string };
    await page(req, res, refused.status, 'form', { ...form, email, returnTo, refusal: refused });
  };

  const accepted = (req: Request, res: Response): void => {
    if (wantsJson(req)) res.status(202).json({ status: 'sent' });
    else res.redirect(303, `${loginPath}/sent`);
  };

  const authenticated = (req: Request, res: Response, returnTo: string): void => {
    if (wantsJson(req)) res.json({ status: 'authenticated', returnTo: pathOf(returnTo) });
    else res.redirect(303, returnTo);
  };

  const showSent = async (req: Request, res: Response): Promise<void> => {
    const continueTo = authContext(req)?.returnTo;
    if (!wantsJson(req)) await page(req, res, 200, 'sent', { loginPath, continueTo });
    else if (continueTo === undefined) res.json({ status: 'waiting' });
    else res.json({ status: 'authenticated', returnTo: pathOf(continueTo) });
  };

  const ask: Handler = (req, res, next) =>
    passport.authenticate(strategy.name, { action: 'request' }, (error) => {
      if (error) return next(error);
      forward(refuseAsk(req, res, refusalOf(req)), next);
    })(req, res, (error?: unknown) => (error ? next(error) : accepted(req, res)));

  const callback: Handler = (req, res, next) =>
    passport.authenticate(strategy.name, { successRedirect }, (error, user) => {
      if (error) return next(error);
      if (!user) return forward(refuseLogin(req, res, refusalOf(req)), next);
      const { logIn } = req as unknown as { logIn: (user: unknown, done: (error?: unknown) => void) => void };
      logIn.call(req, user, (failure) => {
        if (failure) return next(failure);
        if (req.magicLink?.status === 'authenticated') authenticated(req, res, req.magicLink.returnTo);
      });
    })(req, res, next);

  const only =
    (allowed: string): Handler =>
    (req, res, next) => {
      res.set('Allow', allowed);
      forward(refuse(req, res, refusal('method_not_allowed')), next);
    };

  const fail: ErrorRequestHandler = (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error);
    if (error instanceof UnavailableError) return forward(unavailable(req, res, error), next);
    return next(error);
  };

  /** What the body parsers refuse is the client's mistake. */
  const badBody: ErrorRequestHandler = (error: unknown, req, res, next) => {
    const { status } = Object(error) as { status?: number };
    if (status === undefined || status < 400 || status > 499) return next(error);
    forward(refuse(req, res, refusal(status === 413 ? 'payload_too_large' : 'invalid_request')), next);
  };

  const unavailable = async (
    req: Request,
    res: Response,
    { status, code, headers }: UnavailableError,
  ): Promise<void> => {
    res.set(headers);
    if (wantsJson(req)) res.status(status).json({ error: code });
    else await page(req, res, status, 'unavailable', { loginPath });
  };

  const router = express.Router();
  router.use((_req, res, next) => {
    protectAnswer(res);
    next();
  });
  router.use(express.urlencoded({ extended: false }), express.json(), badBody);
  router
    .route('/')
    .get((req, res, next) => forward(showForm(req, res), next))
    .post(ask)
    .all(only('GET, HEAD, POST'));
  router
    .route('/sent')
    .get((req, res, next) => forward(showSent(req, res), next))
    .all(only('GET, HEAD'));
  router.all(CALLBACK, callback);
  router.use(fail);
  return router;
}

type Handler = (req: Request, res: Response, next: NextFunction) => unknown;

/** Express 4 does not look at a handler's promise. */
const forward = (answer: Promise<void>, next: NextFunction): void => void answer.catch(next);

const refusalOf = (req: Request): Refusal =>
  req.magicLink?.status === 'refused' ? req.magicLink.refusal : refusal('invalid_request');
