/** Keeps factors in the memory of this process, for development and tests. A restart loses them. */
import type { FactorStore } from './factor-store.js';

/** No method awaits, so `write` is atomic, as the contract requires. */
export class MemoryFactorStore implements FactorStore {
  readonly developmentOnly = true;
  readonly #documents = new Map<string, string>();

  async read(user: string): Promise<string | undefined> {
    return this.#documents.get(user);
  }

  async write(user: string, expected: string | undefined, sealed: string | undefined): Promise<boolean> {
    if (this.#documents.get(user) !== expected) return false;
    if (sealed === undefined) this.#documents.delete(user);
    else this.#documents.set(user, sealed);
    return true;
  }
}
