/** A deadline for express-session's store, which express-session itself would wait for without end. */
import { UnavailableError } from '../errors.js';
import { wholeNumber } from '../util/check.js';

/** The methods of a session store that express-session waits for. The last argument of each is a callback. */
const AWAITED = ['get', 'set', 'destroy', 'touch'] as const;

type Method = (...args: unknown[]) => unknown;
type Callback = (error: unknown, value?: unknown) => void;

/**
 * The same store with a deadline for each operation: `session({ store: withDeadline(new RedisStore({ client })) })`.
 * Where the store fails or does not answer in time, express-session passes an `UnavailableError` on, which Express
 * answers with 503. The store that is passed stays as it is.
 * @param timeoutMs milliseconds, 1 to 60,000; default 500
 * @throws TypeError for a wrong timeout
 */
export function withDeadline<Store extends object>(store: Store, timeoutMs = 500): Store {
  wholeNumber('timeoutMs', 'milliseconds', timeoutMs, { max: 60_000 });
  const bounded = Object.create(store) as Store;
  for (const name of AWAITED) {
    const method = Reflect.get(store, name) as Method | undefined;
    // `touch` is optional.
    if (method) Object.assign(bounded, { [name]: (...args: unknown[]) => callInTime(store, method, args, timeoutMs) });
  }
  return bounded;
}

function callInTime(store: object, method: Method, args: unknown[], timeoutMs: number): void {
  const callback = args.at(-1) as Callback;
  let isAnswered = false;
  const answer: Callback = (cause, ...value) => {
    if (isAnswered) return;
    isAnswered = true;
    clearTimeout(timer);
    if (cause) callback(unavailable(cause));
    else callback(null, ...value);
  };
  // By way of setImmediate: after a stall of this process, the answer may lie in the socket already.
  const timer = setTimeout(() => setImmediate(answer, new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  method.apply(store, [...args.slice(0, -1), answer]);
}

/** A Redis client's error holds the command that failed, and with it the session's ID and data. */
const unavailable = (cause: unknown) =>
  new UnavailableError('session store', { cause: new Error(cause instanceof Error ? cause.message : 'it failed') });
