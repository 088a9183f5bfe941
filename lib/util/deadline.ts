/** A bound on how long is waited for somebody else's answer. */
import { MagicLinkError } from '../errors.js';

const TIMEOUT = 'ETIMEDOUT';

/** Whether the deadline has passed, for whatever would still begin. */
export interface Late {
  readonly aborted: boolean;
  /** The same, for who takes a signal. Made when it is asked for: for most it is the dearest part of waiting. */
  readonly signal: AbortSignal;
}

/**
 * What `work` resolves with, if that is within `ms` milliseconds.
 * @throws MagicLinkError with the code ETIMEDOUT past the deadline; what comes after it is dropped
 */
export async function within<T>(ms: number, work: (late: Late) => Promise<T>): Promise<T> {
  const deadline = new Deadline();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const giveUp = () => {
        deadline.pass();
        reject(new MagicLinkError(TIMEOUT, `no answer within ${ms} ms`));
      };
      // After a stall of this process timers come first, and the answer may lie in the socket already: let it in.
      timer = setTimeout(() => setImmediate(giveUp), ms);
      work(deadline).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

class Deadline implements Late {
  aborted = false;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.aborted) this.#controller.abort();
    return this.#controller.signal;
  }

  pass(): void {
    this.aborted = true;
    this.#controller?.abort();
  }
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === TIMEOUT;
