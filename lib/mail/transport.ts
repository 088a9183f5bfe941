/** What a mail transport is, and the message that it is given. */
import type { MessageBody } from './message.js';

/** The message for the transport. nodemailer accepts it as it is. */
export interface MailMessage extends MessageBody {
  readonly from?: string;
  /** One address, as an object: nodemailer parses strings and finds several recipients in some of them. */
  readonly to: { readonly name: ''; readonly address: string };
  readonly replyTo?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A message is text only. Nothing in it may make nodemailer read a file or fetch a URL. */
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
}

/** Any nodemailer transport. */
export interface MailTransport {
  /** If true, the strategy refuses the transport unless the origin is loopback. */
  readonly developmentOnly?: boolean;
  sendMail(message: MailMessage): Promise<unknown>;
}
