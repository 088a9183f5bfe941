/** The Passport strategy: one HTTP request in, one Passport action out. */
import type { Request } from 'express';
import PassportStrategy from 'passport-strategy';
import { MagicLinkError, misuse, UnavailableError } from '../errors.js';
import { Events, type Reporter } from '../events/events.js';
import { RequestLimits } from '../limits/request-limits.js';
import { Delivery } from '../mail/delivery.js';
import { Notices } from '../notices/notices.js';
import {
  type AnyVerify,
  type Config,
  type MagicLinkOptions,
  parseOptions,
  type Verify,
  type VerifyCallback,
  type VerifyCallbackWithRequest,
  type VerifyWithRequest,
} from '../options/options.js';
import { MagicLink, type OutstandingLink } from '../protocol/magic-link.js';
import { leaveSessionUntouched } from '../session/leave-untouched.js';
import { sessionOf } from '../session/session.js';
import { callApp, responseTo } from '../util/express.js';
import { protectAnswer } from '../web/answer.js';
import type { Action, Exit, PassportActions, Services } from './actions/action.js';
import { callback } from './actions/callback.js';
import { code } from './actions/code.js';
import { notMe } from './actions/not-me.js';
import { request } from './actions/request.js';
import type { AuthenticateOptions } from './authenticate-options.js';
import { type AddressChange, changeAddress } from './change-address.js';
import { type InvitationOptions, invite } from './invite.js';
import { requestEvents, shortId } from './request-events.js';

const ACTIONS: Readonly<Record<NonNullable<AuthenticateOptions['action']>, Action>> = {
  request: request,
  code,
  'not-me': notMe,
};

// So that our types need none of Passport's.
const Base = PassportStrategy as unknown as new () => PassportActions;

// Passport calls `authenticate` on `Object.create(strategy)`: a #private field would not be there.
export class MagicLinkStrategy extends Base {
  readonly name: string;
  /** What happens here, to listen to. */
  readonly events: Events;
  /** @internal */
  readonly config: Config;
  /** @internal For step-up. */
  readonly notices: Notices;
  private readonly login: Services;
  private readonly eventsOf: (req: Request) => Reporter;

  constructor(options: MagicLinkOptions & { verifyStyle?: 'promise'; passReqToCallback?: false }, verify: Verify);
  constructor(
    options: MagicLinkOptions & { verifyStyle?: 'promise'; passReqToCallback: true },
    verify: VerifyWithRequest,
  );
  constructor(
    options: MagicLinkOptions & { verifyStyle: 'callback'; passReqToCallback?: false },
    verify: VerifyCallback,
  );
  constructor(
    options: MagicLinkOptions & { verifyStyle: 'callback'; passReqToCallback: true },
    verify: VerifyCallbackWithRequest,
  );
  /**
   * @param options see MagicLinkOptions; only `secret`, `origin`, `callbackPath`, `store` and `mail` are needed
   * @param verify finds or makes the user of a spent link
   * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
   */
  constructor(options: MagicLinkOptions, verify: AnyVerify) {
    super();
    const config = parseOptions(options, verify);
    this.name = config.name;
    this.config = config;
    this.events = new Events(config.clock, shortId);
    this.eventsOf = requestEvents(config, this.events);
    this.login = createLogin(config, this.events, this.eventsOf);
    this.notices = this.login.notices;
  }

  /**
   * Ends every live link of this address, whatever `+tag` it was asked for with; one that was
   * issued before this resolves never works after it. Resolves with how many there were.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError when the store does not answer; then some may live on
   */
  revokeAll(address: string): Promise<number> {
    return this.login.magicLink.revokeAll(address);
  }

  /**
   * The live links of this address's mailbox, the first to end first.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError when the store does not answer
   */
  outstanding(address: string): Promise<OutstandingLink[]> {
    return this.login.magicLink.outstanding(address);
  }

  /**
   * What stands for this address's mailbox in events, under each of the app's secrets, the newest first.
   * @throws TypeError for anything but one plain address
   */
  accountTags(address: string): string[] {
    return this.login.magicLink.accountTags(address);
  }

  /**
   * Call it when the app has given a person another address: ends every live link of both, raises
   * `address.changed`, tells the old address by mail, and calls `endSessions`. A link that either was
   * sent before this resolves never works after it. Resolves with how many there were. While the new
   * address is not proven (`isProven: false`) only the old one's links end.
   * @throws TypeError for anything but two plain addresses
   * @throws UnavailableError when the store does not answer, then some may live on; or what `endSessions`
   *   throws. Call it again.
   */
  addressChanged(change: AddressChange): Promise<number> {
    return changeAddress(this.login, change);
  }

  /**
   * Mails an invitation: a link that opens the login form with this address in it, spends nothing and
   * logs nobody in. Whoever presses its button asks for a link, in that browser, like anybody else.
   * Resolves once the mail waits to be sent; `mail.sent` or `mail.failed` says what became of it.
   * @throws TypeError for a wrong option
   * @throws UnavailableError when there is no room in the outbox
   */
  async invite(options: InvitationOptions): Promise<void> {
    invite(this.login, options);
  }

  /**
   * Takes no more mail, sends what is in hand, and gives up what is not sent in time.
   * @param deadlineMs milliseconds; default 4,000
   */
  close(deadlineMs = 4000): Promise<void> {
    return this.login.delivery.close(deadlineMs);
  }

  /** Called by Passport. */
  authenticate(req: Request, options: AuthenticateOptions = {}): void {
    // Passport ignores what comes back, so every outcome, the faults too, must become an action here.
    this.handle(req, options).then(
      (exit) => callApp(req, () => exit(this)),
      (error: unknown) => callApp(req, () => this.fault(req, error)),
    );
  }

  private async handle(req: Request, options: AuthenticateOptions): Promise<Exit> {
    const { action } = options;
    if (action !== undefined && !Object.hasOwn(ACTIONS, action)) {
      throw misuse(`action must be one of: ${Object.keys(ACTIONS).join(', ')}; or absent on the callback`);
    }
    protectAnswer(responseTo(req));
    const events = this.eventsOf(req);
    const login = { ...this.login, events, magicLink: this.login.magicLink.withReporter(events) };
    return (action === undefined ? callback : ACTIONS[action])(login, req, options);
  }

  private fault(req: Request, error: unknown): void {
    if (error instanceof UnavailableError && error.part.endsWith('store')) this.login.storeFailed(req, error.part);
    // Express takes a falsy error for none, and 'route' for a way past the handlers that follow.
    this.error(error instanceof Error ? error : new MagicLinkError('verify_failed', 'verify failed', { cause: error }));
  }
}

function createLogin(config: Config, events: Events, eventsOf: (req: Request) => Reporter): Services {
  const magicLink = new MagicLink({ ...config, events });
  const delivery = new Delivery({
    ...config,
    ...config.mail,
    capacity: config.mail.queueSize,
    events,
    revoke: (link) => magicLink.revoke(link),
  });
  let hasSeenSession = false;
  return {
    config,
    events,
    magicLink,
    delivery,
    limits: new RequestLimits(config),
    notices: new Notices({ ...config, events, delivery }),
    sessionOf(req) {
      // A session store that disconnects looks like one that was never there; but that was seen at the first request.
      const session = sessionOf(req, hasSeenSession);
      hasSeenSession = true;
      return session;
    },
    storeFailed(req, reason) {
      // What was not saved must not be saved by the answer that says so.
      leaveSessionUntouched(req, responseTo(req));
      eventsOf(req).report('store.unavailable', { reason });
    },
  };
}
