/** A real SMTP server that keeps what it is given. */
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  /** The envelope's recipients. */
  readonly to: string[];
  readonly raw: string;
  readonly email: Email;
}

export interface TestSmtp {
  readonly port: number;
  readonly url: string;
  readonly mails: ReceivedMail[];
  /** Resolves with the next mail that has not been taken yet. */
  next(): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function startSmtp(options: SMTPServerOptions = {}): Promise<TestSmtp> {
  const mails: ReceivedMail[] = [];
  const arrivals = new EventEmitter();
  let taken = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', async () => {
        const raw = Buffer.concat(chunks).toString();
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, raw, email: await PostalMime.parse(raw) });
        arrivals.emit('mail');
        callback();
      });
    },
    ...options,
  });
  // A client that goes away in the middle is part of the tests.
  server.on('error', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    async next() {
      while (mails.length <= taken) await once(arrivals, 'mail');
      return mails[taken++] as ReceivedMail;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A mail with a link is a login's, or an invitation; one without tells the person of something. */
export const isNotice = ({ text }: { text?: string | undefined }): boolean => !/^https?:\/\/\S+$/m.test(text ?? '');

/** The login link in a mail's text. */
export function linkIn(text: string | undefined): string {
  const link = text?.match(/^https?:\/\/\S+$/m)?.[0];
  if (!link) throw new Error('no link in the mail');
  return link;
}

/** Where "this was not me" leads, in a mail's text. */
export function notMeLinkIn(text: string | undefined): string {
  const link = text?.match(/^https?:\/\/\S+\/not-me\?\S+$/m)?.[0];
  if (!link) throw new Error('no "not me" link in the mail');
  return link;
}

/** Of either link. */
export const tokenIn = (link: string): string => new URL(link).searchParams.get('token') ?? '';
