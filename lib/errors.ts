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
  | 'login_refused'
  | 'login_required'
  | 'step_up_required'
  | 'factor_wrong'
  | 'factor_locked';

/** A refusal as Passport's `fail()` and the app's callback see it. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly status: number;
  /** For the person, in plain words. */
  readonly message: string;
}

const REFUSALS: Readonly<Record<RefusalCode, readonly [status: number, message: string]>> = {
  invalid_address: [400, 'That does not look like an email address.'],
  invalid_request: [400, 'The request was not understood.'],
  payload_too_large: [413, 'The request was too large.'],
  method_not_allowed: [405, 'This address does not take that method.'],
  cross_site: [403, 'The request came from another site.'],
  rate_limited: [429, 'Please wait a little, and ask again.'],
  link_invalid: [401, 'This login link is not valid. It may have been cut off on the way.'],
  link_expired: [401, 'This login link has expired.'],
  wrong_browser: [401, 'This login link works only in the browser that asked for it. Open it there.'],
  link_used: [401, 'This login link has already been used.'],
  link_revoked: [401, 'This login link has been withdrawn.'],
  login_refused: [401, 'This address cannot log in here.'],
  login_required: [401, 'Please log in first.'],
  step_up_required: [401, 'This needs a second factor.'],
  factor_wrong: [401, 'That was not right, or it was used before.'],
  factor_locked: [401, 'There were too many wrong tries. Please wait 15 minutes, or use another way.'],
};

export function refusal(code: RefusalCode): Refusal {
  const [status, message] = REFUSALS[code];
  return { code, status, message };
}

/** A refusal as an error, for middleware that has no other way out. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode) {
    const { message, status } = refusal(code);
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * Seconds a client is asked to wait after an outage. Longer than clicks count as parallel: who tries
 * again a link that was spent in vain is told so, and not sent on as if logged in.
 */
const RETRY_AFTER = 15;

/** What the login needs and may find missing. */
export type Part = 'store' | 'session store' | 'factor store' | 'outbox' | 'verify' | 'second channel';

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
  readonly part: Part;

  constructor(part: Part, options?: ErrorOptions) {
    super(`the ${part} is unavailable`, options);
    this.part = part;
  }
}
