/** An outbox, and mails whose attempts succeed, fail or hang. */
import { vi } from 'vitest';
import { type Mail, Outbox, type OutboxConfig, type Slot } from '../../lib/mail/outbox.js';

export const LIFE_MS = 600_000;

export const newOutbox = (config: Partial<OutboxConfig> = {}) =>
  new Outbox({
    capacity: 10,
    concurrency: 2,
    timeoutMs: 30_000,
    retryDelayMs: 1000,
    clock: () => Date.now(),
    ...config,
  });

/**
 * A mail whose attempts all do the same, and note when they were made, in milliseconds from now.
 * `failed` is told the end, `retried` each failure before it.
 */
export function newMail(attempt: () => Promise<void>, lifeMs = LIFE_MS) {
  const start = Date.now();
  const times: number[] = [];
  const failed = vi.fn<(reason: string) => void>();
  const retried = vi.fn<(reason: string, count: number) => void>();
  const mail: Mail = {
    attempt: () => {
      times.push(Date.now() - start);
      return attempt();
    },
    failed: ({ reason, count, retried: again }) => (again ? retried(reason, count) : failed(reason)),
    expiresAt: start + lifeMs,
  };
  return { mail, times, failed, retried };
}

export const succeed = () => Promise.resolve();
export const hang = () => new Promise<never>(() => {});
export const fail = (error: unknown) => () => Promise.reject(error);
export const temporary = fail(Object.assign(new Error('451 ada@example.com: try later'), { responseCode: 451 }));

export const reserved = (outbox: Outbox): Slot => {
  const slot = outbox.reserve();
  if (!slot) throw new Error('no room');
  return slot;
};
