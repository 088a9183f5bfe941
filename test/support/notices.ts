/** Notices by themselves: told to a mailbox in this process, by a clock that a test sets. */

import { Events, type MagicLinkEvent } from '../../lib/events/events.js';
import { Delivery } from '../../lib/mail/delivery.js';
import type { MailOptions } from '../../lib/mail/mail-options.js';
import type { MailerConfig, MayReceive } from '../../lib/mail/mailer.js';
import type { NoticeOptions } from '../../lib/notices/notice-options.js';
import { type Happening, Notices } from '../../lib/notices/notices.js';
import { Keyring } from '../../lib/protocol/keys.js';
import type { WindowCounter } from '../../lib/protocol/store.js';
import { MemoryStore } from '../../lib/store/memory.js';
import { en } from '../../lib/texts/en.js';
import { Mailbox, SECRET } from './app.js';
import { mailOf, noticesOf, themeOf } from './parsed.js';

export const ORIGIN = 'https://app.example.com';
export const HAPPENED_AT = Date.UTC(2026, 2, 5, 12, 30);

/** Something that happened to Ada, in Firefox. */
export const HAPPENING: Happening = {
  address: 'ada@example.com',
  texts: () => en,
  browser: { browser: 'Firefox', system: 'Windows' },
};

export interface NoticesTestConfig {
  options?: NoticeOptions;
  mail?: Partial<MailOptions>;
  mayReceive?: MayReceive;
  store?: WindowCounter;
  revoke?: MailerConfig['revoke'];
}

export function startNotices({ options, mail, mayReceive, store, revoke }: NoticesTestConfig = {}) {
  const clock = { now: HAPPENED_AT };
  const mailbox = new Mailbox();
  const events: MagicLinkEvent[] = [];
  const reporter = new Events(
    () => clock.now,
    () => 'event-id',
  );
  reporter.on('*', (event) => events.push(event));
  const shared = { events: reporter, clock: () => clock.now, theme: themeOf({}, ORIGIN) };
  const { queueSize: capacity, ...parsed } = mailOf({ deliver: mailbox.deliver, retryDelayMs: 1, ...mail });
  const delivery = new Delivery({
    ...{ ...shared, ...parsed, capacity, codes: true },
    mayReceive: mayReceive ?? (() => true),
    revoke: revoke ?? (async () => {}),
  });
  const notices = new Notices({
    ...{ ...shared, delivery, notices: noticesOf(options) },
    keyring: new Keyring([SECRET], ORIGIN),
    store: store ?? new MemoryStore(),
  });
  return { notices, delivery, mailbox, events, clock, theme: shared.theme };
}
