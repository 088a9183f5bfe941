/** One attempt to send one mail: to whom, with what words, and what is made of the transport's answer. */
import { describe, expect, test, vi } from 'vitest';
import { Events, type MagicLinkEvent } from '../../lib/events.js';
import { type Letter, Mailer, type MailerConfig, type MailMessage, UndeliverableError } from '../../lib/mail/mailer.js';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';

const ASKED_AT = Date.UTC(2026, 2, 5, 12, 30);

const LETTER: Letter = {
  link: {
    account: 'account-tag',
    recordId: 'record-id',
    url: 'https://app.example.com/login/callback?token=pbl_x',
    expiresAt: ASKED_AT + 600_000,
  },
  address: 'ada@example.com',
  browser: 'Firefox on Linux',
  askedAt: ASKED_AT,
};

/** Sends one letter, and tells what came of it. */
async function send(config: Partial<MailerConfig> = {}, letter: Partial<Letter> = {}) {
  const events = new Events(() => ASKED_AT);
  const reported: MagicLinkEvent[] = [];
  events.on('*', (event) => reported.push(event));
  const deliver = vi.fn<(message: MailMessage) => unknown>(config.deliver ?? (() => undefined));
  const revoke = vi.fn(config.revoke ?? (async () => {}));
  const mailer = new Mailer({
    from: undefined,
    replyTo: undefined,
    render: renderMessage,
    mayReceive: () => true,
    origin: 'https://app.example.com',
    events,
    ...config,
    deliver,
    revoke,
  });
  const error: unknown = await mailer.send({ ...LETTER, ...letter }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const messages = deliver.mock.calls.map(([message]) => message);
  return {
    messages,
    message: messages[0] as MailMessage,
    events: reported.map(({ type }) => type),
    reported,
    revoke,
    error,
  };
}

const accepting = (...accepted: unknown[]) => ({ deliver: async () => ({ accepted }) });

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

describe('mayReceive', () => {
  test('is asked for the address that was asked for', async () => {
    const mayReceive = vi.fn(() => true);
    await send({ mayReceive });
    expect(mayReceive.mock.calls).toEqual([['ada@example.com']]);
  });

  test.each([
    ['true', true, 'ada@example.com'],
    ['IN-13: the address as it is stored', 'Ada@Example.com', 'Ada@Example.com'],
    ['another address of the account', 'ada@home.example', 'ada@home.example'],
  ])('%s: the mail goes there', async (_name, answer, address) => {
    for (const mayReceive of [() => answer, async () => answer]) {
      const { message, events } = await send({ mayReceive });
      expect(message.to).toEqual({ name: '', address });
      expect(events).toEqual(['mail.sent']);
    }
  });

  test('EN-09: false: nothing is rendered, sent or told', async () => {
    const render = vi.fn(renderMessage);
    for (const mayReceive of [() => false, async () => false]) {
      const { messages, events, error } = await send({ mayReceive, render });
      expect({ messages, events, error }).toEqual({ messages: [], events: [], error: undefined });
    }
    expect(render).not.toHaveBeenCalled();
  });

  test.each([
    '',
    'ada',
    'ada@localhost',
    'ada@example.com, eve@example.com',
    'Ada <ada@example.com>',
    undefined,
    null,
    1,
    {},
  ])('anything else, such as %j, sends nothing, now or later', async (answer) => {
    const { messages, error } = await send({ mayReceive: () => answer as never });
    expect(messages).toEqual([]);
    expect(error).toBeInstanceOf(UndeliverableError);
    expect(error).toMatchObject({ reason: 'mayReceive' });
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('database'))],
  ])('that %s sends nothing now, and may later', async (_name, mayReceive) => {
    const { messages, error } = await send({ mayReceive });
    expect(messages).toEqual([]);
    expect(error).toEqual(new Error('database'));
  });
});

describe('the transport’s answer', () => {
  const ABOUT = { account: 'account-tag', link: 'record-id' };

  test.each([
    ['the address', accepting('ada@example.com')],
    ['the address as an object', accepting({ name: '', address: 'ada@example.com' })],
    ['the address with its domain in capitals', accepting('ada@EXAMPLE.com')],
    ['nothing of whom', { deliver: async () => ({ messageId: 'x' }) }],
    ['nothing', { deliver: () => undefined }],
    ['null', { deliver: () => null }],
  ])('%s: the mail is sent', async (_name, config) => {
    const { messages, reported, revoke, error } = await send(config);
    expect(messages).toHaveLength(1);
    expect(reported).toMatchObject([{ type: 'mail.sent', ...ABOUT }]);
    expect(revoke).not.toHaveBeenCalled();
    expect(error).toBeUndefined();
  });

  test.each([
    ['somebody else', ['eve@example.com']],
    ['somebody else’s tag', ['ada+eve@example.com']],
    ['one more', ['ada@example.com', 'eve@example.com']],
    ['the address twice', ['ada@example.com', 'ada@example.com']],
    ['no address', ['ada']],
    ['undefined', [undefined]],
  ])('ML-01: %s: the link is withdrawn, and nothing is sent again', async (_name, accepted) => {
    const { messages, reported, revoke, error } = await send(accepting(...accepted));
    expect(messages).toHaveLength(1);
    expect(reported).toMatchObject([
      { type: 'mail.misdelivered', severity: 'critical', ...ABOUT, count: accepted.length },
    ]);
    expect(revoke.mock.calls).toEqual([[LETTER.link]]);
    expect(error).toBeUndefined();
  });

  test('ML-01: who is told is who was mailed, not who asked', async () => {
    const stored = { mayReceive: () => 'ada@home.example' };
    expect((await send({ ...stored, ...accepting('ada@home.example') })).events).toEqual(['mail.sent']);
    expect((await send({ ...stored, ...accepting('ada@example.com') })).events).toEqual(['mail.misdelivered']);
  });

  test('nobody: it is not sent, and will not be', async () => {
    const { events, revoke, error } = await send(accepting());
    expect(events).toEqual([]);
    expect(revoke).not.toHaveBeenCalled();
    expect(error).toBeInstanceOf(UndeliverableError);
    expect(error).toMatchObject({ reason: 'rejected' });
  });

  test('ML-01: a link that could not be withdrawn is no reason to send again', async () => {
    const revoke = () => Promise.reject(new Error('redis'));
    const { events, error } = await send({ ...accepting('eve@example.com'), revoke });
    expect(events).toEqual(['mail.misdelivered']);
    expect(error).toBeInstanceOf(UndeliverableError);
    expect(error).toMatchObject({ reason: 'not_revoked' });
  });

  test('a fault is passed on as it is', async () => {
    const fault = Object.assign(new Error('421'), { responseCode: 421 });
    const { events, error } = await send({ deliver: () => Promise.reject(fault) });
    expect(error).toBe(fault);
    expect(events).toEqual([]);
  });
});

test('SE-01: no event and no error of ours holds address, link or token', async () => {
  const outcomes = [
    await send(),
    await send(accepting('eve@example.com')),
    await send(accepting()),
    await send({ mayReceive: () => 'not an address' }),
  ];
  const said = outcomes.map(({ reported, error }) => JSON.stringify(reported) + String(error)).join('\n');
  expect(said).not.toMatch(/@|\bada\b|\beve\b|pbl_|not an address/);
});
