/** One letter, sent by a Mailer of its own. */

import { vi } from 'vitest';
import { Events, type MagicLinkEvent } from '../../lib/events/events.js';
import type { AnyLetter, Letter } from '../../lib/mail/letter.js';
import { Mailer, type MailerConfig } from '../../lib/mail/mailer.js';
import { renderMessage } from '../../lib/mail/message.js';
import { renderNotice } from '../../lib/mail/notice.js';
import type { MailMessage } from '../../lib/mail/transport.js';
import { en } from '../../lib/texts/en.js';
import { themeOf } from './parsed.js';

export const REQUESTED_AT = Date.UTC(2026, 2, 5, 12, 30);

export const LOOK = themeOf({}, 'https://app.example.com');

export const LETTER: Letter = {
  kind: 'login',
  account: 'account-tag',
  recordId: 'record-id',
  link: 'https://app.example.com/login/callback?token=pbl_x',
  address: 'ada@example.com',
  requestedIn: { browser: 'Firefox', system: 'Linux' },
  requestedAt: REQUESTED_AT,
  expiresAt: REQUESTED_AT + 600_000,
  code: undefined,
  notMe: 'https://app.example.com/login/not-me?token=pbn_x',
  texts: en,
};

/** As an app's own code has it sent: it can be withdrawn by nobody, and tells of no browser. */
export const INVITATION: Letter = {
  ...LETTER,
  kind: 'invitation',
  recordId: undefined,
  link: 'https://app.example.com/login?invite=x',
  requestedIn: undefined,
  expiresAt: REQUESTED_AT + 7 * 24 * 3600 * 1000,
  notMe: undefined,
};

/** Sends one letter, and tells what came of it. */
export const send = (config: Partial<MailerConfig> = {}, letter: Partial<Letter> = {}) =>
  sendLetter({ ...LETTER, ...letter }, config);

export async function sendLetter(letter: AnyLetter, config: Partial<MailerConfig> = {}) {
  const events = new Events(
    () => REQUESTED_AT,
    () => 'event-id',
  );
  const reported: MagicLinkEvent[] = [];
  events.on('*', (event) => reported.push(event));
  const deliver = vi.fn<(message: MailMessage) => unknown>(config.deliver ?? (() => undefined));
  const revoke = vi.fn(config.revoke ?? (async () => {}));
  const mailer = new Mailer({
    from: undefined,
    replyTo: undefined,
    render: renderMessage,
    renderNotice,
    mayReceive: () => true,
    codes: true,
    theme: LOOK,
    events,
    ...config,
    deliver,
    revoke,
  });
  const error: unknown = await mailer.send(letter).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const messages = deliver.mock.calls.map(([message]) => message);
  return {
    messages,
    message: messages[0] as MailMessage,
    events: reported.map(({ type }) => type),
    reported,
    revoke,
    error,
  };
}

export const accepting = (...accepted: unknown[]) => ({ deliver: async () => ({ accepted }) });
