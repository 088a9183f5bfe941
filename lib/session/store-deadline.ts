/** Adds a deadline to express-session's store, because express-session itself waits without limit. */
import { wholeNumber } from '../util/check.js';
import { reachSessionStore, SESSION_STORE_TIMEOUT_MS } from './session.js';

/** The methods of a session store that express-session waits for, each with the number of arguments before its callback. */
const AWAITED = { get: 1, set: 2, destroy: 1, touch: 2 } as const;

type Method = (...args: unknown[]) => unknown;
type Callback = (error: unknown, value?: unknown) => void;

/**
 * Returns the store with a deadline for each operation: `session({ store: withDeadline(new RedisStore({ client })) })`.
 * If the store fails or does not answer in time, express-session passes on an `UnavailableError`, which Express answers
 * with 503. The original store is not changed.
 * @param timeoutMs milliseconds, 1 to 60,000; default 500
 * @throws TypeError for a wrong timeout
 */
export function withDeadline<Store extends object>(store: Store, timeoutMs = SESSION_STORE_TIMEOUT_MS): Store {
  wholeNumber('timeoutMs', 'milliseconds', timeoutMs, { max: 60_000 });
  const bounded = Object.create(store) as Store;
  for (const [name, count] of Object.entries(AWAITED)) {
    const method = Reflect.get(store, name) as Method | undefined;
    // `touch` is optional.
    if (!method) continue;
    const inTime: Method = (...args) => {
      // Nobody waits for `req.session.destroy()` without a callback.
      const callback = (args[count] ?? (() => undefined)) as Callback;
      const call = (done: Callback) => method.apply(store, [...args.slice(0, count), done]);
      reachSessionStore<unknown>(call, timeoutMs).then(
        (value) => queueMicrotask(() => callback(null, value)),
        (error: unknown) => queueMicrotask(() => callback(error)),
      );
    };
    Object.assign(bounded, { [name]: inTime });
  }
  return bounded;
}
