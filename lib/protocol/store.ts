/** The contract that every store of links keeps. `passport-bound-link/testing` has its test suite. */

/** Names one link. Both parts are opaque: `account` is a keyed digest, `recordId` is random. */
export interface LinkRef {
  readonly account: string;
  readonly recordId: string;
}

/** A link to keep: digests and sealed bytes, nothing in the clear. */
export interface NewLink extends LinkRef {
  /** Keyed digest of the token's secret. */
  readonly digest: string;
  /** Keyed digest of the code that may stand for the link; empty: none may. */
  readonly codeDigest: string;
  /** Keyed digest of the asking browser's session, nonce and this record. */
  readonly binding: string;
  /** The claims, sealed. */
  readonly sealed: string;
  /** Milliseconds from now, by the store's own clock. */
  readonly ttlMs: number;
  /** Where it counts. Default: nowhere, and so it is not limited. */
  readonly lanes?: readonly Lane[];
}

/** A share of what one account may be sent. */
export interface Lane {
  /** Opaque; one of this account. */
  readonly name: string;
  /** Of any `windowMs` milliseconds at most `count` links. The longest window comes last. */
  readonly limits: readonly { readonly count: number; readonly windowMs: number }[];
}

/** Runs Lua on the store's Redis; what node-redis calls `eval`. */
export interface ScriptClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A link as a request presents it. */
export interface Presented extends LinkRef {
  readonly digest: string;
  /** Empty where the browser has none; then nothing matches. */
  readonly binding: string;
}

/** A code as a request presents it, for the link that its browser asked for. */
export interface PresentedCode extends LinkRef {
  readonly codeDigest: string;
  readonly binding: string;
}

/**
 * How a presented link is judged, always in this order:
 * `invalid` (no record, or another digest), `expired`, `mismatch` (another binding), `used`, `revoked`, `live`.
 */
export type Judged =
  | { readonly status: 'invalid' | 'expired' | 'revoked' }
  /** `count`: how many counted mismatches this link has seen. `used`: whether it was used before. */
  | { readonly status: 'mismatch'; readonly count: number; readonly used: boolean; readonly sealed: string }
  | { readonly status: 'used'; readonly usedAgoMs: number; readonly sealed: string }
  | { readonly status: 'live'; readonly sealed: string };

/**
 * How a presented code is judged, always in this order: `invalid` (no record), `expired`, `mismatch`,
 * `locked` (too many wrong codes; not compared), `wrong`, then as the link itself.
 */
export type JudgedCode =
  | Exclude<Judged, { status: 'mismatch' }>
  | { readonly status: 'mismatch' | 'locked' }
  /** `count`: wrong codes of this link, this one included. `today`: of the account, in a day. */
  | { readonly status: 'wrong'; readonly count: number; readonly today: number; readonly sealed: string };

export interface LiveLink {
  readonly recordId: string;
  readonly expiresAt: number;
}

/**
 * Every method is atomic against all others of the same account. Outcomes are values; a method
 * rejects only when the store could not answer, and is then as if it had not happened or as if
 * it had, never half. No method retries on its own.
 *
 * A link is live until it is redeemed, revoked, or over. What is over may be forgotten, and is
 * `expired` or `invalid` from then on; what is used or revoked is known until its end.
 */
export interface LinkStore {
  /** True refuses the store where the origin is not loopback. */
  readonly developmentOnly?: boolean;
  /** For the network limits. Without it each process counts for itself. */
  readonly scriptClient?: ScriptClient;
  /** Keeps the link, live, and counts it in each of its lanes; or, where one of them is full, does nothing. */
  issue(link: NewLink): Promise<'issued' | 'limited'>;
  /** Judges, and changes nothing. */
  open(link: Presented): Promise<Judged>;
  /**
   * Judges, and a live link is used from now on: of any number of calls exactly one sees `live`.
   * @param countMismatch whether a mismatch is counted on the link
   */
  redeem(link: Presented, countMismatch: boolean): Promise<Judged>;
  /**
   * The same by a code: of any number of calls, by link and by code together, exactly one sees `live`.
   * A wrong code is counted in the same step that compares it; past `maxTries` none is compared.
   */
  redeemByCode(code: PresentedCode, maxTries: number): Promise<JudgedCode>;
  /** Revokes one live link, or all of the account. Resolves with how many were live. */
  revoke(account: string, recordId?: string): Promise<number>;
  /** The live links of the account, in any order; `expiresAt` is epoch milliseconds by the store's own clock. */
  outstanding(account: string): Promise<LiveLink[]>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
}
