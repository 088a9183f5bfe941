/** The outbox: when a mail is tried again, and when it is given up. */
import { describe, expect, test, vi } from 'vitest';
import { UndeliverableError } from '../../lib/mail/mailer.js';
import { fail, hang, LIFE_MS, newMail, newOutbox, reserved, succeed, temporary } from '../support/outbox.js';
import { useFakeTimers } from '../support/timers.js';

useFakeTimers();

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

  test('what lives for a day is tried ever more seldom, down to once an hour', async () => {
    const HOUR = 3_600_000;
    const { mail, times } = newMail(temporary, 24 * HOUR);
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(25 * HOUR);
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(waits.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, i) => 1000 * 2 ** i));
    expect(new Set(waits.slice(12))).toEqual(new Set([HOUR]));
    expect(times.length).toBeLessThan(40);
    expect(times.at(-1)).toBeGreaterThan(22 * HOUR);
  });

  test('a mail sent at the second attempt has failed once, and not for good', async () => {
    const attempt = vi.fn(succeed).mockImplementationOnce(temporary);
    const { mail, times, failed, retried } = newMail(attempt);
    reserved(newOutbox()).send(mail);
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(times).toEqual([0, 1000]);
    expect(failed).not.toHaveBeenCalled();
    expect(retried.mock.calls).toEqual([['451', 1]]);
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
