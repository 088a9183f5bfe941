/** What goes into a login and what comes out of each of its steps. */
import type { BrowserFamily, Claims } from './claims.js';
import type { LinkRef } from './store.js';
import type { Token } from './token.js';

/** The browser that a link is bound to, by two values that only its session holds together. */
export interface Browser {
  readonly sessionId: string;
  readonly nonce: string;
}

/** The link that a session requested last, so that its code can be typed there. It opens nothing by itself. */
export interface RequestedLink extends LinkRef {
  /** The id of the secret that the link was made under. */
  readonly keyId: string;
}

export interface IssuedLink extends RequestedLink {
  readonly url: string;
  /** May be typed in the requesting browser in place of opening the link; undefined if codes are off. */
  readonly code: string | undefined;
  /** The token of the mail's "this was not me" link. */
  readonly notMe: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** `requested` has the same form in both, so that the session does not show whether the request was limited. */
export type Issued =
  | { readonly status: 'issued'; readonly requested: RequestedLink; readonly link: IssuedLink }
  | { readonly status: 'limited'; readonly requested: RequestedLink };

/** What the token says of itself, before any store is asked. */
export type Read = { readonly status: 'invalid' } | { readonly status: 'expired' | 'current'; readonly token: Token };

/** Milliseconds after a login in which another click on its link counts as parallel to it, as in a double click. */
export const PARALLEL_MS = 10_000;

export type Redeemed = Judged | WrongBrowser;

/**
 * `parallel`: the same browser redeemed the link moments ago, as a double click does. There is no second login, and
 * nothing suspicious either.
 */
export type Judged =
  | { readonly status: 'redeemed' | 'parallel'; readonly claims: Claims }
  | { readonly status: 'invalid' | 'expired' | 'revoked' | 'used' };

/** The link was opened in another browser than the one that requested it. */
export interface WrongBrowser {
  readonly status: 'mismatch';
  /** By POST and with codes on: what leads the person back to the requesting browser. */
  readonly help: ElsewhereHelp | undefined;
  /** By POST, if the link had been used before: whose it is, so that they can be told. */
  readonly usedClaims: Claims | undefined;
}

/** What another browser may be shown of a link. None of it says whose link it is. */
export interface ElsewhereHelp {
  /** To be typed in the browser that requested the link, such as `ABCD-EFGH`. */
  readonly code: string;
  readonly requestedIn: BrowserFamily;
  /** Epoch seconds. */
  readonly requestedAt: number;
}

/** Why a code did not work is not told to anyone. */
export type RedeemedByCode =
  | { readonly status: 'redeemed' | 'parallel'; readonly claims: Claims }
  /** `lockedClaims`: this was the last try that the link allows, and whose link it is. */
  | { readonly status: 'wrong'; readonly lockedClaims?: Claims | undefined };
