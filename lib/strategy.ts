/** The Passport strategy: one HTTP request in, one Passport action out. */
import type { Request, Response } from 'express';
import PassportStrategy from 'passport-strategy';
import { isTimeout, within } from './deadline.js';
import { type RefusalCode, refusal, UnavailableError } from './errors.js';
import { Events } from './events.js';
import { callApp, responseTo } from './express.js';
import { AskLimits } from './limits/ask-limits.js';
import { browserFamily } from './mail/browser-family.js';
import { Delivery } from './mail/delivery.js';
import {
  type AnyVerify,
  type Config,
  type MagicLinkOptions,
  parseOptions,
  type Verify,
  type VerifyCallback,
  type VerifyCallbackWithRequest,
  type VerifyWithRequest,
} from './options.js';
import { mailboxOf, parseAddress } from './protocol/address.js';
import { type Claims, MagicLink } from './protocol/magic-link.js';
import { parseReturnTo, pathOf } from './protocol/return-to.js';
import type { Token } from './protocol/token.js';
import type { AuthenticateOptions } from './request.js';
import { authContext, isLoggedIn, linkLogin, stampOnLogIn } from './session/auth-context.js';
import { bindBrowser, boundBrowser, isSpent, markSpent, resendWait } from './session/binding.js';
import { type Session, saveSession, sessionOf } from './session/session.js';
import { leaveSessionUntouched } from './session/untouched.js';
import { protectAnswer, wantsJson } from './web/answer.js';
import { bodyField } from './web/body.js';
import { isCrossSite, isNavigation } from './web/navigation.js';
import { type PageData, type PageName, sendPage } from './web/pages.js';
import { isSameOrigin } from './web/same-origin.js';

/** What Passport puts on the copy of the strategy that it makes for each request. */
interface PassportActions {
  success(user: unknown, info?: object): void;
  fail(challenge: { message: string; code: RefusalCode }, status: number): void;
  redirect(url: string, status?: number): void;
  pass(): void;
  error(error: unknown): void;
}

/** How a request leaves: a Passport action, or nothing more where a page has been written. */
type Exit = (passport: PassportActions) => void;

const MAX_STATE = 1024;
/** Milliseconds that the app's verify may take. */
const VERIFY_TIMEOUT_MS = 10_000;

// So that our types need none of Passport's.
const Base = PassportStrategy as unknown as new () => PassportActions;

