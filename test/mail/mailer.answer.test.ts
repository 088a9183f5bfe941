/** One attempt to send one mail: what is made of the transport’s answer. */
import { describe, expect, test } from 'vitest';
import { UndeliverableError } from '../../lib/mail/mailer.js';
import { accepting, INVITATION, LETTER, send } from '../support/mailer.js';

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
    expect(revoke.mock.calls).toEqual([[{ account: LETTER.account, recordId: LETTER.recordId }]]);
    expect(error).toBeUndefined();
  });

  test('AC-06, ML-01: an invitation that reached somebody else has no link to withdraw, and is told of', async () => {
    const { reported, revoke, error } = await send(accepting('eve@example.com'), INVITATION);
    expect(reported).toEqual([
      {
        type: 'mail.misdelivered',
        severity: 'critical',
        id: 'event-id',
        durationMs: 0,
        time: expect.any(Number),
        account: 'account-tag',
        count: 1,
      },
    ]);
    expect(revoke).not.toHaveBeenCalled();
    expect(error).toBeUndefined();
  });

  test('an invitation that was sent is told of with its account, and with no link', async () => {
    const { reported } = await send({}, INVITATION);
    expect(reported).toMatchObject([{ type: 'mail.sent', account: 'account-tag' }]);
    expect(reported[0]).not.toHaveProperty('link');
  });

  test('ML-01: who is told is who was mailed, not who requested it', async () => {
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
    await send({}, { code: 'ABCD-EFGH' }),
    await send(accepting('eve@example.com'), INVITATION),
  ];
  const said = outcomes.map(({ reported, error }) => JSON.stringify(reported) + String(error)).join('\n');
  expect(said).not.toMatch(/@|\bada\b|\beve\b|pbl_|pbn_|invite=|ABCD|not an address/);
});
