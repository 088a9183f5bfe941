/** The Passport strategy: one HTTP request in, one Passport action out. */
import type { Request } from 'express';
import PassportStrategy from 'passport-strategy';
import { isStorePart, MagicLinkError, misuse, UnavailableError } from '../errors.js';
import { Events } from '../events/events.js';
import { RequestLimits } from '../limits/request-limits.js';
import { Delivery } from '../mail/delivery.js';
import { Notices } from '../notices/notices.js';
import type { MagicLinkOptions } from '../options/magic-link-options.js';
import { type Config, parseOptions } from '../options/options.js';
import type {
  AnyVerify,
  Verify,
  VerifyCallback,
  VerifyCallbackWithRequest,
  VerifyWithRequest,
} from '../options/verify.js';
import { AccountLinks, type OutstandingLink } from '../protocol/account-links.js';
import { MagicLink } from '../protocol/magic-link.js';
import { callApp } from '../util/express.js';
import { protectAnswer } from '../web/answer.js';
import { isSameOrigin } from '../web/same-origin.js';
import { callback } from './actions/callback.js';
import { code } from './actions/code.js';
import { notMe } from './actions/not-me.js';
import { request } from './actions/request.js';
import type { AuthenticateOptions } from './authenticate-options.js';
import { type AddressChange, changeAddress } from './change-address.js';
import { type BoundAccountHooks, Exchange, type Services } from './exchange.js';
import { type Action, type Exit, type PassportActions, refuse, refuseMethod } from './exits.js';
import { type InvitationOptions, invite } from './invite.js';
import { createPort, type StrategyPort } from './port.js';
import { requestEvents, shortId } from './request-events.js';

/** What `passport.authenticate()` can be asked for, and by which methods. A POST must come from the app's own origin. */
interface Route {
  readonly methods: readonly string[];
  readonly run: Action;
}

const CALLBACK: Route = { methods: ['GET', 'HEAD', 'POST'], run: callback };

const ACTIONS: Readonly<Record<NonNullable<AuthenticateOptions['action']>, Route>> = {
  request: { methods: ['POST'], run: request },
  code: { methods: ['POST'], run: code },
  'not-me': { methods: ['GET', 'HEAD', 'POST'], run: notMe },
};

// This cast keeps Passport's types out of this package's types.
const Base = PassportStrategy as unknown as new () => PassportActions;

type Options<User> = MagicLinkOptions<User, MagicLinkStrategy<User>>;

/** @typeParam User the user that `verify` returns; it types the hooks and step-up */
// No #private fields: Passport calls `authenticate` on `Object.create(strategy)`, which has none.
export class MagicLinkStrategy<User = unknown> extends Base {
  readonly name: string;
  /** The events of this strategy. */
  readonly events: Events;
  /** What optional parts and the app's own code may use of this strategy. */
  readonly port: StrategyPort;
  /** @internal */
  readonly services: Services;

  constructor(options: Options<User> & { verifyStyle?: 'promise'; passReqToCallback?: false }, verify: Verify<User>);
  constructor(
    options: Options<User> & { verifyStyle?: 'promise'; passReqToCallback: true },
    verify: VerifyWithRequest<User>,
  );
  constructor(
    options: Options<User> & { verifyStyle: 'callback'; passReqToCallback?: false },
    verify: VerifyCallback<User>,
  );
  constructor(
    options: Options<User> & { verifyStyle: 'callback'; passReqToCallback: true },
    verify: VerifyCallbackWithRequest<User>,
  );
  /**
   * @param options see MagicLinkOptions; only `secret`, `origin`, `callbackPath`, `store` and `mail` are required
   * @param verify finds or creates the user of a redeemed link
   * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
   */
  constructor(options: Options<User>, verify: AnyVerify<User>) {
    super();
    const config = parseOptions(options as MagicLinkOptions, verify as AnyVerify);
    this.name = config.name;
    this.events = new Events(config.clock, shortId);
    const { proveMailbox, endSessions } = config.accountHooks;
    this.services = createServices(config, this.events, {
      proveMailbox: (user, claims) => proveMailbox(user, claims, this),
      endSessions: (user) => endSessions(user, this),
    });
    this.port = createPort(this.services, this.events);
  }

  /**
   * Revokes every live link of this address's mailbox, with any `+tag`. A link that was issued before this resolves
   * never works afterwards. Resolves with the number of revoked links.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError if the store does not answer; some links may then still work
   */
  revokeAll(address: string): Promise<number> {
    return this.services.accountLinks.revokeAll(address);
  }

