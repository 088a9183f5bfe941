/** The catalogue of all events: severity, evidence, meaning, and OWASP's term. */

export type Severity = 'info' | 'warning' | 'high' | 'critical';

/**
 * What an event may contain. It is pseudonymous: it never contains an address, token, session ID or network address.
 */
export interface Evidence {
  /** A keyed digest of the mailbox; the same for all of its links. */
  readonly account?: string;
  /** For a change of address: a keyed digest of the old mailbox. */
  readonly formerAccount?: string;
  /** The link's record id. It is no secret and opens nothing. */
  readonly link?: string;
  /** For a factor or a step-up: a keyed digest of the user's id. */
  readonly user?: string;
  /** The factor's name, such as `totp`. */
  readonly factor?: string;
  /** A short code for the cause, such as an SMTP reply code. */
  readonly reason?: string;
  /** For a signal: its decision. */
  readonly decision?: string;
  /** For a signal: what it observed. */
  readonly evidence?: string;
  /** How often it has happened to this link so far, or how many items the event concerns. */
  readonly count?: number;
  /** For a mail that is a notice to the person: its kind, such as `newBrowser`. */
  readonly notice?: string;
  /** For a mail: whether it will be retried. */
  readonly retried?: boolean;
  /** The id of the request: `req.id` if the app sets one, otherwise a random id. */
  readonly request?: string;
  /** A keyed digest of the client's network: an IPv4 address, or an IPv6 /64. */
  readonly network?: string;
  /** The browser's family and system, such as `Firefox on Windows`. */
  readonly browser?: string;
  /** Milliseconds since the request came in. For a mail: since it was requested. */
  readonly durationMs?: number;
}

interface Entry {
  readonly severity: Severity;
  /** In addition to what every event of a request or a mail contains. Not every field is always present. */
  readonly evidence: readonly (keyof Evidence)[];
  readonly means: string;
  /** The closest term of OWASP's Logging Vocabulary, if it has one. */
  readonly owasp?: string;
}

/** An event that anybody can cause by opening or fetching a link is `info`, because scanners do so all day. */
export const EVENT_CATALOGUE = {
  'link.requested': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'a link was issued; its mail follows',
    owasp: 'authn_token_created',
  },
  'link.limited': {
    severity: 'warning',
    evidence: ['account', 'link'],
    means: 'no link was issued: the mailbox has reached its limit; the answer does not say so',
    owasp: 'excess_rate_limit_exceeded',
  },
  'mail.sent': {
    severity: 'info',
    evidence: ['account', 'link', 'notice'],
    means: 'the mail server accepted the mail',
  },
  'mail.failed': {
    severity: 'warning',
    evidence: ['account', 'link', 'user', 'notice', 'reason', 'count', 'retried'],
    means: 'an attempt to send a mail failed, or the outbox was full',
  },
  'mail.misdelivered': {
    severity: 'critical',
    evidence: ['account', 'link', 'notice', 'count'],
    means: 'the mail server accepted the mail for another recipient; its link is revoked',
  },
  'link.opened_elsewhere': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'another browser, or a scanner, opened the link; nothing changed',
  },
  'link.wrong_browser': {
    severity: 'warning',
    evidence: ['account', 'link', 'count'],
    means: 'the button was pressed in another browser; nothing changed. The tenth time has the severity high',
    owasp: 'authn_login_fail',
  },
  'link.used_again': {
    severity: 'warning',
    evidence: ['account', 'link', 'reason'],
    means: 'the browser that requested the link tried it again long after it was used',
    owasp: 'authn_token_reuse',
  },
  'link.expired': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'a link was opened after it expired',
  },
  'link.redeemed': {
    severity: 'info',
    evidence: ['account', 'link', 'reason'],
    means:
      'the browser that requested the link used it, by its code if `reason` says so; a login follows, unless it is refused',
    owasp: 'authn_login_success',
  },
  'login.refused': {
    severity: 'warning',
    evidence: ['account', 'link', 'reason'],
    means: 'the app refused the login, by `assess` if `reason` says so; the link is used',
    owasp: 'authn_login_fail',
  },
  'login.held': {
    severity: 'warning',
    evidence: ['account', 'link'],
    means: 'a person was logged in, but can do nothing until they use a second factor',
  },
  'login.new_browser': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'a login in a browser that had not logged in to this mailbox before, or has lost its cookie',
  },
  'code.wrong': {
    severity: 'warning',
    evidence: ['account', 'link', 'count'],
    means: 'a wrong code was typed in the browser that requested the link',
    owasp: 'authn_login_fail',
  },
  'code.locked': {
    severity: 'high',
    evidence: ['account', 'link'],
    means: 'five wrong codes were typed; the code no longer works, the link still does',
    owasp: 'authn_login_fail_max',
  },
  'link.revoked': {
    severity: 'warning',
    evidence: ['account', 'link', 'count'],
    means: 'live links were revoked: a single one, or all of the account',
    owasp: 'authn_token_revoked',
  },
  'link.not_me': {
    severity: 'warning',
    evidence: ['account', 'link'],
    means: 'a person who has the mail reported that somebody else requested it',
  },
  'address.changed': {
    severity: 'warning',
    evidence: ['account', 'formerAccount'],
    means: 'the address of a person was changed',
    owasp: 'user_updated',
  },
  'factor.enrolled': {
    severity: 'info',
    evidence: ['account', 'user', 'factor', 'reason'],
    means: 'a second factor was added; it is active, or waits to become active',
    owasp: 'user_updated',
  },
  'factor.removed': {
    severity: 'warning',
    evidence: ['account', 'user', 'factor', 'reason'],
    means: 'a second factor was removed, or one that waited was cancelled',
    owasp: 'user_updated',
  },
  'step_up.succeeded': {
    severity: 'info',
    evidence: ['account', 'user', 'factor', 'count'],
    means: 'a second factor was used; after a recovery code, `count` codes are left',
    owasp: 'authn_login_success',
  },
  'step_up.failed': {
    severity: 'warning',
    evidence: ['account', 'user', 'factor', 'reason'],
    means: 'a second factor was wrong, or was refused after too many wrong tries',
    owasp: 'authn_login_fail',
  },
  'signal.raised': {
    severity: 'high',
    evidence: ['account', 'link', 'reason', 'decision', 'evidence', 'count'],
    means:
      'many wrong codes for one account (`wrong_codes`), many forged tokens (`forged_tokens`), or a signal of the app under its own name; the app’s signals are warnings, unless they deny the login',
  },
  'store.unavailable': {
    severity: 'critical',
    evidence: ['reason'],
    means: 'a store did not answer (links, sessions or factors); `reason` says which',
  },
} as const satisfies Record<string, Entry>;

export type EventType = keyof typeof EVENT_CATALOGUE;

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_CATALOGUE, type);
