/** From the request to a real SMTP server, by nodemailer: who is reached. */

import type { Transporter } from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { ada, eventOf, typesOf } from '../support/app.js';
import { startMailing } from '../support/mailing.js';
import { linkIn } from '../support/smtp.js';

describe('who is reached', () => {
  /** A transport that writes another recipient on the envelope. */
  const misrouting = (transport: Transporter, to: string) =>
    transport.use('compile', (mail, callback) => {
      mail.data.envelope = { from: 'login@acme.example', to: [to] };
      callback();
    });

  test('ML-01: somebody else: the link is dead before anybody can click, and no second mail goes out', async () => {
    const { smtp, app, transport } = await startMailing();
    misrouting(transport, 'eve@example.com');
    const browser = app.browser();
    await browser.post('/login', ada);
    await eventOf(app, 'link.revoked');
    expect(typesOf(app)).toEqual(['link.requested', 'mail.misdelivered', 'link.revoked']);
    const answer = await browser.get(linkIn((await smtp.next()).email.text));
    expect(answer.status).toBe(401);
    await app.strategy.close(1000);
    expect(smtp.mails).toHaveLength(1);
  });

  test('the same domain in capitals is the same address', async () => {
    const { app, transport, ask } = await startMailing();
    misrouting(transport, 'ada@EXAMPLE.COM');
    await ask();
    await eventOf(app, 'mail.sent');
    expect(typesOf(app)).toEqual(['link.requested', 'mail.sent']);
  });

  test('IN-11: the address in its one spelling, however it was typed', async () => {
    const { smtp, ask } = await startMailing();
    await ask('Ada@EXAMPLE.com');
    expect((await smtp.next()).to).toEqual([ada.email]);
  });

  test('IN-13: the address as it is stored, not as it was typed', async () => {
    const { smtp, ask } = await startMailing({ options: { mayReceive: async () => 'Ada@Example.COM' } });
    await ask('ada.email@example.com');
    expect((await smtp.next()).to).toEqual(['Ada@example.com']);
  });

  test('EN-09: nobody, where the address may not receive', async () => {
    const { smtp, app, ask } = await startMailing({ options: { mayReceive: (address) => address !== ada.email } });
    await ask();
    await ask('bob@example.com');
    await eventOf(app, 'mail.sent');
    await app.strategy.close(1000);
    expect(smtp.mails.flatMap(({ to }) => to)).toEqual(['bob@example.com']);
  });
});
