/** An app in this process whose every log, event, error, answer and session is watched, and that shows each error's stack. */
import type express from 'express';
import type { MailMessage } from '../../lib/mail/transport.js';
import { Mailbox, SECRET, startApp, type TestApp } from '../support/app.js';
import { Canary, WatchedBrowser, WatchedSessions, watchProcess } from '../support/canary.js';
import { isNotice, linkIn, notMeLinkIn, tokenIn } from '../support/smtp.js';

/** Answers with what no app should: the stack of each error. */
const showStack =
  (canary: Canary): express.ErrorRequestHandler =>
  (error, _req, res, _next) => {
    canary.saw('an error', error);
    res
      .status(error.status ?? 500)
      .type('text')
      .send(`${error.stack}\n${error.message}`);
  };

/** What verify and the mail do, by how the address is tagged. */
export const TAGS = {
  refused: '+refused',
  throws: '+throws',
  throwsText: '+text',
  bounces: '+bounces',
  strays: '+strays',
};

export async function start(wire: (app: express.Express, test: TestApp) => void) {
  const canary = new Canary();
  canary.issued('key', SECRET);
  watchProcess(canary);
  const mailbox = new Mailbox();
  const clock = { now: Date.now() };
  const test = await startApp({
    options: {
      clock: () => clock.now,
      notices: {},
      limits: { account: { networkQuarterHour: 2 }, network: { quarterHour: 100 }, resend: 1 },
      mail: {
        code: true,
        deliver: (message: MailMessage) => {
          const { address } = message.to;
          if (isNotice(message)) {
            const { to: _, ...said } = message;
            canary.saw('a notice', said);
            return { accepted: [address] };
          }
          if (address.includes(TAGS.bounces)) throw bounce(address);
          canary.issued('token', tokenIn(linkIn(message.text)));
          canary.issued('notMe', tokenIn(notMeLinkIn(message.text)));
          canary.issued('code', codeIn(message));
          void mailbox.deliver(message);
          return { accepted: [address.includes(TAGS.strays) ? 'mallory@example.net' : address] };
        },
      },
    },
    verify: async ({ address }: { address: string }) => {
      if (address.includes(TAGS.refused)) return false;
      if (address.includes(TAGS.throws)) throw new Error('the user table is away');
      if (address.includes(TAGS.throwsText)) throw 'the user table is away';
      return { email: address };
    },
    session: { store: new WatchedSessions(canary) },
    routes: (app, started) => {
      app.use((req, res, next) => {
        res.once('close', () => {
          if (req.magicLink?.status !== 'refused') return;
          // What the page may show lies beside what the refusal is.
          const { refusal, retryForm, help, ...rest } = req.magicLink;
          canary.saw('a refusal', [refusal, rest]);
          canary.saw('what a refusal offers', retryForm, ['address']);
          canary.saw('what a refusal shows', help, ['code']);
        });
        next();
      });
      wire(app, started);
      app.use(showStack(canary));
    },
  });
  test.strategy.events.on('*', (event) => canary.saw('an event', event));
  return { canary, clock, mailbox, test, browser: () => new WatchedBrowser(test.origin, canary) };
}

/** With `mail.code` it is in the text. */
const codeIn = ({ text }: MailMessage): string => text.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/m)?.[0] ?? '';

/** As an SMTP server says it, recipient and all. */
const bounce = (address: string) =>
  Object.assign(new Error(`550 5.1.1 <${address}>: no such user`), {
    code: 'EENVELOPE',
    responseCode: 550,
    response: `550 5.1.1 <${address}>: no such user`,
    rejected: [address],
  });

export type Life = Awaited<ReturnType<typeof start>>;

/** Asks in a new browser, and waits for the link. */
export async function ask({ canary, browser, mailbox }: Life, tag = '') {
  const asker = browser();
  const email = canary.address(tag);
  await asker.post('/login', { email, returnTo: '/account' });
  const { message, path, token } = await mailbox.next();
  return { asker, email, path, token, code: codeIn(message), notMe: tokenIn(notMeLinkIn(message.text)) };
}
