/** From an app to a real SMTP server, by nodemailer. */
import { createTransport, type Transporter } from 'nodemailer';
import type { SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { MagicLinkOptions, MailOptions } from '../../lib/index.js';
import { ada, startApp, type TestAppConfig } from './app.js';
import { startSmtp } from './smtp.js';

export interface MailingConfig {
  smtp?: SMTPServerOptions;
  options?: Partial<MagicLinkOptions>;
  mail?: Partial<MailOptions>;
  /** Instead of the server's. */
  port?: number;
  before?: NonNullable<TestAppConfig['before']>;
}

/** An app whose mail goes to a real SMTP server by nodemailer; both are gone with the test. */
export async function startMailing({ smtp: smtpOptions, options, mail, port, before }: MailingConfig = {}) {
  const smtp = await startSmtp({ closeTimeout: 1, ...smtpOptions });
  onTestFinished(() => smtp.close());
  const transport: Transporter = createTransport({ host: '127.0.0.1', port: port ?? smtp.port });
  const app = await startApp({
    options: { mail: { transport, from: 'Acme <login@acme.example>', retryDelayMs: 5, ...mail }, ...options },
    ...(before && { before }),
  });
  const ask = (email = ada.email, headers = {}) => app.browser().post('/login', { email, returnTo: '/typed' }, headers);
  return { smtp, transport, app, ask };
}

/** Refuses the recipient: always, or so many times. */
export function refusing(responseCode: number, times = Number.POSITIVE_INFINITY) {
  let tries = 0;
  const onRcptTo: SMTPServerOptions['onRcptTo'] = ({ address }, _session, callback) => {
    const error = Object.assign(new Error(`${address}: not now`), { responseCode });
    callback(tries++ < times ? error : null);
  };
  return { onRcptTo, tries: () => tries };
}
