/** A call of a store, with its failure as an UnavailableError. */
import { UnavailableError, type UnavailablePart } from '../errors.js';

/**
 * A store rejects only if it could not answer. The reason is kept as the error's cause and is not shown to the person.
 * @throws UnavailableError when `call` rejects
 */
export async function reachStore<T>(call: () => Promise<T>, part: UnavailablePart = 'store'): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new UnavailableError(part, { cause });
  }
}
