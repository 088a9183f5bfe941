/** Tells the owner of an account what happened to its factors: as events, and by default in a mail. */
import { misuse } from '../../errors.js';
import type { EventDetails, Events, EventType, Severity } from '../../events/events.js';
import { parseAddress } from '../../protocol/address.js';
import type { StrategyPort } from '../../strategy/port.js';
import { describeTime } from '../../texts/describe.js';
import type { StepUpTexts, Texts } from '../../texts/texts.js';
import { type Factor, labelOf, type Person } from '../factors/factor.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import type { Records } from '../store/records.js';

export type NoticeType = keyof StepUpTexts['notices'];

/** Times are epoch seconds. */
export interface FactorNotice {
  readonly type: NoticeType;
  readonly person: Person;
  /** The name of the factor that it is about, and its label in the language of `texts`. */
  readonly factor: string | undefined;
  readonly label: string | undefined;
  readonly time: number;
  /** Of `waiting`: when the factor will count. Of `lost`: when all factors end. */
  readonly at: number | undefined;
  /** The texts in the language of the request that caused it. */
  readonly texts: Texts;
}

/** If it throws, the factors have changed all the same. */
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

  notice(type: NoticeType, { person, texts }: StepUpRequest, factor?: string, at?: number): FactorNotice {
    const { factors, clock } = this.#config;
    const known = factor === undefined ? undefined : factors.get(factor);
    const label = known && labelOf(known, texts);
    return { type, person, factor, label, time: Math.floor(clock() / 1000), at, texts };
  }

  /** Waits for nothing. */
  notify(type: NoticeType, request: StepUpRequest, factor?: string, at?: number): void {
    const { notify, events } = this.#config;
    Promise.resolve(this.notice(type, request, factor, at))
      .then(notify)
      .catch(() => events.report('mail.failed', { ...this.#whose(request.person), reason: 'notice' }));
  }

  /** If the person has an address, its mailbox too: the owner's history is found by it. */
  #whose({ id, address }: Person): Pick<EventDetails, 'account' | 'user'> {
    const { records, accountOf } = this.#config;
    const account = address !== undefined && parseAddress(address) ? accountOf(address) : undefined;
    return { ...(account !== undefined && { account }), user: records.tag(id) };
  }
}

/**
 * Mails a notice to `person.address` by the strategy's own outbox, or to nobody without an address. No limit holds it
 * back: otherwise an intruder could use the limit up, and then change factors unseen.
 */
export const mailNotice =
  ({ notify, theme: { name } }: Pick<StrategyPort, 'notify' | 'theme'>): Notify =>
  ({ type, person, factor = '', label = factor, time, at = time, texts }) => {
    if (person.address === undefined) return;
    const to = parseAddress(person.address);
    if (!to) throw misuse('address must be one plain email address');
    const { language, direction, stepUp } = texts;
    const { subject, what } = stepUp.notices[type];
    notify(type, to.address, {
      language,
      direction,
      subject: subject(name),
      fact: timeText(texts, time),
      paragraphs: [what(label, timeText(texts, at)), stepUp.ifNotYou],
    });
  };

const timeText = (texts: Texts, seconds: number): string => describeTime(texts, new Date(seconds * 1000));
