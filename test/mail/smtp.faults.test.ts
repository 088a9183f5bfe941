/** From the request to a real SMTP server, by nodemailer: what a fault on the way does. */

import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, test, vi } from 'vitest';
import type { MessageContext } from '../../lib/mail/message.js';
import { ada, eventOf, startApp, typesOf } from '../support/app.js';
import { type MailingConfig, refusing, startMailing } from '../support/mailing.js';
import { freePort } from '../support/ports.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a fault', () => {
  const LIVES_A_SECOND = { ttl: 1 };

  test('FT-08: 550 is final: one attempt, and an event with the code', async () => {
    const { tries, ...smtp } = refusing(550);
    const { app, ask } = await startMailing({ smtp });
    await ask();
    expect(await eventOf(app, 'mail.failed')).toMatchObject({ reason: '550', account: expect.any(String) });
    expect(tries()).toBe(1);
  });

  test('451 twice, then taken: sent at the third attempt, once', async () => {
    const { tries, ...smtp } = refusing(451, 2);
    const { smtp: server, app, ask } = await startMailing({ smtp });
    await ask();
    await eventOf(app, 'mail.sent');
    expect([tries(), server.mails.length]).toEqual([3, 1]);
    expect(typesOf(app)).toEqual(['link.requested', 'mail.failed', 'mail.failed', 'mail.sent']);
    expect(app.events.filter(({ type }) => type === 'mail.failed')).toMatchObject([
      { reason: '451', count: 1, retried: true },
      { reason: '451', count: 2, retried: true },
    ]);
  });

  test.each([
    ['451 to the end', async () => ({ smtp: refusing(451) as SMTPServerOptions }), '451'],
    ['nobody listens', async () => ({ port: await freePort() }), 'ESOCKET'],
    ['a tarpit', async () => ({ smtp: { onRcptTo: () => {} }, mail: { timeoutMs: 50 } }), 'ETIMEDOUT'],
    [
      'a template that throws',
      async () => ({ mail: { render: () => Promise.reject(new Error(ada.email)) } }),
      'render',
    ],
  ] as [string, () => Promise<MailingConfig>, string][])(
    '%s: given up with the link, and the event quotes nobody',
    async (_name, fault, reason) => {
      const { app, ask } = await startMailing({ ...(await fault()), options: LIVES_A_SECOND });
      await ask();
      expect(await eventOf(app, 'mail.failed')).toMatchObject({ severity: 'warning', reason });
      expect(typesOf(app)).toEqual(['link.requested', 'mail.failed']);
      expect(JSON.stringify(app.events)).not.toMatch(/@|example|token=/);
    },
  );

  test('a connection cut in the middle: tried again, and sent', async () => {
    let cut = false;
    const server: SMTPServerOptions = {
      onRcptTo(_address, session, callback) {
        if (cut) return callback();
        cut = true;
        // No reply: the socket itself goes.
        const { connections } = this as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> };
        for (const { id, _socket } of connections) if (id === session.id) _socket.destroy();
      },
    };
    const { smtp, app, ask } = await startMailing({ smtp: server });
    await ask();
    await eventOf(app, 'mail.sent');
    expect([cut, smtp.mails.length]).toEqual([true, 1]);
  });

  test('words that throw are tried no more often than the backoff says', async () => {
    const render = vi.fn((_context: MessageContext) => Promise.reject(new Error('no template')));
    const { app, ask } = await startMailing({ mail: { render, retryDelayMs: 100 }, options: LIVES_A_SECOND });
    await ask();
    await eventOf(app, 'mail.failed');
    // At 0, 100, 300 and 700 ms; the next would be past the second that the link lives.
    expect(render.mock.calls.length).toBeLessThanOrEqual(4);
  });

  test('FT-14: an attempt past its timeout sends nothing any more', async () => {
    let answer: (may: boolean) => void = () => {};
    const late = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    const mayReceive = vi.fn(() => true as boolean | Promise<boolean>).mockReturnValueOnce(late);
    const deliver = vi.fn(async () => {});
    const app = await startApp({ options: { mayReceive, mail: { deliver, timeoutMs: 20, retryDelayMs: 5 } } });
    await app.browser().post('/login', ada);
    await eventOf(app, 'mail.sent');
    answer(true);
    // What the late answer sets off is done within this turn of the loop: nothing in it waits for anything.
    await turn();
    expect(deliver).toHaveBeenCalledOnce();
  });

  test('FT-16: close tries at once what waits for its next attempt', async () => {
    const { smtp, app, transport, ask } = await startMailing({
      smtp: refusing(451, 1),
      mail: { retryDelayMs: 60_000 },
    });
    const sendMail = vi.spyOn(transport, 'sendMail');
    await ask();
    while (sendMail.mock.settledResults[0]?.type !== 'rejected') await turn();
    await turn();
    await app.strategy.close(5000);
    expect([smtp.mails.length, typesOf(app)]).toEqual([1, ['link.requested', 'mail.failed', 'mail.sent']]);
  });
});
