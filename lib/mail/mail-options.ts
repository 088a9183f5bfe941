/** The `mail` option: checked once and completed with defaults. */
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import type { RenderMessage } from './message.js';
import type { RenderNotice } from './notice.js';
import type { MailMessage, MailTransport } from './transport.js';

export interface MailOptions {
  /**
   * A nodemailer transport or a `DevInbox`. Pass either `transport` or `deliver`. Unless the origin is loopback, SMTP
   * must insist on TLS: `requireTLS: true` or `secure: true`, and a valid certificate.
   */
  transport?: MailTransport;
  /** The sender: one address, such as `login@acme.example` or `Acme <login@acme.example>`. Required with `transport`. */
  from?: string;
  /** The address that replies go to. Default: the sender. */
  replyTo?: string;
  /** Sends the message by the app's own means. It must reject if the message was not accepted. */
  deliver?: (message: MailMessage) => unknown;
  /**
   * Also puts the code into the mail, for people who cannot open the link at all. A phisher can then talk a person
   * into reading the code out. Requires `otherBrowser: 'code'`. Default false.
   */
  code?: boolean;
  /** Renders the mails of logins and invitations in place of ours. */
  render?: RenderMessage;
  /** Renders the frame around the words of notices in place of ours. */
  renderNotice?: RenderNotice;
  /** The most milliseconds that one attempt to send may take, 1 to 600,000. Default 30,000. */
  timeoutMs?: number;
  /** Milliseconds before a failed mail is retried, 1 to 60,000. Doubles each time until the link expires. Default 1,000. */
  retryDelayMs?: number;
  /** The most mails that may wait, 1 to 100,000. When it is full, requests for a link are answered 503. Default 1,000. */
  queueSize?: number;
  /** The most mails sent at the same time, 1 to 100. Default 5. */
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

/** The options with their defaults. */
export type CompleteMailOptions = MailOptions &
  Required<Omit<MailOptions, 'transport' | 'deliver' | 'from' | 'replyTo'>>;

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

/** `a@b` or `Name <a@b>`. A name with a comma or an @ is in quotes, because a mailer would read a list. */
const ONE_ADDRESS = /^(?:[^\s<>@,]+@[^\s<>@,]+|(?:"[^"]*"|[^<>@,"]*)\s*<[^\s<>@,]+@[^\s<>@,]+>)$/;

/** @throws TypeError for a wrong, unknown or missing option */
export function parseMail(mail: CompleteMailOptions): MailConfig {
  checkNames('mail', mail, MAIL_OPTION_NAMES);
  const { transport, deliver, from, replyTo, code, render, renderNotice } = mail;
  const { timeoutMs, retryDelayMs, queueSize, concurrency } = mail;
  need((transport === undefined) !== (deliver === undefined), 'mail needs either a transport or deliver');
  need(transport === undefined || isFunction(transport?.sendMail), 'mail.transport must be a nodemailer transport');
  need(deliver === undefined || isFunction(deliver), 'mail.deliver must be a function of a message');
  need(transport === undefined || from !== undefined, 'mail.from must name the sender');
  need(
    from === undefined || (typeof from === 'string' && ONE_ADDRESS.test(from)),
    'mail.from must be one address, such as Acme <login@acme.example>',
  );
  need(replyTo === undefined || typeof replyTo === 'string', 'mail.replyTo must be a string');
  need(typeof code === 'boolean', 'mail.code must be true or false');
  need(isFunction(render), 'mail.render must be a function that returns { subject, text, html }');
  need(isFunction(renderNotice), 'mail.renderNotice must be a function that returns { subject, text, html }');
  wholeNumber('mail.timeoutMs', 'milliseconds', timeoutMs, { max: 600_000 });
  wholeNumber('mail.retryDelayMs', 'milliseconds', retryDelayMs, { max: 60_000 });
  wholeNumber('mail.queueSize', 'mails', queueSize, { max: 100_000 });
  wholeNumber('mail.concurrency', 'mails', concurrency, { max: 100 });
  return Object.freeze({
    deliver: deliver ?? ((message: MailMessage) => transport?.sendMail(message)),
    from,
    replyTo,
    code,
    render,
    renderNotice,
    timeoutMs,
    retryDelayMs,
    queueSize,
    concurrency,
  });
}
