/** Mails notices about a person's logins, in the background and within limits, without delaying a login. */
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

/** The most notices of one kind that strangers can cause, to one mailbox within a day of the first. */
const A_DAY = 5;
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

/** Something that a notice tells the person. */
export interface Happening {
  /** A parsed address. */
  readonly address: string;
  /** Called in the background, because it may be the app's own code. */
  readonly texts: () => Texts;
  /** The browser in which it happened. Undefined if no browser was involved. */
  readonly browser?: BrowserFamily;
}

export class Notices {
  readonly #config: NoticesConfig;

  constructor(config: NoticesConfig) {
    this.#config = config;
  }

  /**
   * Sends the notice, unless the app has turned it off or the mailbox has reached its limit. It waits for nothing and
   * throws nothing: an event reports the outcome.
   */
  notify(kind: NoticeKind, happening: Happening): void {
    const { notices, clock, theme } = this.#config;
    if (!notices[kind]) return;
    const time = new Date(clock());
    const words = () => wordsOf(kind, happening, theme.name, time);
    const { address } = happening;
    // The old address belongs to no account any more, so `mayReceive` does not decide about this notice.
    const isNamed = kind === 'addressChanged';
    // Only a login causes it, and the logins of a mailbox in a day are limited. An attacker who reads the mailbox must
    // not be able to use this notice up. A count would also add a round trip to every such login.
    const isLimited = kind !== 'newBrowser';
    void this.#post({ notice: kind, address, words, isNamed, isLimited });
  }

  /** Sends a notice to an address that the app has named, without a limit and whatever the `notices` option says. */
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
      // Without a count the notice is not sent, because a stranger could cause many of them.
      const reason = error instanceof UnavailableError ? 'limit_unavailable' : 'render';
      events.report('mail.failed', { ...about, reason });
    }
  }

  /** Counts one notice. Only the first one over the limit causes an event, to avoid a flood of events. */
  async #hasRoom(about: EventDetails, address: string): Promise<boolean> {
    const { keyring, events, store } = this.#config;
    const who = digest(keyring.current.limits, JSON.stringify(['notice', about.notice, mailboxOf(address)]));
    const { count } = await reachStore(() => store.increment(`notice:${who}`, DAY_MS));
    if (count === A_DAY + 1) events.report('mail.failed', { ...about, reason: 'notice_limit' });
    return count <= A_DAY;
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
