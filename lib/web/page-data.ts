/** What each page shows. An app's own view gets the same data. */
import type { Refusal } from '../errors.js';
import type { BrowserFamily } from '../protocol/claims.js';

/** The last request for a link in this browser, to send it again. */
export interface RetryForm {
  readonly address: string;
  readonly returnTo: string | undefined;
}

/** The data of each page, by the page's name. */
export interface PageData {
  /** Asks for the email address. Its form POSTs `email` and `returnTo`, or `invite` if there is an invitation. */
  form: {
    action: string;
    returnTo: string | undefined;
    email: string | undefined;
    refusal: Refusal | undefined;
    invitation: { invite: string; address: string } | undefined;
  };
  /**
   * Tells the person to check the inbox. Its forms POST `code` to `codeAction`, if that is set, and `email` and
   * `returnTo` to `loginPath` to request another link after `wait` seconds.
   */
  sent: {
    loginPath: string;
    codeAction: string | undefined;
    retryForm: RetryForm | undefined;
    /** Seconds until another link can be requested; 0 if it can be requested now. */
    wait: number;
    refusal: Refusal | undefined;
    /** Someone is logged in, whom the code would log out. */
    switchesUser: boolean;
    /** The lifetime of a link, in seconds. */
    ttl: number;
    /** Where to go if this browser has logged in meanwhile. */
    continueTo: string | undefined;
  };
  /** A link was opened, apparently in another browser than the one that requested it. POSTs `token`. */
  landing: { action: string; token: string };
  /** Asks the browser that requested the link for one more click. POSTs `token`. */
  confirm: { action: string; token: string; switchesUser: boolean };
  /** Shows the code to enter at `origin` in the browser that requested the link. A new link is requested at `loginPath`. */
  code: { code: string; origin: string; requestedIn: BrowserFamily; requestedAt: Date; loginPath: string };
  /** Redirects to `href` from the app's own site, so that SameSite=Strict cookies come along. */
  hop: { href: string };
  /** Says why a request was refused. POSTs `retryForm` to `loginPath`, or links to it. */
  refused: { refusal: Refusal; loginPath: string; retryForm: RetryForm | undefined };
  /** Reports an email as unwanted. POSTs `token`, and `end` to cancel active links. Without `token`, it is too old. */
  notMe: { action: string; token: string | undefined; canEnd: boolean };
  /** Thanks for the report, with advice. `ended` is the number of links cancelled, if that was requested. */
  reported: { ended: number | undefined };
  /** A part that the login needs does not answer. */
  unavailable: { loginPath: string };
}

export type PageName = keyof PageData;
