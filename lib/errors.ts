/** What can go wrong: refusals are data, an outage is an error, misuse is a TypeError. */

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

const STATUS: Readonly<Record<RefusalCode, number>> = {
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
): Refusal => ({ code, status: STATUS[code], message });

/** A refusal as an error, for middleware that has no other way out. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode) {
    super(`refused: ${code}`);
    this.code = code;
    this.status = STATUS[code];
  }
}

/**
 * Seconds a client is asked to wait after an outage. Longer than clicks count as parallel: who tries
 * again a link that was spent in vain is told so, and not sent on as if logged in.
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

/**
 * A store or the app's verify did not answer, or there is no room in the outbox. Express's error handling
 * turns `status` and `headers` into 503 and Retry-After (RFC 9110 10.2.3).
 */
export class UnavailableError extends Error {
  static readonly code = 'unavailable';
  override readonly name = 'UnavailableError';
  readonly code = UnavailableError.code;
  readonly status = 503;
  readonly headers: Readonly<Record<string, string>> = { 'Retry-After': String(RETRY_AFTER) };
  readonly part: UnavailablePart;

  constructor(part: UnavailablePart, options?: ErrorOptions) {
    super(`the ${part} is unavailable`, options);
    this.part = part;
  }
}
