/** One attempt to send one mail: to whom it goes, and with what words. */
import { describe, expect, test, vi } from 'vitest';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';
import { ASKED_AT, LETTER, send } from '../support/mailer.js';

describe('the message', () => {
  test('ML-01: goes to one address, as an object that is not parsed', async () => {
    expect((await send()).message.to).toEqual({ name: '', address: 'ada@example.com' });
  });

  test('ML-03, ML-04: asks for no automatic reply, and is no list', async () => {
    const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
    expect((await send()).message.headers).toEqual(headers);
  });

  test('ML-02: lets nodemailer read no file and fetch no URL', async () => {
    expect((await send()).message).toMatchObject({ disableFileAccess: true, disableUrlAccess: true });
  });

  test('has sender and reply address where they are given', async () => {
    const given = { from: 'Acme <login@acme.example>', replyTo: 'help@acme.example' };
    expect((await send(given)).message).toMatchObject(given);
    expect((await send()).message).not.toHaveProperty('from');
    expect((await send()).message).not.toHaveProperty('replyTo');
  });
});

describe('the words', () => {
  test('are rendered from the link, the address, the host, the browser, the time and the life', async () => {
    const render = vi.fn(renderMessage);
    await send({ render, origin: 'https://app.example.com:8443' });
    expect(render.mock.calls).toEqual([
      [
        {
          link: LETTER.link.url,
          address: 'ada@example.com',
          host: 'app.example.com:8443',
          browser: 'Firefox on Linux',
          askedAt: new Date(ASKED_AT),
          minutes: 10,
        } satisfies MessageContext,
      ],
    ]);
  });

  test.each([
    [1, 1],
    [29, 1],
    [89, 1],
    [90, 2],
    [600, 10],
  ])('a life of %d s is told as %d min', async (seconds, minutes) => {
    const render = vi.fn(renderMessage);
    await send({ render }, { link: { ...LETTER.link, expiresAt: ASKED_AT + seconds * 1000 } });
    expect(render.mock.calls[0]?.[0].minutes).toBe(minutes);
  });

  const own = { subject: 'Hello', text: 'a text', html: '<p>some HTML</p>' };

  test.each([
    ['at once', () => own],
    ['later', async () => own],
  ])('can be the app’s own, given %s', async (_name, render) => {
    expect((await send({ render })).message).toMatchObject(own);
  });

  test('cannot add a recipient, a header or a file', async () => {
    const more = { ...own, to: 'eve@example.com', cc: 'eve@example.com', attachments: [{ path: '/etc/passwd' }] };
    const { message } = await send({ render: () => more });
    expect(message.to).toEqual({ name: '', address: 'ada@example.com' });
    expect(message).not.toHaveProperty('cc');
    expect(message).not.toHaveProperty('attachments');
  });

  test('that throw: nothing is sent', async () => {
    const fault = new Error('no template');
    const render = () => {
      throw fault;
    };
    const { messages, events, error } = await send({ render });
    expect(messages).toEqual([]);
    expect(events).toEqual([]);
    expect(error).toBeInstanceOf(Error);
  });
});
