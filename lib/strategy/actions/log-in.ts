/** Logs the person in whose link or code has been redeemed. */
import { UnavailableError } from '../../errors.js';
import { mailboxOf } from '../../protocol/address.js';
import type { Claims } from '../../protocol/claims.js';
import type { Decision } from '../../protocol/decision.js';
import { keepAuthContext, type LoginMethod, loginFacts } from '../../session/auth-context.js';
import { endBinding, markSpent } from '../../session/binding.js';
import { sealHeldAddress } from '../../session/held-address.js';
import { stampOnLogIn } from '../../session/stamp.js';
import { isTimeout, within } from '../../util/deadline.js';
import { secondsOf } from '../../util/seconds.js';
import { assess } from '../assess.js';
import type { Exchange } from '../exchange.js';
import { type Exit, refuse } from '../exits.js';
import { notify } from '../notify.js';

/** Milliseconds that the app's `verify`, and then its account hooks, may take. */
const APP_TIMEOUT_MS = 10_000;

/** Verify, assess, log in. The link stays used, even if the login fails. */
export async function logIn(exchange: Exchange, claims: Claims, method: LoginMethod): Promise<Exit> {
  const { req, session, config, events, options, services } = exchange;
  const about = { account: claims.account, link: claims.recordId };
  markSpent(session, claims.recordId);

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
  const isFirstProof = decision === 'allow' && (await inTime(() => services.accountHooks.proveMailbox(user, claims)));

  const facts = loginFacts(method, secondsOf(config.clock));
  const returnTo = returnTarget(exchange, claims);
  // This also ends the other links that this browser requested, even if no new session is created.
  endBinding(session);
  req.magicLink = { status: 'authenticated', claims, login: facts, decision, returnTo };
  // `passport.authorize()` logs nobody in. An existing login, and what the app does with it later, are not ours to change.
  if (options.assignProperty !== undefined) keepAuthContext(req);
  else {
    const heldAddress = decision === 'stepUp' ? sealHeldAddress(config.keyring, claims.address) : undefined;
    const { account, recordId } = claims;
    const held = heldAddress === undefined ? {} : { heldAddress };
    stampOnLogIn(
      req,
      { ...facts, recordId, account, returnTo, decision, ...held },
      {
        ttl: config.ttl,
        passportReturnTo: options.successReturnToOrRedirect === undefined ? undefined : claims.returnTo,
        onRefused: () => events.report('login.refused', { ...about, reason: 'assess' }),
        onLogIn: () => loggedIn(exchange, claims, { decision, isFirstProof }),
        onStoreFailure: () => exchange.storeFailed('session store'),
      },
    );
  }
  return (passport) => passport.success(user, { ...info, ...facts });
}

/** Reports the login, and makes the browser a known one. */
function loggedIn(exchange: Exchange, claims: Claims, { decision, isFirstProof }: LoginKind): void {
  const { req, res, events, services } = exchange;
  const { limits } = services;
  const about = { account: claims.account, link: claims.recordId };
  const mailbox = mailboxOf(claims.address);
  if (decision === 'stepUp') events.report('login.held', about);
  if (!limits.isKnown(req, mailbox)) {
    events.report('login.new_browser', about);
    // A person who has just signed up needs no notice.
    if (!isFirstProof) notify(exchange, 'newBrowser', claims);
  }
  // Only a login that is allowed makes a browser known.
  if (decision === 'allow') limits.remember(req, res, mailbox);
}

interface LoginKind {
  readonly decision: Decision;
  readonly isFirstProof: boolean;
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
