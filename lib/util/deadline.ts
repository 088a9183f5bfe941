/** Deadlines for asynchronous work. */
import { MagicLinkError } from '../errors.js';

const TIMEOUT = 'ETIMEDOUT';

/** Tells the work whether its deadline has passed, so that it starts nothing more. */
export interface Late {
  readonly aborted: boolean;
  /**
   * The same as an AbortSignal. It is created on first use, because most work does not need it and creating it is
   * expensive.
   */
  readonly signal: AbortSignal;
}

/**
 * Resolves with the result of `work`, if it comes within `ms` milliseconds.
 * @throws MagicLinkError with the code ETIMEDOUT after the deadline; a later result is dropped
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
      // After a stall of this process, timers run first, although the answer may already be in the socket. Read it
      // before giving up.
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
