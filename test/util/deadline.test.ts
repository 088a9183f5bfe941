/** How long is waited for somebody else's answer. */
import { expect, test, vi } from 'vitest';
import { type Late, within } from '../../lib/util/deadline.js';
import { useFakeTimers } from '../support/timers.js';

useFakeTimers();

const never = () => new Promise<never>(() => {});

test('gives what comes in time', async () => {
  await expect(within(100, async () => 'answer')).resolves.toBe('answer');
});

test('passes on what work rejects with', async () => {
  const fault = new Error('fault');
  await expect(within(100, () => Promise.reject(fault))).rejects.toBe(fault);
});

test('passes on what work throws before it promises', async () => {
  const fault = new Error('fault');
  const work = () => {
    throw fault;
  };
  await expect(within(100, work)).rejects.toBe(fault);
});

test('rejects with ETIMEDOUT past the deadline, and not before it', async () => {
  const settled = vi.fn();
  const waiting = within(100, never).catch(settled);
  await vi.advanceTimersByTimeAsync(99);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(settled).toHaveBeenCalledWith(expect.objectContaining({ code: 'ETIMEDOUT' }));
});

test('tells work when it is too late', async () => {
  let late: Late | undefined;
  const waiting = within(100, (deadline) => {
    late = deadline;
    return never();
  }).catch(() => {});
  await vi.advanceTimersByTimeAsync(99);
  expect(late?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(late?.aborted).toBe(true);
});

test('the signal says it too, whether it was requested before or after', async () => {
  let late: Late | undefined;
  let early: AbortSignal | undefined;
  const waiting = within(100, (deadline) => {
    late = deadline;
    early = deadline.signal;
    return never();
  }).catch(() => {});
  expect(early?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(100);
  await waiting;
  expect(early?.aborted).toBe(true);
  const other = within(100, (deadline) => {
    late = deadline;
    return never();
  }).catch(() => {});
  await vi.advanceTimersByTimeAsync(100);
  await other;
  expect(late?.signal.aborted).toBe(true);
});

test('work that was in time is never told that it is late', async () => {
  let late: Late | undefined;
  await within(100, async (deadline) => {
    late = deadline;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(late?.aborted).toBe(false);
});

test.each([
  ['an answer', () => Promise.resolve()],
  ['a fault', () => Promise.reject(new Error('fault'))],
])('leaves no timer behind after %s', async (_name, work) => {
  await within(100, work).catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
});

test('FT-15: a fault that comes too late is nobody’s unhandled rejection', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  let reject: (reason: Error) => void = () => {};
  const late = new Promise<never>((_resolve, rejectLate) => {
    reject = rejectLate;
  });
  const waiting = within(100, () => late).catch(() => {});
  await vi.advanceTimersByTimeAsync(100);
  await waiting;
  reject(new Error('too late'));
  vi.useRealTimers();
  // Node reports unhandled rejections after the microtasks, before the next turn of the loop.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
