/** From the request to a real SMTP server, by nodemailer: what is answered where the outbox is full, or not any more. */

import { request } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { MemoryStore } from '../../lib/index.js';
import { ada, eventOf } from '../support/app.js';
import { startMailing } from '../support/mailing.js';

describe('room in the outbox', () => {
  const ONE = { queueSize: 1 };

  test('FT-09: none: 503 with Retry-After before anything is written, and an event', async () => {
    const store = new MemoryStore();
    const issue = vi.spyOn(store, 'issue');
    const { app, ask } = await startMailing({ smtp: { onRcptTo: () => {} }, mail: ONE, options: { store } });
    await ask();
    const answer = await ask('bob@example.com');
    expect([answer.status, answer.headers['retry-after'], answer.setCookies]).toEqual([503, '15', []]);
    expect(issue).toHaveBeenCalledOnce();
    expect(app.events.at(-1)).toMatchObject({ type: 'mail.failed', reason: 'outbox_full' });
  });

  test('FT-01: a request that fails gives its room back', async () => {
    const store = new MemoryStore();
    vi.spyOn(store, 'issue').mockRejectedValueOnce(new Error('down'));
    const { smtp, ask } = await startMailing({ mail: ONE, options: { store } });
    expect([(await ask()).status, (await ask()).status]).toEqual([503, 202]);
    await smtp.next();
  });

  test('a client that goes before the answer takes no room with it', async () => {
    const store = new MemoryStore();
    let issuing: () => void = () => {};
    let goOn: () => void = () => {};
    let gone: () => void = () => {};
    const issues = new Promise<void>((resolve) => {
      issuing = resolve;
    });
    const released = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    vi.spyOn(store, 'issue').mockImplementationOnce(async (link) => {
      issuing();
      await released;
      return MemoryStore.prototype.issue.call(store, link);
    });
    const { smtp, app, ask } = await startMailing({
      mail: ONE,
      options: { store },
      before: (express) =>
        express.use((_req, res, next) => {
          res.once('close', () => gone());
          next();
        }),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const client = request(`${app.origin}/login`, { method: 'POST', headers }).on('error', () => {});
    client.end(String(new URLSearchParams(ada)));
    await issues;
    client.destroy();
    await closed;
    goOn();
    await eventOf(app, 'mail.sent');
    expect((await ask()).status).toBe(202);
    await smtp.next();
    await smtp.next();
  });
});
