/** One attempt to get one mail to one address: may it have mail, render, send, see who accepted. */

import { MagicLinkError } from '../errors.js';
import type { EventDetails, Events } from '../events/events.js';
import { parseAddress } from '../protocol/address.js';
import type { LinkRef } from '../protocol/store.js';
import type { Late } from '../util/deadline.js';
import type { MessageBody, MessageContext, RenderMessage } from './message.js';
import type { NoticeContext, NoticeWords, RenderNotice } from './notice.js';

/** What is handed to the transport. nodemailer takes it as it is. */
export interface MailMessage extends MessageBody {
  readonly from?: string;
  /** One address as an object: nodemailer parses strings, and finds several people in some. */
  readonly to: { readonly name: ''; readonly address: string };
  readonly replyTo?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The mail is all text: nothing in it may make nodemailer read a file or fetch a URL. */
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
}

/** Any nodemailer transport. */
export interface MailTransport {
  /** True refuses the transport where the origin is not loopback. */
  readonly developmentOnly?: boolean;
  sendMail(message: MailMessage): Promise<unknown>;
}

/**
 * May this address have a link? True or false, or the address as it is stored with the account:
 * then the mail goes there. Called after the answer, so that its time tells the requester nothing.
 */
export type MayReceive = (address: string) => boolean | string | Promise<boolean | string>;

/** What every mail has. */
interface Posted {
  readonly address: string;
  /** Whom its events are about. */
  readonly account: string;
  /** Epoch milliseconds. */
  readonly askedAt: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A link to the person who asked, or an invitation from the app. */
export interface Letter extends Posted, Pick<MessageContext, 'kind' | 'link' | 'askedIn' | 'code' | 'notMe' | 'texts'> {
  /** The link that can be withdrawn; none in an invitation, which opens nothing. */
  readonly recordId: string | undefined;
}

/** A word to the person about what happened. */
export interface NoticeLetter extends Posted, Pick<NoticeContext, 'notice'> {
  readonly kind: 'notice';
  readonly words: NoticeWords;
  /** The app has named the address itself, as the person's own: `mayReceive` is not asked. */
  readonly isNamed: boolean;
}

/** A mail on its way. */
export type AnyLetter = Letter | NoticeLetter;

export interface MailerConfig extends Pick<MessageContext, 'codes' | 'theme'> {
  readonly deliver: (message: MailMessage) => unknown;
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
  readonly render: RenderMessage;
  readonly renderNotice: RenderNotice;
  readonly mayReceive: MayReceive;
  readonly events: Events;
  /** Withdraws the link of a mail that reached somebody else. */
  readonly revoke: (link: LinkRef) => Promise<void>;
}

/** What trying again cannot mend; `reason` is short and quotes nobody. */
export class UndeliverableError extends MagicLinkError {
  override readonly name = 'UndeliverableError';

  constructor(readonly reason: string) {
    super('mail_undeliverable', `the mail cannot be delivered: ${reason}`);
  }
}

export class Mailer {
  readonly #config: MailerConfig;

  constructor(config: MailerConfig) {
    this.#config = config;
  }

  /** @throws UndeliverableError when trying again is useless, else whatever the transport threw */
  async send(letter: AnyLetter, late?: Late): Promise<void> {
    const { deliver, events } = this.#config;
    const recipient = await this.#recipient(letter);
    if (recipient === undefined) return;
    const about = aboutOf(letter);
    const message = await this.#compose(letter, recipient);
    // Given up meanwhile: the next attempt sends it.
    if (late?.aborted) return;
    const reached = recipients(await deliver(message));
    if (reached === undefined || (reached.length === 1 && sameAddress(reached[0], recipient))) {
      events.report('mail.sent', about);
      return;
    }
    if (reached.length === 0) throw new UndeliverableError('rejected');
    events.report('mail.misdelivered', { ...about, count: reached.length });
    if (letter.kind === 'notice' || letter.recordId === undefined) return;
    // Sending again would only reach the wrong people again.
    await this.#config.revoke({ account: letter.account, recordId: letter.recordId }).catch(() => {
      throw new UndeliverableError('not_revoked');
    });
  }

  /** The address to send to, or undefined where none is to be sent. */
  async #recipient(letter: AnyLetter): Promise<string | undefined> {
    const { address } = letter;
    const answer = isChosen(letter) || (await this.#config.mayReceive(address));
    if (answer === true) return address;
    if (answer === false) return undefined;
    if (parseAddress(answer)) return answer;
    throw new UndeliverableError('mayReceive');
  }

  async #compose(letter: AnyLetter, recipient: string): Promise<MailMessage> {
    const { from, replyTo } = this.#config;
    const body = await renderOnce(() => this.#render(letter));
    return {
      ...(from === undefined ? {} : { from }),
      ...(replyTo === undefined ? {} : { replyTo }),
      to: { name: '', address: recipient },
      subject: body.subject,
      text: body.text,
      html: body.html,
      // An out-of-office reply would quote the link back (RFC 3834 5, MS-OXCMAIL 2.2.3.2.14).
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  #render(letter: AnyLetter): MessageBody | Promise<MessageBody> {
    const { render, renderNotice, codes, theme } = this.#config;
    const { name } = theme;
    if (letter.kind === 'notice') return renderNotice({ ...letter.words, notice: letter.notice, name, theme });
    const { kind, link, address, askedIn, askedAt, expiresAt, code, notMe, texts } = letter;
    const life = Math.ceil((expiresAt - askedAt) / 1000);
    return render({
      ...{ kind, link, address, askedIn, code, notMe, texts, codes, theme, life, name },
      askedAt: new Date(askedAt),
    });
  }
}

/** What an event may say of a mail. */
export function aboutOf(letter: AnyLetter): EventDetails {
  const { account, askedAt: startedAt } = letter;
  if (letter.kind === 'notice') return { account, startedAt, notice: letter.notice };
  return { account, startedAt, ...(letter.recordId !== undefined && { link: letter.recordId }) };
}

/** Whom the app invites, or names, it has chosen itself. */
const isChosen = (letter: AnyLetter): boolean =>
  letter.kind === 'notice' ? letter.isNamed : letter.kind === 'invitation';

/** A template that fails once fails each time. */
async function renderOnce(render: () => MessageBody | Promise<MessageBody>): Promise<MessageBody> {
  try {
    const body = await render();
    const { subject, text, html } = body;
    if ([subject, text, html].every((part) => typeof part === 'string' && part !== '')) return body;
  } catch {
    // Whatever it was may quote the link.
  }
  throw new UndeliverableError('render');
}

/** Servers and nodemailer may rewrite the domain's case. */
const sameAddress = (a: unknown, b: unknown) => parseAddress(a)?.address === parseAddress(b)?.address;

/** Who the server took the mail for, where the transport says so (nodemailer's `accepted`). */
function recipients(info: unknown): string[] | undefined {
  const accepted = (info as { accepted?: unknown } | null | undefined)?.accepted;
  if (!Array.isArray(accepted)) return undefined;
  return accepted.map((entry: unknown) =>
    typeof entry === 'string' ? entry : String((entry as { address?: unknown } | null)?.address),
  );
}
