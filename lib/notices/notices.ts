/** Mails people notices of what happened to their logins, in the background and within limits. */
import { UnavailableError } from '../errors.js';
import type { EventDetails, Events } from '../events/events.js';
import type { Delivery } from '../mail/delivery.js';
import type { NoticeWords } from '../mail/notice.js';
import { mailboxOf } from '../protocol/address.js';
import type { BrowserFamily } from '../protocol/claims.js';
import { digest } from '../protocol/crypto.js';
import { accountTag, type Keyring } from '../protocol/keys.js';
import { reachStore } from '../protocol/reach-store.js';
import type { WindowCounter } from '../protocol/store.js';
import { describeBrowser, describeTime } from '../texts/describe.js';
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import type { NoticeKind } from './notice-options.js';

/** Notices of one kind to one mailbox in a day, which begins with the first; for the kinds that strangers can cause. */
const MAX_PER_DAY = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface NoticesConfig {
  readonly notices: Readonly<Record<NoticeKind, boolean>>;
  readonly store: WindowCounter;
  readonly keyring: Keyring;
  readonly theme: Theme;
  readonly events: Events;
  readonly delivery: Delivery;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** What happened, to be told to the person. */
export interface Happening {
  /** A parsed address. */
  readonly address: string;
  /** Called in the background, because it may run code of the app. */
  readonly texts: () => Texts;
  /** The browser that it happened in, if it happened in one. */
  readonly browser?: BrowserFamily;
}

export class Notices {
  readonly #config: NoticesConfig;

  constructor(config: NoticesConfig) {
    this.#config = config;
  }

  /**
   * Mails a notice if the option is on and the day's limit is not reached. Returns at once and does not throw: the events
   * `mail.sent` and `mail.failed` say what became of it.
   */
  notify(kind: NoticeKind, happening: Happening): void {
    const { notices, clock, theme } = this.#config;
    if (!notices[kind]) return;
    const time = new Date(clock());
    const words = () => wordsOf(kind, happening, theme.name, time);
    const { address } = happening;
    // The old address may have no account any more, so `mayReceive` is not called.
    const isNamed = kind === 'addressChanged';
    // A login causes it, so `limits.account` bounds it. A limit of its own could be used up by an intruder, and would cost
    // each such login a round trip.
    const isLimited = kind !== 'newBrowser';
    void this.#post({ notice: kind, address, words, isNamed, isLimited });
  }

  /** Mails a notice to an address that the app has named. Without a limit, whatever the options say. */
  notifyOwner(notice: string, address: string, words: NoticeWords): void {
    void this.#post({ notice, address, words: () => words, isNamed: true, isLimited: false });
  }

  async #post({ notice, address, words, isNamed, isLimited }: Draft): Promise<void> {
    const { keyring, delivery, events, clock } = this.#config;
    const account = accountTag(keyring.current, mailboxOf(address)).toString('base64url');
    const requestedAt = clock();
    const about = { account, notice, startedAt: requestedAt };
    // Reserved before the limit is checked, so that `close` waits for it.
    const reservation = delivery.reserveNotice(about);
    if (!reservation) return;
    try {
      if (isLimited && !(await this.#hasRoom(about, address))) return reservation.release();
      const expiresAt = requestedAt + DAY_MS;
      reservation.send({ kind: 'notice', notice, account, address, requestedAt, expiresAt, words: words(), isNamed });
    } catch (error) {
      reservation.release();
      // An uncounted notice is not sent: a stranger could cause many.
      const reason = error instanceof UnavailableError ? 'limit_unavailable' : 'render';
      events.report('mail.failed', { ...about, reason });
    }
  }

  /** Counts one notice. The first over the limit is reported, the others are not: they would be a flood of events. */
  async #hasRoom(about: EventDetails, address: string): Promise<boolean> {
    const { keyring, events, store } = this.#config;
    const who = digest(keyring.current.limits, JSON.stringify(['notice', about.notice, mailboxOf(address)]));
    const { count } = await reachStore(() => store.increment(`notice:${who}`, DAY_MS));
    if (count === MAX_PER_DAY + 1) events.report('mail.failed', { ...about, reason: 'notice_limit' });
    return count <= MAX_PER_DAY;
  }
}

interface Draft {
  readonly notice: string;
  readonly address: string;
  readonly words: () => NoticeWords;
  readonly isNamed: boolean;
  readonly isLimited: boolean;
}

function wordsOf(kind: NoticeKind, { texts, browser }: Happening, name: string, time: Date): NoticeWords {
  const catalogue = texts();
  const { language, direction } = catalogue;
  const { subject, what, ifYou, ifNot } = catalogue.notices[kind];
  const when = describeTime(catalogue, time);
  const fact = browser ? catalogue.happenedIn(describeBrowser(catalogue, browser), when) : when;
  return { language, direction, subject: subject(name), fact, paragraphs: [what(name), ifYou, ifNot(name)] };
}
