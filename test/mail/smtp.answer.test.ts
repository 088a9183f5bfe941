/** From the request to a real SMTP server, by nodemailer: the answer, which tells nothing of the mail. */
import { describe, expect, test } from 'vitest';
import { eventOf } from '../support/app.js';
import type { Answer } from '../support/browser.js';
import { type MailingConfig, refusing, startMailing } from '../support/mailing.js';
import { freePort } from '../support/ports.js';

describe('the answer', () => {
  test('EN-02: comes before the mail is thought of', async () => {
    const order: string[] = [];
    const { app, ask } = await startMailing({
      before: (express) =>
        express.use((_req, res, next) => {
          res.once('close', () => order.push('answered'));
          next();
        }),
      options: {
        mayReceive: () => {
          order.push('mayReceive');
          return true;
        },
      },
    });
    await ask();
    await eventOf(app, 'mail.sent');
    expect(order).toEqual(['answered', 'mayReceive']);
  });

  /** All that the client sees, but what is new in every answer. */
  const seen = ({ status, headers, text }: Answer) => ({
    status,
    text,
    headers: {
      ...headers,
      date: '',
      'set-cookie': headers['set-cookie']?.map((cookie) => cookie.replace(/(^sid|Expires)=[^;]*/g, '$1=')),
    },
  });

  const FAULTS: Record<string, () => Promise<MailingConfig>> = {
    'SMTP is down': async () => ({ port: await freePort() }),
    'the address is refused': async () => ({ smtp: refusing(550) }),
    'the address is greylisted': async () => ({ smtp: refusing(451) }),
    'SMTP never answers': async () => ({ smtp: { onRcptTo: () => {} }, mail: { timeoutMs: 20 } }),
    'SMTP never greets': async () => ({ smtp: { onConnect: () => {} }, mail: { timeoutMs: 20 } }),
    'the address may not receive': async () => ({ options: { mayReceive: () => false } }),
    'mayReceive throws': async () => ({ options: { mayReceive: () => Promise.reject(new Error('no database')) } }),
    'the app’s words throw': async () => ({ mail: { render: () => Promise.reject(new Error('no template')) } }),
  };

  test.each(Object.keys(FAULTS))('EN-01, FT-08, FT-09: is the same, byte for byte, where %s', async (fault) => {
    const [well, ill] = [await startMailing(), await startMailing(await FAULTS[fault]?.())];
    expect(seen(await ill.ask())).toEqual(seen(await well.ask()));
  });
});
