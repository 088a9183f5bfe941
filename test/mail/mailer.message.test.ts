/** One attempt to send one mail: to whom it goes, and with what words. */
import { describe, expect, test, vi } from 'vitest';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';
import { de } from '../../lib/texts/de.js';
import { parseTheme } from '../../lib/texts/theme.js';
import { INVITATION, LETTER, REQUESTED_AT, send } from '../support/mailer.js';

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
  const theme = parseTheme({ name: 'Acme' }, 'https://app.example.com');

  test('are rendered from the links, the address, the name, the browser, the time and the life', async () => {
    const render = vi.fn(renderMessage);
    await send({ render, theme, codes: false }, { texts: de });
    expect(render.mock.calls).toEqual([
      [
        {
          kind: 'login',
          link: LETTER.link,
          address: 'ada@example.com',
          name: 'Acme',
          requestedIn: { browser: 'Firefox', system: 'Linux' },
          requestedAt: new Date(REQUESTED_AT),
          ttl: 600,
          code: undefined,
          codes: false,
          notMe: LETTER.notMe,
          texts: de,
          theme,
        } satisfies MessageContext,
      ],
    ]);
  });

  test('of an invitation have neither code, nor browser, nor not-me link', async () => {
    const render = vi.fn(renderMessage);
    await send({ render }, INVITATION);
    const { kind, link, ttl, ...context } = Object(render.mock.calls[0]?.[0]) as MessageContext;
    expect([kind, link, ttl]).toEqual(['invitation', INVITATION.link, 604_800]);
    expect(context).toMatchObject({ requestedIn: undefined, code: undefined, notMe: undefined });
  });

  test('are given the code where the letter has it', async () => {
    const render = vi.fn(renderMessage);
    await send({ render }, { code: 'ABCD-EFGH' });
    expect(render.mock.calls[0]?.[0]).toMatchObject({ code: 'ABCD-EFGH', codes: true });
  });

  test.each([
    [1, 'one minute'],
    [29, 'one minute'],
    [89, 'one minute'],
    [90, '2 minutes'],
    [600, '10 minutes'],
  ])('a life of %d s is told as %s', async (seconds, told) => {
    const { message } = await send({}, { expiresAt: REQUESTED_AT + seconds * 1000 });
    expect(message.text).toContain(`for ${told}.`);
  });

  test.each([
    [60, 'one day'],
    [86_400, 'one day'],
    [604_800, '7 days'],
  ])('an invitation of %d s is told as %s', async (seconds, told) => {
    const { message } = await send({}, { ...INVITATION, expiresAt: REQUESTED_AT + seconds * 1000 });
    expect(message.text).toContain(`for ${told}.`);
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