  /**
   * The live links of this address's mailbox, the first to expire first.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError if the store does not answer
   */
  outstanding(address: string): Promise<OutstandingLink[]> {
    return this.services.accountLinks.outstanding(address);
  }

  /**
   * The tags that stand for this address's mailbox in events: one for each of the app's secrets, the current one first.
   * @throws TypeError for anything but one plain address
   */
  accountTags(address: string): readonly string[] {
    return this.port.accountTags(address);
  }

  /**
   * Call it after the app has changed a person's address. It revokes every live link of both addresses, reports
   * `address.changed`, mails a notice to the old address, and calls `endSessions`. A link that was sent to either
   * address before this resolves never works afterwards. While the new address is not proven (`isProven: false`), only
   * the links of the old one are revoked. Resolves with the number of revoked links.
   * @throws TypeError for anything but two plain addresses
   * @throws UnavailableError if the store does not answer; call it again. An error of `endSessions` is passed on: call
   * it again then, too
   */
  addressChanged(change: AddressChange<User>): Promise<number> {
    return changeAddress(this.services, change);
  }

  /**
   * Mails an invitation: a link that opens the login form with this address filled in. Opening it changes nothing and
   * logs nobody in. The form's button requests an ordinary link for the browser in which it is pressed. Resolves when
   * the mail is queued; `mail.sent` or `mail.failed` reports the outcome.
   * @throws TypeError for a wrong option
   * @throws UnavailableError if the outbox is full
   */
  async invite(options: InvitationOptions): Promise<void> {
    invite(this.services, options);
  }

  /**
   * Accepts no more mail, sends the waiting mails, and drops those that are not sent in time.
   * @param deadlineMs milliseconds; default 4,000
   */
  close(deadlineMs = 4000): Promise<void> {
    return this.services.delivery.close(deadlineMs);
  }

  /** Called by Passport. */
  authenticate(req: Request, options: AuthenticateOptions = {}): void {
    // Read at once: if the app passes Passport the instance instead of its name, Passport does not copy it, and the
    // next request replaces these actions with its own (passport#789).
    const { success, fail, redirect, pass, error } = this;
    const actions: PassportActions = { success, fail, redirect, pass, error };
    // Passport ignores the return value, so every outcome, including a fault, must become an action here.
    handle(this.services, req, options).then(
      (exit) => callApp(req, () => exit(actions)),
      (reason: unknown) => callApp(req, () => actions.error(asError(reason))),
    );
  }
}

async function handle(services: Services, req: Request, options: AuthenticateOptions): Promise<Exit> {
  const { action } = options;
  if (action !== undefined && !Object.hasOwn(ACTIONS, action)) {
    throw misuse(`action must be one of: ${Object.keys(ACTIONS).join(', ')}; or absent on the callback`);
  }
  const { methods, run } = action === undefined ? CALLBACK : ACTIONS[action];
  const exchange = new Exchange(services, req, options);
  protectAnswer(exchange.res);
  if (!methods.includes(req.method)) return refuseMethod(exchange, methods.join(', '));
  if (req.method === 'POST' && !isSameOrigin(req, services.config.origin)) return refuse(exchange, 'cross_site');
  try {
    return await run(exchange);
  } catch (error) {
    if (error instanceof UnavailableError && isStorePart(error.part)) exchange.storeFailed(error.part);
    throw error;
  }
}

/** Express treats a falsy error as no error, and 'route' as a request to skip the handlers that follow. */
const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new MagicLinkError('verify_failed', 'verify failed', { cause: reason });

function createServices(config: Config, events: Events, accountHooks: BoundAccountHooks): Services {
  const magicLink = new MagicLink({ ...config, events });
  const accountLinks = new AccountLinks({ ...config, events });
  const delivery = new Delivery({
    ...config,
    ...config.mail,
    capacity: config.mail.queueSize,
    events,
    revoke: (link) => accountLinks.revoke(link),
  });
  return {
    config,
    magicLink,
    accountLinks,
    delivery,
    limits: new RequestLimits(config),
    notices: new Notices({ ...config, events, delivery }),
    reporterFor: requestEvents(config, events),
    accountHooks,
    acceptsHeldLogins: false,
    hasWarnedOfDenial: false,
    hasSeenSession: false,
  };
}
