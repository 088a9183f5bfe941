/** From a spent link, or its code, to somebody who is logged in. */
import type { Request } from 'express';
import { UnavailableError } from '../../errors.js';
import type { Config } from '../../options/options.js';
import { mailboxOf } from '../../protocol/address.js';
import type { Claims } from '../../protocol/claims.js';
import { type LoginBy, loginFacts, stampOnLogIn } from '../../session/auth-context.js';
import { markSpent } from '../../session/binding.js';
import type { Session } from '../../session/session.js';
import { isTimeout, within } from '../../util/deadline.js';
import { responseTo } from '../../util/express.js';
import type { AuthenticateOptions } from '../authenticate-options.js';
import { refuse } from '../exits.js';
import { notify } from '../notify.js';
import type { Exit, Services } from './action.js';

/** Milliseconds that the app's verify may take. */
const VERIFY_TIMEOUT_MS = 10_000;

/** The link is spent, whatever comes now. */
export async function logIn(
  login: Services,
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
        if (!isFirstProof) notify(login, req, 'newBrowser', claims);
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
