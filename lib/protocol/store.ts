/** The contract that every store of links keeps. `passport-bound-link/testing` has it as tests. */

/** Names one link. Both parts are opaque: `account` is a keyed digest, `recordId` is random. */
export interface LinkRef {
  readonly account: string;
  readonly recordId: string;
}

/** A link to keep: digests and sealed bytes, nothing in the clear. */
export interface NewLink extends LinkRef {
  /** Keyed digest of the token's secret. */
  readonly digest: string;
  /** Keyed digest of the code that may be typed in place of the link; empty if there is none. */
  readonly codeDigest: string;
  /** Keyed digest of the requesting browser's session, its nonce and this record. */
  readonly binding: string;
  /** The claims, sealed. */
  readonly sealed: string;
  /** Milliseconds from now, by the store's own clock. */
  readonly ttlMs: number;
  /** The lanes that the link counts in. Default: none, and so it is not limited. */
  readonly lanes?: readonly Lane[];
}

/** A share of the links that one account may be sent. */
export interface Lane {
  /** Opaque; unique within the account. */
  readonly name: string;
  /** At most `count` links in any `windowMs` milliseconds. The longest window comes last. */
  readonly limits: readonly { readonly count: number; readonly windowMs: number }[];
}

/** A link as a request presents it. */
export interface Presented extends LinkRef {
  readonly digest: string;
  /** Empty if the browser has none. An empty binding matches no link. */
  readonly binding: string;
}

/** A code as a request presents it, for the link that its browser requested. */
export interface PresentedCode extends LinkRef {
  readonly codeDigest: string;
  readonly binding: string;
}

/** No record of this link with this digest; or its time is over; or it was revoked. */
export interface UnusableLink {
  readonly status: 'invalid' | 'expired' | 'revoked';
}

/** The binding is another one. */
export interface MismatchedLink {
  readonly status: 'mismatch';
  /** The counted mismatches of this link. */
  readonly count: number;
  /** Whether the link has been used. */
  readonly used: boolean;
  readonly sealed: string;
}

export interface UsedLink {
  readonly status: 'used';
  readonly usedAgoMs: number;
  readonly sealed: string;
}

/** The link was live, and this call has used it. */
export interface RedeemedLink {
  readonly status: 'redeemed';
  readonly sealed: string;
}

/** The code is another one. */
export interface WrongCode {
  readonly status: 'wrong';
  /** The wrong codes of this link, this one included. */
  readonly count: number;
  /** The wrong codes of its account, in a day from the first. */
  readonly today: number;
  readonly sealed: string;
}

/** Judged in this order: `invalid`, `expired`, `mismatch`, `used`, `revoked`, `live`. */
export type OpenResult =
  | UnusableLink
  | MismatchedLink
  | UsedLink
  | { readonly status: 'live'; readonly sealed: string };

/** Judged in the same order; a live link is `redeemed`. */
export type RedeemResult = UnusableLink | MismatchedLink | UsedLink | RedeemedLink;

/**
 * Judged in this order: `invalid` (there is no record), `expired`, `mismatch`, `locked` (too many wrong codes; this one
 * was not compared), `wrong`, `used`, `revoked`, `redeemed`.
 */
export type RedeemByCodeResult =
  | UnusableLink
  | { readonly status: 'mismatch' | 'locked' }
  | WrongCode
  | UsedLink
  | RedeemedLink;

export interface LiveLink {
  readonly recordId: string;
  readonly expiresAt: number;
}

/** How often something has been counted in its current window. */
export interface WindowCount {
  /** This count included. */
  readonly count: number;
  /** Milliseconds until the window ends, 0 to `windowMs`. */
  readonly expiresInMs: number;
}

/** Counts events in windows of time, for all processes that share the store. Limits are built on it. */
export interface WindowCounter {
  /**
   * Adds one. A window begins with its first count and ends `windowMs` milliseconds later; later counts do not extend
   * it. Each name has a window of its own. Parallel calls are each counted once.
   */
  increment(name: string, windowMs: number): Promise<WindowCount>;
}

/**
 * Every method is atomic against all others of the same account. Outcomes are values. A method rejects only if the
 * store could not answer; its effect has then happened completely or not at all. No method retries on its own.
 *
 * A link is live until it is redeemed, revoked or expired. An expired link may be forgotten, and is `expired` or
 * `invalid` from then on. A used or revoked link is known until it expires.
 */
export interface LinkStore extends WindowCounter {
  /** True refuses the store if the origin is not loopback. */
  readonly developmentOnly?: boolean;
  /** Keeps the link, live, and counts it in each of its lanes. Does nothing if one of them is full. */
  issue(link: NewLink): Promise<'issued' | 'limited'>;
  /** Judges, and changes nothing. */
  open(link: Presented): Promise<OpenResult>;
  /**
   * Judges, and uses a live link: of any number of calls exactly one returns `redeemed`.
   * @param countMismatch whether a mismatch is counted on the link
   */
  redeem(link: Presented, countMismatch: boolean): Promise<RedeemResult>;
  /**
   * The same by a code: of any number of calls, by link and by code together, exactly one returns `redeemed`.
   * A wrong code is counted in the same step that compares it. After `maxTries` of them no code is compared.
   */
  redeemByCode(code: PresentedCode, maxTries: number): Promise<RedeemByCodeResult>;
  /** Revokes one live link, or all of the account. Resolves with the number of links that were live. */
  revoke(account: string, recordId?: string): Promise<number>;
  /** The live links of the account, in any order; `expiresAt` is epoch milliseconds by the store's own clock. */
  outstanding(account: string): Promise<LiveLink[]>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
}
