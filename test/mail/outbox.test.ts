/** The outbox: how much it holds, how many it sends at once, when it tries again, and how it ends. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UndeliverableError } from '../../lib/mail/mailer.js';
import { type Mail, Outbox, type OutboxConfig, type Slot } from '../../lib/mail/outbox.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIFE_MS = 600_000;

const newOutbox = (config: Partial<OutboxConfig> = {}) =>
  new Outbox({
    capacity: 10,
    concurrency: 2,
    timeoutMs: 30_000,
    retryDelayMs: 1000,
    clock: () => Date.now(),
    ...config,
  });

/** A mail whose attempts all do the same, and note when they were made, in milliseconds from now. */
function newMail(attempt: () => Promise<void>, lifeMs = LIFE_MS) {
  const start = Date.now();
  const times: number[] = [];
  const failed = vi.fn<Mail['failed']>();
  const mail: Mail = {
    attempt: () => {
      times.push(Date.now() - start);
      return attempt();
    },
    failed,
    expiresAt: start + lifeMs,
  };
  return { mail, times, failed };
}

const succeed = () => Promise.resolve();
const hang = () => new Promise<never>(() => {});
const fail = (error: unknown) => () => Promise.reject(error);
const temporary = fail(Object.assign(new Error('451 ada@example.com: try later'), { responseCode: 451 }));

const reserved = (outbox: Outbox): Slot => {
  const slot = outbox.reserve();
  if (!slot) throw new Error('no room');
  return slot;
};

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

describe('an attempt', () => {
  test('FT-09: that hangs ends at the timeout, and is tried again', async () => {
    const { mail, times } = newMail(hang);
    reserved(newOutbox({ timeoutMs: 5000 })).send(mail);
    await vi.advanceTimersByTimeAsync(5999);
    expect(times).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(times).toEqual([0, 6000]);
  });

  test('that throws before it promises is tried again', async () => {
    const { mail, times } = newMail(() => {
      throw new Error('fault');
    });
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(1000);
    expect(times).toEqual([0, 1000]);
  });
});

describe('backoff', () => {
  test('doubles, ends at a minute, and stays within the link’s life', async () => {
    const { mail, times, failed } = newMail(temporary, 300_000);
    reserved(newOutbox({ retryDelayMs: 1000 })).send(mail);
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(times.map((time) => time / 1000)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    expect(failed.mock.calls).toEqual([['451']]);
  });

  test.each([
    ['before', 1001, [0, 1000]],
    ['at', 1000, [0]],
  ])('an attempt %s the link’s end', async (_name, lifeMs, expected) => {
    const { mail, times } = newMail(temporary, lifeMs);
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times).toEqual(expected);
  });

  test('the link’s end is told by the config’s clock', async () => {
    let now = Date.now();
    const { mail, times, failed } = newMail(() => {
      now += LIFE_MS;
      return temporary();
    });
    reserved(newOutbox({ clock: () => now })).send(mail);
    await vi.advanceTimersByTimeAsync(0);
    expect(times).toEqual([0]);
    expect(failed.mock.calls).toEqual([['451']]);
  });

  test('a mail that waited behind others beyond its link’s end is not sent', async () => {
    let now = Date.now();
    const outbox = newOutbox({ concurrency: 1, timeoutMs: 5000, clock: () => now });
    const late = newMail(succeed);
    reserved(outbox).send(newMail(hang).mail);
    reserved(outbox).send(late.mail);
    now += LIFE_MS;
    await vi.advanceTimersByTimeAsync(5000);
    expect(late.times).toEqual([]);
    expect(late.failed).toHaveBeenCalledOnce();
  });

  test('a mail sent at the second attempt has not failed', async () => {
    const attempt = vi.fn(succeed).mockImplementationOnce(temporary);
    const { mail, times, failed } = newMail(attempt);
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(times).toEqual([0, 1000]);
    expect(failed).not.toHaveBeenCalled();
  });
});

