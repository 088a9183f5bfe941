/** One letter, sent by a Mailer of its own. */
import { vi } from 'vitest';
import { Events, type MagicLinkEvent } from '../../lib/events.js';
import { type Letter, Mailer, type MailerConfig, type MailMessage } from '../../lib/mail/mailer.js';
import { renderMessage } from '../../lib/mail/message.js';

export const ASKED_AT = Date.UTC(2026, 2, 5, 12, 30);

export const LETTER: Letter = {
  link: {
    account: 'account-tag',
    recordId: 'record-id',
    url: 'https://app.example.com/login/callback?token=pbl_x',
    expiresAt: ASKED_AT + 600_000,
  },
  address: 'ada@example.com',
  browser: 'Firefox on Linux',
  askedAt: ASKED_AT,
};

/** Sends one letter, and tells what came of it. */
export async function send(config: Partial<MailerConfig> = {}, letter: Partial<Letter> = {}) {
  const events = new Events(() => ASKED_AT);
  const reported: MagicLinkEvent[] = [];
  events.on('*', (event) => reported.push(event));
  const deliver = vi.fn<(message: MailMessage) => unknown>(config.deliver ?? (() => undefined));
  const revoke = vi.fn(config.revoke ?? (async () => {}));
  const mailer = new Mailer({
    from: undefined,
    replyTo: undefined,
    render: renderMessage,
    mayReceive: () => true,
    origin: 'https://app.example.com',
    events,
    ...config,
    deliver,
    revoke,
  });
  const error: unknown = await mailer.send({ ...LETTER, ...letter }).then(
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
