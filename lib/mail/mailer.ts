/** One attempt to send one mail: checks that the address may have it, renders it, sends it, and checks who accepted it. */
import { MagicLinkError } from '../errors.js';
import type { Events } from '../events/events.js';
import { parseAddress } from '../protocol/address.js';
import type { LinkRef } from '../protocol/store.js';
import type { Late } from '../util/deadline.js';
import { type AnyLetter, aboutOf } from './letter.js';
import type { MessageBody, MessageContext, RenderMessage } from './message.js';
import type { RenderNotice } from './notice.js';
import type { MailMessage } from './transport.js';

/**
 * Whether an address may have a link: true, false, or the address as it is stored with the account, to which the mail
 * then goes. Called after the answer, so that its duration tells the requester nothing.
 */
export type MayReceive = (address: string) => boolean | string | Promise<boolean | string>;

export interface MailerConfig extends Pick<MessageContext, 'codes' | 'theme'> {
  readonly deliver: (message: MailMessage) => unknown;
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
  readonly render: RenderMessage;
  readonly renderNotice: RenderNotice;
  readonly mayReceive: MayReceive;
  readonly events: Events;
  /** Revokes the link of a mail that reached the wrong person. */
  readonly revoke: (link: LinkRef) => Promise<void>;
}

/** A failure that another attempt cannot mend. `reason` is one short word and quotes no address. */
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

  /** @throws UndeliverableError if another attempt cannot succeed, else whatever the transport threw */
  async send(letter: AnyLetter, late?: Late): Promise<void> {
    const { deliver, events } = this.#config;
    const recipient = await this.#recipient(letter);
    if (recipient === undefined) return;
    const about = aboutOf(letter);
    const message = await this.#compose(letter, recipient);
    // This attempt has been given up meanwhile. The next one sends the mail.
    if (late?.aborted) return;
    const reached = recipients(await deliver(message));
    if (reached === undefined || (reached.length === 1 && sameAddress(reached[0], recipient))) {
      events.report('mail.sent', about);
      return;
    }
    if (reached.length === 0) throw new UndeliverableError('rejected');
    events.report('mail.misdelivered', { ...about, count: reached.length });
    if (letter.kind === 'notice' || letter.recordId === undefined) return;
    // Another attempt would only reach the wrong people again.
    await this.#config.revoke({ account: letter.account, recordId: letter.recordId }).catch(() => {
      throw new UndeliverableError('not_revoked');
    });
  }

  /** The address to send to, or undefined if the address may not have the mail. */
  async #recipient(letter: AnyLetter): Promise<string | undefined> {
    const { address } = letter;
    const answer = isChosenByApp(letter) || (await this.#config.mayReceive(address));
    if (answer === true) return address;
    if (answer === false) return undefined;
    if (parseAddress(answer)) return answer;
    throw new UndeliverableError('mayReceive');
  }

  async #compose(letter: AnyLetter, recipient: string): Promise<MailMessage> {
    const { from, replyTo } = this.#config;
    const { subject, text, html } = await this.#render(letter);
    return {
      ...(from !== undefined && { from }),
      ...(replyTo !== undefined && { replyTo }),
      to: { name: '', address: recipient },
      subject,
      text,
      html,
      // An out-of-office reply would quote the link (RFC 3834 5, MS-OXCMAIL 2.2.3.2.14).
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  /** @throws UndeliverableError, because a template that fails once fails each time */
  async #render(letter: AnyLetter): Promise<MessageBody> {
    try {
      const body = await this.#renderBy(letter);
      const { subject, text, html } = body;
      if ([subject, text, html].every((part) => typeof part === 'string' && part !== '')) return body;
    } catch {
      // The error is dropped, because it may quote the link.
    }
    throw new UndeliverableError('render');
  }

  #renderBy(letter: AnyLetter): MessageBody | Promise<MessageBody> {
    const { render, renderNotice, codes, theme } = this.#config;
    const { name } = theme;
    if (letter.kind === 'notice') return renderNotice({ ...letter.words, notice: letter.notice, name, theme });
    const { kind, link, address, requestedIn, requestedAt, expiresAt, code, notMe, texts } = letter;
    return render({
      kind,
      link,
      address,
      name,
      requestedIn,
      requestedAt: new Date(requestedAt),
      ttl: Math.ceil((expiresAt - requestedAt) / 1000),
      code,
      codes,
      notMe,
      texts,
      theme,
    });
  }
}

/** Whether the app itself chose the address. */
const isChosenByApp = (letter: AnyLetter): boolean =>
  letter.kind === 'notice' ? letter.isNamed : letter.kind === 'invitation';

/** Servers and nodemailer may rewrite the case of the domain. */
const sameAddress = (a: unknown, b: unknown) => parseAddress(a)?.address === parseAddress(b)?.address;

/** The recipients that the server accepted, if the transport tells them (nodemailer's `accepted`). */
function recipients(info: unknown): string[] | undefined {
  const accepted = (info as { accepted?: unknown } | null | undefined)?.accepted;
  if (!Array.isArray(accepted)) return undefined;
  return accepted.map((entry: unknown) =>
    typeof entry === 'string' ? entry : String((entry as { address?: unknown } | null)?.address),
  );
}