describe('permanent or temporary', () => {
  const error = (fields: object) => Object.assign(new Error('ada@example.com: no'), fields);

  test.each([
    ['a 550', error({ code: 'EENVELOPE', responseCode: 550 }), '550'],
    ['a 554', error({ code: 'EMESSAGE', responseCode: 554 }), '554'],
    ['nodemailer’s own refusal', error({ code: 'EENVELOPE' }), 'EENVELOPE'],
    ['an undeliverable mail', new UndeliverableError('rejected'), 'rejected'],
  ])('%s is final', async (_name, cause, reason) => {
    const { mail, times, failed } = newMail(fail(cause));
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(times).toEqual([0]);
    expect(failed.mock.calls).toEqual([[reason]]);
  });

  test.each([
    ['a 421', error({ code: 'ECONNECTION', responseCode: 421 }), '421'],
    ['a 450 to the recipient', error({ code: 'EENVELOPE', responseCode: 450 }), '450'],
    ['a 499', error({ responseCode: 499 }), '499'],
    ['a refused connection', error({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['an error without a code', new TypeError('ada@example.com'), 'TypeError'],
    ['a code that says more than a word', error({ code: 'to ada@example.com' }), 'unknown'],
    ['a code of many letters', error({ code: 'x'.repeat(33) }), 'unknown'],
    ['a text', 'ada@example.com', 'unknown'],
    ['nothing', undefined, 'unknown'],
    ['null', null, 'unknown'],
  ])('%s is tried again', async (_name, cause, reason) => {
    const { mail, times, failed } = newMail(fail(cause), 2000);
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(times).toEqual([0, 1000]);
    expect(failed.mock.calls).toEqual([[reason]]);
  });
});

describe('FT-16: close', () => {
  test('gives no more slots', async () => {
    const outbox = newOutbox();
    await outbox.close(1000);
    expect(outbox.reserve()).toBeUndefined();
  });

  test('resolves at once when nothing is in hand', async () => {
    await newOutbox().close(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits for what is being sent and for what is next, and for no longer', async () => {
    const outbox = newOutbox({ concurrency: 1 });
    const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, 100));
    const [first, second] = [newMail(slowly), newMail(slowly)];
    reserved(outbox).send(first.mail);
    reserved(outbox).send(second.mail);
    const closed = settled(outbox.close(1000));
    await vi.advanceTimersByTimeAsync(199);
    expect(closed()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed()).toBe(true);
    expect(second.times).toEqual([100]);
    expect([first, second].map(({ failed }) => failed.mock.calls)).toEqual([[], []]);
  });

  test('tries at once what waits, and that once', async () => {
    const outbox = newOutbox();
    const { mail, times, failed } = newMail(temporary);
    reserved(outbox).send(mail);
    await vi.advanceTimersByTimeAsync(10);
    await outbox.close(1000);
    expect(times).toEqual([0, 10]);
    expect(failed.mock.calls).toEqual([['451']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives up what is not sent by its deadline, once', async () => {
    const outbox = newOutbox({ concurrency: 1 });
    const [sending, ready] = [newMail(hang), newMail(hang)];
    for (const { mail } of [sending, ready]) reserved(outbox).send(mail);
    const closed = settled(outbox.close(1000));
    await vi.advanceTimersByTimeAsync(999);
    expect(closed()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed()).toBe(true);
    // The attempt that hangs ends later still, by its own timeout.
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    for (const { failed } of [sending, ready]) expect(failed.mock.calls).toEqual([['shutdown']]);
    expect(ready.times).toEqual([]);
  });

  test('a slot promised before is waited for, and can still be used', async () => {
    const outbox = newOutbox();
    const { mail, times } = newMail(succeed);
    const slot = reserved(outbox);
    const closed = settled(outbox.close(1000));
    await vi.advanceTimersByTimeAsync(500);
    expect(closed()).toBe(false);
    slot.send(mail);
    await vi.advanceTimersByTimeAsync(0);
    expect(closed()).toBe(true);
    expect(times).toEqual([500]);
  });

  test('a slot promised before and released is waited for no longer', async () => {
    const outbox = newOutbox();
    const slot = reserved(outbox);
    const closed = settled(outbox.close(1000));
    slot.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(closed()).toBe(true);
  });

  test('called twice, both resolve as soon as all is sent', async () => {
    const outbox = newOutbox();
    const slot = reserved(outbox);
    const closed = [settled(outbox.close(1000)), settled(outbox.close(1000))];
    slot.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(closed.map((isClosed) => isClosed())).toEqual([true, true]);
  });
});

/** Whether it has resolved by now. */
function settled(promise: Promise<void>): () => boolean {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  return () => done;
}
