/** Reports what happened to a user's factors, as events and as notices to the user. */
import { misuse } from '../../errors.js';
import type { EventDetails, EventType, Severity } from '../../events/events.js';
import { parseAddress } from '../../protocol/address.js';
import type { StrategyPort } from '../../strategy/port.js';
import { describeSeconds } from '../../texts/describe.js';
import type { StepUpTexts, Texts } from '../../texts/texts.js';
import { secondsOf } from '../../util/seconds.js';
import { type Factor, labelOf, type Person } from '../factors/factor.js';
import type { StepUpRequest } from '../session/step-up-request.js';
import type { Records } from '../store/records.js';

export type NoticeType = keyof StepUpTexts['notices'];

/** Times are epoch seconds. */
export interface FactorNotice {
  readonly type: NoticeType;
  readonly person: Person;
  /** The name of the factor that it is about. */
  readonly factor: string | undefined;
  /** The factor's label in the language of `texts`. */
  readonly label: string | undefined;
  readonly time: number;
  /** When the factor will count (`waiting`), or when all factors end (`lost`). */
  readonly at: number | undefined;
  /** The texts in the language of the request that caused it. */
  readonly texts: Texts;
}

/** If it throws, the change of factors stands. */
export type Notify = (notice: FactorNotice) => unknown;

interface FactorNotifierConfig {
  readonly records: Records;
  readonly factors: ReadonlyMap<string, Factor>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly notify: Notify;
  /** The keyed digest that names an address's mailbox in events. */
  readonly accountOf: (address: string) => string | undefined;
}

/** No event and no notice holds a secret. */
export class FactorNotifier {
  readonly #config: FactorNotifierConfig;

  constructor(config: FactorNotifierConfig) {
    this.#config = config;
  }

  event(
    type: EventType & `${'factor' | 'step_up'}.${string}`,
    { events, person }: StepUpRequest,
    details: Pick<EventDetails, 'factor' | 'reason' | 'count'>,
    severity?: Severity,
  ): void {
    events.report(type, { ...this.#evidenceOf(person), ...details }, severity);
  }

  notice(type: NoticeType, { person, texts }: StepUpRequest, factor?: string, at?: number): FactorNotice {
    const { factors, clock } = this.#config;
    const known = factor === undefined ? undefined : factors.get(factor);
    const label = known && labelOf(known, texts);
    return { type, person, factor, label, time: secondsOf(clock), at, texts };
  }

  /** Sends the notice in the background. If that fails, `mail.failed` is reported. */
  notify(type: NoticeType, request: StepUpRequest, factor?: string, at?: number): void {
    Promise.resolve(this.notice(type, request, factor, at))
      .then(this.#config.notify)
      .catch(() => request.events.report('mail.failed', { ...this.#evidenceOf(request.person), reason: 'notice' }));
  }

  /** The user, and the mailbox if the person has an address: the account's history is found by the mailbox. */
  #evidenceOf({ id, address }: Person): Pick<EventDetails, 'account' | 'user'> {
    const { records, accountOf } = this.#config;
    const account = address !== undefined && parseAddress(address) ? accountOf(address) : undefined;
    return { ...(account !== undefined && { account }), user: records.tag(id) };
  }
}

/**
 * Mails a notice to `person.address` by the strategy's own outbox. Without an address it mails nothing. There is no limit:
 * an intruder could use it up, and then change factors unseen.
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
      fact: describeSeconds(texts, time),
      paragraphs: [what(label, describeSeconds(texts, at)), stepUp.ifNotYou],
    });
  };
