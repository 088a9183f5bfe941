/** A mail transport for development: keeps mail in memory and shows it on a page. */
import type { Request, Response } from 'express';
import { html } from '../util/html.js';
import type { MailMessage, MailTransport } from './transport.js';

/** Mails kept. The oldest are dropped. */
const CAPACITY = 100;

export interface InboxMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The login link in the text, if there is one. */
  readonly link: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** For development only: anyone who sees the page can log in as anyone. Refused unless the origin is loopback. */
export class DevInbox implements MailTransport {
  readonly developmentOnly = true;
  readonly #mails: InboxMail[] = [];

  /** Newest first. */
  get mails(): readonly InboxMail[] {
    return [...this.#mails];
  }

  async sendMail({ to, subject, text, html, headers }: MailMessage): Promise<{ accepted: string[] }> {
    this.#mails.unshift({ to: to.address, subject, text, html, link: linkIn(text), headers });
    this.#mails.length = Math.min(this.#mails.length, CAPACITY);
    return { accepted: [to.address] };
  }

  /** Shows the mails as a page, or as JSON if the path ends in `.json`. */
  readonly handler = (req: Request, res: Response): void => {
    res.set('Cache-Control', 'no-store');
    res.set('Referrer-Policy', 'no-referrer');
    if (req.path.endsWith('.json')) {
      res.json(this.#mails);
      return;
    }
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    res.type('html').send(inboxPage(this.#mails).toString());
  };
}

const linkIn = (text: string) => text.split(/\s+/).find((word) => word.includes('?token=pbl_'));

const inboxPage = (mails: readonly InboxMail[]) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Dev inbox</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
article { border: 1px solid #8886; border-radius: 8px; padding: 0 1.25rem 1rem; margin: 1.5rem 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
iframe { width: 100%; height: 34rem; border: 1px solid #8886; border-radius: 6px }
</style>
</head>
<body>
<main>
<h1>Dev inbox</h1>
<p>Every email this app has sent since it started. No email leaves this computer.</p>
${mails.length > 0 ? mails.map(inboxEntry) : html`<p>No email yet. Request a login link, then reload this page.</p>`}
</main>
</body>
</html>
`;

const inboxEntry = (mail: InboxMail) => html`<article>
<h2>${mail.subject}</h2>
<p>To ${mail.to}</p>
${mail.link ? html`<p><a href="${mail.link}">Open the link</a></p>` : undefined}
<pre>${mail.text}</pre>
<details><summary>HTML version</summary><iframe title="${mail.subject}" sandbox srcdoc="${mail.html}"></iframe></details>
</article>
`;
