/** One attempt to send one mail: the app says who may have it, and where. */
import { describe, expect, test, vi } from 'vitest';
import { UndeliverableError } from '../../lib/mail/mailer.js';
import { renderMessage } from '../../lib/mail/message.js';
import { INVITATION, send } from '../support/mailer.js';

describe('mayReceive', () => {
  test('is requested the address that was requested', async () => {
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

  test('is not asked of an invitation: the app has chosen whom it invites', async () => {
    const mayReceive = vi.fn(() => false);
    const { message } = await send({ mayReceive }, INVITATION);
    expect(message.to).toEqual({ name: '', address: 'ada@example.com' });
    expect(mayReceive).not.toHaveBeenCalled();
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
