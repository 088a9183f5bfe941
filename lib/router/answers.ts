/** The router's own answers: the form, the waiting page, refusals and outages, as pages or JSON. */
import type { Request, Response } from 'express';
import { type Refusal, type RefusalCode, refusal, type UnavailableError } from '../errors.js';
import { openInvitation } from '../protocol/invitation.js';
import { pathOf } from '../protocol/return-to.js';
import { authContext, isLoggedIn } from '../session/auth-context.js';
import { requestedLink, resendWait } from '../session/binding.js';
import { leaveSessionUntouched } from '../session/leave-untouched.js';
import { typedRequest } from '../session/typed-request.js';
import type { MagicLinkOutcome } from '../strategy/authenticate-options.js';
import { type Services, sessionFor } from '../strategy/exchange.js';
import { secondsOf } from '../util/seconds.js';
import { wantsJson } from '../web/answer.js';
import { bodyField, textField } from '../web/body.js';

export type RouterAnswers = ReturnType<typeof createAnswers>;

type Refused = Extract<MagicLinkOutcome, { status: 'refused' }>;

/** Refusals that the person can correct in the form. */
const SHOWN_IN_FORM: readonly RefusalCode[] = ['invalid_address', 'rate_limited'];

export function createAnswers(services: Services) {
  const { config } = services;
  const { loginPath, pages, languages, keyring, codes, limits, clock, ttl, origin } = config;

  const invitationOf = (invite: unknown) => {
    const invited = openInvitation(keyring, invite, clock());
    return invited && { invite: String(invite), address: invited.address };
  };
  const emptyForm = {
    action: loginPath,
    returnTo: undefined,
    email: undefined,
    refusal: undefined,
    invitation: undefined,
  };

  const form = async (req: Request, res: Response): Promise<void> => {
    const { returnTo, invite } = req.query;
    await pages.send(req, res, 'form', {
      ...emptyForm,
      returnTo: typeof returnTo === 'string' ? returnTo : undefined,
      invitation: invitationOf(invite),
    });
  };

  /** Shows the form again after a refused request for a link, with the input and the reason. */
  const refuseRequest = async (req: Request, res: Response): Promise<void> => {
    const { refusal: refused } = outcomeOf(req);
    if (wantsJson(req) || !SHOWN_IN_FORM.includes(refused.code)) return refuse(req, res);
    const typed = {
      email: textField(req, 'email'),
      returnTo: textField(req, 'returnTo'),
      invitation: invitationOf(bodyField(req, 'invite')),
    };
    await pages.send(req, res.status(refused.status), 'form', { ...emptyForm, ...typed, refusal: refused });
  };

  /**
   * The waiting page. It is polled while the person waits, perhaps during a parallel login, so it must not touch the
   * session.
   */
  const sent = async (req: Request, res: Response, refused?: Refusal): Promise<void> => {
    leaveSessionUntouched(req, res);
    const session = sessionFor(services, req);
    // A login ends what was requested. A person who is logged in and has requested a link again is waiting.
    const continueTo = requestedLink(session) ? undefined : authContext(req)?.returnTo;
    if (wantsJson(req)) {
      const status = continueTo === undefined ? 'waiting' : 'authenticated';
      res.json({ status, ...(continueTo !== undefined && { returnTo: pathOf(continueTo) }) });
      return;
    }
    await pages.send(req, res.status(refused?.status ?? 200), 'sent', {
      loginPath,
      codeAction: codes ? `${loginPath}/code` : undefined,
      retryForm: typedRequest(keyring, session),
      wait: limits ? resendWait(session, limits.resend, secondsOf(clock)) : 0,
      refusal: refused,
      switchesUser: isLoggedIn(req, session),
      ttl,
      continueTo,
    });
  };

  const refuse = async (req: Request, res: Response): Promise<void> => {
    const { refusal: refused, retryForm } = outcomeOf(req);
    if (wantsJson(req)) res.status(refused.status).json({ error: refused.code });
    else await pages.send(req, res.status(refused.status), 'refused', { refusal: refused, loginPath, retryForm });
  };

  /** Refuses a request that did not reach the strategy. */
  const refuseCode = (req: Request, res: Response, code: RefusalCode): Promise<void> => {
    req.magicLink = { status: 'refused', refusal: refusal(code, languages.for(req)) };
    return refuse(req, res);
  };

  /** Answers a refused login, perhaps in a browser other than the one that requested the link. */
  const refuseLogin = async (req: Request, res: Response): Promise<void> => {
    const { refusal: refused, help } = outcomeOf(req);
    // Only a login that the app refused is recorded in the session.
    if (refused.code !== 'login_refused') leaveSessionUntouched(req, res);
    if (refused.code === 'code_wrong' && !wantsJson(req)) return sent(req, res, refused);
    if (!help) return refuse(req, res);
    const { code, requestedIn, requestedAt } = help;
    if (wantsJson(req)) {
      res.status(refused.status).json({ error: refused.code, code });
      return;
    }
    const requested = { requestedIn, requestedAt: new Date(requestedAt * 1000) };
    await pages.send(req, res.status(refused.status), 'code', { code, origin, ...requested, loginPath });
  };

  const unavailable = async (req: Request, res: Response, { status, code, headers }: UnavailableError) => {
    res.set(headers);
    if (wantsJson(req)) res.status(status).json({ error: code });
    else await pages.send(req, res.status(status), 'unavailable', { loginPath });
  };

  return {
    form,
    sent: (req: Request, res: Response) => sent(req, res),
    refuse,
    refuseCode,
    refuseRequest,
    refuseLogin,
    unavailable,
  };
}

/** Passport calls back without a user or an error only after a refusal. */
const outcomeOf = (req: Request): Refused => req.magicLink as Refused;
