/** What the owner of an account is told of its factors, and how: by default in a mail. */
import { misuse } from '../../errors.js';
import type { EventDetails, Events, EventType, Severity } from '../../events/events.js';
import { parseAddress } from '../../protocol/address.js';
import type { StrategyPort } from '../../strategy/port.js';
import type { Factor, Person } from '../factors/factor.js';
import { NOTICE_TEXTS } from '../pages/texts.js';
import type { Records } from '../store/records.js';

export type NoticeType =
  | 'enrolled'
  | 'waiting'
  | 'cancelled'
  | 'removed'
  | 'recovery_code_used'
  | 'recovery_codes_renewed'
  | 'locked'
  | 'lost'
  | 'loss_withdrawn';

/** Times are epoch seconds. */
export interface FactorNotice {
  readonly type: NoticeType;
  readonly person: Person;
  /** The factor's name and its label, where it is about one. */
  readonly factor: string | undefined;
  readonly label: string | undefined;
  readonly time: number;
  /** Of `waiting`: when the factor will count. Of `lost`: when all factors end. */
  readonly at: number | undefined;
}

/** A fault is not the person's: their factors are changed already. */
export type Notify = (notice: FactorNotice) => unknown;

interface FactorNotifierConfig {
  readonly records: Records;
  readonly factors: ReadonlyMap<string, Factor>;
  readonly events: Events;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly notify: Notify;
  /** What stands for an address's mailbox in events. */
  readonly accountOf: (address: string) => string | undefined;
}

/** The events and the notices of factors. No secret is in either. */
export class FactorNotifier {
  readonly #config: FactorNotifierConfig;

  constructor(config: FactorNotifierConfig) {
    this.#config = config;
  }

  event(
    type: EventType & `${'factor' | 'step_up'}.${string}`,
    person: Person,
    details: Pick<EventDetails, 'factor' | 'reason' | 'count'>,
    severity?: Severity,
  ): void {
    this.#config.events.report(type, { ...this.#whose(person), ...details }, severity);
  }

  notice(type: NoticeType, person: Person, factor?: string, at?: number): FactorNotice {
    const { factors, clock } = this.#config;
    const label = factor === undefined ? undefined : factors.get(factor)?.label;
    return { type, person, factor, label, time: Math.floor(clock() / 1000), at };
  }

  /** Waits for nothing. */
  notify(type: NoticeType, person: Person, factor?: string, at?: number): void {
    const { notify, events } = this.#config;
    Promise.resolve(this.notice(type, person, factor, at))
      .then(notify)
      .catch(() => events.report('mail.failed', { ...this.#whose(person), reason: 'notice' }));
  }

  /** Where the person has an address, the mailbox too: by it the owner's history is found. */
  #whose({ id, address }: Person): Pick<EventDetails, 'account' | 'user'> {
    const { records, accountOf } = this.#config;
    const account = address !== undefined && parseAddress(address) ? accountOf(address) : undefined;
    return { ...(account !== undefined && { account }), user: records.tag(id) };
  }
}

/**
 * Mails a notice to `person.address`, by the strategy's own outbox; without an address, to nobody. No limit
 * holds it back: who has got in must not be able to change factors unseen by using one up.
 */
export const mailNotice =
  ({ notify, theme: { name } }: Pick<StrategyPort, 'notify' | 'theme'>): Notify =>
  (notice) => {
    if (notice.person.address === undefined) return;
    const to = parseAddress(notice.person.address);
    if (!to) throw misuse('address must be one plain email address');
    const words = NOTICE_TEXTS[notice.type]({ ...notice, name });
    notify(notice.type, to.address, { language: 'en', direction: 'ltr', ...words });
  };
