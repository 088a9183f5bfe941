/** The login's routes and pages, ready to mount: form, ask, sent, callback, code, not-me. */
import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type Response,
  type Router,
} from 'express';
import { type Refusal, type RefusalCode, refusal, UnavailableError } from '../errors.js';
import { openInvitation } from '../protocol/invitation.js';
import { parseReturnTo, pathOf } from '../protocol/return-to.js';
import { typedAsk } from '../session/asked.js';
import { authContext, isLoggedIn } from '../session/auth-context.js';
import { askedLink, resendWait } from '../session/binding.js';
import { leaveSessionUntouched } from '../session/leave-untouched.js';
import { sessionOf } from '../session/session.js';
import type { AuthenticateOptions, MagicLinkOutcome } from '../strategy/authenticate-options.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { protectAnswer, wantsJson } from '../web/answer.js';
import type { RetryForm } from '../web/pages.js';

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
const CODE = '/code';
const NOT_ME = '/not-me';
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
  const { callbackPath, loginPath, pages, languages, keyring, codes, limits, clock, ttl } = strategy.config;
  need(
    callbackPath.endsWith(CALLBACK) && callbackPath !== CALLBACK,
    `magicLinkRouter serves <mount>${CALLBACK}: set callbackPath to, for example, /login${CALLBACK}`,
  );

  const refuse = async (req: Request, res: Response, refused: Refusal, retryForm?: RetryForm): Promise<void> => {
    if (wantsJson(req)) res.status(refused.status).json({ error: refused.code });
    else await pages.send(req, res, refused.status, 'refused', { refusal: refused, loginPath, retryForm });
  };

  /** Whoever is refused may be in another browser than the one that asked; only a refused login is to be remembered. */
  const refuseLogin = async (req: Request, res: Response): Promise<void> => {
    const { refusal: refused, retryForm, help } = outcomeOf(req);
    if (refused.code !== 'login_refused') leaveSessionUntouched(req, res);
    if (refused.code === 'code_wrong' && !wantsJson(req)) return showSent(req, res, refused);
    if (!help) return refuse(req, res, refused, retryForm);
    const { code, askedIn, askedAt } = help;
    if (wantsJson(req)) res.status(refused.status).json({ error: refused.code, code });
    else {
      const asked = { askedIn, askedAt: new Date(askedAt * 1000), loginPath };
      await pages.send(req, res, refused.status, 'code', { code, origin: strategy.config.origin, ...asked });
    }
  };

  const showForm = async (req: Request, res: Response): Promise<void> => {
    const { returnTo, invite } = req.query;
    await pages.send(req, res, 200, 'form', {
      ...form,
      returnTo: typeof returnTo === 'string' ? returnTo : undefined,
      invitation: invitationOf(invite),
    });
  };
  const invitationOf = (invite: unknown) => {
    const invited = openInvitation(keyring, invite, clock());
    return invited && { invite: String(invite), address: invited.address };
  };
  const form = { action: loginPath, returnTo: undefined, email: undefined, refusal: undefined, invitation: undefined };

  /** What was typed is shown again, with what is wrong about it. */
  const refuseAsk = async (req: Request, res: Response): Promise<void> => {
    const { refusal: refused } = outcomeOf(req);
    if (wantsJson(req) || !SHOWN_IN_FORM.includes(refused.code)) return refuse(req, res, refused);
    const { email, returnTo, invite } = req.body as { email?: string; returnTo?: string; invite?: string };
    const invitation = invitationOf(invite);
    await pages.send(req, res, refused.status, 'form', { ...form, email, returnTo, invitation, refusal: refused });
  };

  const accepted = (req: Request, res: Response): void => {
    if (wantsJson(req)) res.status(202).json({ status: 'sent' });
    else res.redirect(303, `${loginPath}/sent`);
  };

  const authenticated = (req: Request, res: Response, returnTo: string): void => {
    if (wantsJson(req)) res.json({ status: 'authenticated', returnTo: pathOf(returnTo) });
    else res.redirect(303, returnTo);
  };

  /** Asked again and again while somebody waits: beside a login that is just being made it must not touch the session. */
  const showSent = async (req: Request, res: Response, refused?: Refusal): Promise<void> => {
    leaveSessionUntouched(req, res);
    const session = sessionOf(req, false);
    // Whoever is logged in and has asked again is waiting: a login ends what was asked for.
    const continueTo = askedLink(session) ? undefined : authContext(req)?.returnTo;
    if (wantsJson(req)) {
      const status = continueTo === undefined ? 'waiting' : 'authenticated';
      res.json({ status, ...(continueTo !== undefined && { returnTo: pathOf(continueTo) }) });
      return;
    }
    await pages.send(req, res, refused?.status ?? 200, 'sent', {
      loginPath,
      codeAction: codes ? loginPath + CODE : undefined,
      retryForm: typedAsk(keyring, session),
      wait: limits ? resendWait(session, limits.resend, Math.floor(clock() / 1000)) : 0,
      refusal: refused,
      switchesUser: isLoggedIn(req, session),
      ttl: ttl,
      continueTo,
    });
  };

  const ask: Handler = (req, res, next) =>
    passport.authenticate(strategy.name, { action: 'request' }, (error) => {
      if (error) return next(error);
      forward(refuseAsk(req, res), next);
    })(req, res, (error?: unknown) => (error ? next(error) : accepted(req, res)));

  const logIn =
    (action?: 'code'): Handler =>
    (req, res, next) =>
      passport.authenticate(strategy.name, { successRedirect, ...(action && { action }) }, (error, user) => {
        if (error) return next(error);
        if (!user) return forward(refuseLogin(req, res), next);
        const { logIn } = req as unknown as { logIn: (user: unknown, done: (error?: unknown) => void) => void };
        logIn.call(req, user, (failure) => {
          if (failure) return next(failure);
          if (req.magicLink?.status === 'authenticated') authenticated(req, res, req.magicLink.returnTo);
        });
      })(req, res, next);

  const notMe: Handler = (req, res, next) =>
    passport.authenticate(strategy.name, { action: 'not-me' }, (error) => {
      if (error) return next(error);
      forward(refuse(req, res, outcomeOf(req).refusal), next);
    })(req, res, next);

  const only =
    (allowed: string): Handler =>
    (req, res, next) => {
      res.set('Allow', allowed);
      forward(refuse(req, res, refusal('method_not_allowed', languages.for(req))), next);
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
    const code = status === 413 ? 'payload_too_large' : 'invalid_request';
    forward(refuse(req, res, refusal(code, languages.for(req))), next);
  };

  const unavailable = async (
    req: Request,
    res: Response,
    { status, code, headers }: UnavailableError,
  ): Promise<void> => {
    res.set(headers);
    if (wantsJson(req)) res.status(status).json({ error: code });
    else await pages.send(req, res, status, 'unavailable', { loginPath });
  };

  const router = express.Router();
  router.use((_req, res, next) => {
    protectAnswer(res);
    next();
  });
  router.post(/./, express.urlencoded({ extended: false }), express.json());
  router.use(badBody);
  // Where most requests that matter go comes first.
  router.all(CALLBACK, logIn());
  router
    .route('/')
    .get((req, res, next) => forward(showForm(req, res), next))
    .post(ask)
    .all(only('GET, HEAD, POST'));
  router
    .route('/sent')
    .get((req, res, next) => forward(showSent(req, res), next))
    .all(only('GET, HEAD'));
  router.all(CODE, logIn('code'));
  router.all(NOT_ME, notMe);
  router.use(fail);
  return router;
}

type Handler = (req: Request, res: Response, next: NextFunction) => unknown;

/** Express 4 does not look at a handler's promise. */
const forward = (answer: Promise<void>, next: NextFunction): void => void answer.catch(next);

type Refused = Extract<MagicLinkOutcome, { status: 'refused' }>;

/** Passport calls back without a user or an error only for what was refused. */
const outcomeOf = (req: Request): Refused => req.magicLink as Refused;
