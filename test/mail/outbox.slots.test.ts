/** The outbox: how much it holds, what a slot is good for, and how many mails it sends at once. */
import { describe, expect, test, vi } from 'vitest';
import { UndeliverableError } from '../../lib/mail/mailer.js';
import type { Slot } from '../../lib/mail/outbox.js';
import { fail, hang, newMail, newOutbox, reserved, succeed, temporary } from '../support/outbox.js';
import { useFakeTimers } from '../support/timers.js';

useFakeTimers();

describe('capacity', () => {
  test('FT-09: what is promised, waits and is being sent counts; past it there is no slot', async () => {
    const outbox = newOutbox({ capacity: 3, concurrency: 1 });
    reserved(outbox);
    reserved(outbox).send(newMail(hang).mail);
    reserved(outbox).send(newMail(hang).mail);
    expect(outbox.reserve()).toBeUndefined();
  });

  test('a mail to be tried again keeps its room', async () => {
    const outbox = newOutbox({ capacity: 1 });
    reserved(outbox).send(newMail(temporary).mail);
    await vi.advanceTimersByTimeAsync(500);
    expect(outbox.reserve()).toBeUndefined();
  });

  test.each([
    ['sent', (slot: Slot) => slot.send(newMail(succeed).mail)],
    ['given up', (slot: Slot) => slot.send(newMail(fail(new UndeliverableError('rejected'))).mail)],
    ['released', (slot: Slot) => slot.release()],
  ])('what is %s makes room, for one', async (_name, end) => {
    const outbox = newOutbox({ capacity: 1 });
    end(reserved(outbox));
    await vi.advanceTimersByTimeAsync(0);
    reserved(outbox);
    expect(outbox.reserve()).toBeUndefined();
  });
});

describe('a slot is good for one mail', () => {
  const send = (slot: Slot) => slot.send(newMail(succeed).mail);
  const release = (slot: Slot) => slot.release();

  test.each([
    ['send, send', send, send],
    ['send, release', send, release],
    ['release, send', release, send],
    ['release, release', release, release],
  ])('%s: the second does nothing', async (_name, first, second) => {
    const outbox = newOutbox({ capacity: 2 });
    reserved(outbox);
    const slot = reserved(outbox);
    first(slot);
    await vi.advanceTimersByTimeAsync(0);
    second(slot);
    await vi.advanceTimersByTimeAsync(0);
    reserved(outbox);
    expect(outbox.reserve()).toBeUndefined();
  });

  test('a second mail in one slot is not sent', async () => {
    const second = newMail(succeed);
    const slot = reserved(newOutbox());
    slot.send(newMail(succeed).mail);
    slot.send(second.mail);
    await vi.advanceTimersByTimeAsync(0);
    expect(second.times).toEqual([]);
  });
});

describe('concurrency', () => {
  test('never more at one time, and none is forgotten', async () => {
    const outbox = newOutbox({ capacity: 20, concurrency: 3 });
    let active = 0;
    let most = 0;
    let sent = 0;
    const attempt = async () => {
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, 10));
      active--;
      sent++;
    };
    for (let i = 0; i < 20; i++) reserved(outbox).send(newMail(attempt).mail);
    await vi.advanceTimersByTimeAsync(1000);
    expect({ most, sent }).toEqual({ most: 3, sent: 20 });
  });

  test('a mail that waits to be tried again holds up no other', async () => {
    const outbox = newOutbox({ concurrency: 1 });
    const other = newMail(succeed);
    reserved(outbox).send(newMail(temporary).mail);
    reserved(outbox).send(other.mail);
    await vi.advanceTimersByTimeAsync(0);
    expect(other.times).toEqual([0]);
  });
});
