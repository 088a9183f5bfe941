/** Logs the person in whose link or code has been redeemed. */
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

/** The link stays used, even if the login fails. */
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
  // A held login does not change the account yet.
  const isFirstProof = decision === 'allow' && (await inTime(() => accountHooks.proveMailbox(user, claims)));

  const facts = loginFacts(method, Math.floor(config.clock() / 1000));
  const returnTo = returnTarget(exchange, claims);
  const heldAddress = decision === 'stepUp' ? sealValue(config.keyring, HELD_ADDRESS, claims.address) : undefined;
  // This also ends the other links that this browser requested, even if no new session is created.
  endBinding(session);
  req.magicLink = { status: 'authenticated', claims, login: facts, decision, returnTo };
  const done: Exit = (passport) => passport.success(user, { ...info, ...facts });
  // `passport.authorize()` logs nobody in. An existing login, and what the app does with it later, are not ours to
  // change.
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
        // A person who has just signed up needs no notice.
        if (!isFirstProof) notify(exchange, 'newBrowser', claims);
      }
      // Only a login that is allowed makes a browser known.
      if (decision === 'allow') limits.remember(req, res, mailbox);
    },
    onStoreFailure: () => exchange.storeFailed('session store'),
  });
  return done;
}

/** The return target as an absolute URL: the target in the request for the link, otherwise that of the route. */
export function returnTarget({ config, options }: Exchange, { returnTo }: Claims): string {
  const fallback = options.successReturnToOrRedirect ?? options.successRedirect ?? '/';
  return returnTo ?? new URL(fallback, config.origin).href;
}

/** Limits how long the person waits for code of the app. */
const inTime = <T>(work: () => Promise<T>): Promise<T> =>
  within(APP_TIMEOUT_MS, work).catch((error: unknown) => {
    throw isTimeout(error) ? new UnavailableError('verify', { cause: error }) : error;
  });

/** The message in verify's `done(null, false, { message })`. */
function messageOf(info: object | undefined): { message?: string } {
  const message: unknown = info && Reflect.get(info, 'message');
  return typeof message === 'string' ? { message } : {};
}
