/** From a spent link, or its code, to somebody who is logged in. */
import type { Request } from 'express';
import { isTimeout, within } from '../deadline.js';
import { UnavailableError } from '../errors.js';
import { responseTo } from '../express.js';
import type { Config } from '../options.js';
import { mailboxOf } from '../protocol/address.js';
import type { Claims } from '../protocol/claims.js';
import type { AuthenticateOptions } from '../request.js';
import { type LoginBy, loginFacts, stampOnLogIn } from '../session/auth-context.js';
import { markSpent } from '../session/binding.js';
import type { Session } from '../session/session.js';
import type { Exit, Login } from './action.js';
import { tell } from './tell.js';
import { refuse } from './ways-out.js';

/** Milliseconds that the app's verify may take. */
const VERIFY_TIMEOUT_MS = 10_000;

/** The link is spent, whatever comes now. */
export async function logIn(
  login: Login,
  req: Request,
  session: Session,
  claims: Claims,
  options: AuthenticateOptions,
  by: LoginBy,
): Promise<Exit> {
  const { config, events, limits, storeFailed } = login;
  const { verify, clock, ttl } = config;
  const { account, recordId: link } = claims;
  markSpent(session, link);
  const { user, info, isFirstProof } = await within(VERIFY_TIMEOUT_MS, () => verify(req, claims)).catch(timedOut);
  if (!user) {
    events.report('login.refused', { account, link });
    return refuse(config, req, 'login_refused', messageOf(info));
  }
  const facts = loginFacts(by, Math.floor(clock() / 1000));
  const returnTo = goTo(config, claims, options);
  stampOnLogIn(req, session, {
    ...facts,
    recordId: link,
    account,
    returnTo,
    ttl,
    passportReturnTo: options.successReturnToOrRedirect === undefined ? undefined : claims.returnTo,
    onLogIn: () => {
      const mailbox = mailboxOf(claims.address);
      if (!limits.isKnown(req, mailbox)) {
        events.report('login.new_browser', { account, link });
        // Whoever has just signed up knows.
        if (!isFirstProof) tell(login, req, 'newBrowser', claims);
      }
      limits.remember(req, responseTo(req), mailbox);
    },
    onStoreFailure: () => storeFailed(req, 'session store'),
  });
  req.magicLink = { status: 'authenticated', claims, login: facts, returnTo };
  return (passport) => passport.success(user, { ...info, ...facts });
}

/** Where a login leads. */
export function goTo({ origin }: Config, { returnTo }: Claims, options: AuthenticateOptions): string {
  const fallback = options.successReturnToOrRedirect ?? options.successRedirect ?? '/';
  return returnTo ?? new URL(fallback, origin).href;
}

/** A verify that hangs must not hang the person. */
function timedOut(error: unknown): never {
  throw isTimeout(error) ? new UnavailableError('verify', { cause: error }) : error;
}

/** What verify's `done(null, false, { message })` says. */
function messageOf(info: object | undefined): { message?: string } {
  const message: unknown = info && Reflect.get(info, 'message');
  return typeof message === 'string' ? { message } : {};
}
