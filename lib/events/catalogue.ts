/** Every event there is: how serious, what it means, what it tells, and OWASP's word for it. */

export type Severity = 'info' | 'warning' | 'high' | 'critical';

/** What an event may tell. Pseudonymous: no address, token, session ID or network address is ever in one. */
export interface Evidence {
  /** A keyed digest of the mailbox; the same for all of its links. */
  readonly account?: string;
  /** Of a change of address: the mailbox that was left. */
  readonly formerAccount?: string;
  /** The link's record id; it opens nothing. */
  readonly link?: string;
  /** Of a factor or a step-up: a keyed digest of the user's id. */
  readonly user?: string;
  /** The factor's name, such as `totp`. */
  readonly factor?: string;
  /** A short word for the cause, such as an SMTP reply code. */
  readonly reason?: string;
  /** Of a signal: what it decided. */
  readonly decision?: string;
  /** Of a signal: what was seen. */
  readonly evidence?: string;
  /** How often it has happened to this link by now, or how many it was. */
  readonly count?: number;
  /** Of a mail that is a notice to the person: which one, such as `newBrowser`. */
  readonly notice?: string;
  /** Of a mail: whether it will be tried again. */
  readonly retried?: boolean;
  /** Names the request; `req.id` where the app gives its requests one. */
  readonly request?: string;
  /** A keyed digest of the network that it came from: an IPv4 address, or an IPv6 /64. */
  readonly network?: string;
  /** In words of ours, such as `Firefox on Windows`. */
  readonly browser?: string;
  /** Milliseconds since the request came in or, of a mail, since it was asked for. */
  readonly durationMs?: number;
}

interface Entry {
  readonly severity: Severity;
  /** Beside what every event of a request or a mail tells of it. Not all of it is always there. */
  readonly evidence: readonly (keyof Evidence)[];
  readonly means: string;
  /** The nearest word of OWASP's Logging Vocabulary, where it has one. */
  readonly owasp?: string;
}

/** What anybody can bring about by opening or fetching things is `info`: scanners do so all day. */
export const EVENT_CATALOGUE = {
  'link.requested': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'a link was issued; its mail comes next',
    owasp: 'authn_token_created',
  },
  'link.limited': {
    severity: 'warning',
    evidence: ['account', 'link'],
    means: 'none was issued: the mailbox has had its share; nobody is told',
    owasp: 'excess_rate_limit_exceeded',
  },
  'mail.sent': {
    severity: 'info',
    evidence: ['account', 'link', 'notice'],
    means: 'the mail server took the mail',
  },
  'mail.failed': {
    severity: 'warning',
    evidence: ['account', 'link', 'user', 'notice', 'reason', 'count', 'retried'],
    means: 'an attempt to send failed, or there was no room to wait in',
  },
  'mail.misdelivered': {
    severity: 'critical',
    evidence: ['account', 'link', 'notice', 'count'],
    means: 'the mail server took the mail for somebody else; its link is revoked',
  },
  'link.opened_elsewhere': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'another browser, or a scanner, opened the link; nothing changed',
  },
  'link.wrong_browser': {
    severity: 'warning',
    evidence: ['account', 'link', 'count'],
    means: 'another browser pressed the button; nothing changed. The tenth time is high',
    owasp: 'authn_login_fail',
  },
  'link.used_again': {
    severity: 'warning',
    evidence: ['account', 'link', 'reason'],
    means: 'the asking browser tried a used link, long after',
    owasp: 'authn_token_reuse',
  },
  'link.expired': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'a link was opened past its end',
  },
  'link.redeemed': {
    severity: 'info',
    evidence: ['account', 'link', 'reason'],
    means: 'the asking browser spent the link, by its code where `reason` says so: a login, unless it is refused',
    owasp: 'authn_login_success',
  },
  'login.refused': {
    severity: 'warning',
    evidence: ['account', 'link', 'reason'],
    means: 'the app refused the person, by `assess` where `reason` says so; the link is spent',
    owasp: 'authn_login_fail',
  },
  'login.held': {
    severity: 'warning',
    evidence: ['account', 'link'],
    means: 'a person was logged in, and is kept from everything until a second factor is used',
  },
  'login.new_browser': {
    severity: 'info',
    evidence: ['account', 'link'],
    means: 'a login in a browser that had not logged in to this mailbox before, or forgot it',
  },
  'code.wrong': {
    severity: 'warning',
    evidence: ['account', 'link', 'count'],
    means: 'a wrong code was typed in the asking browser',
    owasp: 'authn_login_fail',
  },
  'code.locked': {
    severity: 'high',
    evidence: ['account', 'link'],
    means: 'five were; the code is dead, the link is not',
    owasp: 'authn_login_fail_max',
  },
  'link.revoked': {
    severity: 'warning',
    evidence: ['account', 'link', 'count'],
    means: 'live links were ended: one that is named, or all of the account',
    owasp: 'authn_token_revoked',
  },
  'link.not_me': {
    severity: 'warning',
    evidence: ['account', 'link'],
    means: 'whoever has the mail says that somebody else asked',
  },
  'address.changed': {
    severity: 'warning',
    evidence: ['account', 'formerAccount'],
    means: 'a person has another address now',
    owasp: 'user_updated',
  },
  'factor.enrolled': {
    severity: 'info',
    evidence: ['account', 'user', 'factor', 'reason'],
    means: 'a second factor was added; it counts, or waits',
    owasp: 'user_updated',
  },
  'factor.removed': {
    severity: 'warning',
    evidence: ['account', 'user', 'factor', 'reason'],
    means: 'a second factor was taken away, or one that waited was cancelled',
    owasp: 'user_updated',
  },
  'step_up.succeeded': {
    severity: 'info',
    evidence: ['account', 'user', 'factor', 'count'],
    means: 'a second factor was used; of recovery codes, `count` are left',
    owasp: 'authn_login_success',
  },
  'step_up.failed': {
    severity: 'warning',
    evidence: ['account', 'user', 'factor', 'reason'],
    means: 'a second factor was wrong, or there had been too many wrong tries',
    owasp: 'authn_login_fail',
  },
  'signal.raised': {
    severity: 'high',
    evidence: ['account', 'link', 'reason', 'decision', 'evidence', 'count'],
    means:
      'many wrong codes of one account (`wrong_codes`), many forged tokens (`forged_tokens`), or a signal of the app’s, by its name; that is a warning, unless it denies',
  },
  'store.unavailable': {
    severity: 'critical',
    evidence: ['reason'],
    means: 'a store did not answer (links, sessions or factors); `reason` says which',
  },
} as const satisfies Record<string, Entry>;

export type EventType = keyof typeof EVENT_CATALOGUE;

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_CATALOGUE, type);
