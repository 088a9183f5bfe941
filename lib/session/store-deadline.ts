/** Adds a deadline to express-session's store, because express-session itself waits without limit. */
import { wholeNumber } from '../util/check.js';
import { reachSessionStore, SESSION_STORE_TIMEOUT_MS } from './session.js';

/** The methods of a session store that express-session waits for. The last argument of each is a callback. */
const AWAITED = ['get', 'set', 'destroy', 'touch'] as const;

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
  for (const name of AWAITED) {
    const method = Reflect.get(store, name) as Method | undefined;
    // `touch` is optional.
    if (!method) continue;
    const inTime: Method = (...args) => {
      const callback = args.at(-1) as Callback;
      const call = (done: Callback) => method.apply(store, [...args.slice(0, -1), done]);
      reachSessionStore<unknown>(call, timeoutMs).then(
        (value) => queueMicrotask(() => callback(null, value)),
        (error: unknown) => queueMicrotask(() => callback(error)),
      );
    };
    Object.assign(bounded, { [name]: inTime });
  }
  return bounded;
}
