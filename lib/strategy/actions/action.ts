/** What an action of the strategy is: one request in, one way out. */
import type { Request } from 'express';
import type { RefusalCode } from '../../errors.js';
import type { Reporter } from '../../events/events.js';
import type { RequestLimits } from '../../limits/request-limits.js';
import type { Delivery } from '../../mail/delivery.js';
import type { Notices } from '../../notices/notices.js';
import type { Config } from '../../options/options.js';
import type { AccountLinks } from '../../protocol/account-links.js';
import type { MagicLink } from '../../protocol/magic-link.js';
import type { Session } from '../../session/session.js';
import type { AuthenticateOptions } from '../authenticate-options.js';

/** What Passport puts on the copy of the strategy that it makes for each request. */
export interface PassportActions {
  success(user: unknown, info?: object): void;
  fail(challenge: { message: string; code: RefusalCode }, status: number): void;
  redirect(url: string, status?: number): void;
  pass(): void;
  error(error: unknown): void;
}

/** How a request leaves: a Passport action, or nothing more where a page has been written. */
export type Exit = (passport: PassportActions) => void;

/** What the strategy is made of. */
export interface Services {
  readonly config: Config;
  readonly events: Reporter;
  readonly magicLink: MagicLink;
  readonly accountLinks: AccountLinks;
  readonly delivery: Delivery;
  readonly limits: RequestLimits;
  readonly notices: Notices;
  /** The request's session, or an error that says what is missing. */
  sessionOf(req: Request): Session;
  storeFailed(req: Request, reason: string): void;
}

export type Action = (login: Services, req: Request, options: AuthenticateOptions) => Promise<Exit>;
