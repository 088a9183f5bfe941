/** What a person is told by mail of what happened to their login: in the background, in bounds, and never in a login's way. */
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

/** Of each kind that strangers can bring about, to one mailbox, in a day that begins with the first. */
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

/** Something that the person should know of. */
export interface Happening {
  /** A parsed address. */
  readonly address: string;
  /** Asked in the background: it may be the app's own code. */
  readonly texts: () => Texts;
  /** Whose browser it was; undefined where it was none. */
  readonly browser?: BrowserFamily;
}

export class Notices {
  readonly #config: NoticesConfig;

  constructor(config: NoticesConfig) {
    this.#config = config;
  }

  /**
   * Tells it, where the app wants that and the mailbox has not had its share. Waits for nothing, and throws
   * nothing: what became of it is an event.
   */
  notify(kind: NoticeKind, happening: Happening): void {
    const { notices, clock, theme } = this.#config;
    if (!notices[kind]) return;
    const time = new Date(clock());
    const words = () => wordsOf(kind, happening, theme.name, time);
    const { address } = happening;
    // The address that was left is nobody's account any more: whether it may have a link is not the question.
    const isNamed = kind === 'addressChanged';
    // Only a login brings it about, of which a mailbox has so many a day: whoever reads it must not use the
    // notice up, and a count would be one more round trip of every such login.
    const isLimited = kind !== 'newBrowser';
    void this.#post({ notice: kind, address, words, isNamed, isLimited });
  }

  /** The same without a limit and whatever the app wants, to an address that the app has named. */
  notifyOwner(notice: string, address: string, words: NoticeWords): void {
    void this.#post({ notice, address, words: () => words, isNamed: true, isLimited: false });
  }

  async #post({ notice, address, words, isNamed, isLimited }: Draft): Promise<void> {
    const { keyring, delivery, events, clock } = this.#config;
    const account = accountTag(keyring.current, mailboxOf(address)).toString('base64url');
    const requestedAt = clock();
    const about = { account, notice, startedAt: requestedAt };
    // Taken before the limit is asked, so that `close` waits for it.
    const reservation = delivery.reserveNotice(about);
    if (!reservation) return;
    try {
      if (isLimited && !(await this.#hasRoom(about, address))) return reservation.release();
      const expiresAt = requestedAt + DAY_MS;
      reservation.send({ kind: 'notice', notice, account, address, requestedAt, expiresAt, words: words(), isNamed });
    } catch (error) {
      reservation.release();
      // Without a count nobody is told: a stranger could make it many.
      const reason = error instanceof UnavailableError ? 'limit_unavailable' : 'render';
      events.report('mail.failed', { ...about, reason });
    }
  }

  /** Counts one notice. The first that is too many is an event; more of them would be a flood. */
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
