/** What happened, told to whoever listens; a listener can neither break nor delay a login. */

export type Severity = 'info' | 'warning' | 'high' | 'critical';

const SEVERITIES = {
  'link.asked': 'info',
  'link.limited': 'warning',
  'mail.sent': 'info',
  'mail.failed': 'warning',
  'mail.misdelivered': 'critical',
  'link.opened_elsewhere': 'info',
  'link.wrong_browser': 'warning',
  'link.used_again': 'warning',
  'link.expired': 'info',
  'link.redeemed': 'info',
  'code.wrong': 'warning',
  'code.locked': 'high',
  'link.not_me': 'warning',
  'link.revoked': 'warning',
  'login.refused': 'warning',
  'factor.enrolled': 'info',
  'factor.removed': 'warning',
  'step_up.succeeded': 'info',
  'step_up.failed': 'warning',
  'signal.raised': 'high',
  'store.unavailable': 'critical',
} as const satisfies Record<string, Severity>;

export type EventType = keyof typeof SEVERITIES;

/** Pseudonymous: no address, token, session ID or network address is ever in an event. */
export interface MagicLinkEvent {
  readonly type: EventType;
  readonly severity: Severity;
  /** Epoch seconds. */
  readonly time: number;
  /** A keyed digest of the mailbox; the same for all of its links. */
  readonly account?: string;
  /** The link's record id; it opens nothing. */
  readonly link?: string;
  /** Of a factor or a step-up: a keyed digest of the user's id. */
  readonly user?: string;
  /** The factor's name, such as `totp`. */
  readonly factor?: string;
  /** A short word for the cause, such as an SMTP reply code. */
  readonly reason?: string;
  /** How often it has happened to this link by now. */
  readonly count?: number;
  /** Of a mail: whether it will be tried again. */
  readonly retried?: boolean;
}

export type EventDetails = Pick<
  MagicLinkEvent,
  'account' | 'link' | 'user' | 'factor' | 'reason' | 'count' | 'retried'
>;
export type EventListener = (event: MagicLinkEvent) => unknown;

/** `on(type, listener)` for one type, `on('*', listener)` for all. */
export class Events {
  readonly #listeners = new Map<EventType | '*', Set<EventListener>>();
  readonly #clock: () => number;

  /** @param clock epoch milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  on(type: EventType | '*', listener: EventListener): this {
    if (type !== '*' && !Object.hasOwn(SEVERITIES, type)) {
      throw new TypeError(`unknown event '${type}'; there are: ${Object.keys(SEVERITIES).join(', ')}`);
    }
    if (typeof listener !== 'function') throw new TypeError('a listener must be a function of an event');
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return this;
  }

  off(type: EventType | '*', listener: EventListener): this {
    this.#listeners.get(type)?.delete(listener);
    return this;
  }

  /** @param severity default: the type's own */
  report(type: EventType, details: EventDetails = {}, severity: Severity = SEVERITIES[type]): void {
    const time = Math.floor(this.#clock() / 1000);
    const event: MagicLinkEvent = Object.freeze({ type, severity, time, ...details });
    for (const listener of [...(this.#listeners.get(type) ?? []), ...(this.#listeners.get('*') ?? [])]) {
      tell(listener, event);
    }
  }
}

/** A listener's fault is the app's to see, as a warning, and never the person's who logs in. */
function tell(listener: EventListener, event: MagicLinkEvent): void {
  const warn = (cause: unknown) =>
    process.emitWarning(`a listener of ${event.type} failed: ${cause instanceof Error ? cause.name : typeof cause}`, {
      code: 'PBL_LISTENER',
    });
  try {
    Promise.resolve(listener(event)).catch(warn);
  } catch (cause) {
    warn(cause);
  }
}