// Passport calls `authenticate` on `Object.create(strategy)`: a #private field would not be there.
export class MagicLinkStrategy extends Base {
  readonly name: string;
  /** What happens here, to listen to. */
  readonly events: Events;
  /** @internal */
  readonly config: Config;
  private readonly magicLink: MagicLink;
  private readonly delivery: Delivery;
  private readonly limits: AskLimits;
  private readonly seen = { session: false };

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
    this.events = new Events(config.clock);
    this.magicLink = new MagicLink({ ...config, events: this.events });
    this.limits = new AskLimits(config);
    this.delivery = new Delivery({
      ...config.mail,
      capacity: config.mail.queueSize,
      clock: config.clock,
      mayReceive: config.mayReceive,
      origin: config.origin,
      events: this.events,
      revoke: (link) => this.magicLink.revoke(link),
    });
  }

  /**
   * Ends every live link of this address, whatever `+tag` it was asked for with; one that was
   * issued before this resolves never works after it. Resolves with how many there were.
   * @throws TypeError for anything but one plain address
   * @throws UnavailableError when the store does not answer; then some may live on
   */
  revokeAll(address: string): Promise<number> {
    return this.magicLink.revokeAll(address);
  }

  /**
   * Takes no more mail, sends what is in hand, and gives up what is not sent in time.
   * @param deadlineMs milliseconds; default 4,000
   */
  close(deadlineMs = 4000): Promise<void> {
    return this.delivery.close(deadlineMs);
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
    protectAnswer(responseTo(req));
    if (options.action === 'request') return this.ask(req, options);
    if (options.action === undefined) return this.callback(req, options);
    throw new TypeError(`action must be 'request' to ask for a link, or absent on the callback`);
  }

  private fault(req: Request, error: unknown): void {
    if (error instanceof UnavailableError && error.part.endsWith('store')) this.storeFailed(req, error.part);
    // Express takes a falsy error for none, and 'route' for a way past the handlers that follow.
    this.error(error instanceof Error ? error : new Error('verify failed', { cause: error }));
  }

  /** What was not saved must not be saved by the answer that says so. */
  private storeFailed(req: Request, reason: string): void {
    leaveSessionUntouched(req, responseTo(req));
    this.events.report('store.unavailable', { reason });
  }

  /** A session store that disconnects looks like one that was never there; but that was seen at the first request. */
  private sessionOf(req: Request): Session {
    const session = sessionOf(req, this.seen.session);
    this.seen.session = true;
    return session;
  }

  // -- the ask

  private async ask(req: Request, options: AuthenticateOptions): Promise<Exit> {
    const { config } = this;
    if (req.method !== 'POST') return this.refuseMethod(req, 'POST');
    if (!isSameOrigin(req, config.origin)) return this.refuse(req, 'cross_site');
    const session = this.sessionOf(req);
    const email = bodyField(req, 'email');
    const returnTo = bodyField(req, 'returnTo');
    if (typeof email !== 'string' || !isOptionalString(returnTo)) return this.refuse(req, 'invalid_request');
    const address = parseAddress(email);
    if (!address) return this.refuse(req, 'invalid_address');
    const { state } = options;
    if (!isOptionalString(state) || (state?.length ?? 0) > MAX_STATE) {
      throw new TypeError(`state must be a string of ${MAX_STATE} characters at most`);
    }

    const now = config.clock();
    const wait = await this.waitFor(req, session, Math.floor(now / 1000));
    if (wait > 0) return this.refuseUntil(req, wait);

    const place = this.delivery.reserve();
    if (!place) throw new UnavailableError('outbox');
    try {
      const browser = bindBrowser(req, session, config.ttl, Math.floor(now / 1000));
      const ask = { ...address, returnTo: parseReturnTo(config.origin, returnTo), state };
      const link = await this.magicLink.issue(ask, browser, this.limits.lanes(req, address.mailbox));
      // A link must not be on its way before the session that it is bound to is kept.
      await saveSession(session);
      if (link === 'limited') place.release();
      else {
        const who = browserFamily(req.headers['user-agent']);
        place.sendAfter(responseTo(req), { link, address: address.address, browser: who, askedAt: now });
      }
    } catch (error) {
      place.release();
      throw error;
    }
    req.magicLink = { status: 'sent' };
    const { successRedirect } = options;
    return (passport) => (successRedirect === undefined ? passport.pass() : passport.redirect(successRedirect, 303));
  }

  /** Seconds before this browser, or this network, may ask for another link; both are told so. */
  private async waitFor(req: Request, session: Session, now: number): Promise<number> {
    const { limits } = this.config;
    if (!limits) return 0;
    return resendWait(session, limits.resend, now) || this.limits.networkWait(req);
  }

  // -- the callback

  private async callback(req: Request, options: AuthenticateOptions): Promise<Exit> {
    const { method } = req;
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return this.refuseMethod(req, 'GET, HEAD, POST');
    if (method === 'POST' && !isSameOrigin(req, this.config.origin)) return this.refuse(req, 'cross_site');
    const session = this.sessionOf(req);
    const text = method === 'POST' ? bodyField(req, 'token') : req.query.token;
    if (method === 'POST' && typeof text !== 'string') return this.refuse(req, 'invalid_request');
    const token = this.magicLink.read(text);
    if (typeof token === 'string') return this.refuse(req, `link_${token}`);

    // The same browser clicks again, and the login that this link made lives: no error, and no second stamp.
    const auth = authContext(req);
    if (auth?.recordId === token.recordId) return this.sendOn(req, auth.returnTo);
    return method === 'POST' ? this.spend(req, session, token, options) : this.open(req, session, token, options);
  }

  /** GET and HEAD. Only the browser that asked, and only by a person's own click, spends the link. */
  private async open(req: Request, session: Session, token: Token, options: AuthenticateOptions): Promise<Exit> {
    if (!isNavigation(req)) return this.landing(req);
    const browser = boundBrowser(req, session);
    if (!browser) {
      if (isCrossSite(req) && req.query.hop === undefined && !wantsJson(req)) return this.hop(req);
      await this.magicLink.open(token, undefined);
      return this.landing(req);
    }
    const loggedIn = isLoggedIn(req, session);
    if (this.config.confirm === 'auto' && !loggedIn) return this.spend(req, session, token, options);

    const status = await this.magicLink.open(token, browser);
    if (status === 'mismatch') return this.landing(req);
    if (status !== 'live') return this.refuse(req, `link_${status}`);
    return this.answer(req, 'confirm', { ...this.tokenForm(req), switchesUser: loggedIn });
  }

  private async spend(req: Request, session: Session, token: Token, options: AuthenticateOptions): Promise<Exit> {
    const by = req.method === 'POST' ? 'POST' : 'GET';
    const redeemed = await this.magicLink.redeem(token, boundBrowser(req, session), by);
    switch (redeemed.status) {
      case 'redeemed':
        return this.logIn(req, session, redeemed.claims, options);
      case 'mismatch':
        return by === 'GET' ? this.landing(req) : this.refuse(req, 'wrong_browser');
      case 'parallel': {
        if (isSpent(session, token.recordId)) return this.refuse(req, 'link_used');
        const target = this.target(redeemed.claims, options);
        leaveSessionUntouched(req, responseTo(req));
        return (passport) => passport.redirect(target, 303);
      }
      default:
        return this.refuse(req, `link_${redeemed.status}`);
    }
  }

  /** The link is spent, whatever comes now. */
  private async logIn(req: Request, session: Session, claims: Claims, options: AuthenticateOptions): Promise<Exit> {
    const { verify, clock, ttl } = this.config;
    markSpent(session, claims.recordId);
    const { user, info } = await within(VERIFY_TIMEOUT_MS, () => verify(req, claims)).catch(timedOut);
    if (!user) {
      this.events.report('login.refused', { link: claims.recordId });
      return this.refuse(req, 'login_refused', messageOf(info));
    }
    const login = linkLogin(Math.floor(clock() / 1000));
    const returnTo = this.target(claims, options);
    stampOnLogIn(req, session, {
      ...login,
      recordId: claims.recordId,
      returnTo,
      ttl,
      passportReturnTo: options.successReturnToOrRedirect === undefined ? undefined : claims.returnTo,
      onLogIn: () => this.limits.remember(req, responseTo(req), mailboxOf(claims.address)),
      onStoreFailure: () => this.storeFailed(req, 'session store'),
    });
    req.magicLink = { status: 'authenticated', claims, login, returnTo };
    return (passport) => passport.success(user, { ...info, ...login });
  }

  private target({ returnTo }: Claims, options: AuthenticateOptions): string {
    const fallback = options.successReturnToOrRedirect ?? options.successRedirect ?? '/';
    return returnTo ?? new URL(fallback, this.config.origin).href;
  }

  // -- the ways out

  private refuse(req: Request, code: RefusalCode, message?: string): Exit {
    const refused = { ...refusal(code), ...(message === undefined ? {} : { message }) };
    req.magicLink = { status: 'refused', refusal: refused };
    return (passport) => passport.fail({ message: refused.message, code }, refused.status);
  }

  private refuseUntil(req: Request, seconds: number): Exit {
    responseTo(req).set('Retry-After', String(seconds));
    const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
    return this.refuse(req, 'rate_limited', `Please wait ${wait}, and ask again.`);
  }

  private refuseMethod(req: Request, allowed: string): Exit {
    responseTo(req).set('Allow', allowed);
    return this.refuse(req, 'method_not_allowed');
  }

  private async sendOn(req: Request, returnTo: string): Promise<Exit> {
    if (!wantsJson(req)) return (passport) => passport.redirect(returnTo, 303);
    responseTo(req).json({ status: 'authenticated', returnTo: pathOf(returnTo) });
    return answered;
  }

  private landing(req: Request): Promise<Exit> {
    return this.answer(req, 'landing', this.tokenForm(req));
  }

  /** A click on another site came without the Strict cookie; from our own page it comes with it. Once. */
  private hop(req: Request): Promise<Exit> {
    const { origin, callbackPath } = this.config;
    return this.answer(req, 'hop', { href: `${origin}${callbackPath}?token=${req.query.token}&hop=1` });
  }

  private tokenForm(req: Request) {
    return { action: this.config.callbackPath, token: String(req.query.token) };
  }

  /** Written here, past Passport: it has no action for "a page, and nobody logged in or refused". */
  private async answer<P extends PageName>(req: Request, name: P, page: PageData[P]): Promise<Exit> {
    const res = responseTo(req);
    leaveSessionUntouched(req, res);
    if (wantsJson(req)) res.json({ status: name });
    else await sendPage({ req, res, views: this.config.views }, 200, name, page);
    return answered;
  }
}

const answered: Exit = () => {};

/** A verify that hangs must not hang the person. */
function timedOut(error: unknown): never {
  throw isTimeout(error) ? new UnavailableError('verify', { cause: error }) : error;
}

const isOptionalString = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

/** What verify's `done(null, false, { message })` says. */
function messageOf(info: object | undefined): string | undefined {
  const message: unknown = info && Reflect.get(info, 'message');
  return typeof message === 'string' ? message : undefined;
}
