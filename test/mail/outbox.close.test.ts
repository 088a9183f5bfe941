/** The outbox: how it ends. */
import { describe, expect, test, vi } from 'vitest';
import { hang, LIFE_MS, newMail, newOutbox, reserved, succeed, temporary } from '../support/outbox.js';
import { useFakeTimers } from '../support/timers.js';

useFakeTimers();

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
