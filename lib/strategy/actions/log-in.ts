/** From a spent link, or its code, to somebody who is logged in. */
import { UnavailableError } from '../../errors.js';
import { mailboxOf } from '../../protocol/address.js';
import type { Claims } from '../../protocol/claims.js';
import { sealValue } from '../../protocol/envelope.js';
import { HELD_ADDRESS, type LoginMethod, loginFacts } from '../../session/auth-context.js';
import { endBinding, markSpent } from '../../session/binding.js';
import { stampOnLogIn } from '../../session/stamp.js';
import { isTimeout, within } from '../../util/deadline.js';
import { assess } from '../assess.js';
import type { Exchange } from '../exchange.js';
import { type Exit, refuse } from '../exits.js';
import { notify } from '../notify.js';

/** Milliseconds that the app's `verify`, and then its account hooks, may take. */
const APP_TIMEOUT_MS = 10_000;

/** The link is spent, whatever follows. */
export async function logIn(exchange: Exchange, claims: Claims, method: LoginMethod): Promise<Exit> {
  const { req, res, session, config, events, services } = exchange;
  const { limits, accountHooks } = services;
  const { account, recordId } = claims;
  const about = { account, link: recordId };
  markSpent(session, recordId);

  const { user, info } = await inTime(() => config.verify(req, claims));
  if (!user) {
    events.report('login.refused', about);
    return refuse(exchange, 'login_refused', messageOf(info));
  }
  const decision = await assess(exchange, user, claims);
  if (decision === 'deny') {
    events.report('login.refused', { ...about, reason: 'assess' });
    return refuse(exchange, 'login_refused');
  }
  // A held login changes nothing of the account yet.
  const isFirstProof = decision === 'allow' && (await inTime(() => accountHooks.proveMailbox(user, claims)));

  const facts = loginFacts(method, Math.floor(config.clock() / 1000));
  const returnTo = returnTarget(exchange, claims);
  const heldAddress = decision === 'stepUp' ? sealValue(config.keyring, HELD_ADDRESS, claims.address) : undefined;
  // The other links that this browser requested end with it, also where no new session is made.
  endBinding(session);
  req.magicLink = { status: 'authenticated', claims, login: facts, decision, returnTo };
  const done: Exit = (passport) => passport.success(user, { ...info, ...facts });
  // `passport.authorize()` logs nobody in: a login that is there, and what the app does to it afterwards, is not ours.
  if (exchange.options.assignProperty !== undefined) return done;

  const stamp = { ...facts, recordId, account, returnTo, decision, ...(heldAddress !== undefined && { heldAddress }) };
  stampOnLogIn(req, stamp, {
    ttl: config.ttl,
    passportReturnTo: exchange.options.successReturnToOrRedirect === undefined ? undefined : claims.returnTo,
    onLogIn() {
      if (decision === 'stepUp') events.report('login.held', about);
      const mailbox = mailboxOf(claims.address);
      if (!limits.isKnown(req, mailbox)) {
        events.report('login.new_browser', about);
        // A person who has just signed up knows.
        if (!isFirstProof) notify(exchange, 'newBrowser', claims);
      }
      // A browser becomes a known one by a login that nothing speaks against.
      if (decision === 'allow') limits.remember(req, res, mailbox);
    },
    onStoreFailure: () => exchange.storeFailed('session store'),
  });
  return done;
}

/** Where a login leads: where the request for the link said, else where the route says. A whole URL. */
export function returnTarget({ config, options }: Exchange, { returnTo }: Claims): string {
  const fallback = options.successReturnToOrRedirect ?? options.successRedirect ?? '/';
  return returnTo ?? new URL(fallback, config.origin).href;
}

/** Code of the app that hangs must not make the person wait without end. */
const inTime = <T>(work: () => Promise<T>): Promise<T> =>
  within(APP_TIMEOUT_MS, work).catch((error: unknown) => {
    throw isTimeout(error) ? new UnavailableError('verify', { cause: error }) : error;
  });

/** What verify's `done(null, false, { message })` says. */
function messageOf(info: object | undefined): { message?: string } {
  const message: unknown = info && Reflect.get(info, 'message');
  return typeof message === 'string' ? { message } : {};
}
