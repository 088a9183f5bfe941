/** What a request is told by `passport.authenticate()`, and what it can be asked afterwards. */
import { misuse, type Refusal } from '../errors.js';
import type { Claims } from '../protocol/claims.js';
import type { Decision } from '../protocol/decision.js';
import type { ElsewhereHelp } from '../protocol/outcomes.js';
import type { LoginFacts } from '../session/session.js';
import type { RetryForm } from '../web/page-data.js';

/** What of `passport.authenticate()`'s options is read here; all others are Passport's own. */
export interface AuthenticateOptions {
  /**
   * `request` asks for a link, `code` takes the code in place of it, `not-me` is where a mail's "this was
   * not me" leads; without it the route is the callback.
   */
  action?: 'request' | 'code' | 'not-me';
  /** On the ask: the app's own words, 1,024 characters at most, brought back in the claims. */
  state?: string;
  /** On the ask: where an accepted one goes (303); without it the next handler answers. */
  successRedirect?: string;
  successReturnToOrRedirect?: string;
  /** Passport's own: a refusal goes to Express's error handlers. */
  failWithError?: boolean;
  /** `false`: Passport logs the person in for this request only. Such a login cannot be held. */
  session?: boolean;
  /** Set by `passport.authorize()`, which logs nobody in. */
  assignProperty?: string;
}

/** What became of the request, at `req.magicLink`: Passport drops it on most paths. */
export type MagicLinkOutcome =
  /** The address in its one spelling. Its mail goes out after the answer. */
  | { readonly status: 'sent'; readonly address: string }
  | {
      readonly status: 'refused';
      readonly refusal: Refusal;
      /** What this browser asked for, to ask again; only where the link is its own. */
      readonly retryForm?: RetryForm | undefined;
      /** With `wrong_browser`: what to show there. */
      readonly help?: ElsewhereHelp | undefined;
    }
  | {
      readonly status: 'authenticated';
      readonly claims: Claims;
      readonly login: LoginFacts;
      /** `stepUp`: the login is held until a second factor is used in it. */
      readonly decision: Exclude<Decision, 'deny'>;
      /** The whole URL to go to. */
      readonly returnTo: string;
    };

const MAX_STATE = 1024;

/** @throws TypeError for anything but a string of 1,024 characters at most, or undefined */
export function checkState(state: unknown): string | undefined {
  if (state === undefined || (typeof state === 'string' && state.length <= MAX_STATE)) return state;
  throw misuse(`state must be a string of ${MAX_STATE} characters at most`);
}

declare global {
  namespace Express {
    interface Request {
      magicLink?: MagicLinkOutcome;
    }
  }
}
