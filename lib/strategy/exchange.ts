/** One request to the strategy, and the services that its action uses. */
import type { Request, Response } from 'express';
import type { Reporter } from '../events/events.js';
import type { RequestLimits } from '../limits/request-limits.js';
import type { Delivery } from '../mail/delivery.js';
import type { Notices } from '../notices/notices.js';
import type { Config } from '../options/options.js';
import type { AccountLinks } from '../protocol/account-links.js';
import type { Claims } from '../protocol/claims.js';
import type { MagicLink } from '../protocol/magic-link.js';
import { leaveSessionUntouched } from '../session/leave-untouched.js';
import { type Session, sessionOf } from '../session/session.js';
import { responseTo } from '../util/express.js';
import type { AuthenticateOptions } from './authenticate-options.js';

/** What all requests to one strategy share. */
export interface Services {
  readonly config: Config;
  readonly magicLink: MagicLink;
  readonly accountLinks: AccountLinks;
  readonly delivery: Delivery;
  readonly limits: RequestLimits;
  readonly notices: Notices;
  /** Reports the events of one request. */
  readonly reporterFor: (req: Request) => Reporter;
  /** Runs the app's hooks for a first proof, and for ending sessions. */
  readonly accountHooks: BoundAccountHooks;
  /** Whether a guard accepts held logins. If none does, they are denied. */
  acceptsHeldLogins: boolean;
  /** Whether the developer has been told that logins are denied for want of such a guard. */
  hasWarnedOfDenial: boolean;
  /** Whether any request has had a session. */
  hasSeenSession: boolean;
}

/** The app's account hooks, bound to the strategy. */
export interface BoundAccountHooks {
  readonly proveMailbox: (user: unknown, claims: Claims) => Promise<boolean>;
  readonly endSessions: (user: unknown) => Promise<void>;
}

/**
 * The session of a request.
 * @throws UnavailableError while the session store is disconnected
 * @throws TypeError where express-session is missing
 */
export function sessionFor(services: Services, req: Request): Session {
  // A disconnected session store looks like a missing one, unless an earlier request had a session.
  const session = sessionOf(req, services.hasSeenSession);
  services.hasSeenSession = true;
  return session;
}

/** Created once for each request, and passed to everything that handles it. */
export class Exchange {
  readonly req: Request;
  readonly res: Response;
  readonly options: AuthenticateOptions;
  readonly services: Services;
  readonly config: Config;
  /** Reports this request's events, each with the same evidence of the request. */
  readonly events: Reporter;
  readonly magicLink: MagicLink;
  readonly accountLinks: AccountLinks;

  /** @throws TypeError outside Express */
  constructor(services: Services, req: Request, options: AuthenticateOptions) {
    this.req = req;
    this.res = responseTo(req);
    this.options = options;
    this.services = services;
    this.config = services.config;
    this.events = services.reporterFor(req);
    this.magicLink = services.magicLink.withReporter(this.events);
    this.accountLinks = services.accountLinks.withReporter(this.events);
  }

  /** See `sessionFor`. */
  get session(): Session {
    return sessionFor(this.services, this.req);
  }

  /** From now on, the answer changes neither the session nor its cookie. */
  leaveSessionUntouched(): void {
    leaveSessionUntouched(this.req, this.res);
  }

  /** Handles a store that did not answer. The error answer must not save a session that could not be saved before. */
  storeFailed(reason: string): void {
    this.leaveSessionUntouched();
    this.events.report('store.unavailable', { reason });
  }
}
