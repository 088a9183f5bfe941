/** What the user says of the mail, and what is made of it. */
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import type { MailMessage, MailTransport } from './mailer.js';
import { type RenderMessage, renderMessage } from './message.js';
import { type RenderNotice, renderNotice as renderOurNotice } from './notice.js';

export interface MailOptions {
  /**
   * A nodemailer transport, or a `DevInbox`. It, or `deliver`. Where the origin is not loopback, SMTP must
   * insist on TLS: `requireTLS: true` or `secure: true`, and a valid certificate.
   */
  transport?: MailTransport;
  /** The sender, such as `Acme <login@acme.example>`. Needed with `transport`. */
  from?: string;
  replyTo?: string;
  /** Sends the message in the app's own way. It rejects when the message was not taken. */
  deliver?: (message: MailMessage) => unknown;
  /**
   * Puts the code into the mail, too, for who cannot open the link at all. Whoever sees the mail can then
   * be talked into reading it out. Needs `otherBrowser: 'code'`. Default false.
   */
  code?: boolean;
  /** The mail's own texts in place of ours, of logins and invitations. */
  render?: RenderMessage;
  /** The same of notices: what to put around their words. */
  renderNotice?: RenderNotice;
  /** Milliseconds that one attempt to send may take, 1 to 600,000. Default 30,000. */
  timeoutMs?: number;
  /** Milliseconds before a failed mail is tried again, 1 to 60,000; doubled each time, while the link lives. Default 1,000. */
  retryDelayMs?: number;
  /** Mails that may wait at one time, 1 to 100,000; past it asking is answered 503. Default 1,000. */
  queueSize?: number;
  /** Mails sent at one time, 1 to 100. Default 5. */
  concurrency?: number;
}

export interface MailConfig {
  readonly deliver: (message: MailMessage) => unknown;
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
  readonly code: boolean;
  readonly render: RenderMessage;
  readonly renderNotice: RenderNotice;
  readonly timeoutMs: number;
  readonly retryDelayMs: number;
  readonly queueSize: number;
  readonly concurrency: number;
}

const MAIL_OPTION_NAMES = namesOf<MailOptions>({
  transport: true,
  from: true,
  replyTo: true,
  deliver: true,
  code: true,
  render: true,
  renderNotice: true,
  timeoutMs: true,
  retryDelayMs: true,
  queueSize: true,
  concurrency: true,
});

/** @throws TypeError for a wrong, unknown or missing option */
export function parseMail(mail: MailOptions): MailConfig {
  checkNames('mail', mail, MAIL_OPTION_NAMES);
  const { transport, deliver, from, replyTo, code = false, render = renderMessage } = mail;
  const { renderNotice = renderOurNotice } = mail;
  const { timeoutMs = 30_000, retryDelayMs = 1000, queueSize = 1000, concurrency = 5 } = mail;
  need((transport === undefined) !== (deliver === undefined), 'mail needs a transport, or deliver, and not both');
  need(transport === undefined || isFunction(transport?.sendMail), 'mail.transport must be a nodemailer transport');
  need(deliver === undefined || isFunction(deliver), 'mail.deliver must be a function of a message');
  need(transport === undefined || (typeof from === 'string' && from !== ''), 'mail.from must name the sender');
  need(from === undefined || typeof from === 'string', 'mail.from must be a string');
  need(replyTo === undefined || typeof replyTo === 'string', 'mail.replyTo must be a string');
  need(typeof code === 'boolean', 'mail.code must be true or false');
  need(isFunction(render), 'mail.render must be a function that returns { subject, text, html }');
  need(isFunction(renderNotice), 'mail.renderNotice must be a function that returns { subject, text, html }');
  wholeNumber('mail.timeoutMs', 'milliseconds', timeoutMs, { max: 600_000 });
  wholeNumber('mail.retryDelayMs', 'milliseconds', retryDelayMs, { max: 60_000 });
  wholeNumber('mail.queueSize', 'mails', queueSize, { max: 100_000 });
  wholeNumber('mail.concurrency', 'mails', concurrency, { max: 100 });
  const send = deliver ?? ((message: MailMessage) => transport?.sendMail(message));
  return Object.freeze({
    ...{ deliver: send, from, replyTo, code, render, renderNotice },
    ...{ timeoutMs, retryDelayMs, queueSize, concurrency },
  });
}
