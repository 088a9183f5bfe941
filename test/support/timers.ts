/** Time that stands still until a test moves it. */
import { afterEach, beforeEach, vi } from 'vitest';

/** For each test of the file. */
export function useFakeTimers(): void {
  // Not setImmediate: what is due takes its turn of the real event loop.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());
}
