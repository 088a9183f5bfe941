/** The options that `passport.authenticate()` passes to the strategy, and the outcome of a request. */
import { misuse, type Refusal } from '../errors.js';
import type { Claims } from '../protocol/claims.js';
import type { Decision } from '../protocol/decision.js';
import type { ElsewhereHelp } from '../protocol/outcomes.js';
import type { LoginFacts } from '../session/session.js';
import type { RetryForm } from '../web/page-data.js';

/** The options of `passport.authenticate()` that the strategy reads. All others are Passport's own. */
export interface AuthenticateOptions {
  /**
   * `request` requests a link. `code` takes the link's code in place of the link. `not-me` is the target of the mail's
   * "this was not me". Default: the callback.
   */
  action?: 'request' | 'code' | 'not-me';
  /** For `request`: a text of the app's choice, 1,024 characters at most. The login's claims contain it. */
  state?: string;
  /** For `request`: where to redirect (303) after an accepted request. Without it, the next handler answers. */
  successRedirect?: string;
  successReturnToOrRedirect?: string;
  /** Passport's own: a refusal goes to Express's error handlers. */
  failWithError?: boolean;
  /** `false`: Passport logs the person in for this request only. Such a login cannot be held. */
  session?: boolean;
  /** Set by `passport.authorize()`, which logs nobody in. */
  assignProperty?: string;
}

/** The outcome of the request, as `req.magicLink`. Passport drops it on most paths. */
export type MagicLinkOutcome =
  /** The address in its canonical spelling. Its mail is sent after the answer. */
  | { readonly status: 'sent'; readonly address: string }
  | {
      readonly status: 'refused';
      readonly refusal: Refusal;
      /**
       * The input of this browser's request, to request a new link. Only present if this browser requested the link.
       */
      readonly retryForm?: RetryForm | undefined;
      /** For `wrong_browser`: what to show in that browser. */
      readonly help?: ElsewhereHelp | undefined;
    }
  | {
      readonly status: 'authenticated';
      readonly claims: Claims;
      readonly login: LoginFacts;
      /** `stepUp`: the login is held until the person uses a second factor in it. */
      readonly decision: Exclude<Decision, 'deny'>;
      /** The absolute URL to redirect to. */
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
