/** What can go wrong: refusals, faults and misuse, each with its heading in docs/errors.md. */

/** Why a request was refused. Stable: apps may branch on it. */
export type RefusalCode =
  | 'invalid_address'
  | 'invalid_request'
  | 'payload_too_large'
  | 'method_not_allowed'
  | 'cross_site'
  | 'rate_limited'
  | 'link_invalid'
  | 'link_expired'
  | 'wrong_browser'
  | 'link_used'
  | 'link_revoked'
  | 'code_wrong'
  | 'login_refused'
  | 'login_required'
  | 'step_up_required'
  | 'factor_wrong'
  | 'factor_locked';

/** A refusal as Passport's `fail()` and the app's callback see it. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly status: number;
  /** For the person, in plain words and their language. */
  readonly message: string;
}

/** The HTTP status of each refusal. */
export const REFUSAL_STATUS: Readonly<Record<RefusalCode, number>> = {
  invalid_address: 400,
  invalid_request: 400,
  payload_too_large: 413,
  method_not_allowed: 405,
  cross_site: 403,
  rate_limited: 429,
  link_invalid: 401,
  link_expired: 401,
  wrong_browser: 401,
  link_used: 401,
  link_revoked: 401,
  code_wrong: 401,
  login_refused: 401,
  login_required: 401,
  step_up_required: 401,
  factor_wrong: 401,
  factor_locked: 401,
};

/** @param message default: as the catalogue has it */
export const refusal = (
  code: RefusalCode,
  { refusals }: { readonly refusals: Readonly<Record<RefusalCode, string>> },
  message: string = refusals[code],
): Refusal => ({ code, status: REFUSAL_STATUS[code], message });

/** Everything that fails without anybody having been refused. Stable: apps may branch on it. */
export const FAULT_CODES = [
  'unavailable',
  'ETIMEDOUT',
  'redis_not_connected',
  'redis_reply_unknown',
  'memory_store_full',
  'session_store_failed',
  'factors_contended',
  'factors_unreadable',
  'mail_undeliverable',
  'verify_failed',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/**
 * The text with a link to its heading in docs/errors.md, as a path that holds in an installed package. The
 * heading stays in its own case: `pbl_` is how tokens begin, and a scan of a log for tokens must not find a warning.
 */
export const withLink = (text: string, heading: string): string =>
  `${text} (see passport-bound-link/docs/errors.md#${heading})`;

/**
 * The base class of every error of this package but misuse. `code` is stable and has a heading in
 * docs/errors.md; the message is for developers and may change.
 */
export class MagicLinkError extends Error {
  override readonly name: string = 'MagicLinkError';
  readonly code: RefusalCode | FaultCode;

  constructor(code: RefusalCode | FaultCode, message: string, options?: ErrorOptions) {
    super(withLink(message, code), options);
    this.code = code;
  }
}

/** A refusal as an error, for middleware that has no other way to refuse. */
export class RefusedError extends MagicLinkError {
  override readonly name = 'RefusedError';
  declare readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode) {
    super(code, `refused: ${code}`);
    this.status = REFUSAL_STATUS[code];
  }
}

/**
 * Seconds that a client is asked to wait after an outage. It is longer than the time in which clicks count
 * as parallel: a person who tries a spent link again is told that it was used, and is not sent on.
 */
const RETRY_AFTER = 15;

/** What the login needs and may find missing. */
export type UnavailablePart =
  | 'store'
  | 'session store'
  | 'factor store'
  | 'outbox'
  | 'verify'
  | 'assess'
  | 'second channel';

/** Whether the part is a store: of links, sessions or factors. */
export const isStorePart = (part: UnavailablePart): boolean => part.endsWith('store');

/**
 * Something that the login needs did not answer: see `part`. Express's error handling turns
 * `status` and `headers` into 503 and Retry-After (RFC 9110 10.2.3).
 */
export class UnavailableError extends MagicLinkError {
  override readonly name = 'UnavailableError';
  declare readonly code: 'unavailable';
  readonly status = 503;
  readonly headers: Readonly<Record<string, string>> = { 'Retry-After': String(RETRY_AFTER) };
  readonly part: UnavailablePart;

  constructor(part: UnavailablePart, options?: ErrorOptions) {
    super('unavailable', `the ${part} is unavailable`, options);
    this.part = part;
  }
}

/** A mistake in the calling code, such as a wrong option or a missing middleware. */
export const misuse = (message: string): TypeError => new TypeError(withLink(message, 'TypeError'));
