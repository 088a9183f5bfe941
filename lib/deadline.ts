/** A bound on how long is waited for somebody else's answer. */

const TIMEOUT = 'ETIMEDOUT';

/**
 * What `work` resolves with, if that is within `ms` milliseconds.
 * @param work is given a signal that says when it is too late, for whatever it would still begin
 * @throws an Error with the code ETIMEDOUT past the deadline; what comes after it is dropped
 */
export async function within<T>(ms: number, work: (late: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    // After a stall of this process timers come first, and the answer may lie in the socket already: let it in.
    timer = setTimeout(() => setImmediate(giveUp), ms);
    const giveUp = () => {
      late.abort();
      reject(Object.assign(new Error(`no answer within ${ms} ms`), { code: TIMEOUT }));
    };
  });
  try {
    return await Promise.race([work(late.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === TIMEOUT;
